"""Names: which resolvers are asked, what a computer remembers of them, private zones of clouds."""

from diag.model.how_to import HowTo
from diag.report.wording.how_to.topic import Guide, Row

GUIDES = {
    HowTo.RESOLVERS: Guide(
        "Choose the resolvers of a computer",
        (
            Row(
                "See them",
                "resolvectl status (systemd-resolved), cat /etc/resolv.conf, scutil --dns (macOS),"
                " Get-DnsClientServerAddress (Windows)",
            ),
            Row(
                "NetworkManager",
                "nmcli connection modify NAME ipv4.dns ADDRESS ipv4.ignore-auto-dns yes; nmcli connection up NAME",
            ),
            Row("systemd-resolved", "resolvectl dns LINK ADDRESS; for one domain alone: resolvectl domain LINK ~corp.example"),
            Row("Windows", "Set-DnsClientServerAddress -InterfaceAlias Ethernet -ServerAddresses ADDRESS"),
            Row("Windows, one domain", "Add-DnsClientNrptRule -Namespace .corp.example -NameServers ADDRESS"),
            Row("macOS", "networksetup -setdnsservers Wi-Fi ADDRESS; for one domain: /etc/resolver/corp.example"),
            Row("Docker", 'docker run --dns ADDRESS, or "dns" in /etc/docker/daemon.json'),
            Row("Kubernetes", "a server block in the ConfigMap of CoreDNS: corp.example { forward . ADDRESS }"),
        ),
        "https://man7.org/linux/man-pages/man5/resolv.conf.5.html",
    ),
    HowTo.FLUSH_DNS: Guide(
        "Clear the DNS caches",
        (
            Row("systemd-resolved", "resolvectl flush-caches"),
            Row("nscd", "nscd -i hosts"),
            Row("dnsmasq", "sudo systemctl restart dnsmasq"),
            Row("Windows", "ipconfig /flushdns"),
            Row("macOS", "sudo dscacheutil -flushcache; sudo killall -HUP mDNSResponder"),
            Row("Java", "restart the program; -Dsun.net.inetaddr.ttl=60 for later"),
            Row("Chrome, Edge", "chrome://net-internals/#dns > Clear host cache"),
            Row("Kubernetes", "kubectl -n kube-system rollout restart deployment coredns"),
        ),
        "https://www.freedesktop.org/software/systemd/man/latest/resolvectl.html",
    ),
    HowTo.HOSTS_FILE: Guide(
        "Correct the hosts file",
        (
            Row("Linux, macOS", "sudoedit /etc/hosts: put # in front of the line"),
            Row("Windows", "Notepad as administrator: C:\\Windows\\System32\\drivers\\etc\\hosts"),
            Row("Docker", "remove --add-host, or extra_hosts in compose.yaml"),
            Row("Kubernetes", "remove hostAliases from the pod"),
        ),
        "https://man7.org/linux/man-pages/man5/hosts.5.html",
    ),
    HowTo.LOOKUP_ORDER: Guide(
        "Set the order in which names are looked up",
        (
            Row("Linux (glibc)", "/etc/nsswitch.conf: hosts: files dns"),
            Row("Search list", "search and options ndots:1 in /etc/resolv.conf; a final dot in the name goes past it"),
            Row("Kubernetes", "dnsConfig: options: [{name: ndots, value: '1'}] in the pod"),
            Row("Windows", "Set-DnsClientGlobalSetting -SuffixSearchList corp.example"),
            Row("macOS", "networksetup -setsearchdomains Wi-Fi corp.example"),
        ),
        "https://man7.org/linux/man-pages/man5/nsswitch.conf.5.html",
    ),
    HowTo.RUN_RESOLVER: Guide(
        "Repair a resolver",
        (
            Row("Unbound", "forward-zone: name: corp.example, forward-addr: ADDRESS; private-domain: for private answers"),
            Row("BIND", "zone corp.example { type forward; forwarders { ADDRESS; }; }; allow-query for the clients"),
            Row("dnsmasq", "server=/corp.example/ADDRESS, rebind-domain-ok=/corp.example/"),
            Row("Windows DNS", "Add-DnsServerConditionalForwarderZone -Name corp.example -MasterServers ADDRESS"),
            Row("Pi-hole, AdGuard", "allow the name in the list of the filter"),
            Row("Firewall", "open port 53 over UDP and over TCP to the resolver (RFC 7766)"),
            Row("DNSSEC", "delv NAME, or dnsviz.net, shows which signature is wrong; check the resolver's clock"),
        ),
        "https://www.rfc-editor.org/rfc/rfc7766",
    ),
    HowTo.PRIVATE_ZONE: Guide(
        "Make a private endpoint's name known",
        (
            Row("AWS", "aws route53 associate-vpc-with-hosted-zone, or private DNS names enabled on the interface endpoint"),
            Row("Azure", "az network private-dns link vnet create, and a DNS zone group on the private endpoint"),
            Row("Google Cloud", "gcloud dns managed-zones update ZONE --networks=NETWORK"),
            Row("On premises, AWS", "forward the zone to an inbound endpoint of the Route 53 Resolver"),
            Row("On premises, Azure", "forward the zone to an inbound endpoint of an Azure DNS Private Resolver"),
            Row("On premises, Google", "forward the zone to the inbound forwarding addresses of Cloud DNS"),
            Row("Check", "dig +short HOST on this computer: a private address"),
        ),
        "https://learn.microsoft.com/en-us/azure/private-link/private-endpoint-dns",
    ),
    HowTo.PRIVATE_RULES: Guide(
        "Allow traffic to a private endpoint",
        (
            Row(
                "AWS",
                "security group of the VPC endpoint: incoming PORT; state available in aws ec2 describe-vpc-endpoints",
            ),
            Row("AWS, policy", "the endpoint policy and the bucket policy (aws:SourceVpce) name the bucket and the account"),
            Row("Azure", "network security group of the subnet: incoming PORT; connection state Approved"),
            Row("Google Cloud", "gcloud compute firewall-rules create: egress PORT; the connection's status ACCEPTED"),
            Row("Service", "add the endpoint's id or its private addresses to the network policy of the account"),
        ),
        "https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html",
    ),
}
