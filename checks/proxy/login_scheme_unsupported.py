"""The proxy wants a kind of login for which a name and a password are not enough.

*What it means*

The proxy answered 407 and offers only ways of logging in (such as Negotiate or NTLM) that rest on the login to a Windows or
Kerberos domain. Programs that know only a name and a password cannot use them.

*Why it matters*

Browsers on a computer of the domain log in unnoticed; drivers, command-line tools and services do not, and are refused. No
password that is put into the proxy's setting changes this.

*What to do*

Ask the proxy team for access without that login: a rule for this computer or this service, or a proxy port that takes Basic.
Otherwise run a small local proxy that logs in to the domain on behalf of the programs, if your company provides one.

*How it is told apart*

Where Basic or Digest is on offer too, a name and a password would do: `proxy-login-required`, or `proxy-login-rejected` where
they were sent.
"""

from diag.knowledge.proxy_replies import (
    Offered,
    has_proxy,
    heard,
    offers,
    refused_login,
    reply,
    socks_code,
    socks_step,
    status_of,
    takes_password,
    took_ticket,
)
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.socks import SocksStep
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether the proxy asks for a login, and offers only ways that a name and a password cannot take."""
    answered = reply(view)
    if answered is None:
        return unknown(Because.NOT_REACHED)
    refused = refused_login(view)
    if refused is None:
        return ok(answered.observation) if heard(answered.answer) else unknown(Because.UNDECIDED, answered.observation)
    offered = offers(refused.answer)
    if takes_password(offered) or took_ticket(refused):
        return ok(refused.observation)
    return problem(
        refused.observation,
        about=str(view.proxy),
        proxy=str(view.proxy),
        status=status_of(refused.answer),
        socks_step=socks_step(refused.answer),
        socks_code=socks_code(refused.answer),
        schemes=offered,
    )


CHECK = EndpointCheck(
    id="proxy-login-scheme-unsupported",
    owner=Owner.PROXY,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc4559",
    do=(HowTo.PROXY_LOGIN,),
    see=(
        ShellLine(
            "curl -sv -x http://{proxy} {to_url}", "Proxy-Authenticate: Negotiate or NTLM, and no Basic", unless=("socks_code",)
        ),
        ShellLine(
            "curl.exe -sv -x http://{proxy} {to_url}",
            "Proxy-Authenticate: Negotiate or NTLM, and no Basic",
            Shell.POWERSHELL,
            unless=("socks_code",),
        ),
    ),
    needs=Stage.CONNECT,
    applies=has_proxy,
    judge=judge,
    rivals=(),
    tokens={"schemes": Offered, "socks_step": SocksStep},
    alike=("schemes", "socks_step"),
    sentences=Sentences(
        title="The proxy {proxy} does not accept passwords, only {schemes}",
        seen=(
            "The proxy wants a login, and offers only these methods: {schemes}.",
            "The proxy answered with status {status}.",
            "The proxy's SOCKS {socks_step} was {socks_code}.",
        ),
        means="These methods need a login to a Windows or Kerberos domain. Most programs other than browsers do"
        " not support them.",
        remedy=(
            "Ask the team that runs {proxy} to allow this computer without a login, or to offer Basic as well.",
            "If your company has a local proxy that logs in for programs, use that one instead of {proxy}.",
        ),
    ),
)
