"""A proxy stands on the way, and does not let this client through."""

from diag.lab.http import LabAnswer
from diag.lab.proxy import CREDENTIALS, Rules
from diag.lab.scene import LAB_HOST, LabFault, Scene, Site
from diag.lab.stream import silence

WRONG_CREDENTIALS = "lab-user:mistyped"
_MANY = 12
_NOT_ALLOWED = LabAnswer(
    405, b"<html><h1>405 Not Allowed</h1><hr>nginx</html>\n", "text/html", (("Allow", "GET, HEAD"),), last=True
)


async def _behind(site: Site, rules: Rules, credentials: str = "", hosts: tuple[str, ...] = (LAB_HOST,)) -> Scene:
    urls = [await site.stand_behind_proxy(site.tls(site.authority.leaf(host)), host) for host in hosts]
    return await site.scene(*urls, proxy=await site.stand_proxy(site.proxy(rules), credentials))


async def _open(site: Site) -> Scene:
    return await _behind(site, Rules())


async def _unreachable(site: Site) -> Scene:
    url = await site.stand_behind_proxy(site.tls())
    return await site.scene(url, proxy=f"http://{site.here}:{site.listeners.refuse()}")


async def _name_not_found(site: Site) -> Scene:
    url = await site.stand_behind_proxy(site.tls())
    return await site.scene(url, proxy="http://old-proxy.lab.test:3128")


async def _login_required(site: Site) -> Scene:
    return await _behind(site, Rules(("Basic",)))


async def _login_given(site: Site) -> Scene:
    return await _behind(site, Rules(("Basic",)), CREDENTIALS)


async def _login_rejected(site: Site) -> Scene:
    return await _behind(site, Rules(("Basic",)), WRONG_CREDENTIALS)


async def _digest(site: Site) -> Scene:
    return await _behind(site, Rules(("Digest",)))


async def _windows_login_only(site: Site) -> Scene:
    return await _behind(site, Rules(("Negotiate", "NTLM"), accepts=""))


async def _refuses(site: Site) -> Scene:
    return await _behind(site, Rules(outcome="refused", only=(LAB_HOST,)))


async def _page(site: Site) -> Scene:
    return await _behind(site, Rules(outcome="page"))


async def _cannot_resolve(site: Site) -> Scene:
    return await _behind(site, Rules(outcome="unresolved", only=(LAB_HOST,)))


async def _cannot_reach(site: Site) -> Scene:
    return await _behind(site, Rules(outcome="unreachable", only=(LAB_HOST,)))


async def _bypass_missing(site: Site) -> Scene:
    url = await site.stand(site.tls())
    return await site.scene(url, proxy=await site.stand_proxy(site.proxy(Rules(outcome="unreachable", only=(LAB_HOST,)))))


async def _tunnel_cut(site: Site) -> Scene:
    return await _behind(site, Rules(outcome="cut", only=(LAB_HOST,)))


async def _tunnel_silent(site: Site) -> Scene:
    return await _behind(site, Rules(outcome="stalled", only=(LAB_HOST,)))


async def _web_server(site: Site) -> Scene:
    url = await site.stand_behind_proxy(site.tls())
    return await site.scene(url, proxy=await site.stand_proxy(site.http({}, _NOT_ALLOWED, name="nginx")))


async def _not_http(site: Site) -> Scene:
    return await _behind(site, Rules(outcome="garbage"))


async def _scheme_wrong(site: Site) -> Scene:
    url = await site.stand_behind_proxy(site.tls())
    return await site.scene(url, proxy=await site.stand_proxy(site.proxy(), scheme="https"))


async def _over_tls(site: Site) -> Scene:
    return await _tls_proxy(site, "https")


async def _tls_given_as_plain(site: Site) -> Scene:
    return await _tls_proxy(site, "http")


async def _tls_proxy(site: Site, scheme: str) -> Scene:
    url = await site.stand_behind_proxy(site.tls())
    proxy = site.tls(site.authority.leaf(site.here), site.proxy())
    return await site.scene(url, proxy=await site.stand_proxy(proxy, scheme=scheme))


async def _silent(site: Site) -> Scene:
    url = await site.stand_behind_proxy(site.tls())
    return await site.scene(url, proxy=await site.stand_proxy(silence))


async def _many(site: Site) -> Scene:
    return await _behind(site, Rules(("Basic",)), hosts=tuple(f"s{number:03}.lab.test" for number in range(_MANY)))


FAULTS: tuple[LabFault, ...] = (
    LabFault("proxy-open", "A proxy lets everything through.", None, _open),
    LabFault("proxy-over-tls", "A proxy is spoken to over TLS and lets everything through.", None, _over_tls),
    LabFault("proxy-login-given", "A proxy wants a login and is given the right one.", None, _login_given),
    LabFault("proxy-unreachable", "Nobody listens at the proxy's address.", "proxy-unreachable", _unreachable),
    LabFault("proxy-name-not-found", "The proxy's own name does not exist.", "proxy-name-not-found", _name_not_found),
    LabFault("proxy-login-required", "The proxy wants a login and is given none.", "proxy-login-required", _login_required),
    LabFault("proxy-login-required-digest", "The proxy wants a Digest login.", "proxy-login-required", _digest),
    LabFault("proxy-login-rejected", "The proxy rejects the login it is given.", "proxy-login-rejected", _login_rejected),
    LabFault(
        "proxy-login-scheme-unsupported",
        "The proxy takes Windows logins only.",
        "proxy-login-scheme-unsupported",
        _windows_login_only,
    ),
    LabFault(
        "many-behind-one-proxy",
        "Twelve services are behind one proxy that wants a login.",
        "proxy-login-required",
        _many,
    ),
    LabFault("proxy-refuses-target", "The proxy's rules forbid this service.", "proxy-refuses-target", _refuses),
    LabFault("proxy-answers-with-page", "The proxy shows a page in place of the service.", "proxy-refuses-target", _page),
    LabFault(
        "proxy-cannot-resolve-target",
        "The proxy does not find the service's name.",
        "proxy-cannot-resolve-target",
        _cannot_resolve,
    ),
    LabFault(
        "proxy-cannot-reach-target",
        "The proxy does not get through to the service.",
        "proxy-cannot-reach-target",
        _cannot_reach,
    ),
    LabFault(
        "proxy-bypass-missing",
        "The proxy does not get through to the service, which answers directly.",
        "proxy-bypass-missing",
        _bypass_missing,
    ),
    LabFault("proxy-tunnel-cut", "The proxy opens the way and then resets it.", "proxy-tunnel-cut", _tunnel_cut),
    LabFault("proxy-tunnel-silent", "The proxy opens the way and nothing comes back.", "proxy-tunnel-cut", _tunnel_silent),
    LabFault("proxy-not-a-proxy", "A web server listens at the proxy's address.", "proxy-not-a-proxy", _web_server),
    LabFault("proxy-not-http", "What listens at the proxy's address speaks no HTTP.", "proxy-not-a-proxy", _not_http),
    LabFault("proxy-silent", "The proxy takes connections and never answers.", "proxy-unreachable", _silent),
    LabFault(
        "proxy-scheme-wrong",
        "The proxy is given as https and speaks plain HTTP.",
        "proxy-scheme-wrong",
        _scheme_wrong,
    ),
    LabFault(
        "proxy-scheme-wrong-tls",
        "The proxy is given as http and speaks TLS.",
        "proxy-scheme-wrong",
        _tls_given_as_plain,
    ),
)
