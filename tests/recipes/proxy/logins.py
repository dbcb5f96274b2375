"""Recipes of the family proxy: who may use it."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import ROUTER
from tests.recipes.proxy.settings import behind_squid
from tests.recipes.services import HOST, WITH_LOGIN, declared, healthy_service, name_all, serve_plain, users
from tests.recording.recipe import Look, Recipe, in_lab, near_miss, of, ok, problem

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


def of_a_domain(house: House, written: str) -> Look:
    """A squid that knows a user of a Windows domain, and the login as somebody wrote it into the variable."""
    authority = healthy_service(house)
    house.squid(WITH_LOGIN, files=users("house\\user", PASSWORD))
    house.drop(port=443)
    return declared(house, authority, environment={"HTTPS_PROXY": f"http://{written}:{PASSWORD}@{ROUTER}:3128"})


def elsewhere(house: House, password: str) -> Look:
    """Only a squid gets out, which takes Digest; the variable that names it, login and all, is not read for https."""
    authority = healthy_service(house)
    house.squid(DIGEST, files={"users": f"{USER}:{PASSWORD}\n"})
    house.drop(port=443)
    return declared(house, authority, environment={"HTTP_PROXY": f"http://{USER}:{password}@{ROUTER}:3128"})


RECIPES: tuple[Recipe, ...] = (
    *of(
        "proxy-login-required",
        problem(
            "lab/proxy-login-required", "The proxy answers 407 and offers Basic; no login is set.", in_lab("proxy-login-required")
        ),
        problem(
            "lab/proxy-login-required-digest",
            "The proxy answers 407 and offers Digest; no login is set.",
            in_lab("proxy-login-required-digest"),
        ),
        problem(
            "lab/many-behind-one-proxy",
            "Twelve services are behind one proxy that wants a login.",
            in_lab("many-behind-one-proxy"),
        ),
        ok("lab/proxy-login-given", "The proxy wants a login and is given the right one.", in_lab("proxy-login-given")),
        near_miss("lab/proxy-login-rejected"),
        near_miss("lab/proxy-login-scheme-unsupported"),
        near_miss(
            "service-says-407",
            "The service itself, inside the tunnel, answers with status 407.",
            lambda house: behind_squid(house, says="return 407;"),
            needs=("nginx", "squid"),
        ),
    ),
    *of(
        "proxy-login-rejected",
        problem("lab/proxy-login-rejected", "The proxy rejects the login it is given.", in_lab("proxy-login-rejected")),
        ok("lab/proxy-login-given"),
        near_miss("lab/proxy-login-required", says=Status.NOT_APPLICABLE),
        problem(
            "percent-sign-doubled",
            "The login is written as in a unit of systemd, with a doubled percent sign, into a variable that keeps both.",
            lambda house: of_a_domain(house, "house%%5Cuser"),
            needs=("nginx", "squid"),
        ),
        ok(
            "backslash-escaped",
            "The same login with one percent sign.",
            lambda house: of_a_domain(house, "house%5Cuser"),
            needs=("nginx", "squid"),
        ),
        ok(
            "backslash-as-it-is",
            "The same login with the backslash itself.",
            lambda house: of_a_domain(house, "house\\user"),
            needs=("nginx", "squid"),
        ),
        problem(
            "plain-request-wrong-password",
            "A squid forwards plain HTTP to those who log in; the password is wrong.",
            lambda house: plain(house, "mistyped"),
            needs=("nginx", "squid"),
        ),
        ok(
            "plain-request-login-given",
            "A squid forwards plain HTTP to those who log in; the login is right.",
            lambda house: plain(house, PASSWORD),
            needs=("nginx", "squid"),
        ),
        near_miss(
            "plain-request-digest",
            "A squid that forwards plain HTTP refuses Basic and takes Digest; the login is right.",
            lambda house: plain(house, PASSWORD, DIGEST),
            needs=("nginx", "squid"),
        ),
    ),
    *of(
        "proxy-login-scheme-unsupported",
        problem(
            "lab/proxy-login-scheme-unsupported", "The proxy offers Negotiate and NTLM.", in_lab("proxy-login-scheme-unsupported")
        ),
        ok("lab/proxy-open"),
        near_miss("lab/proxy-login-required-digest"),
    ),
    *of(
        "proxy-required",
        problem(
            "set-elsewhere-with-a-digest-login",
            "Only the proxy is let out; only HTTP_PROXY names it, with a login that it takes as Digest alone.",
            lambda house: elsewhere(house, PASSWORD),
            "proxy-required",
            "proxy-variables-disagree",
            needs=("nginx", "squid"),
        ),
        near_miss(
            "set-elsewhere-with-a-wrong-login",
            "Only the proxy is let out; only HTTP_PROXY names it, with a login that it refuses.",
            lambda house: elsewhere(house, "mistyped"),
            "network-connection-filtered",
            "proxy-variables-disagree",
            says=Status.UNKNOWN,
            needs=("nginx", "squid"),
        ),
    ),
)
