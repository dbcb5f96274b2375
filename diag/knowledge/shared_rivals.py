"""What several causes could be instead: said in the same words, and settled by the same look, wherever it stays open.

Where it arises, and whether only its owner is open, is each check's to say.
"""

from diag.model.check import Rival
from diag.model.verdict import Owner

REFUSED_IN_ITS_NAME = Rival(
    "refused-in-its-name",
    owner=Owner.NETWORK,
    decided_by="the same connection from another network: if it is refused there too, the host refuses it",
    words="a firewall refuses in place of the host",
)
REFUSED_BY_THIS_COMPUTER = Rival(
    "refused-by-this-computer",
    owner=Owner.MACHINE,
    decided_by="the rules of this computer: nft list ruleset, or iptables -S OUTPUT",
    words="a rule on this computer refuses in place of the host",
)
NO_PREFIX_ANNOUNCED = Rival(
    "no-prefix-announced",
    owner=Owner.NETWORK,
    whose=True,
    decided_by="whether other computers on this network have a usable IPv6 address",
    words="the router of this network gives computers no address to use",
)
SETTINGS_OUT_OF_DATE = Rival(
    "settings-out-of-date",
    owner=Owner.MACHINE,
    decided_by="the resolvers that other computers on this network use",
    words="the resolver settings of this computer are out of date",
)
ANOTHER_ANSWERS = Rival(
    "another-answers",
    owner=Owner.NETWORK,
    decided_by="the same test from another network",
    words="something else on the network, such as its sign-in page, answers instead of {host}",
)
