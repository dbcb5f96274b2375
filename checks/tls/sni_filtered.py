"""A filter allows or blocks TLS connections by the name they ask for.

*What it means*

At the beginning of the TLS handshake the client names the service in clear text (SNI). With this name the connection was cut
or met with silence; with another name, or none, the same address answered.

*Why it matters*

The service works and can be reached; a filter between here and there blocks it by its name. Changing addresses does not help.

*What to do*

Ask the network team to allow the name in whatever inspects TLS: a firewall with application rules, a web filter, a DNS or cloud
security service.

*How it is told apart*

Nothing but the name was changed between the tries. Where a smaller first message with the same name is answered, it was not the
name. Where the system shows that the first message never arrived at the other
end, the server cannot have been the one that refused. Where it did arrive, or that is not known, a server that drops names it
does not serve would look alike, and the finding is less certain.
"""

from collections.abc import Iterable
from enum import StrEnum

from diag.knowledge.each_address import HANDSHAKE_AT, asked_at_each_address, at_each_address
from diag.knowledge.handshake_experiments import ENDED_OR_SILENT, answered, died, hello_read, names, seen_of, with_small_hello
from diag.knowledge.untrusted_chain import speaks_tls
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, ShellLine
from diag.model.question import Handshake, Question
from diag.model.verdict import Because, Confidence, Finding, Owner, ok, problem, unknown


class Passed(StrEnum):
    """What was answered where the name was not."""

    NO_NAME = "no_name"
    OTHER_NAME = "other_name"


@at_each_address
def judge(view: EndpointView) -> Finding:
    """Return whether another name gets an answer where this one gets none."""
    seen = view.session
    if seen is None:
        return unknown(Because.NOT_REACHED)
    if not died(seen.answer, how=ENDED_OR_SILENT) or not seen.question.server_name:
        return ok(seen.observation)
    others = seen_of(view, names(seen.question))
    if not others:
        return unknown(Because.NOT_LOOKED, seen.observation)
    passed = [other for other in others if answered(other)]
    if not passed:
        return ok(seen.observation, *others)
    smaller = view.asked(with_small_hello(seen.question))
    if smaller is not None and answered(smaller):
        return unknown(Because.UNDECIDED, seen.observation, smaller, *passed)
    read = None if view.proxy else hello_read(seen.answer)
    return problem(
        seen.observation,
        *passed,
        about=view.endpoint.host,
        rules_out={"server-drops-names": (seen.observation,)} if read is False else {},
        confidence=Confidence.CERTAIN if read is False else Confidence.POSSIBLE if read else Confidence.LIKELY,
        host=view.endpoint.host,
        ending=str(seen.answer.failure),
        passed=tuple(dict.fromkeys(_name(other.question) for other in passed)),
    )


@asked_at_each_address
def questions(view: EndpointView) -> Iterable[Question]:
    """Return the same address, without a name and with another."""
    seen = view.session
    return names(seen.question) if seen and died(seen.answer, how=ENDED_OR_SILENT) else ()


def _name(question: Question) -> str:
    named = isinstance(question, Handshake) and bool(question.server_name)
    return (Passed.OTHER_NAME if named else Passed.NO_NAME).value


CHECK = EndpointCheck(
    id="tls-sni-filtered",
    owner=Owner.NETWORK,
    asks_for="connections are ended because of the name they ask for",
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc6066#section-3",
    do=(HowTo.TLS_INSPECTION,),
    see=(
        ShellLine(
            "openssl s_client -connect {to_authority} -servername {host} </dev/null; openssl s_client -connect"
            " {to_authority} -noservername </dev/null",
            "a certificate in the second attempt alone",
        ),
    ),
    needs=Stage.HANDSHAKE,
    applies=speaks_tls,
    judge=judge,
    questions=questions,
    rivals=(
        Rival(
            "server-drops-names",
            owner=Owner.SERVICE,
            decided_by="the same handshake from another network",
            words="the server itself drops names that it does not serve",
        ),
    ),
    tokens={"passed": Passed},
    explains=("tls-handshake-cut", "tls-handshake-silent", "proxy-tunnel-cut"),
    alike=("ending",),
    sentences=Sentences(
        title="A filter on the network path blocks TLS connections that ask for {host}",
        seen=("A TLS handshake for {host} got no answer ({ending}). These handshakes got one: {passed}.", *HANDSHAKE_AT),
        means="A device on the network path reads the name in the TLS handshake and blocks {host:this one|these}.",
        remedy=(
            "Ask the network team to allow {host} in the firewall, web filter or security service that inspects TLS.",
            "Tell them that the address answers, and that only the name makes the difference.",
        ),
    ),
)
