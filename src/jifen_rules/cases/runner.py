"""Cases: a scheme, some events, and the points they must give, read from YAML and run.

A case names its events in short lines (`2024-03-01 甲 gift quantity=1000`) and expects
totals, tiers, ledgers, categories, or entries; what it does not name is not checked.
Its events count without a status. Refuses what it does not understand (codes C…).
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from ..compile import check_plan
from ..compile.variants import change_scheme
from ..core.faults import FAULTS
from ..core.message import N_
from ..core.plain_data import PlainData
from ..core.problem import CaseError, Place, Problem, SchemeError
from ..core.terms import parse_number, plain
from ..core.values import parse_day
from ..core.vocabulary import YES_NO, english
from ..inputs.enrolment import read_roster
from ..plan import Cap, Plan
from ..scheme.load import load_scheme
from ..scheme.model import SchemeFile
from ..session import Ready, View, evaluate_ready, make_ready
from ..session.binding import bind_roster, declared_fields
from ..syntax.tree import read_tree
from ..trace.entry import Entry, Outcome, Result, Score

FIGURES: Final[Mapping[str, str]] = {
    "totals": N_("by subject the total of its last period, or totals by period"),
    "tiers": N_("by subject the level of each ladder; 'none' if it has none"),
    "ledgers": N_("by subject what each ledger holds"),
    "categories": N_("by subject the figure of each category"),
    "rights": N_("by subject what each right gives; 'none' if it has none"),
    "actions": N_("by subject what the level of each ladder asks for; 'none' for nothing"),
    "entries": N_("by event what it granted, or a mapping of granted, asked, outcome and ledgers"),
    "received": N_("by event what each other subject received"),
    "shares": N_("by event the share of each subject"),
    "notes": N_("by event or subject words of its steps, or a mapping that says yes or no of each"),
    "granted": N_("by subject what its entries granted, in order"),
    "boards": N_("by period the subjects of the board, in order"),
    "problems": N_("names of what the check of the scheme must find"),
}
"""What a case may expect, and of what."""
CASE_KEYS: Final[Mapping[str, str]] = {
    "name": N_("what the case shows, in a few words"),
    "as_of": N_("the last day that counts"),
    "roster": N_("rows of the roster"),
    "events": N_("events as short lines, DATE SUBJECT INDICATOR key=value …, or as rows"),
    "expect": N_("what must come out; what is not named is not checked"),
    "rows": N_("a case for each row, whose values stand in the place of {…}"),
    "scheme": N_("the path of another scheme, seen from this file"),
    "set": N_("values of the scheme that are others in this case"),
    "recorded": N_("the day on which figures were recorded from the program"),
    "signed": N_("who has worked the recorded figures out by hand"),
}
"""The keys of a case."""


@dataclass(frozen=True, slots=True)
class Case(PlainData):
    """One rule test: its name and place, what is given, and what must come out.

    - `as_of`, `roster`, `events`: the inputs, rows as written.
    - `expect`: by figure (`totals`, `tiers`, `entries`, …), then by subject or id.
    - `scheme`: the path of another scheme than the one beside it, seen from the file of cases.
    - `changes`: values of the scheme that this case changes in place.
    - `is_reviewed`: false where figures were recorded from the engine and nobody signed them.

    >>> from jifen_rules import read_cases
    >>> cases = read_cases("cases.yaml", text='''
    ... cases:
    ...   - name: 一次志愿服务
    ...     as_of: 2024-12-31
    ...     events: [{id: 1, date: 2024-03-01, subject: 张家, indicator: help}]
    ...     expect: {totals: {张家: 5}}
    ... ''')
    >>> cases[0].name, cases[0].expect["totals"]
    ('一次志愿服务', {'张家': '5'})
    """

    name: str
    place: Place
    as_of: date
    roster: tuple[Mapping[str, object], ...]
    events: tuple[Mapping[str, object], ...]
    expect: Mapping[str, Mapping[str, object]]
    scheme: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    is_reviewed: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """What a case expected of one figure, and what it found."""

    figure: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class CaseResult(PlainData):
    """A case that was run: it passed if nothing differs. `result` has the whole trace.

    - `differences`: each figure that was expected otherwise, with both values as text.
    - `rules`: by the id of a rule its place and those of its limits or levels, to show why.

    >>> from jifen_rules import load_scheme, read_cases, run_cases
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> cases = read_cases("cases.yaml", text='''
    ... cases:
    ...   - name: 一次志愿服务
    ...     as_of: 2024-12-31
    ...     events: [{id: 1, date: 2024-03-01, subject: 张家, indicator: help}]
    ...     expect: {totals: {张家: 5}}
    ... ''')
    >>> run_cases(scheme, cases)[0].passed
    True
    """

    case: Case
    differences: tuple[Difference, ...]
    result: Result
    rules: Mapping[str, tuple[str, ...]]

    @property
    def passed(self) -> bool:
        """Whether everything expected was found."""
        return not self.differences


def read_cases(path: str | Path, *, text: str | None = None) -> tuple[Case, ...]:
    """Read the cases of a YAML file, in their order, each row of a table as a case of its own.

    `text` is the file's content where it is known; then `path` only names it. CaseError carries
    every case that cannot be understood, with its place. OSError if the file cannot be opened.

    >>> from jifen_rules import read_cases
    >>> cases = read_cases("cases.yaml", text='''
    ... cases:
    ...   - name: 一次志愿服务
    ...     as_of: 2024-12-31
    ...     events: [{id: 1, date: 2024-03-01, subject: 张家, indicator: help}]
    ...     expect: {totals: {张家: 5}}
    ... ''')
    >>> cases[0].as_of.isoformat(), cases[0].place.line
    ('2024-12-31', 3)
    """
    if text is None:
        text = Path(path).read_bytes().decode("utf-8-sig", errors="replace")
    tree, slips = read_tree(str(path), text)
    if slips or tree is None:
        raise CaseError(slips)
    reader = _Reader(dict(tree.places()))
    cases = tuple(reader.cases(tree.plain()))
    if reader.problems:
        raise CaseError(reader.problems)
    return cases


def run_cases(
    schemes: SchemeFile | Sequence[SchemeFile], cases: Sequence[Case]
) -> tuple[CaseResult, ...]:
    """Run cases against a scheme (or its versions) and return one result each, in their order.

    SchemeError as `evaluate_events`; CaseError if the scheme that a case names cannot be loaded.

    >>> from jifen_rules import load_scheme, read_cases, run_cases
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> cases = read_cases("cases.yaml", text='''
    ... cases:
    ...   - name: 一次志愿服务
    ...     as_of: 2024-12-31
    ...     events: [{id: 1, date: 2024-03-01, subject: 张家, indicator: help}]
    ...     expect: {totals: {张家: 5}}
    ... ''')
    >>> [case.passed for case in run_cases(scheme, cases)]
    [True]
    """
    runner = CaseRunner(schemes)
    return tuple(runner.run(case) for case in cases)


class CaseRunner:
    """Runs cases against a scheme (or its versions), each variant of it compiled once.

    >>> from jifen_rules import load_scheme, read_cases
    >>> from jifen_rules.cases.runner import CaseRunner
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> cases = read_cases("cases.yaml", text='''
    ... cases:
    ...   - name: 一次志愿服务
    ...     as_of: 2024-12-31
    ...     events: [{id: 1, date: 2024-03-01, subject: 张家, indicator: help}]
    ...     expect: {totals: {张家: 5}}
    ... ''')
    >>> CaseRunner(scheme).run(cases[0]).differences
    ()
    """

    def __init__(self, schemes: SchemeFile | Sequence[SchemeFile]) -> None:
        self._schemes = schemes
        self._ready: dict[tuple[str, tuple[tuple[str, str], ...]], Ready] = {}

    def run(self, case: Case) -> CaseResult:
        """Run one case. SchemeError as `evaluate_events`, CaseError if its scheme cannot be loaded."""
        if "problems" in case.expect:
            return _checked(self._schemes, case)
        other = case.scheme and str(Path(case.place.file).parent / case.scheme)
        variant = (other, case.changes)
        if variant not in self._ready:
            self._ready[variant] = make_ready(_variant(self._schemes, case))
        (found,) = run_ready(self._ready[variant], [case])
        never = tuple(_never_said(case, self._ready[variant].files))
        return replace(found, differences=(*found.differences, *never)) if never else found


def _checked(schemes: SchemeFile | Sequence[SchemeFile], case: Case) -> CaseResult:
    """Check the scheme of a case, which need not be sound: the names of what is found, no points."""
    try:
        variant = _variant(schemes, case)
        several = (variant,) if isinstance(variant, SchemeFile) else variant
        problems = [problem for file in several for problem in check_plan(file)]
    except SchemeError as error:
        problems = [*error.problems]
    found = {problem.fault.name for problem in problems}
    wanted = case.expect["problems"].get("", [])
    missing = (
        [str(name) for name in wanted if name not in found] if isinstance(wanted, list) else []
    )
    differences = tuple(
        Difference("problems", name, ", ".join(sorted(found)) or "none") for name in missing
    )
    nothing = Result.nothing(case.as_of)
    return CaseResult(case, differences, nothing, {})


def _variant(
    schemes: SchemeFile | Sequence[SchemeFile], case: Case
) -> SchemeFile | Sequence[SchemeFile]:
    """Return the scheme of a case: that beside it or another, perhaps with values changed."""
    try:
        if case.scheme:
            schemes = load_scheme(Path(case.place.file).parent / case.scheme)
        if not case.changes:
            return schemes
        if not isinstance(schemes, SchemeFile):
            raise ValueError("'set' changes one scheme, and there are several versions")
        return change_scheme(schemes, dict(case.changes))
    except (ValueError, OSError) as error:
        detail = {"detail": str(error)}
        raise CaseError([Problem(FAULTS["not-a-case"], case.place, detail)]) from None


def run_ready(ready: Ready, cases: Sequence[Case]) -> tuple[CaseResult, ...]:
    """Do what `run_cases` does, with a scheme that was made ready before."""
    plan = ready.versions.last
    rules = dict(_rules(plan))
    return tuple(_run(ready, case, rules) for case in cases)


def _rules(plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Where each rule stands, by its id, and then where the limits on its way, or its levels, do."""
    floors = [limit.mark.place for ledger in plan.ledgers.values() for limit in ledger.limits]
    for grant in plan.grants.values():
        own = [cap.mark.place for cap in grant.quantity_caps]
        own += [stage.mark.place for stage in grant.path if isinstance(stage, Cap)]
        yield grant.mark.id, tuple(dict.fromkeys((grant.mark.place, *own, *floors)))
    for ladder in plan.ladders.values():
        levels = [rung.mark.place for rung in ladder.rungs]
        yield ladder.mark.id, tuple(dict.fromkeys((ladder.mark.place, *levels)))
    marks = [reward.mark for reward in plan.rewards.values()]
    for mark in (*marks, *(rule.mark for rule in plan.rules)):
        yield mark.id, (mark.place,)


