"""Paths: what happens to packets between here and an address."""

from checks.network import (
    gateway_dead,
    high_latency,
    no_egress,
    packet_loss,
    transparent_proxy,
)
from diag.knowledge.asked_for import crowds, downloads, idles, repeats, uploads
from diag.knowledge.at_rest import dialled, secured, unless, while_well
from diag.knowledge.connect_outcomes import asks_for_ecn, is_direct
from diag.model.catalogue import Catalogue, dormant_in

dormant = dormant_in(__name__)
CHECKS = Catalogue(
    (
        dormant("connection_refused", unless(is_direct, dialled)),
        dormant("connection_filtered", unless(is_direct, dialled)),
        dormant("connection_rejected", unless(is_direct, dialled)),
        dormant("ecn_refused", unless(asks_for_ecn, dialled)),
        dormant("address_dead", dialled),
        dormant("ipv6_broken", dialled),
        dormant("no_common_family", dialled),
        no_egress.CHECK,
        gateway_dead.CHECK,
        dormant("preferred_route_dead", unless(is_direct, dialled)),
        transparent_proxy.CHECK,
        dormant("connection_cut", unless(is_direct, secured)),
        dormant("mtu_blackhole", while_well(unless(is_direct, secured))),
        packet_loss.CHECK,
        high_latency.CHECK,
        dormant("intermittent", unless(repeats)),
        dormant("idle_cut", unless(idles)),
        dormant("source_ports_scarce", unless(crowds)),
        dormant("throughput_low", unless(downloads)),
        dormant("large_requests_lost", unless(uploads)),
    )
)
"""In the order in which they are shown."""
