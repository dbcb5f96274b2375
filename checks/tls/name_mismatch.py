"""The server's certificate is valid for other names than the one that was asked for.

*What it means*

A certificate lists the names it is good for. The name that was asked for is not in the list, so a program cannot know whether
it has reached the right server.

*Why it matters*

Clients refuse the connection. It can be a harmless mistake in the list, or the wrong server answering: another service behind
the same address, a login page of the network, a stale DNS entry.

*What to do*

Compare the names in the certificate with the name that was asked for. If they belong to the same service, use one of them, or
ask its provider to add the missing one. If they belong to something else, find out why this name leads there: DNS, the hosts
file, a private endpoint, the network's login page.

*How it is told apart*

Only the list of names counts (subject alternative names, RFC 9525), and an address must stand in it as an address. Where there is
no list, and the old common name is the right one, the finding says which programs still read that. It also says in which way the
names differ: a star stands for one label only, and never for an underscore's dash. Where the right certificate was sent, but not
first, that is what is wrong.
"""

from enum import StrEnum

from diag.knowledge.each_address import SEEN_AT, at_each_address
from diag.knowledge.presented_name import is_strangers, own_comes_later
from diag.knowledge.shared_rivals import ANOTHER_ANSWERS
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.address import literal
from diag.model.answer import Session
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown
from diag.model.wire.certificate import ALTERNATIVE_NAMES, covers, fits
from diag.model.wire.chain import presented, untrusted
from diag.model.wire.facts import Certificate

_MOST_NAMES = 8
"""How many of the certificate's names are shown, the most alike first."""
FILTERED = "filtered-by-name"
COMMON_NAME, SECOND = "common_name", "second"
"""Forms: the name stands in the old place alone; the right certificate was sent, and not as the first."""


class Why(StrEnum):
    """In which way the names differ."""

    OTHER_NAMES = "other_names"
    TOO_DEEP_FOR_WILDCARD = "too_deep_for_wildcard"
    WILDCARD_FOR_PARENT = "wildcard_for_parent"
    UNDERSCORE = "underscore"
    ADDRESS = "address"
    ADDRESS_AS_DNS_NAME = "address_as_dns_name"
    ONLY_COMMON_NAME = "only_common_name"
    OTHER_COMMON_NAME = "other_common_name"


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether the certificate that was presented leaves out the endpoint's name."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    host = view.endpoint.host
    if covers(chain.leaf, host):
        return ok(seen.observation)
    if ALTERNATIVE_NAMES in chain.leaf.broken:
        return unknown(Because.UNDECIDED, seen.observation)  # it has a list of names, and nobody can read it
    names = sorted(chain.leaf.names, key=lambda name: -_alike(name, host))
    why, strange = _why(chain.leaf, host), is_strangers(chain.leaf, host)
    return problem(
        seen.observation,
        about=chain.leaf.fingerprint,
        # Certificate of nobody known, or of others alone: it may be a page of the network or of a filter, and no mistake there.
        rules_out={
            ANOTHER_ANSWERS.id: () if strange or untrusted(seen.answer) else (seen.observation,),
            FILTERED: () if strange else (seen.observation,),
        },
        host=host,
        names=tuple(names[:_MOST_NAMES]) or None,
        listed=len(names),
        subject=chain.leaf.common_name or None,
        mismatch=why.value,
        refused=bool(seen.answer.verify_errors) if why is Why.ONLY_COMMON_NAME else None,
        form=_form(why, seen.answer, host),
    )


def _form(why: Why, answer: Session, host: str) -> str | None:
    if own_comes_later(answer.chain, host):
        return SECOND
    return COMMON_NAME if why is Why.ONLY_COMMON_NAME else None


def _alike(name: str, host: str) -> int:
    """How many labels two names share, from the right."""
    count = 0
    for one, other in zip(reversed(name.split(".")), reversed(host.split(".")), strict=False):
        if one != other:
            break
        count += 1
    return count


def _why(leaf: Certificate, host: str) -> Why:
    if literal(host) is not None:
        return Why.ADDRESS_AS_DNS_NAME if host in leaf.names else Why.ADDRESS
    if set(leaf.names) <= set(leaf.addresses) and fits(leaf.common_name.lower(), host):
        return Why.ONLY_COMMON_NAME
    if not leaf.names:
        return Why.OTHER_COMMON_NAME
    if "_" in host and covers(leaf, host.replace("_", "-")):
        return Why.UNDERSCORE
    parents = [name[1:] for name in leaf.names if name.startswith("*.")]
    if any(f".{host}" == parent for parent in parents):
        return Why.WILDCARD_FOR_PARENT
    return Why.TOO_DEEP_FOR_WILDCARD if any(host.endswith(parent) for parent in parents) else Why.OTHER_NAMES


_IN_THE_OLD_PLACE = Sentences(
    title="The certificate of {host} names it only in the common name, which most programs ignore",
    seen=(
        "{host} presented a certificate without any DNS name in its list of names (subject alternative names). The name is"
        " only in the common name.",
        *SEEN_AT,
    ),
    means=(
        "Browsers, Go and most Python programs read only the list of names, and refuse the connection.",
        When("refused", (False,), "curl and Python's own ssl accept the certificate."),
    ),
    remedy=(
        "If you run {host}, have the certificate issued again, with {host} among its alternative names (DNS).",
        "If you do not, report it to its provider. Nothing on this computer needs to change.",
    ),
)
_IN_THE_WRONG_ORDER = Sentences(
    title="{host} sends its certificates in the wrong order",
    seen=(
        "The first certificate that {host} presented is for other names ({subject}). The one for {host} came after it.",
        *SEEN_AT,
    ),
    means="The server's own certificate has to come first. Programs look for the name only in the first one, and refuse this.",
    remedy=(
        "If you run {host}, put its own certificate first into the file that the server loads, then the ones above it.",
        "If you do not, report it to its provider. Nothing on this computer needs to change.",
    ),
)
CHECK = EndpointCheck(
    id="tls-name-mismatch",
    owner=Owner.SERVICE,
    at_wrong_address=True,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9525",
    do=(HowTo.SERVE_CERTIFICATE,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null | openssl x509 -noout"
            " -subject -ext subjectAltName",
            "names without this one",
        ),
        ShellLine("curl.exe -sv {to_url}", "a certificate for other names", Shell.POWERSHELL),
    ),
    needs=Stage.HANDSHAKE,
    any_session=True,
    applies=speaks_tls,
    judge=judge,
    rivals=(
        ANOTHER_ANSWERS,
        Rival(
            FILTERED,
            owner=Owner.DNS,
            decided_by="the addresses of {host}, as a resolver outside this network gives them",
            words="a DNS filter blocks the name, and gives the address of its own page",
        ),
    ),
    tokens={"mismatch": Why},
    about_chain=True,
    alike=("form",),
    measures=("listed",),
    sentences=Sentences(
        title="The certificate presented for {host} is for other names",
        seen=(
            "The certificate does not cover {host}: {mismatch}.",
            "It covers {listed} {listed:name|names}. The most similar: {names}.",
            *SEEN_AT,
        ),
        means="Either the certificate lacks a name, or another server answered. Programs refuse both.",
        remedy=(
            "If you run {host}, add {host} to the certificate. If you do not, and the names above belong to the same service,"
            " use one of them.",
            "If they belong to something else, find out why {host} leads there. Check its addresses, the hosts"
            " file, whether a DNS filter blocks the name, and whether the network wants you to sign in first.",
        ),
    ),
    forms=((COMMON_NAME, _IN_THE_OLD_PLACE), (SECOND, _IN_THE_WRONG_ORDER)),
)
