"""Recipes of the family proxy: a proxy that one program or another session has for itself, where nothing but it gets through."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import ROUTER
from tests.recipes.proxy.answers import DENY_ALL, SQUID
from tests.recipes.services import OPEN, declared, healthy_service
from tests.recording.recipe import Look, Recipe, Stage, near_miss, of, problem

HERE = f"http://{ROUTER}:3128"
FILES = {
    "git": (".gitconfig", f"[user]\n\tname = somebody\n[http]\n\tproxy = {HERE}\n"),
    "docker": (".docker/config.json", f'{{"proxies": {{"default": {{"httpProxy": "{HERE}", "httpsProxy": "{HERE}"}}}}}}'),
    "session": (".config/environment.d/10-proxy.conf", f"# the company's\nHTTP_PROXY={HERE}\nHTTPS_PROXY={HERE}\n"),
}


def written_for(who: str, rules: str = OPEN, *, closed: bool = True) -> Stage:
    """A healthy service and a real proxy, which one file of the user's names; `closed`: nothing else gets through."""

    def stage(house: House) -> Look:
        authority = healthy_service(house)
        house.squid(rules)
        if closed:
            house.reject(port=443)
        name, text = FILES[who]
        path = house.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return declared(house, authority)

    return stage


RECIPES: tuple[Recipe, ...] = of(
    "proxy-required",
    problem("written-for-git", "Git alone has a proxy, and only that gets through.", written_for("git"), needs=SQUID),
    problem("written-for-containers", "Containers alone are given a proxy.", written_for("docker"), needs=SQUID),
    problem(
        "written-for-sessions",
        "Sessions that log in are given a proxy, and this one is not.",
        written_for("session"),
        needs=SQUID,
    ),
    near_miss(
        "written-for-git-and-refuses",
        "Git has a proxy, which refuses as well.",
        written_for("git", DENY_ALL),
        "network-connection-rejected",
        says=Status.UNKNOWN,
        needs=SQUID,
    ),
    near_miss(
        "written-for-git-and-not-needed",
        "Git has a proxy, and the service answers without it.",
        written_for("git", closed=False),
        needs=SQUID,
    ),
)
