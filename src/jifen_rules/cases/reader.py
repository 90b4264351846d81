"""The text of a file of cases -> cases. Refuses what it does not understand (codes C…)."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from ..core.faults import FAULTS
from ..core.message import N_, Message, did_you_mean, msg, said_by
from ..core.problem import CaseError, Place, Problem
from ..core.values import parse_day
from ..core.vocabulary import CASES, COLUMNS, YES_NO, english
from ..syntax.tree import read_tree
from .case import CASE_KEYS, FIGURES, Case


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
    reader = _Reader(dict(tree.places(keys=CASES)))
    cases = tuple(reader.cases(tree.plain()))
    if reader.problems:
        raise CaseError(reader.problems)
    return cases


class _Misread(Exception):
    """A part of a case that is not understood: why, and the key that it is about."""

    def __init__(self, said: Message, key: tuple[str, ...] = ()) -> None:
        self.said, self.key = said, key


class _Reader:
    """Turns the plain data of a file into cases, and says what it cannot."""

    def __init__(self, places: Mapping[tuple[str | int, ...], Place]) -> None:
        self.places = places
        self.problems: list[Problem] = []

    def cases(self, data: object) -> Iterator[Case]:
        """Yield the cases of a document."""
        try:
            whole = _in_english(data, ("given", "cases")) if isinstance(data, dict) else {}
            several, given = whole.get("cases"), _given(whole.get("given", {}))
            if not isinstance(several, list):
                raise _Misread(msg(N_("a file of cases has 'cases' with a list")))
        except _Misread as error:
            self._report((), error)
            return
        for number, item in enumerate(several):
            path = ("cases", number)
            try:
                yield from self._cases(item, given, self.places[path])
            except _Misread as error:
                self._report(path, error)
            except ValueError as error:
                self._report(path, _Misread(said_by(error)))

    def _cases(self, item: object, given: Mapping[str, object], place: Place) -> Iterator[Case]:
        if not isinstance(item, dict):
            raise _Misread(msg(N_("a case is a mapping with name, events and expect")))
        case = _in_english(item, CASE_KEYS)
        rows = case.pop("rows", [{}])
        for row in rows if isinstance(rows, list) else [{}]:
            yield _case(case, given, row if isinstance(row, dict) else {}, place)

    def _report(self, path: tuple[str | int, ...], error: _Misread) -> None:
        place = self.places.get((*path, *error.key, "key"), self.places[path])
        self.problems.append(Problem(FAULTS["not-a-case"], place, {"detail": error.said}))


def _given(given: object) -> Mapping[str, object]:
    """Return what all cases have in common."""
    known = [key for key in CASE_KEYS if key not in ("name", "rows")]
    try:
        return _in_english(given, known) if isinstance(given, dict) else {}
    except _Misread as error:
        raise _Misread(error.said, ("given", *error.key)) from None


def _in_english(mapping: Mapping[object, object], known: Collection[str]) -> dict[str, object]:
    """Return a mapping by the English spelling of its keys; refuse what is no key of it."""
    found: dict[str, object] = {}
    for key, value in mapping.items():
        name = english(CASES, str(key))
        if name not in known:
            in_chinese = not str(key).isascii()
            names = [CASES[one] if in_chinese else one for one in known]
            others = msg(N_("what may stand here: {keys}"), keys=", ".join(names))
            hint = did_you_mean(str(key), names, others)
            raise _Misread(
                msg(N_("there is no key '{key}'; {hint}"), key=str(key), hint=hint), (name,)
            )
        if name in found:
            raise _Misread(msg(N_("'{key}' stands there in both languages"), key=str(key)), (name,))
        found[name] = value
    return found


def _case(
    case: Mapping[str, object],
    given: Mapping[str, object],
    row: Mapping[object, object],
    place: Place,
) -> Case:
    """Make one case, with the values of a row filled in."""
    filled = _fill({**case}, row)
    whole = {**given, **(filled if isinstance(filled, dict) else {})}
    if "as_of" not in whole:
        raise _Misread(msg(N_("the case does not say 'as_of', the last day that counts")))
    name = str(whole.get("name", "")) or "?"
    if row and "{" not in str(case.get("name", "")):
        name += " (" + ", ".join(f"{k} {v}" for k, v in row.items()) + ")"
    events = whole.get("events", [])
    lines = events if isinstance(events, list) else [events]
    return Case(
        name,
        place,
        parse_day(whole["as_of"]),
        tuple(_rows(whole.get("roster"))),
        tuple(_event(line, number) for number, line in enumerate(lines, 1)),
        _expected(whole.get("expect", {})),
        str(whole.get("scheme", "")),
        tuple(_changes(whole.get("set", {}))),
        "recorded" not in whole or bool(whole.get("signed")),
    )


def _expected(expect: object) -> Mapping[str, Mapping[str, object]]:
    """Return what is expected, by figure."""
    if not isinstance(expect, dict):
        raise _Misread(msg(N_("'expect' is a mapping: {example}"), example="{totals: {张家: 110}}"))
    try:
        found = _in_english(expect, FIGURES)
    except _Misread as error:
        raise _Misread(error.said, ("expect", *error.key)) from None
    _check_notes(found.get("notes"))
    by_name = {k: v if isinstance(v, dict) else {"": v} for k, v in found.items()}
    if "entries" in by_name:
        by_name["entries"] = {k: _of_entry(v) for k, v in by_name["entries"].items()}
    return by_name


def _of_entry(wanted: object) -> object:
    """Return what is expected of one entry; what is no key of it is a ledger."""
    if not isinstance(wanted, dict):
        return wanted
    own = ("granted", "asked", "outcome")
    names = {key: english(CASES, str(key)) for key in wanted}
    return {name if (name := names[key]) in own else key: wanted[key] for key in wanted}


def _changes(changes: object) -> Iterator[tuple[str, str]]:
    if not isinstance(changes, dict):
        raise _Misread(msg(N_("'set' is a mapping: {example}"), example="{help.points: 6}"))
    yield from ((str(name), str(value)) for name, value in changes.items())


def _rows(rows: object) -> Iterator[Mapping[str, object]]:
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            raise _Misread(msg(N_("each row of the roster is a mapping")))
        yield row


def _check_notes(notes: object) -> None:
    """Refuse words of steps that are expected neither to be there nor not to be."""
    for wanted in notes.values() if isinstance(notes, dict) else ():
        for word, is_there in wanted.items() if isinstance(wanted, dict) else ():
            if english(YES_NO, str(is_there)) not in YES_NO:
                text = N_("of the words '{word}' a case says yes or no, not '{said}'")
                raise _Misread(msg(text, word=str(word), said=str(is_there)))


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
        has_id = any(english(COLUMNS, str(key)) == "id" for key in line)
        return {**line} if has_id else {"id": f"e{number}", **line}
    words = str(line).split()
    if len(words) < 3 or any("=" not in word for word in words[3:]):
        text = N_("'{line}' is no event: DATE SUBJECT INDICATOR key=value …")
        raise _Misread(msg(text, line=str(line)))
    day, subject, indicator, *more = words
    event: dict[str, object] = {"id": f"e{number}", "date": day, "subject": subject}
    if indicator != "-":
        event["indicator"] = indicator
    said = dict(word.partition("=")[::2] for word in more)
    if any(english(COLUMNS, key) == "id" for key in said):
        del event["id"]
    return event | said
