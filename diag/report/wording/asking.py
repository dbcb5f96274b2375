"""Questions in words: what diag asked, each in one short phrase."""

from diag.language import PhraseTable, said
from diag.model.question import (
    Connect,
    ConnectBurst,
    EvaluatePac,
    Exchange,
    Handshake,
    Hold,
    Inspect,
    Lookup,
    Question,
    Script,
    Topic,
    Trace,
    Transfer,
    Tunnel,
    Upgrade,
    Verify,
)
from diag.model.text import clean
from diag.model.upgrade import NAMES
from diag.report.wording.sentences import number_words

TOPICS: PhraseTable[Topic] = PhraseTable(
    "topics",
    {
        Topic.SYSTEM: "system and versions",
        Topic.INTERFACES: "network interfaces",
        Topic.ROUTES: "routes",
        Topic.RESOLVERS: "resolvers",
        Topic.HOSTS: "hosts file",
        Topic.PROXIES: "proxy settings",
        Topic.TRUST: "trust store",
    },
)


def asked(question: Question) -> str:
    """Return a question in words, without a question mark: `connect to 192.0.2.1:443`."""
    match question:
        case Inspect():
            return TOPICS[question.topic]
        case Lookup():
            return clean(_lookup(question))
        case Connect():
            with_mss = said(" with segments of {mss} bytes", mss=question.mss) if question.mss else ""
            source = said(" from {source}", source=question.source) if question.source else ""
            through = said(" through {interface}", interface=question.interface) if question.interface else ""
            return clean(
                said(
                    "connect to {address}{source}{through}{with_mss}",
                    address=question.address,
                    source=source,
                    through=through,
                    with_mss=with_mss,
                )
            )
        case Tunnel():
            login = "" if question.login == "none" else said(", with the login")
            kind = "" if question.protocol == "connect" else f"{question.protocol.upper()} "
            return clean(
                said(
                    "ask the {kind}proxy {proxy} for {target}{login}",
                    kind=kind,
                    proxy=question.proxy,
                    target=question.target,
                    login=login,
                )
            )
        case Upgrade():
            insisting = said(", though it is not offered") if question.insist else ""
            return said("ask for TLS in {protocol}{insisting}", protocol=NAMES[question.protocol], insisting=insisting)
        case Handshake():
            return clean(_handshake(question))
        case Exchange():
            login = "" if question.login == "none" else said(", with the login for the proxy")
            return clean(f"{question.method} {_url(question)}{login}")
        case Transfer():
            seconds = number_words(question.seconds)
            if question.method != "GET":
                return clean(
                    said(
                        "{method} {most} {most:byte|bytes} to {url} within {seconds} s",
                        method=question.method,
                        most=question.most,
                        url=_url(question),
                        seconds=seconds,
                    )
                )
            return clean(said("read {url} for {seconds} s", url=_url(question), seconds=seconds))
        case Hold():
            return said("leave the connection without traffic for {seconds} s", seconds=number_words(question.seconds))
        case ConnectBurst():
            return clean(said("connect to {address} {number} times at once", address=question.address, number=question.number))
        case Trace():
            return clean(said("trace the path to {address}", address=question.address))
        case Verify():
            fetched = (
                said(", with {number} {number:fetched certificate|fetched certificates}", number=len(question.fetched))
                if question.fetched
                else ""
            )
            strict = said(", with strict rules") if question.strict else ""
            return clean(
                said(
                    "check the certificates with {store}{fetched}{strict}",
                    store=_store(question.trust),
                    fetched=fetched,
                    strict=strict,
                )
            )
        case Script():
            return clean(said("fetch the proxy script {address}", address=question.address))
        case EvaluatePac():
            known = said(", knowing {number} {number:lookup|lookups}", number=len(question.lookups)) if question.lookups else ""
            return clean(
                said(
                    "ask the proxy script {address} for the route to {target}{known}",
                    address=question.script.address,
                    target=question.target,
                    known=known,
                )
            )


def _lookup(question: Lookup) -> str:
    if question.server is None:
        return said("look up {name} (as the system does)", name=question.name)
    over = said(" over TCP") if question.transport == "tcp" else ""
    unchecked = said(", without validation") if question.checking_disabled else ""
    return said(
        "ask the resolver {server}{over} for {name} {record}{unchecked}",
        server=question.server,
        over=over,
        name=question.name,
        record=question.record,
        unchecked=unchecked,
    )


def _handshake(question: Handshake) -> str:
    asked_for = question.server_name
    name = said("set up TLS as {name}", name=asked_for) if asked_for else said("set up TLS without a name")
    varied = [
        said("only {versions}", versions=", ".join(question.versions)) if question.versions else "",
        said("{hello} hello", hello=question.hello) if question.hello != "default" else "",
        said("every cipher") if question.ciphers != "default" else "",
        said("trusting {store}", store=_store(question.trust)) if question.trust != "system" else "",
        said("with a client certificate") if question.client else "",
    ]
    extra = ", ".join(part for part in varied if part)
    return f"{name} ({extra})" if extra else name


def _url(question: Exchange | Transfer) -> str:
    scheme = "https" if isinstance(question.over, Handshake) else "http"
    return question.target if "://" in question.target else f"{scheme}://{question.authority}{question.target}"


def _store(trust: str) -> str:
    return {"system": said("the system's trust store"), "certifi": said("the public trust store (certifi)")}.get(trust, trust)
