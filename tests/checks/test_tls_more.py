"""The TLS family, second part: handshakes that need one thing changed, weak and strict certificates, lists that do not agree."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from checks.tls import (
    alpn_refused,
    certificate_unfit,
    intercepted,
    issuer_untrusted,
    key_too_weak,
    large_hello_dropped,
    legacy_renegotiation,
    name_mismatch,
    no_shared_cipher,
    strict_rules_violated,
    trust_stores_differ,
    weak_key_exchange,
)
from diag.engine.judge import judge
from diag.knowledge.handshake_experiments import names, sizes
from diag.model.answer import Alert, Session, Trust, VerifyError
from diag.model.check import AnyCheck
from diag.model.machine import TrustSettings, TrustVariable
from diag.model.question import Handshake, Verify
from diag.model.verdict import Confidence, Owner, Status
from tests.checks.authorities import CORP_LEAF, CORP_ROOT, INTERMEDIATE, PUBLIC_LEAF, leaf
from tests.checks.evidence import Notes
from tests.checks.replies import HOST, NOW, PROXY_IP
from tests.checks.test_tls import DEAD, GAP, SPOKE, met
from tests.checks.verdicts import asks, judged

REFUSAL = "alert:handshake_failure"
LOW_GRADE = Session(finished=True, cipher="AES256-SHA", version="TLSv1.2", bytes_received=2000)
LARGE = {"failure": "timed_out", "hello_bytes": 1500}
SMALL = Session(finished=True, bytes_received=2000, hello_bytes=250)
UNTRUSTED = Trust((VerifyError(20, 0),))
TRUSTED = Trust(path=3)
CORP_FILE = TrustVariable("REQUESTS_CA_BUNDLE", "/etc/corp.pem", 1)
NODE_FILE = TrustVariable("NODE_EXTRA_CA_CERTS", "/etc/node.pem", 1)
PROTOCOL = "alert:no_application_protocol"


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, bits)


@cache
def with_rsa(bits: int) -> bytes:
    """A certificate for HOST whose RSA key has this many bits, signed with an RSA key and SHA-256."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    above = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Issuing")])
    days = timedelta(days=60)
    builder = x509.CertificateBuilder(above, name, rsa_key(bits).public_key(), 7, NOW - days, NOW + days)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
    return builder.sign(rsa_key(2048), hashes.SHA256()).public_bytes(Encoding.DER)


RSA_WITH = bytes.fromhex("2a864886f70d0101")
"""How the numbers of RSA's signatures begin (RFC 8017, appendix C): 11 is the one with SHA-256, 5 the one with SHA-1."""


def widely(scene: Notes, answer: Session) -> Notes:
    """The scene after its handshake was tried again with every cipher on offer."""
    return scene.also(replace(scene.handshake_question, ciphers="wide"), answer)


def leniently(scene: Notes, legacy: Session, wide: Session) -> Notes:
    """The scene after its handshake was tried with an old server allowed, and with everything."""
    scene.also(replace(scene.handshake_question, ciphers="legacy"), legacy)
    return widely(scene, wide)


def naming(scene: Notes, http_2: Session, nothing: Session) -> Notes:
    """The scene after its handshake was tried again with HTTP/2 named, and with nothing."""
    question = scene.handshake_question
    return scene.also(replace(question, alpn=("h2",)), http_2).also(replace(question, alpn=()), nothing)


def resized(scene: Notes, small: Session | None, low: Session, *others: Session) -> Notes:
    """The scene after its handshake was tried with a small message, in small packets, and with other names."""
    question = scene.handshake_question
    for variant, answer in zip((*sizes(question), *names(question)), (small, low, *others), strict=False):
        scene.also(variant, answer)
    return scene


def strictly(scene: Notes, *codes: int) -> Notes:
    question = scene.handshake_question
    return scene.also(
        Verify(question, trust=question.trust, strict=True), Trust(tuple(VerifyError(code, 0) for code in codes), path=0)
    )


def held(scene: Notes, public: Trust, *variables: tuple[TrustVariable, Trust]) -> Notes:
    """The scene after its chain was held against the public list and the files of some variables."""
    question = scene.handshake_question
    scene.machine(TrustSettings(tuple(variable for variable, _ in variables)))
    scene.also(Verify(question, trust="certifi"), public)
    for variable, answer in variables:
        scene.also(Verify(question, trust=variable.path), answer)
    return scene


