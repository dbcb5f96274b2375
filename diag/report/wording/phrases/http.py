"""The words of facts that only the family `http` uses."""

PHRASES: dict[str, dict[str, str]] = {
    "broken_off": {
        "closed": "closes the connection before its end",
        "reset": "resets the connection before its end",
        "silent": "falls silent before its end",
    },
    "irregular": {
        "space_in_name": "a field's name has a space in it, or before its colon",
        "name_not_allowed": "a field's name has a character that is not allowed in names",
        "name_missing": "a line has no field's name, or no colon",
        "two_lengths": "two lengths are announced that differ",
        "folded_line": "a line goes on in the next one, as is no longer allowed",
        "line_ending": "lines end with a lone carriage return",
        "status_line": "the first line has more spaces than it may",
        "other": "a line breaks the rules",
    },
    "refused_by": {
        "python_httpx": "Python httpx",
        "python_requests": "Python requests",
        "node": "Node.js",
        "java_http_client": "Java's HttpClient",
    },
    "telling": {
        "client_certificate": "it wants a certificate of the client",
        "plain_http": "plain HTTP was sent to a port that encrypts (use https)",
        "explicit_deny": "a policy denies this explicitly",
        "gone": "the bucket or account is not there any more, or is switched off",
        "wrong_host": "what answers there does not serve this host",
    },
    "network_rule": {
        "address_not_allowed": "the address that the request came from is not allowed",
        "public_access_off": "access from public networks is switched off",
        "perimeter": "the request came from outside a perimeter of the organisation",
    },
    "object_store": {
        "s3": "Amazon S3",
        "azure_storage": "Azure Storage",
        "google_cloud_storage": "Google Cloud Storage",
    },
    "shown_by": {
        "own_code": "the service's own code",
        "made_up_name": "a made-up name below the same domain leads to the same servers and is answered in the very same way",
    },
    "guard": {"cloudflare": "Cloudflare", "aws_waf": "AWS WAF", "sucuri": "Sucuri"},
}
