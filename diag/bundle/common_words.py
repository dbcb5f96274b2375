"""Words that name nobody, though a person or a computer may be called so: those of accounts, of protocols and of error pages.

A proxy's user may be called `basic`, and somebody Nov. Whoever replaces such a word in every answer hides nobody, and takes from
a judgement what it reads: a scheme, a date, a product, a sentence.
"""

ACCOUNTS = frozenset(
    {
        "root", "admin", "administrator", "administrateur", "user", "users", "default", "guest", "public", "shared",
        "nobody", "system", "localhost", "local", "home", "host", "ubuntu", "debian", "centos", "fedora", "alpine",
        "ec2-user", "azureuser", "cloud-user", "opc", "core", "vagrant", "docker", "runner", "jenkins", "build", "ci",
        "app", "node", "test", "demo", "www-data", "daemon", "service", "proxy", "client", "server", "computer",
        "desktop", "laptop", "macbook", "workstation", "localdomain",
    }
)  # fmt: skip
"""Accounts and machines that are called so everywhere."""
PROTOCOL_WORDS = frozenset(
    {
        # schemes, and what answers begin with (RFC 9110, RFC 9112, RFC 4253)
        "http", "https", "ftp", "ssh", "ssh-2", "smtp", "imap", "ldap", "tcp", "udp", "tls", "ssl", "dns", "socks", "icap",
        "websocket",
        # ways of logging in (RFC 9110, section 11)
        "basic", "digest", "negotiate", "ntlm", "kerberos", "bearer", "realm", "nonce", "qop", "auth", "stale", "opaque",
        "algorithm",
        # media types, codings and other values of fields
        "text", "html", "json", "xml", "plain", "application", "octet-stream", "charset", "utf-8", "chunked", "gzip",
        "identity",
        "close", "keep-alive", "no-cache", "no-store", "private", "max-age", "path", "secure", "httponly", "gmt", "utc",
        # fields
        "via", "date", "age", "connection", "content", "content-type", "content-length", "transfer-encoding", "location",
        "cookie", "vary", "allow", "origin", "accept", "referer", "upgrade", "expires", "etag", "warning", "trailer",
        "forwarded",
        # what authorities publish
        "crl", "cer", "crt", "der", "pem", "p7c", "ocsp", "pac", "wpad", "dat",
        # ends of names
        "com", "net", "org", "io", "www",
    }
)  # fmt: skip
CALENDAR = frozenset(b"mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec".split())
"""Days and months (RFC 9110, section 5.6.7): within a date they name nobody."""
PAGE_WORDS = frozenset(
    {
        "the", "a", "an", "is", "was", "are", "be", "by", "to", "of", "in", "on", "at", "no", "not", "for", "from", "with",
        "your", "you",
        "this", "that", "it", "and", "or", "please", "sent", "code", "error", "errors", "title", "message", "reason", "request",
        "requested", "required", "rejected", "blocked", "block", "denied", "disabled", "expired", "invalid", "forbidden",
        "unauthorized",
        "access", "address", "acl", "certificate", "consult", "network", "policy", "port", "source", "ip", "url", "key",
        "login", "password",
        "gateway", "bad", "timeout", "unavailable", "internal", "found", "moved", "rule", "security", "filter", "category",
        "session",
    }
)  # fmt: skip
"""What error pages are made of."""
PRODUCT_WORDS = frozenset(
    {
        "nginx", "apache", "openresty", "squid", "tinyproxy", "haproxy", "envoy", "varnish", "traefik", "caddy", "iis",
        "cloudflare",
        "cloudfront", "akamai", "fastly", "zscaler", "netskope", "bluecoat", "symantec", "forcepoint", "mcafee", "sophos",
        "fortinet",
        "fortigate", "paloalto", "umbrella", "opendns", "snowflake", "databricks", "amazon", "aws", "azure", "google",
        "microsoft",
    }
)  # fmt: skip
"""Whose answers are told by their name."""
COMMON = ACCOUNTS | PROTOCOL_WORDS | PAGE_WORDS | PRODUCT_WORDS