OURS: dict[str, object] = {
    "failure": "tls_broken",
    "bytes_received": 900,
    "alerts": (Alert("us", 2, "handshake_failure"),),
}
"""How a handshake ends that this client would not go on with."""
GOOD = Session(finished=True, version="TLSv1.2", cipher="ECDHE-RSA-AES256-GCM-SHA384")
BROKEN = Session("tls_broken", bytes_received=900, alerts=(Alert("us", 2, "handshake_failure"),))


CASES: list[tuple[AnyCheck, str, Callable[[], Notes], Status]] = [
    (no_shared_cipher.CHECK, "more ciphers help", lambda: widely(met([], failure=REFUSAL), LOW_GRADE), Status.PROBLEM),
    (
        no_shared_cipher.CHECK,
        "too weak for this client",
        lambda: widely(met([leaf()], **OURS), LOW_GRADE),
        Status.OK,
    ),
    (
        no_shared_cipher.CHECK,
        "more ciphers do not help",
        lambda: widely(met([], failure=REFUSAL), Session(REFUSAL)),
        Status.PROBLEM,
    ),
    (no_shared_cipher.CHECK, "they end otherwise", lambda: widely(met([], failure=REFUSAL), Session("cut")), Status.UNKNOWN),
    (legacy_renegotiation.CHECK, "an old server", lambda: leniently(met([leaf()], **OURS), GOOD, GOOD), Status.PROBLEM),
    (legacy_renegotiation.CHECK, "a weak group", lambda: leniently(met([leaf()], **OURS), BROKEN, GOOD), Status.OK),
    (legacy_renegotiation.CHECK, "not tried", lambda: met([leaf()], **OURS), Status.UNKNOWN),
    (legacy_renegotiation.CHECK, "the server's alert", lambda: widely(met([], failure=REFUSAL), LOW_GRADE), Status.OK),
    (legacy_renegotiation.CHECK, "works", lambda: met([leaf()]), Status.OK),
    (legacy_renegotiation.CHECK, "cut", lambda: met([], failure="cut"), Status.UNKNOWN),
    (weak_key_exchange.CHECK, "a weak group", lambda: leniently(met([leaf()], **OURS), BROKEN, GOOD), Status.PROBLEM),
    (weak_key_exchange.CHECK, "one too weak for all", lambda: leniently(met([leaf()], **OURS), BROKEN, BROKEN), Status.PROBLEM),
    (weak_key_exchange.CHECK, "ended before its certificate", lambda: leniently(met([], **OURS), BROKEN, BROKEN), Status.UNKNOWN),
    (weak_key_exchange.CHECK, "an old server", lambda: leniently(met([leaf()], **OURS), GOOD, GOOD), Status.OK),
    (weak_key_exchange.CHECK, "not tried", lambda: met([leaf()], **OURS), Status.UNKNOWN),
    (weak_key_exchange.CHECK, "the server's alert", lambda: widely(met([], failure=REFUSAL), LOW_GRADE), Status.OK),
    (weak_key_exchange.CHECK, "works", lambda: met([leaf()]), Status.OK),
    (no_shared_cipher.CHECK, "not tried", lambda: met([], failure=REFUSAL), Status.UNKNOWN),
    (
        no_shared_cipher.CHECK,
        "the way did not open again",
        lambda: widely(met([], failure=REFUSAL), Session("timed_out", stage="connect")),
        Status.UNKNOWN,
    ),
    (
        no_shared_cipher.CHECK,
        "a client certificate was asked for",
        lambda: widely(met([leaf()], failure=REFUSAL, certificate_requested=True), LOW_GRADE),
        Status.OK,
    ),
    (no_shared_cipher.CHECK, "another alert", lambda: met([], failure="alert:protocol_version"), Status.OK),
    (no_shared_cipher.CHECK, "works", lambda: met([leaf()]), Status.OK),
    (no_shared_cipher.CHECK, "cut", lambda: met([], failure="cut"), Status.UNKNOWN),
    (alpn_refused.CHECK, "the server's word", lambda: met([], failure=PROTOCOL), Status.PROBLEM),
    (
        alpn_refused.CHECK,
        "served where nothing is named",
        lambda: naming(met([], failure=PROTOCOL), Session(PROTOCOL), SPOKE),
        Status.PROBLEM,
    ),
    (alpn_refused.CHECK, "HTTP/2 is taken", lambda: naming(met([], failure=PROTOCOL), SPOKE, SPOKE), Status.WARNING),
    (alpn_refused.CHECK, "another alert", lambda: met([], failure=REFUSAL), Status.OK),
    (alpn_refused.CHECK, "agreed", lambda: met([leaf()]), Status.OK),
    (alpn_refused.CHECK, "silent", lambda: met([], failure="timed_out"), Status.UNKNOWN),
    (large_hello_dropped.CHECK, "small passes", lambda: resized(met([], **LARGE), SMALL, DEAD, DEAD, DEAD), Status.PROBLEM),
    (
        large_hello_dropped.CHECK,
        "small passes, large is cut",
        lambda: resized(met([], failure="reset", hello_bytes=1500), SMALL, DEAD),
        Status.PROBLEM,
    ),
    (large_hello_dropped.CHECK, "not tried", lambda: met([], **LARGE), Status.UNKNOWN),
    (large_hello_dropped.CHECK, "the small one was cut short", lambda: resized(met([], **LARGE), None, DEAD), Status.UNKNOWN),
    (large_hello_dropped.CHECK, "small packets pass too", lambda: resized(met([], **LARGE), SMALL, SPOKE), Status.OK),
    (large_hello_dropped.CHECK, "another name passes too", lambda: resized(met([], **LARGE), SMALL, DEAD, SPOKE), Status.OK),
    (large_hello_dropped.CHECK, "nothing passes", lambda: resized(met([], **LARGE), DEAD, DEAD), Status.OK),
    (large_hello_dropped.CHECK, "small packets were not tried", lambda: small_alone(met([], **LARGE)), Status.UNKNOWN),
    (
        large_hello_dropped.CHECK,
        "it was not larger",
        lambda: resized(met([], failure="timed_out", hello_bytes=250), SMALL, DEAD),
        Status.UNKNOWN,
    ),
    (large_hello_dropped.CHECK, "not tried", lambda: met([], **LARGE), Status.UNKNOWN),
    (large_hello_dropped.CHECK, "works", lambda: met([leaf()]), Status.OK),
    (key_too_weak.CHECK, "refused", lambda: met([with_rsa(1024), INTERMEDIATE], (66, 0)), Status.PROBLEM),
    (key_too_weak.CHECK, "accepted", lambda: met([with_rsa(1024), INTERMEDIATE]), Status.WARNING),
    (key_too_weak.CHECK, "long enough", lambda: met([with_rsa(2048), INTERMEDIATE]), Status.OK),
    (key_too_weak.CHECK, "a curve", lambda: met([leaf(), INTERMEDIATE]), Status.OK),
    (key_too_weak.CHECK, "of a root in the store", lambda: met([leaf(), INTERMEDIATE], (67, 2)), Status.UNKNOWN),
    (key_too_weak.CHECK, "nothing presented", lambda: met([], failure="cut"), Status.UNKNOWN),
    (strict_rules_violated.CHECK, "strictly refused", lambda: strictly(met([CORP_LEAF, CORP_ROOT]), 85), Status.WARNING),
    (strict_rules_violated.CHECK, "strictly accepted", lambda: strictly(met([leaf(), INTERMEDIATE])), Status.OK),
    (strict_rules_violated.CHECK, "refused anyway", lambda: strictly(met([CORP_LEAF], *GAP), 85), Status.UNKNOWN),
    (strict_rules_violated.CHECK, "not tried", lambda: met([CORP_LEAF]), Status.UNKNOWN),
    (strict_rules_violated.CHECK, "nothing presented", lambda: met([], failure="cut"), Status.UNKNOWN),
    (trust_stores_differ.CHECK, "the system alone", lambda: held(met([CORP_LEAF, CORP_ROOT]), UNTRUSTED), Status.WARNING),
    (
        trust_stores_differ.CHECK,
        "a variable's file alone",
        lambda: held(met([CORP_LEAF], *GAP), UNTRUSTED, (CORP_FILE, TRUSTED)),
        Status.PROBLEM,
    ),
    (
        trust_stores_differ.CHECK,
        "a variable's file leaves public authorities out",
        lambda: held(met([PUBLIC_LEAF, INTERMEDIATE]), TRUSTED, (CORP_FILE, UNTRUSTED)),
        Status.WARNING,
    ),
    (
        trust_stores_differ.CHECK,
        "a file that adds to the public list",
        lambda: held(met([PUBLIC_LEAF, INTERMEDIATE]), TRUSTED, (NODE_FILE, UNTRUSTED)),
        Status.OK,
    ),
    (trust_stores_differ.CHECK, "all accept", lambda: held(met([PUBLIC_LEAF, INTERMEDIATE]), TRUSTED), Status.OK),
    (trust_stores_differ.CHECK, "all refuse", lambda: held(met([CORP_LEAF], *GAP), UNTRUSTED), Status.OK),
    (
        trust_stores_differ.CHECK,
        "a file that cannot be used",
        lambda: held(met([leaf()]), TRUSTED, (CORP_FILE, Trust(failure="store_unreadable"))),
        Status.OK,
    ),
    (trust_stores_differ.CHECK, "not asked", lambda: met([CORP_LEAF]), Status.UNKNOWN),
    (trust_stores_differ.CHECK, "declared", lambda: met([CORP_LEAF], trust="corp.pem"), Status.NOT_APPLICABLE),
    (
        trust_stores_differ.CHECK,
        "expired and nothing else",
        lambda: held(met([leaf()], (10, 0)), Trust((VerifyError(10, 0),))),
        Status.OK,
    ),
]


