"""A case, what differs, and what a run of it shows: values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ..core.message import N_
from ..core.plain_data import PlainData
from ..core.problem import Place
from ..trace.entry import Result

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
