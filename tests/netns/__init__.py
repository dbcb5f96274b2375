"""A house of three rooms, client, router and server, in which tests break a network on purpose with real packets.

with House() as house:
    house.names({"service.house.test": ["10.77.2.2"]})
    house.drop(port=443)
    result = house.run([sys.executable, "-m", "diag", "run", "https://service.house.test"], unprivileged=True)
"""

from .faults import Fault, Faults
from .names import Answers, Forwarder
from .need import needs, needs_house
from .rooms import Room
from .servants import Servant, Servants


class House(Faults, Servants):
    """Three rooms, what can go wrong between them, and the servants that answer in them. Use it in a `with`."""


__all__ = ["Answers", "Fault", "Forwarder", "House", "Room", "Servant", "needs", "needs_house"]
