"""Questions in words: what diag asked, each in one short phrase."""

from diag.language import PhraseTable, joined, said
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
            return _in_particular(TOPICS[question.topic], said("once more") if question.again else "")
        case Lookup():
            return clean(_lookup(question))
        case Connect():
            return clean(
                _in_particular(
                    said("connect to {address}", address=question.address),
                    said("from {source}", source=question.source) if question.source else "",
                    said("through {interface}", interface=question.interface) if question.interface else "",
                    said("in segments of {mss} bytes", mss=question.mss) if question.mss else "",
                    said("without asking for ECN") if question.without_ecn else "",
                )
            )
        case Tunnel():
            kind = "" if question.protocol == "connect" else f"{question.protocol.upper()} "
            wish = said("ask the {kind}proxy {proxy} for {target}", kind=kind, proxy=question.proxy, target=question.target)
            return clean(_in_particular(wish, "" if question.login == "none" else said("with the login")))
        case Upgrade():
            wish = said("ask for TLS in {protocol}", protocol=NAMES[question.protocol])
            return _in_particular(wish, said("though it is not offered") if question.insist else "")
        case Handshake():
            return clean(_handshake(question))
        case Exchange():
            login = "" if question.login == "none" else said("with the login for the proxy")
            return clean(_in_particular(f"{question.method} {_url(question)}", login))
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
            fetched = len(question.fetched)
            return clean(
                _in_particular(
                    said("check the certificates with {store}", store=_store(question.trust)),
                    said("{n} {n:fetched certificate|fetched certificates} added", n=fetched) if fetched else "",
                    said("strict rules") if question.strict else "",
                )
            )
        case Script():
            return clean(said("fetch the proxy script {address}", address=question.address))
        case EvaluatePac():
            known = len(question.lookups)
            address, target = question.script.address, question.target
            return clean(
                _in_particular(
                    said("ask the proxy script {address} for the route to {target}", address=address, target=target),
                    said("{n} {n:lookup|lookups} known", n=known) if known else "",
                )
            )


def _lookup(question: Lookup) -> str:
    if question.server is None:
        return said("look up {name} (as the system does)", name=question.name)
    server, name, record = question.server, question.name, question.record
    return _in_particular(
        said("ask the resolver {server} for {name} {record}", server=server, name=name, record=record),
        said("over TCP") if question.transport == "tcp" else "",
        said("without validation") if question.checking_disabled else "",
    )


def _handshake(question: Handshake) -> str:
    asked_for = question.server_name
    return _in_particular(
        said("set up TLS as {name}", name=asked_for) if asked_for else said("set up TLS without a name"),
        said("only {versions}", versions=", ".join(question.versions)) if question.versions else "",
        said("{hello} hello", hello=question.hello) if question.hello != "default" else "",
        said("every cipher") if question.ciphers != "default" else "",
        said("trusting {store}", store=_store(question.trust)) if question.trust != "system" else "",
        said("with a client certificate") if question.client else "",
    )


def _in_particular(question: str, *particulars: str) -> str:
    """A question with what sets it apart from the plain one, in parentheses; a particular that is empty is none."""
    told = joined(filter(None, particulars))
    return f"{question} ({told})" if told else question


def _url(question: Exchange | Transfer) -> str:
    scheme = "https" if isinstance(question.over, Handshake) else "http"
    return question.target if "://" in question.target else f"{scheme}://{question.authority}{question.target}"


def _store(trust: str) -> str:
    return {"system": said("the system's trust store"), "certifi": said("the public trust store (certifi)")}.get(trust, trust)
