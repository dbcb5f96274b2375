"""Recipes of the family proxy: what the settings of a desktop say beside the variables, by the real `gsettings` with a file."""

from diag.model.verdict import Status
from tests.netns import House
from tests.netns.plan import ROUTER
from tests.recipes.services import OPEN, PROXY, declared, healthy_service
from tests.recording.recipe import Look, Recipe, near_miss, of, ok, problem

DENY = "http_port 3128\nhttp_access deny all\n"
MANUAL = f"[system/proxy]\nmode='manual'\n[system/proxy/https]\nhost='{ROUTER}'\nport={{port}}\n"
OFF = f"[system/proxy]\nmode='none'\n[system/proxy/https]\nhost='{ROUTER}'\nport=3128\n"
NEEDS = ("nginx", "squid", "gsettings")


def on_desktop(house: House, settings: str, *, blocked: bool = False, rules: str = OPEN, **variables: str) -> Look:
    """A healthy service, a squid, and a desktop with these settings; `blocked`: only the proxy gets through to the service."""
    authority = healthy_service(house)
    house.squid(rules)
    if blocked:
        house.drop(port=443)
    folder = house.errand("desktop")
    keys = folder / "glib-2.0" / "settings" / "keyfile"
    keys.parent.mkdir(parents=True)
    keys.write_text(settings)
    environment = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(folder), **variables}
    return declared(house, authority, environment=environment)


RECIPES: tuple[Recipe, ...] = (
    *of(
        "proxy-required",
        problem(
            "set-for-the-desktop-only",
            "Only the proxy is let out, and only the settings of the GNOME desktop name it.",
            lambda house: on_desktop(house, MANUAL.format(port=3128), blocked=True),
            needs=NEEDS,
        ),
        near_miss(
            "desktop-proxy-refuses",
            "Nothing is let out, and the proxy that the settings of the desktop name refuses the service, too.",
            lambda house: on_desktop(house, MANUAL.format(port=3128), blocked=True, rules=DENY),
            "network-connection-filtered",
            says=Status.UNKNOWN,
            needs=NEEDS,
        ),
        near_miss(
            "desktop-proxy-switched-off",
            "Nothing is let out but a proxy; the settings of the desktop still hold its name, and are switched off.",
            lambda house: on_desktop(house, OFF, blocked=True),
            "network-connection-filtered",
            says=Status.NOT_APPLICABLE,
            needs=NEEDS,
        ),
    ),
    *of(
        "proxy-variables-disagree",
        problem(
            "desktop-has-another",
            "HTTPS_PROXY names the proxy, and the settings of the desktop name another port.",
            lambda house: on_desktop(house, MANUAL.format(port=8080), HTTPS_PROXY=PROXY),
            needs=NEEDS,
        ),
        near_miss(
            "desktop-has-the-same",
            "HTTPS_PROXY and the settings of the desktop name the same proxy.",
            lambda house: on_desktop(house, MANUAL.format(port=3128), HTTPS_PROXY=PROXY),
            needs=NEEDS,
        ),
        ok(
            "desktop-alone-has-one",
            "The settings of the desktop name a proxy, and the service is reached without it.",
            lambda house: on_desktop(house, MANUAL.format(port=3128)),
            needs=NEEDS,
        ),
    ),
)
