"""Every kind of chain through a real handshake: how OpenSSL refuses it, what the cause is, and who can mend it."""

import pytest

import diag
from diag.lab.scene import LabFault, Scene, Site
from diag.lab.site import start
from diag.lab.tls import Terms, over_tls
from diag.model.answer import Session
from diag.model.diagnosis import Cause
from diag.model.verdict import Confidence
from tests.real.certificate_kinds import KINDS

pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number")  # by whoever makes those, here
Met = dict[str, tuple[int, tuple[Cause, ...]]]
"""Of each kind the first number by which the handshake's verification refused it, and the causes that were found."""


@pytest.fixture(scope="module")
def met() -> Met:
    """One run over all of them."""
    made = {name: kind.make() for name, kind in KINDS.items()}
    urls: dict[str, str] = {}

    async def stand(site: Site) -> Scene:
        for name, one in made.items():
            urls[name] = await site.stand(over_tls(Terms(one.credential, weak=True), site.http()))
        trusted = [one for presented in made.values() for one in presented.trusted]
        return await site.scene(*urls.values(), also_trusted=trusted)

    with start(LabFault("kinds", "Every kind of chain.", None, stand)) as lab:
        (scene,) = lab.scenes
        assert scene.resolver
        seen = diag.look(*scene.endpoints, proxy=None, resolvers=[scene.resolver], trust=scene.trust, seconds=60)
    walked = {str(trail.endpoint): [seen.evidence.by_id[i].answer for i in trail.walk] for trail in seen.evidence.run.trails}
    causes = {url: tuple(cause for cause in seen.diagnosis.causes if url in cause.endpoints) for url in walked}
    return {name: (_refusal(walked[url]), causes[url]) for name, url in urls.items()}


def _refusal(walk: list[object]) -> int:
    session = next(answer for answer in walk if isinstance(answer, Session))
    return session.verify_errors[0].code if session.verify_errors else 0


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_of_chain_is_called_what_it_is(met: Met, name: str) -> None:
    kind, (refusal, causes) = KINDS[name], met[name]
    assert refusal == kind.refusal
    if not kind.cause:
        assert causes == ()
        return
    cause = causes[0]
    assert (cause.id, cause.facts.get("form", ""), cause.owner) == (kind.cause, kind.form, kind.owner)
    assert (cause.confidence is Confidence.CERTAIN) or cause.perhaps or cause.id in ("tls-chain-incomplete", "tls-name-mismatch")
