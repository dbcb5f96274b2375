"""Every fault stands, fails as it is named when spoken to by ordinary clients, and leaves nothing behind."""

import json
import re
from pathlib import Path

import pytest

from checks import CATALOGUE
from diag import lab
from tests.each import of_each

SHORT, LONG = 0.4, 20.0

MET = {
    "healthy": "200",
    "healthy-404": "404",
    "healthy-403": "403",
    "healthy-plain-http": "200",
    "healthy-alias-chain": "200",
    "healthy-truncated-dns": "200",
    "healthy-stapled": "200",
    "machine-clock-wrong": "200",
    "one-server-clock-ahead": "200",
    "dns-name-not-found": "NXDOMAIN",
    "dns-resolver-silent": "dns-silent",
    "dns-first-resolver-dead": "dns-silent",
    "dns-resolvers-disagree": "NXDOMAIN",
    "dns-server-failure": "SERVFAIL",
    "dns-dnssec-bogus": "SERVFAIL",
    "dns-no-address": "no-data",
    "dns-query-refused": "REFUSED",
    "dns-alias-dangling": "NXDOMAIN",
    "dns-tcp-blocked": "dns-silent",
    "dns-nxdomain-rewritten": "refused",
    "dns-name-sinkholed": "refused | 200",
    "dns-left-to-proxy": "tunnel-200",
    "dns-slow": "200",
    "network-connection-refused": "refused",
    "network-connection-filtered": "syn-silent | 200",
    "network-address-dead": "200 refused",
    "network-ipv6-broken": "200 refused",
    "network-connection-cut": "reset",
    "connection-closed-at-once": "ended",
    "proxy-open": "tunnel-200",
    "proxy-over-tls": "tunnel-200",
    "proxy-login-given": "tunnel-200",
    "proxy-unreachable": "refused",
    "proxy-name-not-found": "NXDOMAIN",
    "proxy-login-required": "proxy-407",
    "proxy-login-required-digest": "proxy-407",
    "proxy-login-rejected": "proxy-407",
    "proxy-login-scheme-unsupported": "proxy-407",
    "many-behind-one-proxy": "proxy-407",
    "proxy-refuses-target": "proxy-403",
    "proxy-answers-with-page": "proxy-page",
    "proxy-cannot-resolve-target": "proxy-503",
    "proxy-cannot-reach-target": "proxy-503",
    "proxy-bypass-missing": "proxy-503",
    "proxy-tunnel-cut": "tunnel-reset",
    "proxy-tunnel-silent": "tunnel-silent",
    "proxy-not-a-proxy": "proxy-405",
    "proxy-not-http": "not-http",
    "proxy-silent": "silent",
    "proxy-scheme-wrong": "not-tls HTTP",
    "proxy-scheme-wrong-tls": "not-http",
    "healthy-upgrades": "over | over | over | over | over",
    "tls-upgrade-refused": "not-over N",
    "tls-upgrade-stripped": "not-over SMTP",
    "upgrade-taken-out": "not-over IMAP",
    "tls-upgrade-turned-away": "not-over MySQL",
    "tls-upgrade-injected": "injected",
    "tls-begins-at-once": "not-over \x15",
    "tls-upgrade-misunderstood": "not-over H",
    "tls-upgrade-unanswered": "silent",
    "tls-certificate-expired": "verify-10",
    "tls-certificate-unfit": "verify-26",
    "tls-intermediate-expired": "verify-10",
    "tls-certificate-not-yet-valid": "verify-9",
    "tls-certificate-expires-soon": "200",
    "tls-name-mismatch": "verify-62",
    "tls-self-signed": "verify-18",
    "tls-issuer-untrusted": "verify-19",
    "private-root-not-sent": "verify-20",
    "tls-chain-incomplete": "verify-20",
    "chain-incomplete-aia-dead": "verify-20",
    "tls-certificate-revoked": "200",
    "certificate-revoked-stapled": "200",
    "tls-revocation-unreachable": "200",
    "tls-strict-rules-violated": "verify-85",
    "tls-key-too-weak": "verify-66",
    "tls-intercepted": "verify-20",
    "intercepted-and-trusted": "200",
    "tls-large-hello-dropped": "200",
    "tls-plaintext-answer": "not-tls HTTP",
    "tls-answered-by-ssh": "not-tls SSH-",
    "tls-answered-by-smtp": "not-tls 220",
    "tls-handshake-cut": "reset",
    "tls-handshake-closed": "ended",
    "tls-handshake-silent": "silent",
    "tls-sni-filtered": "reset",
    "tls-name-unrecognized": "alert-112",
    "tls-version-rejected": "alert-70",
    "tls-no-shared-cipher": "alert-40",
    "tls-retired-cipher": "alert-40",
    "tls-alpn-refused": "alert-120",
    "tls-client-certificate-required": "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "tls-client-certificate-required-12": "alert-40",
    "healthy-cross-signed": "200",
    "tls-path-missed": "verify-20",
    "authorities-in-a-circle": "verify-20",
    "root-renewed": "verify-20",
    "issuer-half-trusted": "verify-2",
    "name-not-permitted": "verify-47",
    "issuer-is-no-authority": "verify-79",
    "critical-part-unknown": "verify-34",
    "signature-wrong": "verify-7",
    "root-expired": "verify-10",
    "certificates-too-large": "EXCESSIVE_MESSAGE_SIZE",
    "certificate-never-valid": "verify-9",
    "common-name-alone": "200",
    "certificates-in-the-wrong-order": "verify-62",
    "http-server-error": "500",
    "http-unavailable": "503",
    "http-rate-limited": "429",
    "http-no-answer": "silent",
    "http-slow": "silent",
    "http-storage-denied": "403",
    "storage-asks-for-credentials": "403",
    "http-network-policy-denied": "403",
    "http-block-page": "403",
    "http-answer-malformed": "not-http",
    "http-redirected-elsewhere": "302",
    "http-redirected-within": "302",
    "http-waf-blocked": "403",
    "http-captive-portal": "302",
    "network-login-page": "511",
    "service-many-300": "200",
}
"""What a plain client meets; one word per address, endpoints that differ parted by a bar."""


