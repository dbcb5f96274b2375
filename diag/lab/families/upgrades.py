"""Databases, mail and directories: what goes wrong before TLS begins, and five that are well."""

from diag.lab.scene import LAB_HOST, LabFault, Scene, Site
from diag.lab.stream import StreamService, silence
from diag.lab.tls import Terms
from diag.lab.upgrade import TALKS, Manner, going_over


async def _speaking(site: Site, scheme: str, manner: Manner) -> Scene:
    service = going_over(TALKS[scheme], Terms(site.authority.leaf(LAB_HOST), protocols=()), manner)
    return await _serving(site, scheme, service)


async def _serving(site: Site, scheme: str, service: StreamService) -> Scene:
    return await site.scene(await site.stand(service, scheme=scheme))


async def _all(site: Site) -> Scene:
    terms = Terms(site.authority.leaf(LAB_HOST), protocols=())
    return await site.scene(*[await site.stand(going_over(talk, terms), scheme=scheme) for scheme, talk in TALKS.items()])


async def _refused(site: Site) -> Scene:
    return await _speaking(site, "postgres", Manner(agrees=False))


async def _stripped(site: Site) -> Scene:
    return await _speaking(site, "smtp", Manner(offer=b"XXXXXXXX"))


async def _taken_out(site: Site) -> Scene:
    return await _speaking(site, "imap", Manner(offer=b""))


async def _turned_away(site: Site) -> Scene:
    return await _speaking(site, "mysql", Manner(lets_in=False))


async def _injected(site: Site) -> Scene:
    return await _speaking(site, "smtp", Manner(adds=b"250 Injected\r\n"))


async def _at_once(site: Site) -> Scene:
    return await _serving(site, "ldap", site.tls(service=silence))


async def _web_server(site: Site) -> Scene:
    return await _serving(site, "postgres", site.http())


async def _silent(site: Site) -> Scene:
    return await _serving(site, "imap", silence)


FAULTS: tuple[LabFault, ...] = (
    LabFault("healthy-upgrades", "Databases, mail and a directory that go over to TLS.", None, _all),
    LabFault("tls-upgrade-refused", "A database has no TLS.", "tls-upgrade-refused", _refused),
    LabFault("tls-upgrade-stripped", "The offer of a mail server to encrypt is overwritten.", "tls-upgrade-stripped", _stripped),
    LabFault("upgrade-taken-out", "The offer of a mail server to encrypt is taken out.", "tls-upgrade-stripped", _taken_out),
    LabFault("tls-upgrade-turned-away", "A database lets nobody in from here.", "tls-upgrade-turned-away", _turned_away),
    LabFault("tls-upgrade-injected", "Data is put in where encryption should begin.", "tls-upgrade-injected", _injected),
    LabFault("tls-begins-at-once", "A directory encrypts from the first byte on.", "tls-begins-at-once", _at_once),
    LabFault(
        "tls-upgrade-misunderstood",
        "A web server answers where a database is expected.",
        "tls-upgrade-misunderstood",
        _web_server,
    ),
    LabFault("tls-upgrade-unanswered", "A mail server never greets.", "tls-upgrade-unanswered", _silent),
)
"""Every fault before TLS, in the order in which a connection meets them."""
