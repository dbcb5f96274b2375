"""What the verification of a chain complains of, in words: the same in a cause, a drawn chain and the story of a handshake."""

from diag.language import said
from diag.model.wire.verify_codes import Rule, rule_of
from diag.report.wording.phrases import PHRASES


def verify_words(code: int) -> str:
    """Return what a certificate is refused for (OpenSSL's X509_V_ERR), as a clause about `it`."""
    rule = rule_of(code)
    return said("OpenSSL refuses it with code {code}", code=code) if rule is Rule.OTHER else PHRASES["rule"][rule.value]
