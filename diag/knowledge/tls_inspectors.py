"""The products that open encrypted connections, by what their authorities call themselves.

Matched are whole words of an issuer's common name, organisation or unit: never a place, a host's name, or a part of a word. Words
that people and companies bear as well (`Norton`, `Check Point`, `Barracuda`) stand with the word that makes them the product's.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property

from msgspec import Struct


class Kind(StrEnum):
    """Where a product stands, and so who can make an exception."""

    NETWORK = "gateway"
    SCANNER = "virus_scanner"
    DEVELOPER = "developers_tool"


class Product(Struct, frozen=True, dict=True):
    """One product."""

    name: str
    kind: Kind
    words: tuple[str, ...]
    """In lower case. What begins with `=` is the whole name that the issuer bears."""

    def signed(self, titles: Iterable[str]) -> bool:
        """Return whether an issuer that calls itself so is this product's."""
        return any(self._pattern.search(title.lower()) for title in titles)

    def words_in(self, title: str) -> str:
        """Return the words of a title that are this product's; empty: none."""
        found = self._pattern.search(title.lower())
        return found[0] if found else ""

    @property
    def word(self) -> str:
        """The name as a word of `ProductWord`."""
        return _word(self.name)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        exact = [rf"\A{re.escape(word[1:])}\Z" for word in self.words if word.startswith("=")]
        whole = [rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" for word in self.words if not word.startswith("=")]
        return re.compile("|".join(exact + whole))


PRODUCTS = (
    Product("Zscaler", Kind.NETWORK, ("zscaler",)),
    Product("Netskope", Kind.NETWORK, ("netskope", "goskope", "goskope.com")),
    Product("Palo Alto Networks", Kind.NETWORK, ("palo alto networks", "palo alto decryption", "prisma access", "globalprotect")),
    Product("Fortinet", Kind.NETWORK, ("fortinet", "fortigate", "fortisase", "fortiproxy")),
    Product("Cisco Umbrella", Kind.NETWORK, ("cisco umbrella", "opendns")),
    Product("Cisco Secure Access", Kind.NETWORK, ("cisco secure access",)),
    Product(
        "Cisco Secure Web Appliance",
        Kind.NETWORK,
        ("cisco web security", "cisco secure web", "cisco cloud web security", "ironport", "scansafe"),
    ),
    Product(
        "Blue Coat (Symantec)",
        Kind.NETWORK,
        (
            "blue coat",
            "bluecoat",
            "proxysg",
            "symantec web security",
            "symantec cloud web security",
            "symantec wss",
            "symantec web protection",
            "symantec edge swg",
        ),
    ),
    Product("Forcepoint", Kind.NETWORK, ("forcepoint", "websense")),
    Product(
        "Check Point",
        Kind.NETWORK,
        (
            "check point software",
            "check point software technologies",
            "check point https inspection",
            "check point security gateway",
            "check point harmony",
            "check point ca",
            "checkpoint https inspection",
            "harmony connect",
        ),
    ),
    Product("Sophos", Kind.NETWORK, ("sophos", "cyberoam")),
    Product(
        "Skyhigh (McAfee)",
        Kind.NETWORK,
        ("skyhigh security", "skyhigh secure web gateway", "skyhigh networks", "mcafee web gateway", "mcafee wgcs"),
    ),
    Product(
        "Cloudflare Gateway",
        Kind.NETWORK,
        ("gateway ca - cloudflare", "cloudflare gateway", "cloudflare for teams", "cloudflare zero trust"),
    ),
    Product("Cato Networks", Kind.NETWORK, ("cato networks",)),
    Product("iboss", Kind.NETWORK, ("iboss",)),
    Product("Menlo Security", Kind.NETWORK, ("menlo security", "menlosecurity")),
    Product(
        "Barracuda",
        Kind.NETWORK,
        ("barracuda networks", "barracuda web", "barracuda ssl", "barracuda content shield", "barracuda cloudgen", "cudasvc"),
    ),
    Product("WatchGuard", Kind.NETWORK, ("watchguard", "watchguard_technologies", "fireware")),
    Product("SonicWall", Kind.NETWORK, ("sonicwall",)),
    Product("Smoothwall", Kind.NETWORK, ("smoothwall",)),
    Product("Lightspeed", Kind.NETWORK, ("lightspeed systems",)),
    Product("Securly", Kind.NETWORK, ("securly",)),
    Product("ContentKeeper", Kind.NETWORK, ("contentkeeper",)),
    Product("Untangle", Kind.NETWORK, ("=untangle", "www.untangle.com", "untangle, inc")),
    Product("Trend Micro", Kind.NETWORK, ("trend micro",)),
    Product(
        "Kaspersky",
        Kind.SCANNER,
        (
            "kaspersky lab",
            "kaspersky anti-virus",
            "kaspersky web anti-virus",
            "kaspersky endpoint security",
            "kaspersky personal",
        ),
    ),
    Product("ESET", Kind.SCANNER, ("eset ssl filter", "eset, spol")),
    Product("Avast", Kind.SCANNER, ("avast web/mail shield", "avast! web/mail shield", "avast untrusted")),
    Product("AVG", Kind.SCANNER, ("avg web/mail shield", "avg technologies")),
    Product("Bitdefender", Kind.SCANNER, ("bitdefender",)),
    Product("Norton", Kind.SCANNER, ("norton web/mail shield", "norton antivirus", "norton security", "nortonlifelock")),
    Product("AdGuard", Kind.SCANNER, ("adguard personal ca", "adguard root")),
    Product("mitmproxy", Kind.DEVELOPER, ("mitmproxy",)),
    Product("Burp", Kind.DEVELOPER, ("portswigger", "portswigger ca")),
    Product("Charles", Kind.DEVELOPER, ("charles proxy", "xk72")),
    Product(
        "Fiddler", Kind.DEVELOPER, ("do_not_trust_fiddlerroot", "do_not_trust_fiddler", "fiddler root", "created by fiddler")
    ),
    Product("Proxyman", Kind.DEVELOPER, ("proxyman",)),
    Product("HTTP Toolkit", Kind.DEVELOPER, ("http toolkit ca",)),
)


def _word(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


ProductWord = StrEnum("ProductWord", {_word(product.name).upper(): _word(product.name) for product in PRODUCTS})  # type: ignore[misc]
"""Every product, as a word."""


def product_of(titles: Iterable[str]) -> Product | None:
    """Return the product whose authority calls itself so; None: none that is known."""
    known = tuple(titles)
    return next((product for product in PRODUCTS if product.signed(known)), None)