def record_case(
    name: str,
    day: date,
    rows: Sequence[Mapping[str, str]],
    roster: Sequence[Mapping[str, str]],
    result: Result,
) -> str:
    """Write a case with the figures of a result, marked as recorded on a day and not reviewed.

    Whoever has worked the figures out by hand adds `signed: NAME`.
    """
    totals: dict[str, dict[str, str]] = {}
    tiers: dict[str, dict[str, str]] = {}
    for score in result.scores:
        totals.setdefault(score.subject, {})[score.period.label] = plain(score.total)
        tiers[score.subject] = {k: s.level or "none" for k, s in score.tiers.items()}
    entries = {
        entry.event: {"outcome": entry.outcome.value, "granted": plain(entry.granted)}
        for entry in reversed(result.entries)
        if entry.event and entry.outcome is not Outcome.RECEIVED
    }
    expect = {"totals": totals, "tiers": {k: v for k, v in tiers.items() if v}, "entries": entries}
    parts: dict[str, object] = {
        "recorded": day.isoformat(),
        "as_of": result.as_of.isoformat(),
        "roster": roster,
        "events": rows,
        "expect": expect,
    }
    lines = [f"  - name: {json.dumps(name, ensure_ascii=False)}"]
    lines += [f"    {k}: {json.dumps(v, ensure_ascii=False)}" for k, v in parts.items() if v]
    return "\n".join(lines) + "\n"


