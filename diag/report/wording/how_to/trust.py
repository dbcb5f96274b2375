"""Trust: a root certificate added to every trust store, a client certificate shown, a chain served."""

from diag.model.how_to import HowTo
from diag.report.wording.how_to.topic import Guide, Row

GUIDES = {
    HowTo.TRUST_ROOT: Guide(
        "Add a root certificate (ROOT.pem) to the trust stores",
        (
            Row("Debian, Ubuntu", "sudo cp ROOT.pem /usr/local/share/ca-certificates/company.crt && sudo update-ca-certificates"),
            Row("RHEL, Fedora, Amazon Linux", "sudo cp ROOT.pem /etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust"),
            Row("Alpine", "cp ROOT.pem /usr/local/share/ca-certificates/company.crt && update-ca-certificates"),
            Row("Windows", "Import-Certificate -FilePath ROOT.cer -CertStoreLocation Cert:\\LocalMachine\\Root"),
            Row("macOS", "sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ROOT.pem"),
            Row(
                "Containers",
                "COPY ROOT.pem /usr/local/share/ca-certificates/company.crt and RUN update-ca-certificates in the image",
            ),
            Row("Kubernetes", "mount ROOT.pem from a ConfigMap and set SSL_CERT_FILE to a file that also holds the public roots"),
            Row("Java", "keytool -importcert -cacerts -alias company -file ROOT.pem (password: changeit)"),
            Row("Node.js", "NODE_EXTRA_CA_CERTS=/path/ROOT.pem (adds), or node --use-system-ca (Node.js 22.15 and later)"),
            Row("Python requests", "REQUESTS_CA_BUNDLE=/path/BUNDLE.pem (replaces: public roots and ROOT.pem in one file)"),
            Row("Python ssl, httpx", "SSL_CERT_FILE=/path/BUNDLE.pem, or the package truststore for the system's trust store"),
            Row("Go", "reads the system's trust store; elsewhere SSL_CERT_FILE=/path/BUNDLE.pem (Linux)"),
            Row(".NET", "reads the system's trust store: restart the program afterwards"),
            Row("curl", "CURL_CA_BUNDLE=/path/BUNDLE.pem, or curl --cacert /path/BUNDLE.pem"),
            Row("git", "git config --global http.sslCAInfo /path/BUNDLE.pem; on Windows: http.sslBackend schannel"),
            Row("AWS CLI", "AWS_CA_BUNDLE=/path/BUNDLE.pem"),
            Row("pip", "pip config set global.cert /path/BUNDLE.pem"),
        ),
        "https://ubuntu.com/server/docs/install-a-root-ca-certificate-in-the-trust-store",
    ),
    HowTo.UPDATE_ROOTS: Guide(
        "Update the public certificate authorities",
        (
            Row("Debian, Ubuntu", "sudo apt-get update && sudo apt-get install --only-upgrade ca-certificates"),
            Row("RHEL, Fedora", "sudo dnf upgrade ca-certificates"),
            Row("Alpine", "apk upgrade ca-certificates"),
            Row("Windows", "Windows Update; where it is blocked: certutil -generateSSTFromWU roots.sst on another computer"),
            Row("macOS", "install the macOS updates"),
            Row("Containers", "build the image again on a current base image"),
            Row("Java", "update the JDK, or point it to the system's: -Djavax.net.ssl.trustStore=/etc/ssl/certs/java/cacerts"),
            Row("Node.js", "update Node.js, which brings its own trust store"),
            Row("Python", "python -m pip install --upgrade certifi"),
        ),
        "https://wiki.mozilla.org/CA",
    ),
    HowTo.TLS_INSPECTION: Guide(
        "Exempt names from TLS inspection, in the product of your network",
        (
            Row("Zscaler", "Policy > SSL Inspection: a rule Do Not Inspect with a custom URL category of the names"),
            Row("Netskope", "Policies > SSL Decryption: a policy Do Not Decrypt for the domains"),
            Row("Palo Alto Networks", "Policies > Decryption: a rule with the action No Decrypt and a custom URL category"),
            Row("Fortinet", "SSL/SSH inspection profile: Exempt from SSL Inspection, with the addresses as wildcard FQDN"),
            Row("Cisco Umbrella", "Policies > Selective Decryption Lists"),
            Row("Check Point", "HTTPS Inspection policy: a rule with the action Bypass"),
            Row("Squid", "acl NAME ssl::server_name .example.com and ssl_bump splice NAME, before the rule that bumps"),
            Row(
                "Virus scanners", "the setting for scanning of encrypted (HTTPS) connections: exempt the names, or switch it off"
            ),
        ),
        "https://www.rfc-editor.org/rfc/rfc8446#section-9.3",
    ),
    HowTo.CLIENT_CERTIFICATE: Guide(
        "Show a client certificate (CERT.pem, KEY.pem)",
        (
            Row("diag", "diag run --cert CERT.pem --key KEY.pem URL"),
            Row("curl", "curl --cert CERT.pem --key KEY.pem URL"),
            Row("Python requests", 'requests.get(URL, cert=("CERT.pem", "KEY.pem"))'),
            Row("Node.js", "https.request({cert, key, ...}) with the contents of the files"),
            Row("Java", "-Djavax.net.ssl.keyStore=STORE.p12 -Djavax.net.ssl.keyStorePassword=..."),
            Row("Go", "tls.LoadX509KeyPair, then Config.Certificates"),
            Row(".NET", "HttpClientHandler.ClientCertificates.Add(...)"),
            Row("Make a .p12 file", "openssl pkcs12 -export -in CERT.pem -inkey KEY.pem -out STORE.p12"),
            Row("Windows", "Import-PfxCertificate -FilePath STORE.p12 -CertStoreLocation Cert:\\CurrentUser\\My"),
        ),
        "https://www.rfc-editor.org/rfc/rfc8446#section-4.4.2",
    ),
    HowTo.SERVE_CERTIFICATE: Guide(
        "Renew a server's certificate, and serve the full chain",
        (
            Row("Let's Encrypt", "sudo certbot renew, then reload the server"),
            Row("nginx", "ssl_certificate fullchain.pem; ssl_certificate_key key.pem; then nginx -s reload"),
            Row("Apache", "SSLCertificateFile fullchain.pem (2.4.8 and later), then apachectl graceful"),
            Row("HAProxy", "bind :443 ssl crt site.pem, with certificate, intermediates and key in one file"),
            Row("IIS", "import the .pfx with its chain, then Bindings > Edit > SSL certificate"),
            Row("Tomcat", "certificateChainFile in server.xml, or a key store that holds the chain"),
            Row("Kubernetes", "kubectl create secret tls NAME --cert=fullchain.pem --key=key.pem, or cert-manager"),
            Row("AWS", "a certificate of ACM on the load balancer renews itself; an imported one has to be imported again"),
            Row("Azure", "Application Gateway or Front Door: a certificate from Key Vault with automatic rotation"),
            Row("PostgreSQL", "ssl_cert_file with the chain, then SELECT pg_reload_conf()"),
        ),
        "https://ssl-config.mozilla.org/",
    ),
    HowTo.SERVER_TLS: Guide(
        "Allow current TLS versions and ciphers on a server",
        (
            Row("nginx", "ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers as the generator of Mozilla writes them"),
            Row("Apache", "SSLProtocol -all +TLSv1.2 +TLSv1.3"),
            Row("HAProxy", "ssl-default-bind-options ssl-min-ver TLSv1.2"),
            Row("Windows, IIS", "SCHANNEL: enable TLS 1.2 and 1.3 for Server, and the ECDHE cipher suites"),
            Row("Java servers", "remove TLSv1.2 from jdk.tls.disabledAlgorithms, or update the JDK"),
            Row("AWS", "a security policy of the load balancer such as ELBSecurityPolicy-TLS13-1-2-2021-06"),
            Row("Azure", "minimum TLS version 1.2 in the settings of the service"),
        ),
        "https://www.rfc-editor.org/rfc/rfc9325",
    ),
    HowTo.STARTTLS: Guide(
        "Switch TLS on in a program, on the right port",
        (
            Row("SMTP", "port 587 with STARTTLS, or port 465 with TLS from the start (RFC 8314)"),
            Row("IMAP", "port 143 with STARTTLS, or port 993 with TLS from the start"),
            Row("LDAP", "port 389 with StartTLS, or port 636 with ldaps://"),
            Row("PostgreSQL", "sslmode=verify-full in the connection string"),
            Row("MySQL", "--ssl-mode=VERIFY_IDENTITY"),
            Row("Cisco ASA", "policy-map: no inspect esmtp, or allow-tls in the ESMTP inspection"),
        ),
        "https://www.rfc-editor.org/rfc/rfc8314",
    ),
}
