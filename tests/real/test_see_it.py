"""The commands of "See it for yourself" show the fault: run where the scene is staged, with the values of the recorded one."""

import re
import shutil

import pytest

from checks import CATALOGUE
from diag.engine.judge import judge
from diag.model.how_to import ShellLine
from diag.report.wording.see_it import see_it
from tests.netns import House, needs_house
from tests.recipes import RECIPES
from tests.recording.sameness import seeded, stopped
from tests.recording.scene import read_scene
from tests.recording.stage import missing_here

pytestmark = needs_house
SHOWN = {
    "network-connection-refused/a-literal": "Connection refused",
    "network-connection-rejected/forbidden": "No route to host|Permission denied",
    "machine-route-refuses/both-families": "No route to host|Network is unreachable",
    "machine-local-firewall/both-families": "Operation not permitted|Permission denied",
    "dns-hosts-file-override/leads-into-silence": r"3:10\.77\.9\.9 service\.house\.test",
    "dns-name-not-found/a-letter-is-wrong": "status: NXDOMAIN",
    "dns-query-refused/one-refuses-one-is-silent": "status: REFUSED",
    "dns-nxdomain-rewritten/a-stranger-answers": r"^203\.0\.113\.10$",
    "proxy-login-required/socks": "No authentication method was acceptable",
    "tls-issuer-untrusted/alone-and-root-unknown": "unable to get local issuer certificate",
    "tls-certificate-expired/behind-nginx": "certificate has expired",
    "tls-plaintext-answer/real-web-server": "wrong version number",
}
"""For a handful of scenes what the command prints, as `shows` says it."""
BY_NAME = {recipe.name: recipe for recipe in RECIPES}
BY_ID = {check.id: check for check in CATALOGUE}


def command_of(name: str) -> ShellLine | None:
    """The command of the cause that the scene is named for, with the values that were recorded."""
    id = name.partition("/")[0]
    cause = next(cause for cause in judge(read_scene(name).evidence, CATALOGUE).causes if cause.id == id)
    return see_it(cause, BY_ID[id], stand_ins=False)


@pytest.mark.parametrize("name", SHOWN)
def test_the_command_shows_the_fault(name: str) -> None:
    recipe, command = BY_NAME[name], command_of(name)
    assert command
    tool = command.line.partition(" ")[0]
    if missing := [*missing_here(recipe), *([] if shutil.which(tool) else [tool])]:
        pytest.skip(f"needs {', '.join(missing)}")
    with House() as house, seeded(recipe.name):
        house.variables.update(stopped())
        look = recipe.stage(house)
        done = house.run(["sh", "-c", command.line], env=dict(look.environment))
    assert re.search(SHOWN[name], done.stdout + done.stderr, re.MULTILINE)
