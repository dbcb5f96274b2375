"""The certificates that a server presented, as a picture: who vouches for whom, until when, and which of them is at fault."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from diag.knowledge.trust_stores import Client, Says, lists_of
from diag.language import said
from diag.model.answer import Session
from diag.model.diagnosis import Cause
from diag.model.endpoint_view import EndpointView
from diag.model.wire.certificate import covers
from diag.model.wire.chain import NO_ISSUER, Chain, presented, untrusted
from diag.model.wire.facts import Certificate
from diag.report.wording.complaints import verify_words
from diag.report.wording.phrases import PHRASES
from diag.report.wording.sentences import day_words, listed
from diag.report.wording.words import KEY_PURPOSES, KEY_USAGES

_MOST_NAMES = 6
SIGNATURE_ONLY = 21
"""X509_V_ERR: says again, of the same certificate, that its issuer is missing."""
NO_WAY_UP = NO_ISSUER - {SIGNATURE_ONLY}
"""The store says that the certificate is fine by itself, and that its issuer is not to be had."""


class Link(Struct, frozen=True):
    """One certificate of the picture."""

    role: str
    title: str
    names: str
    """The names it is for; empty: for an authority."""
    issuer: str
    from_day: str
    until_day: str
    key: str
    faults: tuple[str, ...]
    """What is wrong with it, as clauses about `it`; empty: nothing."""
    now: str | None
    """Where the moment of the run lies between its first and last day, in percent; None: outside."""
    expired: bool
    early: bool
    left: str
    """How long it is still valid, or has not been, in words."""
    serial: str
    """In hex, as the issuer's lists have it."""
    fingerprint: str
    """SHA-256 of the certificate, in pairs of hex digits."""
    usage: str
    """What its key may do; empty: it does not say."""
    purpose: str
    """Whom it is for; empty: it does not say, and any purpose is meant."""


class Anchor(Struct, frozen=True):
    """What stands above the last certificate that was sent."""

    title: str
    words: str
    well: bool


class ClientRow(Struct, frozen=True):
    """One family of programs, in words."""

    name: str
    store: str
    says: Says
    said: str

    @classmethod
    def of(cls, client: Client) -> "ClientRow":
        """Return the row of a program."""
        stores = PHRASES["stores"]
        store = stores[client.store.value]
        return cls(
            PHRASES["clients"][client.program.value],
            said("{store} and {added}", store=store, added=stores[client.added.value]) if client.added else store,
            client.says,
            PHRASES["accepts"][client.says.value],
        )


class Picture(Struct, frozen=True):
    """A chain, the server's own certificate first."""

    links: tuple[Link, ...]
    anchor: Anchor | None
    beside: int
    """Certificates that were sent and belong to no place in the chain."""
    at_fault: bool
    fingerprint: str
    """Of the server's own certificate."""
    clients: tuple[ClientRow, ...] = ()
    """Who trusts it: the programs that customers use, each with what its list says; empty: no list but diag's own was asked."""

    @property
    def disputed(self) -> bool:
        """Whether one list accepts the chain and another does not."""
        return {Says.YES, Says.NO} <= {client.says for client in self.clients}

    @property
    def told(self) -> str:
        """The whole picture in one sentence."""
        parts = [f"{link.title}: {listed(link.faults) if link.faults else said('nothing wrong with it')}" for link in self.links]
        return "; ".join([*parts, f"{self.anchor.title}: {self.anchor.words}"] if self.anchor else parts)


def picture_beside(view: EndpointView, cause: Cause) -> Picture | None:
    """Return the chain that a cause is about: the endpoint's, or the proxy's own where that is what was seen."""
    at_proxy = view.at_proxy if view.proxy_session and view.proxy_session.observation.id in cause.cites else None
    return picture_of(at_proxy or view, (cause,))


def picture_of(view: EndpointView, causes: Sequence[Cause]) -> Picture | None:
    """Return the chain that the endpoint presented on the walk; None: none, or none that can be read."""
    chain = presented(view.session.answer) if view.session else None
    if view.session is None or chain is None:
        return None
    session = view.session.answer
    blamed = frozenset(cause.about for cause in causes)
    links = tuple(
        _link(depth, certificate, chain, tuple(_faults(depth, certificate, session, view, blamed)), view.now)
        for depth, certificate in enumerate(chain.path)
    )
    anchor = _anchor(chain, session)
    return Picture(
        links=links,
        anchor=anchor,
        beside=chain.sent - len(chain.path),
        at_fault=any(link.faults for link in links) or (anchor is not None and not anchor.well),
        fingerprint=chain.leaf.fingerprint,
        clients=_clients(view),
    )


