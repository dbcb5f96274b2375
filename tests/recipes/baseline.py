"""What stands in the house before anything is broken: names that resolve, and a service of the server room that works."""

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime

from diag.lab.authority import CertificateAuthority, pem
from tests.netns import Answers, Forwarder, House
from tests.netns.plan import SERVER, Place
from tests.recording.recipe import Look, Stage

NAME = "service.house.test"
OTHER = "other.house.test"
URL = f"https://{NAME}"
OTHER_URL = f"https://{OTHER}"

TLS = """
server {
    listen 443 ssl; listen [::]:443 ssl; listen 80; listen [::]:80;
    ssl_certificate service.pem; ssl_certificate_key service.key;
    location / { return 200 "here\\n"; }
}
"""

Names = Mapping[str, Collection[str]] | Answers | Forwarder
Break = Callable[[House], object]


def serve(house: House, *hosts: str, servers: str = TLS, where: Place = "server") -> str:
    """A service that works, for NAME and OTHER unless other hosts or addresses are given; returns the path of its root.

    `servers` are nginx's words, with `service.pem` and `service.key` at hand.
    """
    authority = CertificateAuthority(datetime.now(UTC))
    leaf = authority.leaf(*(hosts or (NAME, OTHER)))
    files = {"service.pem": pem(leaf.certificate, *leaf.chain), "service.key": leaf.key_pem()}
    house.nginx(servers, port=443, files=files, where=where)
    return str(house.errand("trust", {"root.pem": pem(authority.root.certificate)}) / "root.pem")


def healthy(
    *endpoints: str, names: Names | None = None, after: Break | None = None, trusted: bool = True, **options: object
) -> Stage:
    """Names (NAME alone, at the server, unless said) and a service that works; then `after` breaks something, or nothing.

    What is looked at is URL, unless other endpoints are given; diag is told the service's root if it is `trusted`, and
    `options` are those of `Look`.
    """

    def stage(house: House) -> Look:
        house.names({NAME: [SERVER]} if names is None else names)
        trust = serve(house)
        if after:
            after(house)
        return Look(endpoints=endpoints or (URL,), trust=trust if trusted else None, **options)  # type: ignore[arg-type]

    return stage


def bare(*endpoints: str, names: Names | None = None, after: Break | None = None, **options: object) -> Stage:
    """The same without a service."""

    def stage(house: House) -> Look:
        house.names({NAME: [SERVER]} if names is None else names)
        if after:
            after(house)
        return Look(endpoints=endpoints or (URL,), **options)  # type: ignore[arg-type]

    return stage


def all_of(*breaks: Break) -> Break:
    """Several things that are broken, one after the other."""
    return lambda house: [act(house) for act in breaks]