def select_cases(cases: Iterable[Case], expression: str) -> tuple[Case, ...]:
    """Keep the cases whose names hold the words of an expression: `捐赠 and not 上限`.

    Words are joined by and, or, not and brackets. ValueError if it cannot be read.
    """
    words = re.findall(r"[()]|[^\s()]+", expression)
    try:
        tree = ast.parse(" ".join(w if w in _JOINS else repr(w) for w in words), mode="eval").body
        return tuple(case for case in cases if _holds(tree, case.name))
    except SyntaxError:
        raise ValueError(expression) from None


_JOINS = frozenset({"and", "or", "not", "(", ")"})


def _holds(node: ast.expr, name: str) -> bool:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_holds(value, name) for value in values)
        case ast.BoolOp(values=values):
            return any(_holds(value, name) for value in values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _holds(operand, name)
        case ast.Constant(value=str(word)):
            return word in name
    raise SyntaxError


class _Misread(Exception):
    """A part of a case that is not understood."""


class _Reader:
    """Turns the plain data of a file into cases, and says what it cannot."""

    def __init__(self, places: Mapping[tuple[str | int, ...], Place]) -> None:
        self.places = places
        self.problems: list[Problem] = []

    def cases(self, data: object) -> Iterator[Case]:
        """Yield the cases of a document."""
        if not isinstance(data, dict) or not isinstance(data.get("cases"), list):
            self._say((), "a file of cases has 'cases:' with a list")
            return
        given = data.get("given", {})
        for number, item in enumerate(data["cases"]):
            path = ("cases", number)
            if not isinstance(item, dict):
                self._say(path, "a case is a mapping with name, events and expect")
                continue
            rows = item.get("rows", [{}])
            for row in rows if isinstance(rows, list) else [{}]:
                try:
                    yield self._case(item, given, row, self.places[path])
                except (_Misread, ValueError) as error:
                    self._say(path, str(error))
                    break

    def _case(self, item: Mapping[str, object], given: object, row: object, place: Place) -> Case:
        common = given if isinstance(given, dict) else {}
        extra = set(item) - set(CASE_KEYS)
        if extra:
            raise _Misread(f"a case has no key '{min(extra)}'")
        values = row if isinstance(row, dict) else {}
        filled = _fill({k: v for k, v in item.items() if k != "rows"}, values)
        whole = common | (filled if isinstance(filled, dict) else {})
        if "as_of" not in whole:
            raise _Misread("the case does not say 'as_of'")
        name = str(whole.get("name", "")) or "?"
        if values and "{" not in str(item.get("name", "")):
            name += " (" + ", ".join(f"{k} {v}" for k, v in values.items()) + ")"
        expect = whole.get("expect", {})
        if not isinstance(expect, dict) or set(expect) - set(FIGURES):
            raise _Misread(f"'expect' knows {', '.join(FIGURES)}")
        _check_notes(expect.get("notes"))
        events = whole.get("events", [])
        lines = events if isinstance(events, list) else [events]
        return Case(
            name,
            place,
            parse_day(whole["as_of"]),
            tuple(_rows(whole.get("roster"))),
            tuple(_event(line, number) for number, line in enumerate(lines, 1)),
            {k: v if isinstance(v, dict) else {"": v} for k, v in expect.items()},
            str(whole.get("scheme", "")),
            tuple(_changes(whole.get("set", {}))),
            "recorded" not in whole or bool(whole.get("signed")),
        )

    def _say(self, path: tuple[str | int, ...], detail: str) -> None:
        place = self.places[path]
        self.problems.append(Problem(FAULTS["not-a-case"], place, {"detail": detail}))


def _changes(changes: object) -> Iterator[tuple[str, str]]:
    if not isinstance(changes, dict):
        raise _Misread("'set' is a mapping: {help.points: 6}")
    yield from ((str(name), str(value)) for name, value in changes.items())


def _rows(rows: object) -> Iterator[Mapping[str, object]]:
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            raise _Misread("each row of the roster is a mapping")
        yield row


def _check_notes(notes: object) -> None:
    """Refuse words of steps that are expected neither to be there nor not to be."""
    for wanted in notes.values() if isinstance(notes, dict) else ():
        for word, is_there in wanted.items() if isinstance(wanted, dict) else ():
            if english(YES_NO, str(is_there)) not in YES_NO:
                raise _Misread(f"'notes' says yes or no of '{word}', not '{is_there}'")


def _fill(value: object, row: Mapping[object, object]) -> object:
    """Put a row's values in the place of `{…}`, in keys and values."""
    match value:
        case dict():
            return {_fill(k, row): _fill(v, row) for k, v in value.items()}
        case list():
            return [_fill(item, row) for item in value]
        case str():
            for key, filling in row.items():
                value = value.replace("{" + str(key) + "}", str(filling))
    return value


def _event(line: object, number: int) -> Mapping[str, object]:
    """Read a short line; ids are e1, e2, … in order unless the line gives one."""
    if isinstance(line, dict):
        return {"id": f"e{number}", **line}
    words = str(line).split()
    if len(words) < 3 or any("=" not in word for word in words[3:]):
        raise _Misread(f"'{line}' is no event: DATE SUBJECT INDICATOR key=value …")
    day, subject, indicator, *more = words
    event: dict[str, object] = {"id": f"e{number}", "date": day, "subject": subject}
    if indicator != "-":
        event["indicator"] = indicator
    event.update(word.partition("=")[::2] for word in more)
    return event


# --- comparing ---------------------------------------------------------------------------------


def _run(ready: Ready, case: Case, rules: Mapping[str, tuple[str, ...]]) -> CaseResult:
    try:
        fields = declared_fields(ready.files, "subject")
        roster = bind_roster(ready.files, read_roster(case.roster, fields)) if case.roster else None
        if roster is not None and roster.refused:
            raise ValueError(roster.refused[0].reason)
        result = evaluate_ready(ready, roster, case.events, View(case.as_of, status="count"))
    except ValueError as error:  # a roster that is none, or a day beyond all periods
        detail = {"detail": str(error)}
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
    parts = {"rights": "rewards", "ledgers": "ledgers", "categories": "categories"}
    found = [name for plan in plans for name in getattr(plan, parts.get(figure, "ladders"))]
    return tuple(dict.fromkeys(found))


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


def _never_said(case: Case, files: Sequence[SchemeFile]) -> Iterator[Difference]:
    """Words that a case expects not to be there, but that no rule of its scheme says: a slip of the pen."""
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
            for name in type(value).model_fields:
                yield from _words_of(getattr(value, name))
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
