"""One run's canaries: what opens something, what names the customer, what is public; and the places where they are planted."""

import base64
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tests.bundle.spellings import BINARY, PAIRS, SPELLINGS
from tests.bundle.spellings import spelt as spelt_in

ALL = tuple(names for names in (*((name,) for name in SPELLINGS), *PAIRS) if names[0] not in BINARY)
"""Each way, and each around another; outermost what may stand within a line of a page."""
LETTERS = "bcdfghjkmnpqrstvwxz"


@dataclass(frozen=True)
class Canaries:
    """The values of one run. Drawn from a generator, so that a run can be repeated."""

    login: str
    password: str
    netrc: str
    environment: str
    """A secret in a variable that is none of diag's business."""
    cookie: str
    bearer: str
    signature: str
    typed: str
    """A password that a form of a page holds."""
    private_key: str
    user: str
    machine: str
    excepted: str
    """An inside host that NO_PROXY names."""
    searched: str
    """A search domain of resolv.conf."""
    overridden: str
    """A host of another line of the hosts file."""
    commented: str
    """A word in a comment of resolv.conf and of the hosts file."""
    product: str
    """What a server calls itself: public."""

    @property
    def home(self) -> str:
        """The user's home folder."""
        return f"/home/{self.user}"

    def never(self) -> dict[str, str]:
        """What must be nowhere: not in the bundle, not on the screen, not in a log."""
        return {
            "password": self.password,
            "netrc": self.netrc,
            "environment": self.environment,
            "cookie": self.cookie,
            "bearer": self.bearer,
            "signature": self.signature,
            "typed": self.typed,
            "private key": self.private_key,
            "comment": self.commented,
        }

    def not_in_a_bundle(self) -> dict[str, str]:
        """What names the customer: on the own screen it may stand, at the standard level it leaves with nothing."""
        return {
            "login": self.login,
            "user": self.user,
            "machine": self.machine,
            "NO_PROXY": self.excepted,
            "search domain": self.searched,
            "hosts file": self.overridden,
        }


def draw(chance: random.Random) -> Canaries:
    """New canaries."""

    def word(length: int = 12) -> str:
        return "".join(chance.choice(LETTERS) for _ in range(length))

    def opaque(length: int = 20) -> str:
        marks = chance.choice(("/+&", "!@:", "%25", " ~", "=", "'", "ü"))
        return f"{word(length // 2)}{chance.randrange(10, 99)}{marks}{word(length // 2)}"

    return Canaries(
        login=f"svc{word()}",
        password=opaque(),
        netrc=opaque(),
        environment=opaque(),
        cookie=word(24),
        bearer=base64.urlsafe_b64encode(chance.randbytes(24)).decode(),
        signature=f"{word(16)}%3D{word(8)}",
        typed=f"{word(10)}{chance.randrange(100, 999)}",
        private_key=base64.b64encode(chance.randbytes(48)).decode(),
        user=chance.choice((f"{word(6)}.{word(8)}", word(11), f"{word(5)}{chance.randrange(10, 99)}")),
        machine=f"ws-{word(8)}",
        excepted=f"db.{word(8)}.inside.example.com",
        searched=f"{word(9)}.corp.example.com",
        overridden=f"{word(10)}.intranet.example.com",
        commented=word(14),
        product=f"canary-{word(8)}/1.0",
    )


def spelt(value: str, chance: random.Random) -> str:
    """A value as a server might echo it."""
    plain = value.encode()
    return chance.choice(
        (
            value,
            quote(value, safe=""),
            base64.b64encode(plain).decode(),
            base64.b64encode(b"x" + plain).decode(),
            base64.b64encode(b"xy" + plain + b"z").decode(),
        )
    )


def page(canaries: Canaries, chance: random.Random) -> bytes:
    """What a careless server says: echoes of the login, of the person, of the machine, and secrets of its own."""
    login = f"{canaries.login}:{canaries.password}"
    pieces = [
        f"user {spelt(canaries.login, chance)} is not allowed",
        f"credentials {spelt(login, chance)} were refused",
        f"your password {spelt(canaries.password, chance)} has expired",
        f"file {canaries.home}/ca.pem on {canaries.machine}",
        f"host {canaries.excepted} is not {canaries.searched}",
        f"<a href='https://idp.example.net/in?ticket={canaries.signature}&x=1'>sign in</a>",
        f"<input type=hidden name='csrf_token' value='{canaries.typed}'>",
        f'{{"access_token":"{canaries.typed}","error":"denied"}}',
        f"Authorization: Bearer {canaries.bearer}\r",
        f"Set-Cookie: sid={canaries.cookie}\r",
        f"-----BEGIN PRIVATE KEY-----\n{canaries.private_key}\n-----END PRIVATE KEY-----",
    ]
    pieces += [f"<p>{told}</p>" for told in layered(canaries).values()]
    chance.shuffle(pieces)
    return "\n".join(pieces[: chance.randint(3, len(pieces))]).encode()


