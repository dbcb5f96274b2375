"""The words of facts that only the family `http` uses."""

PHRASES: dict[str, dict[str, str]] = {
    "broken_off": {
        "closed": "the connection was closed",
        "reset": "the connection was reset",
        "silent": "no more data came",
    },
    "irregular": {
        "space_in_name": "a field name contains a space, or one before the colon",
        "name_not_allowed": "a field name contains a character that is not allowed",
        "name_missing": "a line has no field name, or no colon",
        "two_lengths": "it announces two different lengths",
        "folded_line": "a line continues on the next line, which is no longer allowed",
        "line_ending": "lines end with a carriage return alone",
        "status_line": "the first line has too many spaces",
        "other": "a line breaks the rules",
    },
    "refused_by": {
        "python_httpx": "Python httpx",
        "python_requests": "Python requests",
        "node": "Node.js",
        "java_http_client": "Java's HttpClient",
    },
    "telling": {
        "client_certificate": "it wants a client certificate",
        "plain_http": "plain HTTP was sent to a TLS port (use https)",
        "explicit_deny": "a policy denies this explicitly",
        "gone": "the bucket or account no longer exists, or is switched off",
        "wrong_host": "the server does not serve this host",
    },
    "network_rule": {
        "address_not_allowed": "the source address of the request is not allowed",
        "public_access_off": "access from public networks is switched off",
        "perimeter": "the request came from outside the organisation's perimeter",
    },
    "object_store": {
        "s3": "Amazon S3",
        "azure_storage": "Azure Storage",
        "google_cloud_storage": "Google Cloud Storage",
    },
    "shown_by": {
        "own_code": "the service's own code",
        "made_up_name": "a made-up name below the same domain gets the very same answer",
    },
    "guard": {"cloudflare": "Cloudflare", "aws_waf": "AWS WAF", "sucuri": "Sucuri"},
}
