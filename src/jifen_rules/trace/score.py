"""What a subject comes to in a period: its score, its levels, its place on the board.

Values only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import TypeAlias

from ..core.arrow import ArrowColumn, Kind
from ..core.plain_data import Data, PlainData, data_of, fields_data
from ..core.terms import Period
from ..core.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Standing(PlainData):
    """The level on a ladder, whether it is final, and what the next one asks for.

    - `level`: its name; None where the subject is not rated on this ladder, or (`unstated`)
      where the scheme does not state it.
    - `final`: whether the period has ended. `graded_by`: the event that set it, if one did.
    - `next_level`, `missing`: the level above, and the points to it (`more_than`: and a bit).
    - `place`: the rank, where ranks decide. `actions`: what it brings outside the figures.

    >>> from jifen_rules.trace.entry import Standing
    >>> Standing("三星", final=False).to_dict()["level"]
    '三星'
    """

    level: str | None
    final: bool
    graded_by: str = ""
    next_level: str = ""
    missing: Decimal | None = None
    more_than: bool = False
    unstated: bool = False
    place: int | None = None
    actions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Right(PlainData):
    """A reward that costs nothing: what it gives, in words or as an amount."""

    id: str
    gives: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Room(PlainData):
    """A cap that a subject has used: what it limits, in which window, and what is left."""

    id: str
    name: str
    place: str
    basis: str
    kind: str
    window: str
    limit: Decimal
    used: Decimal
    left: Decimal


@dataclass(frozen=True, slots=True)
class Score(PlainData):
    """One subject in one period. All figures are exact points.

    - `subject`, `kind`: its id, and its kind on the roster.
    - `period`: with `label`, `start` and `end` (both days included).
    - `base`, `total`: the total is the base plus what the period's entries granted.
    - `categories`, `weighed`: by id, in the category's own points, and as they enter the parent.
    - `ledgers`: by id, such as spendable points. `tiers`: a `Standing` by ladder.
    - `rooms`: the caps it has used, and what is left. `rights`: what it may claim.
    - `unstated`: what the scheme leaves open, so that a figure is missing.

    >>> from datetime import date
    >>> from jifen_rules import evaluate_events, load_scheme
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear, base: 100, indicators: [{id: help, name: 志愿服务, points: 5}]}''')
    >>> row = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "help"}
    >>> (score,) = evaluate_events(scheme, None, [row], date(2024, 12, 31)).scores
    >>> score.subject, score.period.label, score.base, score.total
    ('张家', '2024', Decimal('100'), Decimal('105'))
    """

    subject: str
    period: Period
    base: Decimal
    total: Decimal
    categories: Mapping[str, Decimal]
    weighed: Mapping[str, Decimal]
    ledgers: Mapping[str, Decimal]
    tiers: Mapping[str, Standing]
    rooms: Sequence[Room] = ()
    rights: tuple[Right, ...] = ()
    unstated: tuple[str, ...] = ()
    kind: str = ""

    def to_dict(self, lang: Language = "en") -> Data:
        """Return the score as plain data: `tiers` has levels alone, `standings` all of them."""
        data = fields_data(self, lang)
        period = data.pop("period")
        standings = data.pop("tiers")
        data |= {"period": period["label"], "first_day": period["start"], "last_day": period["end"]}
        levels = {ladder: standing.level for ladder, standing in self.tiers.items()}
        return data | {"tiers": levels, "standings": standings}


@dataclass(frozen=True, slots=True)
class BoardPlace(PlainData):
    """One line of a board: equal totals share a place (1, 1, 3)."""

    place: int
    subject: str
    total: Decimal


@dataclass(frozen=True, slots=True)
class Board(PlainData):
    """The ranking of a period, of the subjects the scheme is about."""

    period: Period
    places: tuple[BoardPlace, ...]

    def to_dict(self, lang: Language = "en") -> Data:
        """Return the board as plain data: the label of its period, and its rows."""
        return {"period": self.period.label, "rows": data_of(self.places, lang)}


def score_columns(scores: Sequence[Score]) -> list[ArrowColumn]:
    """Name the columns of a table of scores; a score without a figure of one has nothing there."""
    fixed: list[tuple[str, Kind, str]] = [
        ("subject", "text", "subject"),
        ("kind", "text", "kind"),
        ("period", "text", "period.label"),
        ("first_day", "day", "period.start"),
        ("last_day", "day", "period.end"),
        ("base", "points", "base"),
        ("total", "points", "total"),
    ]
    columns = [ArrowColumn(name, kind, attrgetter(path)) for name, kind, path in fixed]
    several: list[tuple[str, _Figures]] = [
        ("ledger", lambda score: score.ledgers),
        ("category", lambda score: score.categories),
        ("weighed", lambda score: score.weighed),
    ]
    for prefix, figures in several:
        names = sorted({name for score in scores for name in figures(score)})
        columns += [ArrowColumn(f"{prefix}:{n}", "points", _figure(figures, n)) for n in names]
    ladders = sorted({ladder for score in scores for ladder in score.tiers})
    return columns + [ArrowColumn(f"tier:{name}", "text", _level(name)) for name in ladders]


_Figures: TypeAlias = Callable[[Score], Mapping[str, Decimal]]


def _figure(figures: _Figures, name: str) -> Callable[[Score], Decimal | None]:
    return lambda score: figures(score).get(name)


def _level(ladder: str) -> Callable[[Score], str | None]:
    return lambda score: score.tiers[ladder].level if ladder in score.tiers else None
