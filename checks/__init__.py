"""The catalogue: one folder a family, one file a cause."""

from checks import dns, http, machine, network, privatelink, proxy, tls
from diag.model.catalogue import Catalogue

CATALOGUE = Catalogue(
    member for family in (machine, dns, network, proxy, tls, http, privatelink) for member in family.CHECKS.members
)
