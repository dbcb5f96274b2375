"""Of the endpoints that should be private, some resolve to private addresses and some to public ones.

*What it means*

A service reached over a private link needs several names, and each needs its record in a private DNS zone. Here some have one,
and others lead to the open internet.

*Why it matters*

The service works halfway: one can log in and not load data, or the other way round. Which depends on the name that is missing.

*What to do*

Have the cloud administrator complete the private DNS zone: the finding lists the names that still lead outside. Providers publish
the whole list of names; it often differs from account to account.

*How it is told apart*

All names that are expected to be private are looked at together. Where none of them resolves to a private address, the zone is
not seen from here at all: `privatelink-resolves-public`. Buckets that are reached over a gateway endpoint keep their public
addresses, so a name of S3 that works does not count.
"""

from collections.abc import Iterable

from checks.privatelink.resolves_public import GIVEN_BOTH
from checks.privatelink.resolves_public import judge as resolves_public
from diag.knowledge.clouds import Cloud, cloud_of
from diag.knowledge.private_names import expected_private, expects_private_names, is_name, own_lookup
from diag.model.check import RunCheck, Sentences
from diag.model.endpoint_view import EndpointView, RunView
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.observation import Observation
from diag.model.question import Question
from diag.model.verdict import Because, Finding, Owner, Status, ok, problem, unknown

_MOST_NAMES = 20


def judge(run_view: RunView) -> Finding:
    """Return whether some of the names lead inside and some outside."""
    findings = [(view, resolves_public(view)) for view in _private(run_view)]
    inside = [(view, finding) for view, finding in findings if finding.status is Status.OK]
    outside = [(view, finding) for view, finding in findings if finding.status is Status.PROBLEM and not _both_ways(finding)]
    if not inside and not outside:
        return unknown(Because.NOT_REACHED)
    if not inside or not outside:
        return ok(*_seen(run_view, inside + outside))
    return problem(
        *_seen(run_view, outside + inside[:1]),
        about=", ".join(sorted({view.endpoint.host for view, _ in outside})),
        hits=tuple(str(view.endpoint) for view, _ in outside),
        public=tuple(dict.fromkeys(view.endpoint.host for view, _ in outside))[:_MOST_NAMES],
        private=tuple(dict.fromkeys(view.endpoint.host for view, _ in inside))[:_MOST_NAMES],
        cloud=cloud_of(*(view for view, _ in outside)),
    )


def _private(run_view: RunView) -> list[EndpointView]:
    return [view for view in run_view.cases if expected_private(view) and is_name(view)]


def _both_ways(finding: Finding) -> bool:
    """Whether it says of one name that it leads inside and outside: its record is there, and no zone lacks it."""
    return finding.facts.get("form") == GIVEN_BOTH


def _seen(run_view: RunView, findings: list[tuple[EndpointView, Finding]]) -> list[Observation]:
    known = run_view.evidence.by_id
    return [known[cite] for _, finding in findings for cite in finding.cites if cite in known]


def questions(run_view: RunView) -> Iterable[Question]:
    """Yield the names that walks through a proxy leave to the proxy."""
    for view in _private(run_view):
        yield from own_lookup(view)


CHECK = RunCheck(
    id="privatelink-partial",
    owner=Owner.CLOUD,
    article=__doc__,
    reference="https://learn.microsoft.com/en-us/azure/private-link/private-endpoint-dns",
    do=(HowTo.PRIVATE_ZONE,),
    see=(
        ShellLine("dig +short {public}", "a public address"),
        ShellLine("getent ahosts {public}", "a public address"),
        ShellLine("Resolve-DnsName {public}", "a public address", Shell.POWERSHELL),
    ),
    applies=expects_private_names,
    judge=judge,
    questions=questions,
    explains=("privatelink-resolves-public",),
    spares_who_arrives=True,
    rivals=(),
    sentences=Sentences(
        title="Some names of the private link still lead to the internet: {public}",
        seen="Of the names that should be private, {private} {private:has a private address|have private addresses}, and"
        " {public} {public:has a public one|have public ones}.",
        means="The private DNS zone works here but is incomplete, so a part of the service fails or goes over the internet.",
        remedy=(
            "Ask the cloud administrator to add records for {public} to the private DNS zone.",
            "Compare the zone with the provider's full list of names for private access.",
        ),
        by_cloud={
            Cloud.AWS: (
                "In the Route 53 private hosted zones, add {public} as aliases of the VPC endpoint that serves each. Storage has"
                " an endpoint of its own.",
                "Compare the zones with the provider's full list of names for private access.",
                "Check that each of these zones is associated with the VPC of this computer.",
            ),
            Cloud.AZURE: (
                "Check that the private DNS zone of each service has a record for {public}. Blob storage, for one, has a zone of"
                " its own.",
                "Check that each of these zones is linked to the virtual network of this computer.",
                "Compare the zones with the provider's full list of names for private access.",
            ),
            Cloud.GOOGLE: (
                "Add {public} to the private zones of Cloud DNS. Storage uses private.googleapis.com, restricted.googleapis.com,"
                " or an endpoint of its own.",
                "Check that each of these zones is visible to the VPC network of this computer.",
                "Compare the zones with the provider's full list of names for private access.",
            ),
        },
    ),
)
