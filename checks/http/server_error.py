"""The service was reached and reports an error of its own (status 5xx).

*What it means*

Name, network, proxy and TLS all work: the request arrived. The service answered that it cannot serve it now, with a status from
500 upwards, which is the server's way of saying that the fault is on its side.

*Why it matters*

Nothing on this computer or its network will change it. Waiting, or the service's provider, will.

*What to do*

See the provider's status page and try again in some minutes. If it lasts, report the time, the name and the status to them.

*How it is told apart*

Who wrote the answer is settled first. Inside TLS with a trusted certificate for the right name nobody on the way can write.
Over plain HTTP a proxy can: what carries a proxy's mark, or is a gateway's status behind a proxy, is not counted against the
service. In a pod, an answer in the clear that Envoy signs, and that names no server behind it, is that of the pod's own sidecar.
A content network that answers so in front of the service got nothing good from it: that is said, since the provider has
to look behind it.
"""

from diag.knowledge.each_address import ANSWERED_AT, at_each_answer
from diag.knowledge.response_author import (
    BY_THE_PROXY,
    ON_THE_WAY,
    Author,
    SeenReply,
    author,
    confidence_in,
    excluded,
    field,
    said_by_service,
    speaks_http,
)
from diag.knowledge.response_codes import own_code, own_meaning
from diag.model.answer import HttpReply
from diag.model.check import EndpointCheck, Rival, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Finding, Owner, problem

_PORTAL = 511
"""Network authentication required (RFC 6585, section 6): never a service's."""


@at_each_answer
def judge(view: EndpointView) -> Finding:
    """Return whether the service, or a content network in front of it, answered with a status of 500 to 599."""

    def is_error(one: SeenReply) -> bool:
        return _is_error(one.answer.status, view.endpoint.expects.status)

    seen = said_by_service(view, is_error, or_edge=is_error)
    if isinstance(seen, Finding):
        return seen
    status = seen.answer.status
    by_edge = author(view, seen) is Author.EDGE
    by_sidecar = not by_edge and _is_of_sidecar(view, seen.answer)
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=confidence_in(view, seen),
        rules_out=excluded(view, seen),
        endpoint=str(view.endpoint.authority),
        status=status,
        path=view.endpoint.path,
        code=own_code(view, seen.answer),
        meaning=own_meaning(view, seen.answer),
        form=EDGE if by_edge else _BY_SIDECAR if by_sidecar else None,
        writer=field(seen.answer.headers, "server") if by_edge else None,
    )


def _is_error(status: int, expected: tuple[int, ...]) -> bool:
    return 500 <= status < 600 and status != _PORTAL and status not in expected


def _is_of_sidecar(view: EndpointView, answer: HttpReply) -> bool:
    """Whether an answer in the clear, in a pod, is Envoy's own: what it passes on says how long the service took."""
    system = view.machine.system
    in_pod = system is not None and system.answer.kubernetes and view.proxy is None and not view.endpoint.speaks_tls
    return in_pod and field(answer.headers, "server") == "envoy" and not field(answer.headers, _PASSED_ON)


_BY_SIDECAR = "sidecar"
"""The form in a pod, where the answer is that of its own sidecar."""
_PASSED_ON = "x-envoy-upstream-service-time"
EDGE = "edge"
"""The form where a content network in front of the service answered."""
_EDGE = Sentences(
    title="The content network in front of {endpoint} reports an error: status {status}",
    seen=(
        "{endpoint} answered the request for {path} with status {status}. It signs as {writer}.",
        *ANSWERED_AT,
    ),
    means="The network path works as far as the content network. It says that the service behind it gave no good answer.",
    remedy=(
        "If you run {endpoint}, check that its servers run, let the content network in, and have the certificate and the name"
        " that are set there.",
        "If you do not, check its provider's status page. If it lasts, report to the provider that {endpoint}"
        " {endpoint:answers|answer} {path} with status {status}, and since when.",
    ),
)
_SIDECAR = Sentences(
    owner=Owner.MACHINE,
    title="The sidecar of this pod's service mesh answers for {endpoint}: status {status}",
    seen="The request for {path} to {endpoint} was answered with status {status}. The answer is signed by envoy, which names no"
    " server behind it.",
    means="In plain HTTP, a sidecar (Istio, Linkerd) answers itself for hosts that the mesh does not allow, or that it cannot"
    " reach.",
    remedy=(
        "Ask the team that runs the cluster to allow {endpoint}, in Istio with a ServiceEntry.",
        "If it is allowed, the log of the pod's sidecar shows why it could not connect.",
    ),
)
CHECK = EndpointCheck(
    id="http-server-error",
    owner=Owner.SERVICE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.6",
    do=(HowTo.TIME_OUT,),
    see=(
        ShellLine("curl -sv -o /dev/null {to_origin}{path}", "a status from 500 on"),
        ShellLine("curl.exe -sv -o NUL {to_origin}{path}", "a status from 500 on", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected",),
    rivals=(
        ON_THE_WAY,
        BY_THE_PROXY,
        Rival(
            "passed-on-by-sidecar",
            owner=Owner.SERVICE,
            where="form",
            among=(_BY_SIDECAR,),
            decided_by="the log of the pod's sidecar",
            words="{endpoint} itself gave this status, and the sidecar passed it on",
        ),
    ),
    alike=("status", "form"),
    forms=((EDGE, _EDGE), (_BY_SIDECAR, _SIDECAR)),
    sentences=Sentences(
        title="{endpoint} reports an error of its own: status {status}",
        seen=(
            "{endpoint} answered the request for {path} with status {status}.",
            "The code in the answer: {code} ({meaning}).",
            *ANSWERED_AT,
        ),
        means="The network path works. The service says that the fault is on its side.",
        remedy=(
            "If you run {endpoint}, check its log. If you do not, check its provider's status page, and try again in some"
            " minutes.",
            "If it lasts, report to the provider that {endpoint} {endpoint:answers|answer} {path} with status"
            " {status}, and since when.",
        ),
    ),
)