def small_alone(scene: Notes) -> Notes:
    return scene.also(sizes(scene.handshake_question)[0], SMALL)


@pytest.mark.parametrize(
    ("check", "scene", "status"), [(c, s, st) for c, _, s, st in CASES], ids=[f"{c[0].id}: {c[1]}" for c in CASES]
)
def test_each_cause_is_found_where_it_is_and_nowhere_else(check: AnyCheck, scene: Callable[[], Notes], status: Status) -> None:
    assert judged(check, scene()).status is status


def test_only_a_refused_handshake_is_tried_with_more_ciphers() -> None:
    refused = met([], failure=REFUSAL)
    asked = [question.ciphers for question in asks(no_shared_cipher.CHECK, refused) if isinstance(question, Handshake)]
    assert asked == ["legacy", "wide"]
    for scene in (met([leaf()]), met([], failure="cut"), met([leaf()], failure=REFUSAL, certificate_requested=True)):
        assert asks(no_shared_cipher.CHECK, scene) == []
    for answer, further in ((Session(REFUSAL), ["retired"]), (LOW_GRADE, [])):
        scene = leniently(met([], failure=REFUSAL), Session(REFUSAL), answer)
        assert [question.ciphers for question in asks(no_shared_cipher.CHECK, scene)] == ["legacy", "wide", *further]


