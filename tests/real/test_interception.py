"""A gateway that opens every encrypted connection, met at two hundred endpoints at once."""

from diag.lab.authority import CertificateAuthority
from tests.netns import House, needs
from tests.real.customer import diag
from tests.recipes.services import Page, name_all, now, private_authority, serve_pages, trust_file

pytestmark = needs("nginx")
HOSTS = tuple(f"api.customer{number}.test" for number in range(200))


def test_one_issuer_at_two_hundred_endpoints_is_one_cause(house: House) -> None:
    east = CertificateAuthority(now(), title="Web Gateway East")
    west = CertificateAuthority(now(), title="Web Gateway West", root=east.root)
    pages = [Page((east, west)[number % 2].leaf(host), host) for number, host in enumerate(HOSTS)]
    roots = [Page(page.credential.presenting(*page.credential.chain, east.root.certificate), page.name) for page in pages]
    serve_pages(house, *roots)
    name_all(house, *HOSTS)
    told = {"SSL_CERT_FILE": trust_file(house, private_authority())}
    screen = diag(house, "run", *HOSTS, "--timeout", "5", "--deadline", "50", "--json", **told)
    (cause,) = screen.document["causes"]
    assert (screen.code, cause["id"], cause["confidence"]) == (1, "tls-intercepted", "likely")
    assert cause["endpoints"] == [f"https://{host}:443" for host in HOSTS]
    assert {"tls-issuer-untrusted"} <= set(cause["explains"])
    assert {state["status"] for state in screen.document["endpoints"]} == {"problem"}
