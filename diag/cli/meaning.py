"""What a bundle's diagnosis means for the user's work: told anew where the profile is known, else as the customer was told it."""

from msgspec import Struct

from diag.bundle.read import Bundle
from diag.cli.endpoints import brought_profiles
from diag.cli.errors import WrongUse
from diag.language import learn, retold, said
from diag.model.diagnosis import Diagnosis
from diag.profile.consequences import consequences
from diag.profile.errors import UnusableFile
from diag.profile.registry import BUILTIN, builtin, find_profile, recognise


class Meaning(Struct, frozen=True):
    """The sentences, and what a reader has to know of them."""

    sentences: tuple[str, ...]
    remark: str = ""
    """Whose words they are, where they are not told of today's diagnosis; empty: nothing is to be said."""


def meaning_of(bundle: Bundle, diagnosis: Diagnosis, named: str = "") -> Meaning:
    """Return the meaning of a bundle's diagnosis, judged anew. `named` is a profile or its file. Raises WrongUse.

    A profile of ours tells it, unless the customer's own list said what roles are for: then, and with a vendor's profile that is
    not named here, what was recorded is told.
    """
    if named:
        try:
            profile = find_profile(named, brought_profiles())
            learn(profile.words)
            return Meaning(consequences(diagnosis, profile))
        except UnusableFile as error:
            raise WrongUse(retold(error)) from None
    service = bundle.evidence.run.service
    if not bundle.consequences or (service.profile in ("", *BUILTIN) and not service.own_words):
        seen = tuple(state.endpoint for state in diagnosis.endpoints)
        known = service.profile in BUILTIN and any(endpoint.role for endpoint in seen)
        return Meaning(consequences(diagnosis, builtin(service.profile) if known else recognise(seen)))
    told = said("what this means for the user's work is told as the customer was told it")
    if service.profile in ("", *BUILTIN):
        return Meaning(bundle.consequences, said("{told}, in the words of a list of theirs", told=told))
    again = said("--profile {profile}, or --profile FILE, tells it of today's diagnosis", profile=service.profile)
    return Meaning(
        bundle.consequences, said("{told}, by the profile {profile}; {again}", told=told, profile=service.profile, again=again)
    )
