"""Where a lab listens: wherever there is room, or at the same ports each time, for those who need to know them beforehand."""

from diag.lab.site import start

FIRST = 23101


def ports_of(first_port: int) -> list[str]:
    with start("proxy-open", "tls-certificate-expired", first_port=first_port) as running:
        return [where for scene in running.scenes for where in (*scene.endpoints, scene.proxy or "", str(scene.resolver))]


def test_ports_are_given_out_in_order_from_the_first_on() -> None:
    wherever = ports_of(FIRST)
    assert wherever == ports_of(FIRST)
    numbers = {int(where.rpartition(":")[2].strip("/")) for where in wherever if ":" in where}
    assert numbers <= set(range(FIRST, FIRST + 10))