def _clients(view: EndpointView) -> tuple[ClientRow, ...]:
    lists = lists_of(view)
    return tuple(map(ClientRow.of, lists.clients)) if lists and len(lists.opinions) > 1 else ()


def _faults(depth: int, certificate: Certificate, session: Session, view: EndpointView, blamed: frozenset[str]) -> Iterable[str]:
    codes = dict.fromkeys(error.code for error in session.verify_errors if error.depth == depth)
    yield from (verify_words(code) for code in codes if code not in NO_ISSUER)
    if depth == 0 and not covers(certificate, view.endpoint.host):
        yield said("it is for other names than {host}", host=view.endpoint.host)
    if certificate.fingerprint in blamed and not codes:
        yield said("see the cause above")


def _link(depth: int, certificate: Certificate, chain: Chain, faults: tuple[str, ...], now: datetime) -> Link:
    valid = certificate.not_after - certificate.not_before
    gone = now - certificate.not_before
    inside = certificate.not_before <= now <= certificate.not_after
    key = said("{key} {bits} bits", key=certificate.key, bits=certificate.key_bits)
    hashed = certificate.signature_hash.upper()
    return Link(
        role=_role(depth, certificate, chain),
        title=certificate.common_name or certificate.subject or said("a certificate without a name"),
        names=listed(certificate.names, _MOST_NAMES) if certificate.names else "",
        issuer=said("itself") if certificate.self_issued else certificate.issuer_common_name or certificate.issuer,
        from_day=_day(certificate.not_before),
        until_day=_day(certificate.not_after),
        key=said("{key}, signed with {hash}", key=key, hash=hashed) if hashed else key,
        faults=faults,
        now=f"{100 * (gone / valid):.1f}" if inside and valid else None,
        expired=now > certificate.not_after,
        early=now < certificate.not_before,
        left=_left(certificate, now),
        serial=certificate.serial,
        usage=listed(KEY_USAGES.get(name, name) for name in certificate.usages) if certificate.usages else "",
        purpose=listed(KEY_PURPOSES.get(name, name) for name in certificate.purposes) if certificate.purposes else "",
        fingerprint=":".join(certificate.fingerprint[at : at + 2].upper() for at in range(0, len(certificate.fingerprint), 2)),
    )


def _role(depth: int, certificate: Certificate, chain: Chain) -> str:
    if depth == 0:
        return said("The server's own certificate")
    if certificate.self_signed and depth == len(chain.path) - 1:
        return said("Root certificate")
    return said("Intermediate certificate")


def _left(certificate: Certificate, now: datetime) -> str:
    if now > certificate.not_after:
        return said("ended {days} before the run", days=_days(now - certificate.not_after))
    if now < certificate.not_before:
        return said("begins {days} after the run", days=_days(certificate.not_before - now))
    return said("{days} left at the run", days=_days(certificate.not_after - now))


def _day(moment: datetime) -> str:
    """The day alone, in UTC: a certificate's hours matter to nobody until its last day, and then `left` tells."""
    return day_words(moment)


def _days(time: timedelta) -> str:
    return said("{days} {days:day|days}", days=time.days) if time.days else said("less than a day")


def _anchor(chain: Chain, session: Session) -> Anchor | None:
    """Whether what was sent leads to an authority that is trusted here; None: nobody asked."""
    if session.failure and not session.verify_errors:
        return None
    top = len(chain.path) - 1
    missing = any(error.code in NO_WAY_UP and error.depth == top for error in session.verify_errors)
    if chain.whole:
        trusted = Anchor(said("Trusted here"), said("this root certificate is in the trust store"), True)
        return None if untrusted(session) else trusted
    if missing:
        return Anchor(
            chain.issuer,
            said("its certificate was not sent, and is not in the trust store: the chain ends before it"),
            False,
        )
    if untrusted(session):
        return Anchor(chain.issuer, said("no certificate in the trust store matches"), False)
    if top == 0:
        return Anchor(chain.issuer, said("trusted here: it is in the trust store"), True)
    return Anchor(chain.issuer, said("trusted here: it, or a certificate below it, is in the trust store"), True)