def layered(canaries: Canaries) -> dict[str, str]:
    """The password, and one of the server's own secrets, each spelt in one or two of thirty ways."""
    chance = random.Random(canaries.password)
    told = {}
    for name, value in (("password", canaries.password), ("token", f"token={canaries.typed}")):
        ways = chance.choice(ALL)
        told[f"{name} in {' in '.join(ways)}"] = spelt_in(value, *reversed(ways)).decode("latin-1")
    return told


def headers(canaries: Canaries, chance: random.Random) -> tuple[tuple[str, str], ...]:
    """The same in headers."""
    all_of_them = [
        ("Set-Cookie", f"sid={canaries.cookie}; Path=/"),
        ("Location", f"https://idp.example.net/in?ticket={canaries.signature}"),
        ("X-Api-Key", canaries.bearer),
        ("X-Echo", f"Basic {base64.b64encode(f'{canaries.login}:{canaries.password}'.encode()).decode()}"),
        ("X-Who", f"{canaries.user} at {canaries.machine}, {canaries.home}"),
        ("Via", f"1.1 {canaries.excepted} (squid)"),
        ("X-Debug", f"token={canaries.typed}"),
    ]
    return (("X-Served-By", canaries.product), *chance.sample(all_of_them, chance.randint(2, len(all_of_them))))


def script(canaries: Canaries) -> bytes:
    """A proxy script that tells too much."""
    return (
        f"// {canaries.commented} of {canaries.user}, {canaries.netrc.encode('ascii', 'replace').decode()}\n"
        f"var token = '{canaries.typed}';\n"
        "function FindProxyForURL(url, host) {\n"
        f"  if (dnsDomainIs(host, '.{canaries.excepted}')) return 'PROXY {canaries.machine}:3128';\n"
        "  return 'DIRECT';\n}\n"
    ).encode()


def environment(canaries: Canaries, proxy: str, home: Path) -> dict[str, str]:
    """Variables: those that diag heeds, and those that are none of its business."""
    return {
        "HOME": str(home),
        "USER": canaries.user,
        "HTTPS_PROXY": proxy,
        "HTTP_PROXY": proxy,
        "NO_PROXY": f"localhost,.{canaries.excepted},{canaries.excepted}:8080",
        "SSL_CERT_FILE": f"{canaries.home}/ca.pem",
        "REQUESTS_CA_BUNDLE": f"\\\\{canaries.machine}\\c$\\Users\\{canaries.user}\\ca.pem",
        "AWS_SECRET_ACCESS_KEY": canaries.environment,
        "DATABASE_URL": f"postgres://app:{quote(canaries.environment, safe='')}@{canaries.overridden}/db",
        "PS1": canaries.environment,
    }


def furnish(root: Path, home: Path, canaries: Canaries) -> None:
    """Files of a machine: hosts, resolv.conf, netrc."""
    (root / "etc").mkdir(parents=True)
    (root / "etc" / "hosts").write_text(
        f"127.0.0.1 localhost {canaries.machine}\n10.9.8.7 {canaries.overridden} # {canaries.commented}\n"
    )
    (root / "etc" / "resolv.conf").write_text(
        f"# {canaries.commented}\nnameserver 127.0.0.53\nsearch {canaries.searched} example.com\n"
        f"options ndots:2 x-{canaries.commented}\n"
    )
    home.mkdir(parents=True)
    netrc = home / ".netrc"
    netrc.write_text(f'machine git.example.com login {canaries.login} password "{canaries.netrc}"\n', encoding="utf-8")
    netrc.chmod(0o600)


def forms(value: str) -> Iterator[bytes]:
    """What to search for."""
    plain = value.encode()
    yield plain
    yield quote(value, safe="").encode()
    yield quote(value).encode()
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + plain)
        yield encoded[(8 * shift + 5) // 6 : 8 * (shift + len(plain)) // 6]
