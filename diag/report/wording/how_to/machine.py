"""The computer and its network: clock, routes, firewalls, limits, packet sizes, IPv6."""

from diag.model.how_to import HowTo
from diag.report.wording.how_to.topic import Guide, Row

GUIDES = {
    HowTo.SET_CLOCK: Guide(
        "Set the clock, and keep it right",
        (
            Row("Linux", "sudo timedatectl set-ntp true; timedatectl status"),
            Row("chrony", "sudo chronyc makestep"),
            Row("Windows", "w32tm /resync (as administrator)"),
            Row("macOS", "sudo sntp -sS time.apple.com"),
            Row("VMware, Hyper-V", "switch on time synchronisation of the guest, or NTP in the guest: one of them"),
            Row("WSL", "sudo hwclock -s, or wsl --shutdown in Windows"),
            Row("Containers", "set the clock of the host"),
        ),
        "https://www.rfc-editor.org/rfc/rfc5905",
    ),
    HowTo.CONNECT: Guide(
        "Connect this computer to its network",
        (
            Row("Linux", "ip -brief address; ip route; nmcli device connect NAME"),
            Row("Windows", "Get-NetAdapter; ipconfig /renew"),
            Row("macOS", "networksetup -getinfo Wi-Fi; ipconfig set en0 DHCP"),
            Row("Docker", "docker network inspect NETWORK; --network none has no network"),
            Row("Virtual machines", "check the adapter's type (NAT, bridge) in the settings of the host"),
            Row("Guest networks", "open a browser and sign in on the network's page"),
        ),
        "https://www.rfc-editor.org/rfc/rfc2131",
    ),
    HowTo.ROUTES: Guide(
        "Find and change the routes of a computer",
        (
            Row("Linux", "ip route get ADDRESS; ip rule; sudo ip route del NETWORK"),
            Row("Linux, preference", "nmcli connection modify NAME ipv4.route-metric 50"),
            Row(
                "Windows", "Find-NetRoute -RemoteIPAddress ADDRESS; route delete NETWORK; Set-NetIPInterface -InterfaceMetric 10"
            ),
            Row("macOS", "route -n get ADDRESS; sudo route delete NETWORK; networksetup -ordernetworkservices"),
            Row("Docker", '"default-address-pools" in /etc/docker/daemon.json moves its networks elsewhere'),
            Row("VPN", "split tunnelling in the VPN's profile decides which networks it takes"),
        ),
        "https://man7.org/linux/man-pages/man8/ip-route.8.html",
    ),
    HowTo.LOCAL_FIREWALL: Guide(
        "Allow a connection in the firewall of a computer",
        (
            Row("Linux", "sudo nft list ruleset; sudo iptables -S OUTPUT; ufw status verbose; firewall-cmd --list-all"),
            Row("Windows", "Get-NetFirewallRule -Direction Outbound -Action Block -Enabled True"),
            Row("macOS", "sudo pfctl -sr; Little Snitch, LuLu: their own rules"),
            Row("Kubernetes", "kubectl get networkpolicy -A: an egress rule for the address and port"),
            Row("VPN", "the option that blocks all traffic outside the tunnel (kill switch)"),
        ),
        "https://wiki.nftables.org/wiki-nftables/index.php/Main_Page",
    ),
    HowTo.NETWORK_FIREWALL: Guide(
        "Ask for a connection to be allowed (diag request writes the text)",
        (
            Row("Firewall team", "source address, destination name and addresses, port, TCP, outgoing, and since when"),
            Row("AWS", "security group (outgoing), network ACL (both directions), route table, NAT gateway"),
            Row("Azure", "network security group, Azure Firewall, route table"),
            Row("Google Cloud", "firewall rules (egress), routes, Cloud NAT"),
            Row("Kubernetes", "NetworkPolicy with egress; ServiceEntry in Istio"),
            Row("All", "diag request BUNDLE writes it as text, Markdown or CSV"),
        ),
        "https://www.rfc-editor.org/rfc/rfc9293",
    ),
    HowTo.LIMITS: Guide(
        "Raise the limits for files and ports",
        (
            Row("Shell", "ulimit -n 65536"),
            Row("systemd service", "systemctl edit SERVICE: [Service] LimitNOFILE=65536"),
            Row("Linux, all", "sysctl fs.file-max; sysctl net.ipv4.ip_local_port_range"),
            Row("Docker", "docker run --ulimit nofile=65536"),
            Row("Windows", "netsh int ipv4 set dynamicport tcp start=10000 num=50000"),
            Row("macOS", "sudo launchctl limit maxfiles 65536 200000"),
            Row("NAT gateways", "more addresses, or more ports for each computer"),
            Row("Programs", "one connection pool for all requests, with keep-alive"),
        ),
        "https://www.rfc-editor.org/rfc/rfc6056",
    ),
    HowTo.MTU: Guide(
        "Find and set the packet size (MTU)",
        (
            Row("Find it, Linux", "ping -M do -s 1472 ADDRESS: lower 1472 until replies come; the MTU is 28 more"),
            Row("Find it, Windows", "ping -f -l 1472 ADDRESS"),
            Row("Linux", "sudo ip link set dev NAME mtu 1400"),
            Row("Windows", "netsh interface ipv4 set subinterface NAME mtu=1400 store=persistent"),
            Row("macOS", "sudo networksetup -setMTU en0 1400"),
            Row("WireGuard", "MTU = 1380 under [Interface]"),
            Row("Docker", '"mtu": 1400 in /etc/docker/daemon.json'),
            Row(
                "Router",
                "clamp the segment size: iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS"
                " --clamp-mss-to-pmtu",
            ),
        ),
        "https://www.rfc-editor.org/rfc/rfc8201",
    ),
    HowTo.IPV6: Guide(
        "Repair IPv6, or prefer IPv4",
        (
            Row("Linux (glibc)", "precedence ::ffff:0:0/96 100 in /etc/gai.conf"),
            Row("Windows", "netsh interface ipv6 set prefixpolicy ::ffff:0:0/96 46 4"),
            Row("Java", "-Djava.net.preferIPv4Stack=true"),
            Row("Node.js", "--dns-result-order=ipv4first"),
            Row("curl", "curl -4"),
            Row("Network", "ip -6 route on this computer: a default route that leads nowhere has to go"),
        ),
        "https://www.rfc-editor.org/rfc/rfc8305",
    ),
    HowTo.KEEP_ALIVE: Guide(
        "Keep idle connections alive",
        (
            Row("Linux", "sysctl net.ipv4.tcp_keepalive_time=120 (for programs that switch keep-alive on)"),
            Row("Windows", "KeepAliveTime under HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"),
            Row("PostgreSQL", "keepalives_idle=120 in the connection string"),
            Row("JDBC pools", "maximum lifetime below the idle time-out (HikariCP: maxLifetime, keepaliveTime)"),
            Row("AWS", "idle time-out of the load balancer; NAT gateway and Network Load Balancer: 350 s"),
            Row("Azure", "idle time-out of the load balancer: 4 to 100 minutes"),
        ),
        "https://www.rfc-editor.org/rfc/rfc1122#page-101",
    ),
    HowTo.TIME_OUT: Guide(
        "Give a program more time",
        (
            Row("curl", "curl --connect-timeout 30 --max-time 120"),
            Row("Python requests", "requests.get(URL, timeout=(10, 120))"),
            Row("Node.js", "AbortSignal.timeout(120000)"),
            Row("Java", "HttpClient: connectTimeout and timeout of the request"),
            Row("Go", "http.Client{Timeout: 120 * time.Second}"),
            Row(".NET", "HttpClient.Timeout = TimeSpan.FromSeconds(120)"),
            Row("diag", "diag run --timeout 60 --deadline 300"),
        ),
        "https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9",
    ),
}
