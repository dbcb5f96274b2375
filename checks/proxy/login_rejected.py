"""The proxy was given a login and refused it.

*What it means*

A user name and a password are set for the proxy, and they were sent. The proxy answered 407 again, or the same in SOCKS: it
does not accept them.

*Why it matters*

Nothing of this program gets through. Each further try may count as a wrong password, and some companies lock accounts after a
few; that is why diag tried once only.

*What to do*

Check whether the password was changed since the setting was made. Percent-encode characters such as `@`, `:`, `/` and `#` in
it: `p@ss` has to be written `p%40ss`. Check whether the account may use the proxy at all, and whether it is locked.

*How it is told apart*

`proxy-login-required` is a request without any login. `proxy-login-scheme-unsupported` is a proxy for which a name and a
password are not enough, whatever they are.
"""

from diag.knowledge.proxy_replies import (
    Offered,
    gave_login,
    has_proxy,
    heard,
    offers,
    refused_login,
    reply,
    set_by,
    socks_code,
    socks_step,
    status_of,
    takes_password,
    took_ticket,
)
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.question import Exchange, Tunnel
from diag.model.socks import SocksStep
from diag.model.verdict import Because, Finding, Owner, not_applicable, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether the proxy asks for a login although one was sent."""
    answered = reply(view)
    if answered is None:
        return unknown(Because.NOT_REACHED)
    refused = refused_login(view)
    if refused is None:
        return ok(answered.observation) if heard(answered.answer) else unknown(Because.UNDECIDED, answered.observation)
    if view.lacks(Tunnel) or view.lacks(Exchange):
        return unknown(Because.NO_ANSWER, refused.observation)
    if not gave_login(refused):
        return not_applicable()
    offered = offers(refused.answer)
    if not takes_password(offered) and not took_ticket(refused):
        return ok(refused.observation)
    return problem(
        refused.observation,
        about=str(view.proxy),
        proxy=str(view.proxy),
        schemes=offered or None,
        status=status_of(refused.answer),
        socks_step=socks_step(refused.answer),
        socks_code=socks_code(refused.answer),
        set_by=set_by(view),
    )


CHECK = EndpointCheck(
    id="proxy-login-rejected",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8",
    do=(HowTo.PROXY_LOGIN,),
    see=(
        ShellLine(
            "curl -sv -x http://{proxy} -U USER {to_url}", "status 407, although the login was sent", unless=("socks_code",)
        ),
        ShellLine(
            "curl.exe -sv -x http://{proxy} -U USER {to_url}",
            "status 407, although the login was sent",
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
        title="The proxy {proxy} does not accept the login that is set",
        seen=(
            "The proxy rejected the login from {set_by}.",
            "The proxy answered with status {status}.",
            "The proxy's SOCKS {socks_step} was {socks_code}.",
            "Login methods it offers: {schemes}.",
        ),
        means="The user name or password is wrong, expired or written wrongly in the setting. Or the account may not use this"
        " proxy.",
        remedy=(
            "Compare the login in {set_by} with the one you use elsewhere. Percent-encode @ : / # in the password.",
            "Do not try many times: that can lock the account.",
            "If the login is right, ask the team that runs {proxy} whether the account is locked, or may not use the proxy.",
        ),
    ),
)