@pytest.mark.parametrize(
    ("version", "cipher", "form"),
    [
        ("TLSv1.2", "RC4-SHA", None),
        ("SSLv3", "AES128-SHA", None),
        ("TLSv1.2", "AES128-SHA", "nothing_fits"),
        ("TLSv1.2", "", "nothing_fits"),
        ("", "", "nothing_fits"),
    ],
)
def test_only_a_choice_that_nobody_else_offers_tells_of_ciphers(version: str, cipher: str, form: str | None) -> None:
    """A server that takes a usual cipher from the message by hand had another reason: a smaller message, or no ALPN."""
    scene = widely(met([], failure=REFUSAL), Session(REFUSAL))
    chosen = Session("not_supported" if version else REFUSAL, version=version, cipher=cipher)
    finding = judged(no_shared_cipher.CHECK, scene.also(replace(scene.handshake_question, ciphers="retired"), chosen))
    assert (finding.status, finding.facts.get("form")) == (Status.PROBLEM, form)
    assert finding.confidence is (Confidence.POSSIBLE if form else Confidence.CERTAIN)


def test_the_cipher_that_the_server_takes_is_named() -> None:
    finding = judged(no_shared_cipher.CHECK, widely(met([], failure=REFUSAL), LOW_GRADE))
    assert (finding.facts["cipher"], finding.facts["version"]) == ("AES256-SHA", "TLSv1.2")


def test_what_the_server_speaks_instead_is_named() -> None:
    scene = met([], failure=PROTOCOL)
    asked = [question.alpn for question in asks(alpn_refused.CHECK, scene) if isinstance(question, Handshake)]
    assert asked == [("h2",), ()]
    assert judged(alpn_refused.CHECK, naming(scene, SPOKE, Session(PROTOCOL))).facts["accepted"] == ("h2",)


