"""Proxies: set for every program, with exceptions, with a login; scripts; requests that a proxy should allow."""

from diag.model.how_to import HowTo
from diag.report.wording.how_to.topic import Guide, Row

GUIDES = {
    HowTo.SET_PROXY: Guide(
        "Set a proxy (http://PROXY:3128) for every program",
        (
            Row(
                "Linux shell, macOS shell",
                "export https_proxy=http://PROXY:3128 HTTPS_PROXY=http://PROXY:3128 http_proxy=http://PROXY:3128",
            ),
            Row("Linux, all logins", "the same lines without export in /etc/environment; log in again"),
            Row(
                "systemd service", "systemctl edit SERVICE: [Service] Environment=HTTPS_PROXY=http://PROXY:3128; then restart it"
            ),
            Row("Windows, programs", "setx HTTPS_PROXY http://PROXY:3128 (new windows only)"),
            Row("Windows, system", "netsh winhttp set proxy PROXY:3128 for services; Settings > Network > Proxy for people"),
            Row("macOS", "networksetup -setsecurewebproxy Wi-Fi PROXY 3128"),
            Row("Docker containers", 'docker run -e HTTPS_PROXY=http://PROXY:3128, or "proxies" in ~/.docker/config.json'),
            Row("Docker daemon", "/etc/systemd/system/docker.service.d/proxy.conf with Environment=HTTPS_PROXY=..."),
            Row("Kubernetes", "env: HTTPS_PROXY and NO_PROXY in the pod (with .svc and .cluster.local in NO_PROXY)"),
            Row("Java", "-Dhttps.proxyHost=PROXY -Dhttps.proxyPort=3128 -Dhttp.proxyHost=PROXY -Dhttp.proxyPort=3128"),
            Row("Node.js", "NODE_USE_ENV_PROXY=1 with HTTPS_PROXY (Node.js 24 and later), else an agent in the program"),
            Row("Python, Go, curl", "read HTTPS_PROXY and https_proxy"),
            Row(".NET", "reads HTTPS_PROXY (.NET Core), else the system's settings"),
            Row("git", "git config --global http.proxy http://PROXY:3128"),
        ),
        "https://curl.se/docs/manpage.html#ENVIRONMENT",
    ),
    HowTo.NO_PROXY: Guide(
        "Let a host go direct (NO_PROXY)",
        (
            Row("Linux, macOS", "export NO_PROXY=HOST,.corp.example no_proxy=HOST,.corp.example"),
            Row(
                "Windows", 'setx NO_PROXY "HOST,.corp.example"; system: netsh winhttp set proxy PROXY:3128 "HOST;*.corp.example"'
            ),
            Row("Java", '-Dhttp.nonProxyHosts="HOST|*.corp.example" (also for https; | between entries, * at an end)'),
            Row("Docker", '"noProxy" in ~/.docker/config.json'),
            Row("Kubernetes", "NO_PROXY with the cluster's networks, .svc and .cluster.local"),
            Row("git", 'git config --global http.https://HOST.proxy ""'),
            Row("Proxy script (PAC)", 'if (host == "HOST") return "DIRECT";'),
            Row("Every program", "write plain names, separated by commas: no spaces, no stars, no ports, no https://"),
        ),
        "https://about.gitlab.com/blog/we-need-to-talk-no-proxy/",
    ),
    HowTo.PROXY_LOGIN: Guide(
        "Give a proxy login to programs",
        (
            Row("Variables", "HTTPS_PROXY=http://USER:PASSWORD@PROXY:3128, with @ : / # in the password as %40 %3A %2F %23"),
            Row("curl", "curl -x http://PROXY:3128 -U USER (asks for the password)"),
            Row("Java", '-Dhttps.proxyUser and -Dhttps.proxyPassword, and -Djdk.http.auth.tunneling.disabledSchemes=""'),
            Row("git", "git config --global http.proxy http://USER@PROXY:3128 (the credential helper keeps the password)"),
            Row("Kerberos, NTLM", "a local proxy logs in for programs: px (Windows), cntlm; then set http://127.0.0.1:3128"),
            Row("diag", "diag run --proxy-user USER asks for the password"),
        ),
        "https://www.rfc-editor.org/rfc/rfc9110#section-11.7.1",
    ),
    HowTo.PROXY_SCRIPT: Guide(
        "Use or repair a proxy script (PAC)",
        (
            Row("Windows", "Settings > Network & internet > Proxy > Use setup script"),
            Row("macOS", "networksetup -setautoproxyurl Wi-Fi http://SERVER/proxy.pac"),
            Row("GNOME", "gsettings set org.gnome.system.proxy autoconfig-url http://SERVER/proxy.pac, and mode auto"),
            Row(
                "Server of the script",
                "Content-Type: application/x-ns-proxy-autoconfig, without a login, over a trusted certificate",
            ),
            Row("Programs without PAC", "read the proxy from the script once, and set HTTPS_PROXY to it"),
            Row("diag", "diag run --pac http://SERVER/proxy.pac shows the route of each endpoint"),
        ),
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/Proxy_servers_and_tunneling/Proxy_Auto-Configuration_PAC_file",
    ),
    HowTo.ALLOW_IN_PROXY: Guide(
        "Allow a host in a proxy",
        (
            Row("Squid", "acl service dstdomain HOST, and http_access allow CONNECT service before the rule that denies"),
            Row("Squid, ports", "acl SSL_ports port PORT, for ports other than 443"),
            Row("Zscaler, Netskope", "a URL category of the names, allowed for this location or user"),
            Row("tinyproxy", "remove the name from Filter, and ConnectPort PORT"),
            Row("Test on the proxy", "curl -sv https://HOST/ and dig HOST, on the proxy itself"),
        ),
        "https://wiki.squid-cache.org/SquidFaq/SquidAcl",
    ),
}
