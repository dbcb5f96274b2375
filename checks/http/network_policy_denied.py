"""A network policy of the service does not allow the address of this request.

*What it means*

Services let their customers name the networks from which they may be used (a network policy, an IP allow list, a firewall of
the service). The service was reached, and answered that this one is not among them.

*Why it matters*

This computer and the network path work. Logins and requests from here will be refused until the policy names the address under
which the service sees this computer.

*What to do*

Ask your administrator of the service to add that address to the policy. It is the address of your network's exit, or the
private one where a private link is used; it may be another one with the VPN than without.

*How it is told apart*

Only documented codes and texts in the service's own answer count: those of its profile, and those of some well-known services.
A bare 403 says nothing of the kind. What an object store refuses is `http-storage-denied`. Where a service says that it does not
serve the country of this network, no list of the account's can help. The service goes by the public address, which may count as
that of another country than this computer is in.
"""

from diag.knowledge.each_address import ANSWERED_AT, at_each_answer
from diag.knowledge.response_author import (
    BY_THE_PROXY,
    ON_THE_WAY,
    SeenReply,
    confidence_in,
    excluded,
    said_by_service,
    speaks_http,
)
from diag.knowledge.response_codes import (
    ADDRESS_CODES,
    NETWORK_RULES,
    NetworkRefusal,
    error_words,
    network_refusal,
    object_store,
    refusal,
)
from diag.knowledge.seen_as import seen_as
from diag.model.check import EndpointCheck, Rival, Sentences, When
from diag.model.endpoint_view import EndpointView, Stage
from diag.model.fingerprint import Denial
from diag.model.how_to import HowTo, Shell, ShellLine
from diag.model.verdict import Finding, Owner, problem


@at_each_answer
def judge(view: EndpointView) -> Finding:
    """Return whether the service's answer holds a code, or a text of its own, that is about the network of the client."""
    seen = said_by_service(view, lambda one: _told(view, one), or_edge=_by_country)
    if isinstance(seen, Finding):
        return seen
    refused = refusal(view, seen.answer, Denial.ADDRESS)
    by_profile = refused is not None and refused.code not in ADDRESS_CODES
    rule = network_refusal(seen.answer)
    code = refused.code if refused else next((word for word in error_words(seen.answer) if word in NETWORK_RULES), None)
    country = rule is NetworkRefusal.COUNTRY
    return problem(
        seen.observation,
        about=str(view.endpoint.authority),
        confidence=confidence_in(view, seen),
        form=COUNTRY if country else None,
        rules_out=excluded(view, seen),
        endpoint=str(view.endpoint.authority),
        status=seen.answer.status,
        code=code,
        reading=refused.means if refused and by_profile else None,
        advice=(refused.remedy or None) if refused and by_profile else None,
        seen_as=seen_as(view, seen.answer) or None,
        network_rule=None if by_profile else (rule or NetworkRefusal.ADDRESS_NOT_ALLOWED).value,
    )


def _told(view: EndpointView, one: SeenReply) -> bool:
    if refusal(view, one.answer, Denial.ADDRESS) is not None:
        return True
    # What an object store refuses is told by http-storage-denied.
    return network_refusal(one.answer) is not None and not object_store(one.answer)


def _by_country(seen: SeenReply) -> bool:
    return network_refusal(seen.answer) is NetworkRefusal.COUNTRY


COUNTRY = "country"
"""The form where the service goes by the country."""
_COUNTRY = Sentences(
    owner=Owner.NETWORK,
    title="{endpoint} does not serve the country that this network seems to be in",
    seen=(
        "{endpoint} answered with status {status}. Reason it gives: {network_rule}.",
        "The answer names the address that it saw: {seen_as}.",
        *ANSWERED_AT,
    ),
    means="The network path works. The service goes by the public address of this network, which may be registered in another"
    " country than the one this computer is in.",
    remedy=(
        "If you use a VPN or a proxy, test without it: the service sees the address where it ends.",
        "Ask your network team in which country the public address of this network is registered.",
        "If the country is right, ask the provider of {endpoint} whether it can be used from there.",
    ),
)
_SEEN = "{endpoint} answered with status {status}, which it sends to networks that are not allowed."
CHECK = EndpointCheck(
    id="http-network-policy-denied",
    owner=Owner.CLOUD,
    article=__doc__,
    reference="https://docs.snowflake.com/en/user-guide/network-policies",
    do=(HowTo.PRIVATE_RULES,),
    see=(
        ShellLine("curl -sv {to_url}", "the status and the code of the refusal"),
        ShellLine("curl.exe -sv {to_url}", "the status and the code of the refusal", Shell.POWERSHELL),
    ),
    needs=Stage.EXCHANGE,
    applies=speaks_http,
    judge=judge,
    explains=("http-status-unexpected", "http-waf-blocked"),
    rivals=(
        ON_THE_WAY,
        BY_THE_PROXY,
        Rival(
            "country-not-served",
            owner=Owner.SERVICE,
            whose=True,
            where="form",
            among=(COUNTRY,),
            decided_by="the country in which the public address of this network is registered",
            words="that is the right country, and the service is not offered there",
        ),
    ),
    tokens={"network_rule": NetworkRefusal},
    alike=("network_rule", "code"),
    ask="Is {seen_as} the fixed address of your network, or one of several",
    forms=((COUNTRY, _COUNTRY),),
    sentences=Sentences(
        title="A network policy of {endpoint} does not allow the network of this computer",
        seen=(
            _SEEN,
            "The code in the answer: {code}.",
            "What the code means: {reading}",
            "Reason it gives: {network_rule}.",
            "The answer names the address that it saw: {seen_as}.",
            *ANSWERED_AT,
        ),
        means="The network path works. A policy of the account at the service does not allow the network of this computer.",
        remedy=(
            When("advice", (), "{advice}"),
            When(
                "network_rule",
                ("address_not_allowed",),
                "Ask the administrator of your account to add the public address of this computer's network to"
                " the network policy.",
            ),
            When(
                "network_rule",
                ("public_access_off",),
                "Ask your cloud administrator for the private endpoint of the service and use it. Or ask them to switch on public"
                " access.",
            ),
            When(
                "network_rule",
                ("perimeter",),
                "Ask your cloud administrator to allow this network, or its project, in the perimeter (VPC Service Controls).",
            ),
            "The address to add is {seen_as}.",
            "If you should use a VPN or a private link, connect it first: the service then sees another address.",
        ),
    ),
)
