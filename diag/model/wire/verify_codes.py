"""What the verification of a chain complains of: OpenSSL's numbers (X509_V_ERR, x509_vfy.h) as the rules that they stand for."""

from enum import StrEnum


class Rule(StrEnum):
    """What a certificate must be, by the word for what it is not."""

    ISSUER_MISSING = "issuer_missing"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    DATES_UNREADABLE = "dates_unreadable"
    SELF_SIGNED = "self_signed"
    ROOT_UNKNOWN = "root_unknown"
    WRONG_NAME = "wrong_name"
    WRONG_SIGNATURE = "wrong_signature"
    ISSUER_KEY_DIFFERS = "issuer_key_differs"
    SIGNATURE_UNREADABLE = "signature_unreadable"
    REVOKED = "revoked"
    REVOCATION_UNKNOWN = "revocation_unknown"
    WRONG_PURPOSE = "wrong_purpose"
    NO_AUTHORITY = "no_authority"
    MAY_NOT_SIGN = "may_not_sign"
    TOO_MANY_BELOW = "too_many_below"
    CHAIN_TOO_LONG = "chain_too_long"
    NAME_NOT_PERMITTED = "name_not_permitted"
    NAME_EXCLUDED = "name_excluded"
    LIMIT_UNREADABLE = "limit_unreadable"
    CRITICAL_UNKNOWN = "critical_unknown"
    EXTENSION_BROKEN = "extension_broken"
    POLICY = "policy"
    KEY_TOO_WEAK = "key_too_weak"
    SIGNATURE_TOO_WEAK = "signature_too_weak"
    KEY_OF_WRONG_KIND = "key_of_wrong_kind"
    REJECTED = "rejected"
    LENGTH_WITHOUT_AUTHORITY = "length_without_authority"
    LENGTH_WITHOUT_SIGNING = "length_without_signing"
    SIGNING_WITHOUT_AUTHORITY = "signing_without_authority"
    ISSUER_NAMELESS = "issuer_nameless"
    AUTHORITY_NAMELESS = "authority_nameless"
    ISSUER_KEY_UNNAMED = "issuer_key_unnamed"
    OWN_KEY_UNNAMED = "own_key_unnamed"
    NAMES_EMPTY = "names_empty"
    NAMES_NOT_CRITICAL = "names_not_critical"
    CONSTRAINTS_NOT_CRITICAL = "constraints_not_critical"
    ISSUER_KEY_CRITICAL = "issuer_key_critical"
    OWN_KEY_CRITICAL = "own_key_critical"
    NO_KEY_USAGE = "no_key_usage"
    OLD_VERSION = "old_version"
    OTHER = "other"


_NUMBERS: dict[Rule, tuple[int, ...]] = {
    Rule.ISSUER_MISSING: (2, 20, 21),
    Rule.NOT_YET_VALID: (9,),
    Rule.EXPIRED: (10,),
    Rule.DATES_UNREADABLE: (13, 14),
    Rule.SELF_SIGNED: (18,),
    Rule.ROOT_UNKNOWN: (19, 27, 95),
    Rule.WRONG_NAME: (62, 63, 64),
    Rule.WRONG_SIGNATURE: (7, 29, 77, 78),
    Rule.ISSUER_KEY_DIFFERS: (30, 31),
    Rule.SIGNATURE_UNREADABLE: (4, 6, 24, 76),
    Rule.REVOKED: (23,),
    Rule.REVOCATION_UNKNOWN: (3, 5, 8, 11, 12, 15, 16, 33, 35, 36, 44, 54, 73, 74, 75, 96, 97, 98, 99, 100),
    Rule.WRONG_PURPOSE: (26, 39),
    Rule.NO_AUTHORITY: (37, 79),
    Rule.MAY_NOT_SIGN: (32,),
    Rule.TOO_MANY_BELOW: (25,),
    Rule.CHAIN_TOO_LONG: (22, 55),
    Rule.NAME_NOT_PERMITTED: (47,),
    Rule.NAME_EXCLUDED: (48,),
    Rule.LIMIT_UNREADABLE: (1, 49, 51, 52, 53),
    Rule.CRITICAL_UNKNOWN: (34,),
    Rule.EXTENSION_BROKEN: (41, 45, 46),
    Rule.POLICY: (42, 43),
    Rule.KEY_TOO_WEAK: (66, 67),
    Rule.SIGNATURE_TOO_WEAK: (68,),
    Rule.KEY_OF_WRONG_KIND: (57, 58, 59, 60, 61, 94),
    Rule.REJECTED: (28,),
    Rule.LENGTH_WITHOUT_AUTHORITY: (80,),
    Rule.LENGTH_WITHOUT_SIGNING: (81,),
    Rule.SIGNING_WITHOUT_AUTHORITY: (82,),
    Rule.ISSUER_NAMELESS: (83,),
    Rule.AUTHORITY_NAMELESS: (84,),
    Rule.ISSUER_KEY_UNNAMED: (85, 102, 103),
    Rule.OWN_KEY_UNNAMED: (86,),
    Rule.NAMES_EMPTY: (87,),
    Rule.NAMES_NOT_CRITICAL: (88,),
    Rule.CONSTRAINTS_NOT_CRITICAL: (89,),
    Rule.ISSUER_KEY_CRITICAL: (90,),
    Rule.OWN_KEY_CRITICAL: (91,),
    Rule.NO_KEY_USAGE: (92,),
    Rule.OLD_VERSION: (56, 93),
    Rule.OTHER: (17, 38, 40, 50, 65, 69, 70, 71, 72),
}
"""The numbers of each rule. `OTHER` are those that ask for what diag never asks of a chain, or that tell of no certificate.

1 is what OpenSSL says of more names and limits than it is willing to compare.
"""
RULE_OF_CODE = {number: rule for rule, numbers in _NUMBERS.items() for number in numbers}
WEAK = frozenset({66, 67, 68})
"""The server's key, an authority's key, the hash of an authority's signature is too weak."""


def rule_of(code: int) -> Rule:
    """Return the rule that a number stands for; one that is newer than this table is `OTHER`."""
    return RULE_OF_CODE.get(code, Rule.OTHER)
