"""The server's certificate is valid for other names than the one that was asked for.

*What it means*

A certificate lists the names it is good for. The name that this client connected to is not in the list, so the client cannot
know whether it has reached the right server.

*Why it matters*

Clients refuse the connection. It can be a harmless mistake in the list, or the wrong server answering: another service behind
the same address, a login page of the network, a stale DNS entry.

*What to do*

Compare the names in the certificate with the name that was asked for. If they belong to the same service, use one of them, or
ask its provider to add the missing one. If they belong to something else, find out why this name leads there: DNS, the hosts
file, a private endpoint, the network's login page.

*How it is told apart*

Only the list of names counts (subject alternative names, RFC 9525); the old common name is not looked at, since clients no
longer do. The fact `why` says in which way the names differ: `too_deep_for_wildcard` (a star stands for one label only),
`wildcard_for_parent`, `underscore` (the name with dashes would do), `only_common_name`, `address` or `other_names`.
"""

from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.address import literal
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown
from diag.model.wire.certificate import Certificate, covers
from diag.model.wire.chain import presented, untrusted

_MOST_NAMES = 8
"""How many of the certificate's names are shown, the most alike first."""


def judge(view: EndpointView) -> Finding:
    """Whether the certificate that was presented leaves out the endpoint's name."""
    seen = view.session
    chain = presented(seen.answer) if seen else None
    if seen is None or chain is None:
        return unknown(Because.NOT_REACHED)
    host = view.endpoint.host
    if covers(chain.leaf, host):
        return ok(seen.observation)
    names = sorted(chain.leaf.names, key=lambda name: -_alike(name, host))
    return problem(
        seen.observation,
        about=chain.leaf.fingerprint,
        # A stranger's certificate that nobody vouches for may be a network's own page and not the service's mistake.
        confidence=Confidence.LIKELY if untrusted(seen.answer) else Confidence.CERTAIN,
        host=host,
        names=tuple(names[:_MOST_NAMES]) or ("none",),
        listed=len(names),
        subject=chain.leaf.common_name or "none",
        why=_why(chain.leaf, host),
    )


def _alike(name: str, host: str) -> int:
    """How many labels two names share, from the right."""
    count = 0
    for one, other in zip(reversed(name.split(".")), reversed(host.split(".")), strict=False):
        if one != other:
            break
        count += 1
    return count


def _why(leaf: Certificate, host: str) -> str:
    """In which way the names differ."""
    if literal(host) is not None:
        return "address"
    if not leaf.names:
        return "only_common_name"
    if "_" in host and covers(leaf, host.replace("_", "-")):
        return "underscore"
    parents = [name[1:] for name in leaf.names if name.startswith("*.")]
    if any(f".{host}" == parent for parent in parents):
        return "wildcard_for_parent"
    return "too_deep_for_wildcard" if any(host.endswith(parent) for parent in parents) else "other_names"


CHECK = EndpointCheck(
    id="tls-name-mismatch",
    owner=Owner.SERVICE,
    about_chain=True,
    at_wrong_address=True,
    article=__doc__,
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    sentences=Sentences(
        title="The certificate presented for {host} is for other names",
        seen="Names that the certificate lists: {listed}, among them {names}. {host} is not covered ({why}).",
        means="Either the list leaves a name out, or it is not {host} that answered. Clients refuse both.",
        remedy=(
            "If the names above belong to the same service, use one of them in place of {host}, or ask its provider to have"
            " {host} added to the certificate.",
            "If they belong to something else, find out why {host} leads there: see the addresses that it resolves to, the"
            " hosts file, and whether the network wants you to log in first.",
        ),
    ),
)
