"""Mock services that fail on purpose, each in one named way.

>>> from diag import lab
>>> with lab.start("proxy-login-required") as running:
...     [scene] = running.scenes
...     scene.expects
'proxy-login-required'
"""

from diag.lab.faults import DEMO, FAULTS, UnknownFaultError
from diag.lab.scene import LabFault, Scene
from diag.lab.site import Running, start

__all__ = ["DEMO", "FAULTS", "LabFault", "Running", "Scene", "UnknownFaultError", "start"]
