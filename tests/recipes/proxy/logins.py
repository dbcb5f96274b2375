"""Recipes of the family proxy: who may use it."""

from tests.netns import House
from tests.netns.plan import ROUTER
from tests.recipes.proxy.settings import behind_squid
from tests.recipes.services import HOST, WITH_LOGIN, declared, healthy_service, name_all, serve_plain, users
from tests.recording.recipe import Kind, Look, Recipe, in_lab

USER, PASSWORD = "house-user", "house-password"
DIGEST = """\
auth_param digest program /usr/lib/squid/digest_file_auth {folder}/users
auth_param digest realm house
acl known proxy_auth REQUIRED
http_access deny !known
http_access allow all
http_port 3128
"""


def plain(house: House, password: str, rules: str = WITH_LOGIN) -> Look:
    """A service over plain HTTP, which a squid forwards to those who log in."""
    serve_plain(house)
    name_all(house, HOST)
    known = {"users": f"{USER}:{PASSWORD}\n"} if rules == DIGEST else users(USER, PASSWORD)
    house.squid(rules, files=known)
    return Look(endpoints=(f"http://{HOST}",), proxy=f"http://{USER}:{password}@{ROUTER}:3128")


def elsewhere(house: House, password: str) -> Look:
    """Only a squid gets out, which takes Digest; the variable that names it, login and all, is not read for https."""
    authority = healthy_service(house)
    house.squid(DIGEST, files={"users": f"{USER}:{PASSWORD}\n"})
    house.drop(port=443)
    return declared(house, authority, environment={"HTTP_PROXY": f"http://{USER}:{password}@{ROUTER}:3128"})


RECIPES: tuple[Recipe, ...] = (
    Recipe(
        check="proxy-login-required",
        name="no-login-given",
        kind=Kind.PROBLEM,
        staged="The proxy answers 407 and offers Basic; no login is set.",
        stage=in_lab("proxy-login-required"),
        causes=("proxy-login-required",),
    ),
    Recipe(
        check="proxy-login-required",
        name="digest-offered",
        kind=Kind.PROBLEM,
        staged="The proxy answers 407 and offers Digest; no login is set.",
        stage=in_lab("proxy-login-required-digest"),
        causes=("proxy-login-required",),
    ),
    Recipe(
        check="proxy-login-required",
        name="twelve-services",
        kind=Kind.PROBLEM,
        staged="Twelve services are behind one proxy that wants a login.",
        stage=in_lab("many-behind-one-proxy"),
        causes=("proxy-login-required",),
    ),
    Recipe(
        check="proxy-login-required",
        name="login-given",
        kind=Kind.OK,
        staged="The proxy wants a login and is given the right one.",
        stage=in_lab("proxy-login-given"),
    ),
    Recipe(
        check="proxy-login-required",
        name="login-rejected",
        kind=Kind.NEAR_MISS,
        staged="The proxy answers 407 to a login that was given.",
        stage=in_lab("proxy-login-rejected"),
        causes=("proxy-login-rejected",),
    ),
    Recipe(
        check="proxy-login-required",
        name="windows-login-only",
        kind=Kind.NEAR_MISS,
        staged="The proxy answers 407 and offers only what a name and a password cannot do.",
        stage=in_lab("proxy-login-scheme-unsupported"),
        causes=("proxy-login-scheme-unsupported",),
    ),
    Recipe(
        check="proxy-login-required",
        name="service-says-407",
        kind=Kind.NEAR_MISS,
        staged="The service itself, inside the tunnel, answers with status 407.",
        stage=lambda house: behind_squid(house, says="return 407;"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-login-rejected",
        name="wrong-password",
        kind=Kind.PROBLEM,
        staged="The proxy rejects the login it is given.",
        stage=in_lab("proxy-login-rejected"),
        causes=("proxy-login-rejected",),
    ),
    Recipe(
        check="proxy-login-rejected",
        name="login-given",
        kind=Kind.OK,
        staged="The proxy wants a login and is given the right one.",
        stage=in_lab("proxy-login-given"),
    ),
    Recipe(
        check="proxy-login-rejected",
        name="no-login-given",
        kind=Kind.NEAR_MISS,
        staged="The proxy answers 407; no login is set.",
        stage=in_lab("proxy-login-required"),
        causes=("proxy-login-required",),
    ),
    Recipe(
        check="proxy-login-scheme-unsupported",
        name="windows-login-only",
        kind=Kind.PROBLEM,
        staged="The proxy offers Negotiate and NTLM.",
        stage=in_lab("proxy-login-scheme-unsupported"),
        causes=("proxy-login-scheme-unsupported",),
    ),
    Recipe(
        check="proxy-login-scheme-unsupported",
        name="open",
        kind=Kind.OK,
        staged="The proxy lets everything through.",
        stage=in_lab("proxy-open"),
    ),
    Recipe(
        check="proxy-login-scheme-unsupported",
        name="digest-offered",
        kind=Kind.NEAR_MISS,
        staged="The proxy offers Digest, for which a name and a password are enough.",
        stage=in_lab("proxy-login-required-digest"),
        causes=("proxy-login-required",),
    ),
    Recipe(
        check="proxy-login-rejected",
        name="plain-request-wrong-password",
        kind=Kind.PROBLEM,
        staged="A squid forwards plain HTTP to those who log in; the password is wrong.",
        stage=lambda house: plain(house, "mistyped"),
        causes=("proxy-login-rejected",),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-login-rejected",
        name="plain-request-login-given",
        kind=Kind.OK,
        staged="A squid forwards plain HTTP to those who log in; the login is right.",
        stage=lambda house: plain(house, PASSWORD),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-login-rejected",
        name="plain-request-digest",
        kind=Kind.NEAR_MISS,
        staged="A squid that forwards plain HTTP refuses Basic and takes Digest; the login is right.",
        stage=lambda house: plain(house, PASSWORD, DIGEST),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-required",
        name="set-elsewhere-with-a-digest-login",
        kind=Kind.PROBLEM,
        staged="Only the proxy is let out; only HTTP_PROXY names it, with a login that it takes as Digest alone.",
        stage=lambda house: elsewhere(house, PASSWORD),
        causes=("proxy-required", "proxy-variables-disagree"),
        needs=("nginx", "squid"),
    ),
    Recipe(
        check="proxy-required",
        name="set-elsewhere-with-a-wrong-login",
        kind=Kind.NEAR_MISS,
        staged="Only the proxy is let out; only HTTP_PROXY names it, with a login that it refuses.",
        stage=lambda house: elsewhere(house, "mistyped"),
        causes=("network-connection-filtered", "proxy-variables-disagree"),
        needs=("nginx", "squid"),
    ),
)