def test_every_fault_has_its_meeting():
    assert {fault.name for fault in lab.FAULTS} == set(MET)
    assert len(lab.FAULTS) == len(MET)


def test_a_guard_signs_what_it_turns_away(visitor):
    with lab.start("http-waf-blocked") as running:
        (scene,) = running.scenes
        guest = visitor(scene, LONG)
        assert guest.walk(scene.endpoints[0]) == "403"
        assert guest.headers["cf-mitigated"] == "challenge"


@pytest.mark.parametrize("fault", lab.FAULTS, ids=lambda fault: fault.name)
def test_a_plain_client_meets_what_the_name_says(fault, visitor):
    words = MET[fault.name].split(" | ")
    patience = SHORT if "silent" in MET[fault.name] else LONG
    with lab.start(fault.name) as running:
        [scene] = running.scenes
        endpoints = scene.endpoints[:12]
        met = [visitor(scene, patience).walk(url) for url in endpoints]
    assert met == (words if len(words) > 1 else words * len(endpoints))


@of_each(lab.FAULTS, lambda fault: fault.name)
def test_a_fault_reads_as_a_line_of_a_list(fault):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|healthy", fault.name)
    assert re.fullmatch(r"[A-Z].{10,90}\.", fault.summary)
    causes = {check.id for check in CATALOGUE}
    assert fault.expects is None or fault.expects in causes
    assert fault.name not in causes or fault.expects in (None, fault.name)
    assert "healthy" not in fault.name or fault.expects is None


def test_all_faults_stand_together_and_scenes_come_in_order():
    names = [fault.name for fault in lab.FAULTS]
    with lab.start(*names) as running:
        assert [scene.fault for scene in running.scenes] == names
        urls = [url for scene in running.scenes for url in scene.endpoints]
        documents = [json.loads(json.dumps(scene.to_json())) for scene in running.scenes]
    assert len(urls) == len(set(urls))
    assert [document["expects"] for document in documents] == [fault.expects for fault in lab.FAULTS]


def test_a_stopped_lab_has_left_nothing(visitor):
    running = lab.start("healthy")
    [scene] = running.scenes
    assert Path(scene.trust).is_file()
    running.stop()
    running.stop()
    assert not Path(scene.trust).parent.exists()
    port = int(scene.endpoints[0].rpartition(":")[2])
    assert visitor(scene, LONG)._word(lambda: visitor(scene, LONG).connect("127.0.0.1", port)) == "refused"


def test_an_unknown_name_is_answered_with_near_ones():
    with pytest.raises(lab.UnknownFaultError, match="proxy-login-required") as raised:
        lab.start("proxy-login-requred")
    assert "proxy-login-required" in raised.value.near


def test_a_fault_that_cannot_be_raised_says_so_and_leaves_nothing():
    async def raise_it(site):
        await site.stand(site.http())
        raise OSError("no more ports")

    with pytest.raises(OSError, match="no more ports"):
        lab.start(lab.LabFault("unlucky", "It cannot be raised.", None, raise_it))


def test_a_bug_of_a_service_is_raised_at_the_stop(visitor):
    async def broken(stream):
        await stream.receive()
        raise ZeroDivisionError("a bug")

    async def raise_it(site):
        return await site.scene(await site.stand(broken))

    running = lab.start(lab.LabFault("broken-service", "Its service has a bug.", None, raise_it))
    [scene] = running.scenes
    assert visitor(scene, LONG).walk(scene.endpoints[0]) in ("ended", "reset")
    with pytest.raises(ExceptionGroup) as raised:
        running.stop()
    assert [type(each) for each in raised.value.exceptions] == [ZeroDivisionError]


def test_the_demo_is_a_fault_of_the_list():
    assert lab.DEMO in {fault.name for fault in lab.FAULTS}
