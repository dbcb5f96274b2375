"""Paths: what happens to packets between here and an address."""

from checks.network import (
    address_dead,
    connection_cut,
    connection_filtered,
    connection_refused,
    connection_rejected,
    ecn_refused,
    gateway_dead,
    high_latency,
    idle_cut,
    intermittent,
    ipv6_broken,
    large_requests_lost,
    mtu_blackhole,
    no_common_family,
    no_egress,
    packet_loss,
    preferred_route_dead,
    source_ports_scarce,
    throughput_low,
    transparent_proxy,
)
from diag.model.check import AnyCheck

CHECKS: tuple[AnyCheck, ...] = (
    connection_refused.CHECK,
    connection_filtered.CHECK,
    connection_rejected.CHECK,
    ecn_refused.CHECK,
    address_dead.CHECK,
    ipv6_broken.CHECK,
    no_common_family.CHECK,
    no_egress.CHECK,
    gateway_dead.CHECK,
    preferred_route_dead.CHECK,
    transparent_proxy.CHECK,
    connection_cut.CHECK,
    mtu_blackhole.CHECK,
    packet_loss.CHECK,
    high_latency.CHECK,
    intermittent.CHECK,
    idle_cut.CHECK,
    source_ports_scarce.CHECK,
    throughput_low.CHECK,
    large_requests_lost.CHECK,
)
"""In the order in which they are shown."""
