"""Where nothing is proved, what failed is listed, and the causes that fit it best are named; an answer not judged is not well."""

from msgspec import structs
from msgspec.structs import replace

from diag.engine.judge import judge, judged
from diag.model.answer import HttpReply, Session
from diag.model.check import EndpointCheck, Rival, RunCheck, Sentences
from diag.model.diagnosis import Outcome, Suspect
from diag.model.endpoint import Expectations, parse_endpoint
from diag.model.endpoint_view import EndpointView
from diag.model.verdict import Because, Finding, Owner, problem, unknown, warning
from diag.report.wording.suspects import suspect_line, suspect_stories
from tests.checks.evidence import Notes
from tests.checks.replies import FOUR, HOST, ONLINE, answered, certificate, trusted

ARTICLE = "The thing is broken, and\nsays so.\n\n*What it means*\n\nMore."
SENTENCES = Sentences(title="", seen="", means="", remedy=())


def check(id: str, says: "Finding | None" = None, **more: object) -> EndpointCheck:
    """A check that says this; by default that it cannot tell, of all that failed on the walk."""

    def judged(view: EndpointView) -> Finding:
        failed = [seen for seen in view.observations if getattr(seen.answer, "failure", "")]
        return says or unknown(Because.UNDECIDED, *failed)

    return EndpointCheck(id=id, owner=Owner.NETWORK, article=ARTICLE, sentences=SENTENCES, judge=judged, **more)  # type: ignore[arg-type]


def silent() -> Notes:
    return Notes().machine(*ONLINE).looked_up(FOUR).dialled(FOUR, "timed_out")


def test_what_failed_is_unclaimed_until_a_finding_cites_it() -> None:
    evidence = silent().evidence
    dial = next(seen for seen in evidence.observations if seen.id == "connect-1")
    assert judge(evidence, [check("network-a")]).unclaimed == ("connect-1",)
    assert judge(evidence, [check("network-a", problem(dial, about="x"))]).unclaimed == ()


def test_two_suspects_at_most_the_one_nearest_to_the_ground_first() -> None:
    checks = [check("tls-c"), check("network-b"), check("dns-a")]
    told = judge(silent().evidence, checks).suspects
    assert told == (
        Suspect("dns-a", (f"https://{HOST}:443",), ("connect-1",)),
        Suspect("network-b", (f"https://{HOST}:443",), ("connect-1",)),
    )


def test_nobody_is_suspected_where_a_cause_is_found_or_all_arrives() -> None:
    evidence = silent().evidence
    dial = next(seen for seen in evidence.observations if seen.id == "connect-1")
    found = check("network-a", problem(dial, about="x"))
    assert judge(evidence, [found, check("dns-b")]).suspects == ()
    assert judge(healthy().evidence, [check("dns-b")]).suspects == ()


def healthy(reply: HttpReply | None = None, session: Session | None = None) -> Notes:
    notes = Notes().machine(*ONLINE).looked_up(FOUR).dialled(FOUR)
    return notes.shook(FOUR, session or trusted(der=certificate(HOST))).fetched(FOUR, reply or answered())


def test_an_answer_that_no_check_could_judge_is_not_called_well() -> None:
    evidence = healthy().evidence
    (reply,) = (seen for seen in evidence.observations if seen.id == "exchange-1")
    puzzled = unknown(Because.UNDECIDED, reply)
    told = judge(evidence, [check("http-a", puzzled)])
    assert told.verdict is Outcome.UNKNOWN
    assert told.suspects == (Suspect("http-a", (f"https://{HOST}:443",), ("exchange-1",)),)
    assert judge(evidence, [check("network-a", puzzled)]).verdict is Outcome.OK
    (trail,) = evidence.run.trails
    expecting = parse_endpoint(f"https://{HOST}", expects=Expectations(status=(200,)))
    run = structs.replace(evidence.run, trails=(structs.replace(trail, endpoint=expecting),))
    assert judge(structs.replace(evidence, run=run), [check("http-a", puzzled)]).verdict is Outcome.OK, "its status is expected"


def test_a_problem_of_the_whole_run_that_nobody_suffers_from_is_a_warning() -> None:
    evidence = healthy().evidence
    (reply,) = (seen for seen in evidence.observations if seen.id == "exchange-1")
    whole = RunCheck(
        id="network-whole", owner=Owner.NETWORK, article=ARTICLE, sentences=SENTENCES, judge=lambda _: problem(reply, about="x")
    )
    assert judge(evidence, [whole]).verdict is Outcome.WARNING
    assert judge(evidence, [replace(whole, judge=lambda _: warning(reply, about="x"))]).verdict is Outcome.WARNING
    failing = silent().evidence
    dial = next(seen for seen in failing.observations if seen.id == "connect-1")
    assert judge(failing, [replace(whole, judge=lambda _: problem(dial, about="x"))]).verdict is Outcome.PROBLEM


def test_a_suspect_is_told_with_what_speaks_for_it_and_the_look_that_decides() -> None:
    rivals = (Rival("a", "the answer at {host}", "x"), Rival("b", "the same from another network", "y"))
    checks = [check("dns-a", rivals=rivals), check("network-b")]
    diagnosis = judge(silent().evidence, checks)
    lines = [suspect_line(story) for story in suspect_stories(diagnosis, {one.id: one for one in checks})]
    assert lines == [
        "The thing is broken, and says so. Observations that fit: connect-1."
        " What would settle it: the same from another network.",
        "The thing is broken, and says so. Observations that fit: connect-1. What would settle it: diag explain network-b.",
    ]


def test_nobody_is_suspected_of_an_answer_where_no_request_was_made() -> None:
    arrived = Notes(f"tls://{HOST}").machine(*ONLINE).looked_up(FOUR).dialled(FOUR)
    evidence = arrived.shook(FOUR, trusted(der=certificate(HOST))).evidence
    handshake = next(seen for seen in evidence.observations if seen.id == "handshake-1")
    told, bugs = judged(evidence, [check("tls-a", unknown(Because.UNDECIDED, handshake))])
    assert told.endpoints[0].arrived
    assert (told.suspects, bugs) == ((), ())
