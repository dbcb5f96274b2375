"""The certificates of one diagnosis' endpoints, drawn where they are in question; what draws them is loaded only then."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from diag.model.catalogue import KnownChecks
from diag.model.diagnosis import Cause, Diagnosis
from diag.model.endpoint_view import EndpointView
from diag.model.run import Evidence

if TYPE_CHECKING:
    from diag.report.views.certificate_chain import Picture


class Chains:
    """The pictures of one diagnosis' endpoints, each drawn once it is asked for."""

    def __init__(self, diagnosis: Diagnosis, evidence: Evidence, catalogue: KnownChecks) -> None:
        self._about_chains = frozenset(
            cause.id for cause in diagnosis.causes if (check := catalogue.get(cause.id)) is not None and check.about_chain
        )
        self._diagnosis = diagnosis
        self._evidence = evidence

    def beside(self, cause: Cause) -> "Picture | None":
        """Return what to show beside a cause: the certificates of the first endpoint that it hits, where they are in question."""
        if cause.id not in self._about_chains or not cause.endpoints:
            return None
        from diag.report.views.certificate_chain import picture_beside

        view = self._cases.get(cause.endpoints[0])
        picture = picture_beside(view, cause) if view else None
        return picture if picture and (picture.at_fault or picture.disputed) else None

    def of(self, endpoint: str) -> "Picture | None":
        """Return the certificates of one endpoint; None: it presented none that can be read."""
        from diag.report.views.certificate_chain import picture_of

        view = self._cases.get(endpoint)
        causes = [cause for cause in self._diagnosis.causes if endpoint in cause.endpoints]
        return picture_of(view, causes) if view else None

    @cached_property
    def _cases(self) -> Mapping[str, EndpointView]:
        return {str(trail.endpoint): EndpointView(self._evidence, trail) for trail in self._evidence.run.trails}
