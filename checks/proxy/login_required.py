"""The proxy wants a login, and none was sent.

*What it means*

The proxy answered with status 407, "proxy authentication required", or with the same in SOCKS. It serves only users who give a
name and a password, and none were given.

*Why it matters*

Until a login is set, the proxy lets nothing of this program through, to whatever service. Browsers often log in by themselves,
which is why the same address may work there.

*What to do*

Put the login into the proxy's setting, in the form `http://USER:PASSWORD@PROXY:PORT`; characters such as `@`, `:` and `/` in
the password have to be percent-encoded. Where people share a machine, ask the network team for a rule that lets this machine or
this service through without a login instead.

*How it is told apart*

`proxy-login-rejected` is a login that was sent and refused. `proxy-login-scheme-unsupported` is a proxy that offers only
methods for which a name and a password are not enough. `proxy-refuses-target` is a rule against the service.
"""

from diag.knowledge.proxy_replies import (
    Offered,
    gave_login,
    has_proxy,
    heard,
    offers,
    refused_login,
    reply,
    socks_code,
    socks_step,
    status_of,
    takes_password,
)
from diag.model.check import EndpointCheck, Sentences
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.socks import SocksStep
from diag.model.verdict import Because, Finding, Owner, ok, problem, unknown


def judge(view: EndpointView) -> Finding:
    """Return whether the proxy asks for a login that nobody gave."""
    answered = reply(view)
    if answered is None:
        return unknown(Because.NOT_REACHED)
    refused = refused_login(view)
    if refused is None:
        return ok(answered.observation) if heard(answered.answer) else unknown(Because.UNDECIDED, answered.observation)
    if gave_login(refused):
        return ok(refused.observation)
    offered = offers(refused.answer)
    if not takes_password(offered):
        return ok(refused.observation)
    if view.proxy and view.proxy.login:
        # A login is set, and what was seen is an answer to a request without one.
        return unknown(Because.UNDECIDED, refused.observation)
    return problem(
        refused.observation,
        about=str(view.proxy),
        proxy=str(view.proxy),
        scheme=view.proxy.scheme if view.proxy else "http",
        status=status_of(refused.answer),
        socks_step=socks_step(refused.answer),
        socks_code=socks_code(refused.answer),
        schemes=offered or None,
    )


CHECK = EndpointCheck(
    id="proxy-login-required",
    owner=Owner.MACHINE,
    article=__doc__,
    reference="https://www.rfc-editor.org/rfc/rfc9110#section-15.5.8",
    do=(HowTo.PROXY_LOGIN,),
    see=(
        ShellLine("curl -sv -x {scheme}://{proxy} {to_url}", "status 407, or the same of a SOCKS proxy"),
        ShellLine("curl.exe -sv -x {scheme}://{proxy} {to_url}", "status 407, or the same of a SOCKS proxy", Shell.POWERSHELL),
    ),
    needs=Stage.CONNECT,
    applies=has_proxy,
    judge=judge,
    rivals=(),
    tokens={"schemes": Offered, "socks_step": SocksStep},
    alike=("schemes", "socks_step"),
    sentences=Sentences(
        title="The proxy {proxy} wants a login",
        seen=(
            "The proxy asked for a login, and none was given.",
            "The proxy answered with status {status}.",
            "The proxy's SOCKS {socks_step} was {socks_code}.",
            "Login methods it offers: {schemes}.",
        ),
        means="The proxy works, but allows nothing until this program gives it a user name and a password.",
        remedy=(
            "Add your proxy login to the proxy setting: {scheme}://USER:PASSWORD@{proxy} (percent-encode @ : / # in it).",
            "Set the same for the program that failed. The login in your browser does not help other programs.",
            "If this computer has no user of its own, ask the team that runs {proxy} to allow it without a login.",
        ),
    ),
)
