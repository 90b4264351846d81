"""The text of a file of cases -> cases. Refuses what it does not understand (codes C…)."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..core.faults import FAULTS
from ..core.problem import CaseError, Place, Problem
from ..core.values import parse_day
from ..core.vocabulary import CASES, ENTRY_FIGURES, YES_NO, english
from ..syntax.tree import read_tree
from .case import CASE_KEYS, FIGURES, Case


def read_cases(path: str | Path, *, text: str | None = None) -> tuple[Case, ...]:
    """Read the cases of a YAML file, in their order, each row of a table as a case of its own.

    Keys are English or Chinese (`name`, `名称`). `text` is the file's content where it is known;
    then `path` only names it. CaseError carries
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


class _Misread(Exception):
    """A part of a case that is not understood."""


class _Reader:
    """Turns the plain data of a file into cases, and says what it cannot."""

    def __init__(self, places: Mapping[tuple[str | int, ...], Place]) -> None:
        self.places = places
        self.problems: list[Problem] = []

    def cases(self, data: object) -> Iterator[Case]:
        """Yield the cases of a document."""
        try:
            whole = _in_english(CASES, data)
            given = _in_english(CASES, whole.get("given", {}))
        except _Misread as error:
            self._say((), str(error))
            return
        listed = whole.get("cases")
        if not isinstance(listed, list):
            self._say((), "a file of cases has 'cases:' with a list")
            return
        key = "cases" if isinstance(data, dict) and "cases" in data else CASES["cases"]
        for number, item in enumerate(listed):
            yield from self._rows_of(item, given, (key, number))

    def _rows_of(
        self, item: object, given: Mapping[str, object], path: tuple[str | int, ...]
    ) -> Iterator[Case]:
        """Yield a case, or one for each of its rows."""
        if not isinstance(item, dict):
            self._say(path, "a case is a mapping with name, events and expect")
            return
        try:
            case = _in_english(CASES, item)
            rows = case.get("rows", [{}])
            for row in rows if isinstance(rows, list) else [{}]:
                yield self._case(case, given, row, self.places[path])
        except (_Misread, ValueError) as error:
            self._say(path, str(error))

    def _case(
        self, item: Mapping[str, object], given: Mapping[str, object], row: object, place: Place
    ) -> Case:
        extra = set(item) - set(CASE_KEYS)
        if extra:
            raise _Misread(f"a case has no key '{min(extra)}'")
        values = row if isinstance(row, dict) else {}
        filled = _fill({k: v for k, v in item.items() if k != "rows"}, values)
        whole = {**given, **(filled if isinstance(filled, dict) else {})}
        if "as_of" not in whole:
            raise _Misread("the case does not say 'as_of'")
        name = str(whole.get("name", "")) or "?"
        if values and "{" not in str(item.get("name", "")):
            name += " (" + ", ".join(f"{k} {v}" for k, v in values.items()) + ")"
        expect = _expected(whole.get("expect", {}))
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


def _in_english(table: Mapping[str, str], data: object) -> dict[str, object]:
    """Give a mapping its English keys; what is none has no keys."""
    if not isinstance(data, dict):
        return {}
    found = {english(table, key): value for key, value in data.items()}
    if len(found) < len(data):
        twice = next(key for key in table if key in data and table[key] in data)
        raise _Misread(f"'{twice}' and '{table[twice]}' are one key")
    return found


def _expected(wanted: object) -> dict[str, object]:
    """Read what a case expects, by figure."""
    expect = _in_english(CASES, wanted)
    if not isinstance(wanted, dict) or set(expect) - set(FIGURES):
        raise _Misread(f"'expect' knows {', '.join(FIGURES)}")
    entries = expect.get("entries")
    if isinstance(entries, dict):
        expect["entries"] = {
            event: _in_english(ENTRY_FIGURES, of) if isinstance(of, dict) else of
            for event, of in entries.items()
        }
    return expect


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
