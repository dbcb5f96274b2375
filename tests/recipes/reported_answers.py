"""What people report of ends that do answer: forwards on this computer, limits, countries, shared servers, search domains."""

from collections.abc import Callable

from diag.lab.authority import pem
from diag.model.verdict import Status
from tests.netns import Answers, House
from tests.netns.plan import CLIENT, PRIVATE, ROUTER, SERVER, SERVER6
from tests.recipes.baseline import NAME, healthy
from tests.recipes.dns.names import RESOLVER
from tests.recipes.http.answers import PASSED_ON, say, service
from tests.recipes.services import (
    HOST,
    PROXY,
    Page,
    declared,
    hang_up,
    name_all,
    odd_proxy,
    private_authority,
    serve_pages,
    trust_file,
)
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, ok, problem

LOCAL = 8443
OPENED = "HTTP/1.1 200 Connection established\r\n\r\n"
PAGE = "HTTP/1.1 {status} No\r\nContent-Type: text/html\r\nContent-Length: 18\r\n\r\n<html>No</html>..."
SQUID_SAYS = (
    "HTTP/1.1 503 No\r\nServer: squid/6.9\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)
NONE_LEFT = """add_header X-RateLimit-Remaining 0 always; return 403 '{"message": "API rate limit exceeded"}';"""
SOME_LEFT = """add_header X-RateLimit-Remaining 59 always; return 403 '{"message": "sign in"}';"""
COUNTRY = """default_type application/json; return 403 '{"error": {"code": "unsupported_country_region_territory"}}';"""
CLOSED = "<H1>403 ERROR</H1>The Amazon CloudFront distribution is configured to block access from your country."
EDGE_SAYS = f"HTTP/1.1 403 No\r\nServer: CloudFront\r\nContent-Length: {len(CLOSED)}\r\nConnection: close\r\n\r\n{CLOSED}"
NOT_LISTED = """{"message": "Source IP address: fd77:1::2 is blocked by Databricks IP ACL for workspace: 1"}"""
SEARCHED = "default.svc.cluster.test"


def forward(after: int) -> Stage:
    """The near end of a forward on this computer: it takes a connection, hears `after` bytes or nothing, and ends it."""

    def stage(house: House) -> Look:
        house.names({NAME: [SERVER]})
        house.serve(hang_up, LOCAL, after, "end", port=LOCAL, where="client")
        return Look(endpoints=(f"https://localhost:{LOCAL}",))

    return stage


def to_itself(house: House) -> Look:
    """The name leads to an address of this computer's own."""
    house.names({NAME: [CLIENT]})
    return Look(endpoints=(f"https://{NAME}:{LOCAL}",))


def on_one_family(address: str) -> Stage:
    """A service on this computer that works, and listens for one family alone, while localhost stands for both."""

    def stage(house: House) -> Look:
        authority = private_authority()
        leaf = authority.leaf("localhost")
        files = {"service.pem": pem(leaf.certificate, *leaf.chain), "service.key": leaf.key_pem()}
        certified = f"listen {address}:{LOCAL} ssl; ssl_certificate service.pem; ssl_certificate_key service.key;"
        house.names({NAME: [SERVER]})
        house.nginx(f"server {{ {certified} location / {{ return 200; }} }}", port=LOCAL, files=files, where="client")
        return Look(endpoints=(f"https://localhost:{LOCAL}",), trust=trust_file(house, authority))

    return stage


def into_the_tunnel(status: int) -> Stage:
    """The proxy opens the tunnel, and a page with this status is all that comes out of it."""

    def stage(house: House) -> Look:
        name_all(house, HOST)
        house.serve(odd_proxy, 3128, OPENED + PAGE.format(status=status), "", port=3128, where="router")
        return Look(endpoints=(f"https://{HOST}",), proxy=PROXY)

    return stage


def at_the_edge(house: House) -> Look:
    """A content network in front of the service says that it is closed to a country."""
    authority = private_authority()
    house.serve(say, 8080, EDGE_SAYS, port=8080)
    serve_pages(house, Page(authority.leaf(HOST), says=PASSED_ON))
    name_all(house, HOST)
    return declared(house, authority)


def one_family_listed(house: House) -> Look:
    """The service's list has this computer's IPv4 address, and not its IPv6 one."""
    authority = private_authority()
    leaf = authority.leaf(HOST)
    files = {"service.pem": pem(leaf.certificate, *leaf.chain), "service.key": leaf.key_pem()}
    words = "ssl_certificate service.pem; ssl_certificate_key service.key; default_type application/json;"
    said = {"443": "return 200;", "[::]:443": f"return 403 '{NOT_LISTED}';"}
    servers = (f"server {{ listen {door} ssl; {words} location / {{ {says} }} }}\n" for door, says in said.items())
    house.nginx("".join(servers), port=443, files=files)
    house.names({HOST: [SERVER, SERVER6]})
    return declared(house, authority)


def forward_by_hosts_file(house: House) -> Look:
    """A line of the hosts file leads the name to this computer, where the near end of a forward ends every connection."""
    house.names({NAME: [SERVER]})
    house.hosts({"127.0.0.1": [NAME]})
    house.serve(hang_up, LOCAL, 0, "end", port=LOCAL, where="client")
    return Look(endpoints=(f"https://{NAME}:{LOCAL}",))


def signed_on_the_way(house: House) -> Look:
    """A proxy that nobody set takes a plain request, and says that it could not go on."""
    name_all(house, HOST)
    house.serve(say, 8080, SQUID_SAYS, port=8080, where="router")
    house.capture(at=8080, port=80)
    return Look(endpoints=(f"http://{HOST}",))


def in_a_pod(**more: object) -> Callable[[House], object]:
    """The search list comes first, as in a pod of Kubernetes; what the resolver answers besides."""

    def act(house: House) -> None:
        house.names(Answers({NAME: [SERVER]}, **more))  # type: ignore[arg-type]
        text = f"nameserver {ROUTER}\nsearch {SEARCHED}\noptions ndots:5 timeout:2 attempts:1\n"
        house.client.write("resolv.conf", text)

    return act


def rebinding(*second: str) -> Stage:
    """A real dnsmasq that hides private addresses, and says "blocked" of them; `second`: a resolver that does not."""

    def stage(house: House) -> Look:
        house.resolver(Answers({NAME: [PRIVATE[0]]}), where="server")
        words = [
            "dnsmasq",
            "-k",
            "--no-resolv",
            "--no-hosts",
            f"--server={SERVER}",
            "--stop-dns-rebind",
            "--user=root",
            "--pid-file=",
        ]
        house.serve(words, port=53, protocol="udp", where="router")
        house.resolvers(ROUTER, *second)
        return Look(endpoints=(f"https://{NAME}",))

    return stage


def one_of_two(house: House) -> Look:
    """The resolver, or what is before it, drops the second of two questions that come from one port together."""
    look = healthy()(house)
    house.serve(reply_to_the_first, RESOLVER, NAME, SERVER, port=53, protocol="udp")
    house.resolvers(RESOLVER, options="timeout:4 attempts:2")
    return look


def reply_to_the_first(here: str, name: str, address: str) -> None:
    """Answer a question with this address, unless another came from the same port just before."""
    import socket
    import time

    import dns.message
    import dns.rcode
    import dns.rdatatype
    import dns.rrset

    wire = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    wire.bind((here, 53))
    last: dict[object, float] = {}
    while True:
        words, asker = wire.recvfrom(4096)
        soon, last[asker] = time.monotonic() - last.get(asker, -1.0) < 0.1, time.monotonic()
        if soon:
            continue
        query = dns.message.from_wire(words)
        answer = dns.message.make_response(query, recursion_available=True)
        if query.question[0].name.to_text() != f"{name}.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif query.question[0].rdtype == dns.rdatatype.A:
            answer.answer.append(dns.rrset.from_text(f"{name}.", 300, "IN", "A", address))
        wire.sendto(answer.to_wire(), asker)


def of_a_cloud(house: House) -> Look:
    """The only resolver is the one that Azure has inside its networks; here it is swallowed."""
    house.drop(to="168.63.129.16", protocol="udp")
    house.drop(to="168.63.129.16")
    house.resolvers("168.63.129.16")
    return Look(endpoints=(f"https://{NAME}",))


def without_metadata(house: House) -> Look:
    """The metadata service of a cloud, from where its answers do not arrive."""
    house.names({NAME: [SERVER]})
    house.also_at("169.254.169.254")
    house.drop(to="169.254.169.254")
    return Look(endpoints=("http://169.254.169.254/latest/meta-data/",))


RECIPES: tuple[Recipe, ...] = (
    *of(
        "network-connection-cut",
        problem("near-end-of-a-forward", "The near end of a forward on this computer ends every connection.", forward(0)),
        problem("forward-by-the-hosts-file", "The same, to which the hosts file leads.", forward_by_hosts_file),
        needs=(),
    ),
    *of(
        "network-connection-refused",
        problem("own-address", "The name leads to this computer's own address, where nobody listens.", to_itself),
        needs=(),
    ),
    *of(
        "tls-handshake-cut",
        problem("near-end-of-a-forward", "The near end of a forward hears the client, and ends the connection.", forward(65536)),
        needs=(),
    ),
    *of(
        "network-ipv6-broken",
        near_miss(
            "localhost-on-one-family", "A service on this computer listens for IPv4 alone, and works.", on_one_family("127.0.0.1")
        ),
        near_miss("network-connection-cut/near-end-of-a-forward"),
    ),
    *of(
        "network-connection-filtered",
        problem("metadata-of-a-cloud", "The metadata service of a cloud does not answer in a container.", without_metadata),
        needs=(),
    ),
    *of(
        "dns-resolver-silent",
        problem("of-a-cloud", "The only resolver is one that a cloud has inside its networks.", of_a_cloud),
        needs=(),
    ),
    *of(
        "network-address-dead",
        near_miss("localhost-on-the-other-family", "The same for IPv6 alone.", on_one_family("[::1]")),
    ),
    *of(
        "proxy-refuses-target",
        problem("page-into-the-tunnel", "The proxy opens the tunnel, and sends a 403 into it.", into_the_tunnel(403), needs=()),
        near_miss(
            "plain-service-in-the-tunnel",
            "The proxy opens the tunnel, and the service in it speaks plain HTTP: it takes the first message for no request.",
            into_the_tunnel(400),
            "tls-plaintext-answer",
            needs=(),
        ),
    ),
    *of(
        "http-status-unexpected",
        problem(
            "signed-on-the-way", "A proxy that nobody set says that it could not go on: a warning.", signed_on_the_way, needs=()
        ),
    ),
    *of(
        "http-rate-limited",
        problem("no-request-left", "The service answers 403, and that no request is left.", service(NONE_LEFT)),
        problem("no-request-left-with-503", "The same with 503.", service(NONE_LEFT.replace("403", "503"))),
        near_miss("some-requests-left", "The service answers 403, and that requests are left.", service(SOME_LEFT)),
    ),
    *of(
        "http-network-policy-denied",
        problem(
            "one-family-not-listed",
            "The service's list has the IPv4 address of this network, and not its IPv6 one.",
            one_family_listed,
        ),
        problem("country", "The service says that it does not serve the country of this network.", service(COUNTRY)),
        problem("country-at-the-edge", "A content network says so in front of the service.", at_the_edge),
    ),
    *of(
        "http-account-unknown",
        problem(
            "shared-server",
            "A server that many sites share says that none has this name.",
            service("return 404 '<html><head><title>No such app</title></head></html>';"),
        ),
        near_miss(
            "default-page",
            "The default page of a shared server says 404: of the name, or of the path alone.",
            service("return 404 'default backend - 404';"),
        ),
    ),
    *of(
        "dns-slow",
        problem(
            "search-domain-unanswered",
            "The search list comes first, and the resolver does not answer for names below its domain.",
            healthy(after=in_a_pod(silent=[SEARCHED])),
        ),
        problem("one-of-two-dropped", "The second of two questions that come together is dropped.", one_of_two),
        ok("search-domain-denied", "The search list comes first, and is denied at once.", healthy(after=in_a_pod())),
    ),
    *of(
        "dns-private-answers-stripped",
        problem("by-dnsmasq", "The first resolver hides private addresses, and says that they are blocked.", rebinding(SERVER)),
        needs=("dnsmasq",),
    ),
    *of(
        "dns-name-sinkholed",
        near_miss("dns-private-answers-stripped/by-dnsmasq", says=Status.PROBLEM),
        problem("by-dnsmasq-alone", "The same, and no other resolver is there to tell why.", rebinding(), needs=("dnsmasq",)),
    ),
)
