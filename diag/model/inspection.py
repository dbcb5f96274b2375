"""Products that read encrypted connections on their way, known by the names that they give to their certificates."""

PRODUCTS = (
    ("zscaler", "Zscaler"),
    ("netskope", "Netskope"),
    ("goskope", "Netskope"),
    ("fortinet", "Fortinet"),
    ("fortigate", "Fortinet"),
    ("palo alto networks", "Palo Alto Networks"),
    ("blue coat", "Blue Coat"),
    ("bluecoat", "Blue Coat"),
    ("cisco umbrella", "Cisco Umbrella"),
    ("check point", "Check Point"),
    ("mcafee web gateway", "McAfee Web Gateway"),
    ("skyhigh", "Skyhigh"),
    ("forcepoint", "Forcepoint"),
    ("websense", "Forcepoint"),
    ("barracuda", "Barracuda"),
    ("watchguard", "WatchGuard"),
    ("sonicwall", "SonicWall"),
    ("sophos", "Sophos"),
    ("cato networks", "Cato Networks"),
    ("iboss", "iboss"),
    ("menlo security", "Menlo Security"),
    ("gateway ca - cloudflare", "Cloudflare Gateway"),
    ("smoothwall", "Smoothwall"),
    ("lightspeed systems", "Lightspeed"),
    ("securly", "Securly"),
    ("contentkeeper", "ContentKeeper"),
    ("untangle", "Untangle"),
    ("trend micro", "Trend Micro"),
    ("cyberoam", "Cyberoam"),
    ("kaspersky", "Kaspersky"),
    ("eset ssl filter", "ESET"),
    ("avast web/mail shield", "Avast"),
    ("avg web/mail shield", "AVG"),
    ("bitdefender", "Bitdefender"),
    ("mitmproxy", "mitmproxy"),
    ("charles proxy", "Charles"),
    ("do_not_trust_fiddler", "Fiddler"),
    ("portswigger", "Burp"),
)
"""Words in an issuer's name, in lower case, and the product whose they are."""


def product_in(text: str) -> str:
    """The product that a certificate's names give away; empty: none that is known."""
    lower = text.lower()
    return next((product for word, product in PRODUCTS if word in lower), "")


def word_of(text: str) -> str:
    """The word in `text` by which its product is known; empty: none."""
    lower = text.lower()
    return next((word for word, _ in PRODUCTS if word in lower), "")