def test_more_failures_of_the_large_message_make_it_surer() -> None:
    assert judged(large_hello_dropped.CHECK, resized(met([], **LARGE), SMALL, DEAD)).confidence is Confidence.LIKELY
    sure = judged(large_hello_dropped.CHECK, resized(met([], **LARGE), SMALL, DEAD, DEAD, DEAD))
    assert (sure.confidence, sure.facts["large"], sure.facts["small"]) == (Confidence.CERTAIN, 1500, 250)


def test_a_weakness_is_named() -> None:
    assert judged(key_too_weak.CHECK, met([with_rsa(1024)], (66, 0))).facts["weakness"] == "key"


def test_a_signature_with_sha1_is_a_weakness() -> None:
    finding = judged(key_too_weak.CHECK, met([with_rsa(2048).replace(RSA_WITH + b"\x0b", RSA_WITH + b"\x05")], (68, 0)))
    assert (finding.facts["weakness"], finding.facts["kind"]) == ("signature", "sha1")


def test_the_strict_rule_and_the_certificate_are_named() -> None:
    finding = judged(strict_rules_violated.CHECK, strictly(met([CORP_LEAF, CORP_ROOT]), 85))
    assert finding.facts["rule"] == ("issuer_key_unnamed",)
    assert finding.facts["certificate"] == HOST


def test_who_accepts_and_who_refuses_is_said() -> None:
    finding = judged(trust_stores_differ.CHECK, held(met([CORP_LEAF], *GAP), UNTRUSTED, (CORP_FILE, TRUSTED)))
    assert finding.facts["accepting"] == ("REQUESTS_CA_BUNDLE",)
    assert finding.facts["refusing"] == ("system", "certifi")
    assert finding.facts["accepted_for"] == ("python_requests",)
    rows = list(zip(*(finding.facts[column] for column in ("clients", "stores", "accepts")), strict=True))  # type: ignore[arg-type]
    assert ("curl", "system", "no") in rows
    assert ("python_requests", "REQUESTS_CA_BUNDLE", "yes") in rows
    assert ("python_httpx", "certifi", "no") in rows
    assert ("java", "java", "not_looked_at") in rows


def test_lists_that_differ_explain_why_the_issuer_is_untrusted_here() -> None:
    scene = held(met([CORP_LEAF, CORP_ROOT], (19, 1)), UNTRUSTED, (CORP_FILE, TRUSTED))
    causes = judge(scene.evidence, (issuer_untrusted.CHECK, trust_stores_differ.CHECK)).causes
    assert [(cause.id, cause.explains) for cause in causes] == [("tls-trust-stores-differ", ("tls-issuer-untrusted",))]


def test_an_inspecting_proxy_explains_that_lists_differ() -> None:
    scene = held(met([leaf(issuer="Zscaler Root CA")]), UNTRUSTED)
    causes = judge(scene.evidence, (intercepted.CHECK, trust_stores_differ.CHECK)).causes
    assert [(cause.id, cause.explains) for cause in causes] == [("tls-intercepted", ("tls-trust-stores-differ",))]


def at_proxy(*errors: tuple[int, int], chain: Iterable[bytes] = (CORP_LEAF,), **answer: object) -> Notes:
    """A walk as far as the handshake with a proxy that is spoken to over TLS."""
    scene = Notes(proxy="proxy.corp.test:3128", proxy_scheme="https").lookup(PROXY_IP).connect()
    complaints = tuple(VerifyError(*error) for error in errors)
    return scene.proxy_handshake(chain=tuple(chain), verify_errors=complaints, **answer)


@pytest.mark.parametrize(
    ("check", "scene"),
    [
        (name_mismatch.CHECK, lambda: at_proxy((62, 0))),
        (certificate_unfit.CHECK, lambda: at_proxy((26, 0))),
        (issuer_untrusted.CHECK, lambda: at_proxy(*GAP, chain=(leaf("proxy.corp.test", issuer="Corp Root"), CORP_ROOT))),
        (trust_stores_differ.CHECK, lambda: held(at_proxy(), UNTRUSTED)),
        (strict_rules_violated.CHECK, lambda: strictly(at_proxy(), 85)),
        (no_shared_cipher.CHECK, lambda: widely(at_proxy(chain=(), failure=REFUSAL), LOW_GRADE)),
    ],
)
def test_the_session_with_a_proxy_is_judged_as_one_with_a_service(check: AnyCheck, scene: Callable[[], Notes]) -> None:
    finding = judged(check, scene())
    assert finding.status in (Status.PROBLEM, Status.WARNING)
    assert finding.owner is not Owner.SERVICE
