"""Recipes of the family proxy: what the settings of a desktop say beside the variables, by the real `gsettings` with a file."""

from tests.netns import House
from tests.netns.plan import ROUTER
from tests.recipes.services import OPEN, PROXY, declared, healthy_service
from tests.recording.recipe import Kind, Look, Recipe

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
    Recipe(
        check="proxy-required",
        name="set-for-the-desktop-only",
        kind=Kind.PROBLEM,
        staged="Only the proxy is let out, and only the settings of the GNOME desktop name it.",
        stage=lambda house: on_desktop(house, MANUAL.format(port=3128), blocked=True),
        causes=("proxy-required",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-required",
        name="desktop-proxy-refuses",
        kind=Kind.NEAR_MISS,
        staged="Nothing is let out, and the proxy that the settings of the desktop name refuses the service, too.",
        stage=lambda house: on_desktop(house, MANUAL.format(port=3128), blocked=True, rules=DENY),
        causes=("network-connection-filtered",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-required",
        name="desktop-proxy-switched-off",
        kind=Kind.NEAR_MISS,
        staged="Nothing is let out but a proxy; the settings of the desktop still hold its name, and are switched off.",
        stage=lambda house: on_desktop(house, OFF, blocked=True),
        causes=("network-connection-filtered",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-variables-disagree",
        name="desktop-has-another",
        kind=Kind.PROBLEM,
        staged="HTTPS_PROXY names the proxy, and the settings of the desktop name another port.",
        stage=lambda house: on_desktop(house, MANUAL.format(port=8080), HTTPS_PROXY=PROXY),
        causes=("proxy-variables-disagree",),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-variables-disagree",
        name="desktop-has-the-same",
        kind=Kind.NEAR_MISS,
        staged="HTTPS_PROXY and the settings of the desktop name the same proxy.",
        stage=lambda house: on_desktop(house, MANUAL.format(port=3128), HTTPS_PROXY=PROXY),
        needs=NEEDS,
    ),
    Recipe(
        check="proxy-variables-disagree",
        name="desktop-alone-has-one",
        kind=Kind.OK,
        staged="The settings of the desktop name a proxy, and the service is reached without it.",
        stage=lambda house: on_desktop(house, MANUAL.format(port=3128)),
        needs=NEEDS,
    ),
)
