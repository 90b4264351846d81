"""What a case expects against what came out: each figure that differs.

What is not named is not checked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from pydantic import BaseModel

from ..core.faults import FAULTS
from ..core.message import SaidError, msg, said_by
from ..core.problem import CaseError, Problem
from ..core.terms import parse_number, plain
from ..core.vocabulary import YES_NO, english
from ..inputs.enrolment import read_roster
from ..plan import Plan
from ..scheme.model import SchemeFile
from ..session import Ready, View, evaluate_ready
from ..session.binding import bind_roster, declared_fields
from ..trace.entry import Entry, Outcome, Result, Score
from .case import Case, CaseResult, Difference


def run_case(ready: Ready, case: Case, rules: Mapping[str, tuple[str, ...]]) -> CaseResult:
    """Evaluate the events of a case, and compare what came out with what it expects."""
    try:
        fields = declared_fields(ready.files, "subject")
        roster = bind_roster(ready.files, read_roster(case.roster, fields)) if case.roster else None
        if roster is not None and roster.refused:
            raise SaidError(msg(roster.refused[0].reason))
        result = evaluate_ready(ready, roster, case.events, View(case.as_of, status="count"))
    except ValueError as error:  # a roster that is none, or a day beyond all periods
        detail = {"detail": said_by(error)}
        raise CaseError([Problem(FAULTS["not-a-case"], case.place, detail)]) from None
    return CaseResult(case, tuple(_differences(case, result, ready.versions.plans)), result, rules)


def _differences(case: Case, result: Result, plans: tuple[Plan, ...]) -> Iterator[Difference]:
    for figure, wanted in case.expect.items():
        for name, expected in wanted.items():
            if figure == "entries":
                yield from _entry(name, expected, result)
            elif figure == "received":
                yield from _received(name, expected, result)
            elif figure == "shares":
                yield from _shares(name, expected, result)
            elif figure == "notes":
                yield from _notes(name, expected, result)
            elif figure == "boards":
                board = next((b for b in result.boards if b.period.label == name), None)
                found = [place.subject for place in board.places] if board else []
                wanted_order = expected if isinstance(expected, list) else [expected]
                if [str(word) for word in wanted_order] != found:
                    yield Difference(
                        f"boards {name}", ", ".join(map(str, wanted_order)), ", ".join(found)
                    )
            elif figure == "granted":
                own = [plain(e.granted) for e in result.entries if e.subject == name]
                yield from _compare(f"granted {name}", expected, own)
            else:
                yield from _score(figure, name, expected, result, plans)


def _score(
    figure: str, subject: str, expected: object, result: Result, plans: tuple[Plan, ...]
) -> Iterator[Difference]:
    scores = [score for score in result.scores if score.subject == subject]
    if not scores:
        yield Difference(f"{figure} {subject}", str(expected), "no score")
    elif figure == "totals":
        wanted = expected if isinstance(expected, dict) else {scores[-1].period.label: expected}
        by_period = {score.period.label: score.total for score in scores}
        for period, number in wanted.items():
            yield from _compare(f"totals {subject} {period}", number, by_period.get(period))
    else:
        found = _figures(figure, scores[-1])
        for name, number in expected.items() if isinstance(expected, dict) else ():
            written = found.get(name)
            if name not in found and name not in _names(plans, figure):
                written = f"no such name: {', '.join(_names(plans, figure))}"
            nothing = written == "" and str(number) != ""
            yield from _compare(f"{figure} {subject} {name}", number, None if nothing else written)


def _names(plans: tuple[Plan, ...], figure: str) -> tuple[str, ...]:
    """List the names that a figure may be asked by in any version."""
    return tuple(dict.fromkeys(name for plan in plans for name in _named(plan, figure)))


def _named(plan: Plan, figure: str) -> Iterable[str]:
    match figure:
        case "rights":
            return plan.rewards
        case "ledgers":
            return plan.ledgers
        case "categories":
            return plan.categories
    return plan.ladders


def _figures(figure: str, score: Score) -> Mapping[str, object]:
    match figure:
        case "tiers":
            return {name: standing.level for name, standing in score.tiers.items()}
        case "ledgers":
            return score.ledgers
        case "rights":
            return {r.id: r.gives if r.amount is None else r.amount for r in score.rights}
        case "actions":
            return {name: ", ".join(standing.actions) for name, standing in score.tiers.items()}
        case _:
            return score.categories


def _entry(event: str, expected: object, result: Result) -> Iterator[Difference]:
    own = [e for e in result.entries if e.event == event and e.outcome is not Outcome.RECEIVED]
    if not own:
        yield Difference(f"entries {event}", str(expected), "no entry")
        return
    entry = own[0]
    wanted = expected if isinstance(expected, dict) else {"granted": expected}
    for name, value in wanted.items():
        yield from _compare(f"entries {event} {name}", value, _of_entry(entry, name))


def _of_entry(entry: Entry, name: str) -> object:
    match name:
        case "outcome":
            return entry.outcome.value
        case "granted":
            return entry.granted
        case "asked":
            return entry.asked
        case _:
            return entry.ledgers.get(name, Decimal(0))


def _received(event: str, expected: object, result: Result) -> Iterator[Difference]:
    paid = {
        e.subject: e.granted
        for e in result.entries
        if e.event == event and e.outcome is Outcome.RECEIVED
    }
    for subject, number in expected.items() if isinstance(expected, dict) else ():
        yield from _compare(f"received {event} {subject}", number, paid.get(subject))


def _shares(event: str, expected: object, result: Result) -> Iterator[Difference]:
    found = {
        entry.subject: step.after
        for entry in result.entries
        if entry.event == event
        for step in entry.steps
        if step.kind == "share"
    }
    for subject, amount in expected.items() if isinstance(expected, dict) else ():
        yield from _compare(f"shares {event} {subject}", amount, found.get(subject))


def _notes(event: str, expected: object, result: Result) -> Iterator[Difference]:
    """Return the words of an entry's steps; of a subject's name, those of all its entries.

    A mapping says of each word whether it must be there.
    """
    own = [entry for entry in result.entries if event in (entry.event, entry.subject)]
    found = [step.note for entry in own for step in entry.steps if step.before is None]
    words = expected if isinstance(expected, list) else [expected]
    wanted = expected if isinstance(expected, dict) else dict.fromkeys(map(str, words), "yes")
    for word, is_there in wanted.items():
        if not own:
            yield Difference(f"notes {event}", str(word), "no entry")
        elif _is_no(is_there) and str(word) in found:
            yield Difference(f"notes {event}", f"no {word}", ", ".join(found))
        elif not _is_no(is_there) and str(word) not in found:
            yield Difference(f"notes {event}", str(word), ", ".join(found))


def _is_no(is_there: object) -> bool:
    return english(YES_NO, str(is_there)) == "no"


def never_said(case: Case, files: Sequence[SchemeFile]) -> Iterator[Difference]:
    """List expected words that no rule of the scheme says: slips of the pen."""
    wanted = case.expect.get("notes", {})
    absent = [
        (event, str(word))
        for event, notes in wanted.items()
        for word, is_there in (notes.items() if isinstance(notes, dict) else ())
        if _is_no(is_there)
    ]
    said = {word for file in files for word in _words_of(file.scheme)} if absent else set()
    for event, word in absent:
        if word not in said:
            yield Difference(f"notes {event}", f"no {word}", "no rule says these words")


def _words_of(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case BaseModel():
            for _, inner in value:
                yield from _words_of(inner)
        case Mapping():
            for key, inner in value.items():
                yield from _words_of(key)
                yield from _words_of(inner)
        case tuple() | list():
            for item in value:
                yield from _words_of(item)


def _written(number: object) -> str:
    """Return a number as a trace writes it; what is none stays the text that it is."""
    try:
        return plain(parse_number(str(number)))
    except ValueError:
        return str(number)


def _compare(figure: str, expected: object, found: object) -> Iterator[Difference]:
    """Numbers are compared as numbers, words as words; `none` is expected of nothing."""
    if isinstance(expected, list):
        expected = [_written(number) for number in expected]
    same = str(expected) == ("none" if found is None else str(found))
    if isinstance(found, Decimal):
        try:
            same = parse_number(str(expected)) == found
        except ValueError:
            same = False
    if not same:
        yield Difference(figure, str(expected), "none" if found is None else str(found))
