"""A scheme -> the table to be posted: its indicators, every rule in a plain phrase.

Gives messages; a renderer puts them into words and into a file. Refuses nothing: a form
that no phrase of the table can say back is said all the same.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..faults import INVENTED
from ..message import N_, Message, Term, Value, say
from ..model import (
    ActionEffect,
    Bound,
    Category,
    Indicator,
    Ladder,
    Lasting,
    Level,
    Reward,
    SchemeFile,
)
from ..terms import Unknown, plain
from .wording import fixed, joined, say_cap, say_consequence, say_form, say_points, say_window


@dataclass(frozen=True, slots=True)
class PostedRow:
    """One indicator: its categories from the outermost inward, and what it says."""

    categories: tuple[Message, ...]
    name: str
    points: Message
    caps: tuple[Message, ...]
    period: Message | None
    remarks: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Posting:
    """The table: title, lines above, headings, rows, and lines below."""

    title: str
    above: tuple[Message, ...]
    depth: int
    rows: tuple[PostedRow, ...]
    below: tuple[Message, ...]

    @property
    def headings(self) -> tuple[Message, ...]:
        """The headings, with as many columns of categories as are needed."""
        inner = [
            say(N_("category, level {number}"), number=str(n)) for n in range(2, self.depth + 1)
        ]
        texts = (
            N_("indicator"),
            N_("points"),
            N_("at most"),
            N_("period"),
            N_("remarks and basis"),
        )
        return (say(N_("category")), *inner, *(say(text) for text in texts))


def post_scheme(file: SchemeFile) -> Posting:
    """Say a scheme as the table that hangs on the wall, in the scheme's own order."""
    scheme = file.scheme
    rows = tuple(_row(around, item) for _, around, item in scheme.walk())
    depth = max((len(row.categories) for row in rows), default=1)
    title = scheme.name or scheme.scheme
    return Posting(title, tuple(_above(file)), max(depth, 1), rows, tuple(_below(file)))


def _row(around: tuple[Category, ...], item: Indicator) -> PostedRow:
    points = say_points(item)
    effects = [
        say_consequence(e) for e in sorted(item.then, key=lambda e: isinstance(e, ActionEffect))
    ]
    parts = [part for part in (points, *effects) if part is not None]
    period = None
    if item.per is not None:
        period = say(N_("at the end of {window}"), window=say_window(item.per))
    return PostedRow(
        tuple(_category(category) for category in around), item.label,
        joined(parts, N_("{first}; {rest}")), tuple(say_cap(cap) for cap in item.caps), period,
        tuple(_remarks(item)),
    )  # fmt: skip


def _category(category: Category) -> Message:
    """Its name, and in brackets its limits."""
    limits = [say_cap(cap) for cap in category.caps]
    if isinstance(category.full, Bound) and category.full.number is not None:
        limits.append(say(N_("full marks {full}"), full=_bound(category.full)))
    if not limits:
        return say("{name}", name=category.label)
    said = joined(limits, N_("{first}; {rest}"))
    return say(N_("{name} ({limits})"), name=category.label, limits=said)


def _bound(bound: Bound) -> Value:
    return (
        plain(bound.number)
        if not isinstance(bound.number, Unknown | None)
        else say(N_("not stated"))
    )


def _remarks(item: Indicator) -> Iterator[Message]:
    if item.for_:
        whom = joined([say("{n}", n=fixed(word)) for word in item.for_], N_("{first}, {rest}"))
        yield say(N_("only for: {whom}"), whom=whom)
    if item.when:
        yield say(N_("condition: {formula}"), formula=item.when)
    if isinstance(item.lasts, Lasting):
        yield say(N_("lasts: {length}"), length=_length(item.lasts))
    if isinstance(item.full, Bound) and item.full.number is not None:
        yield say(N_("in all at most {bound}"), bound=_bound(item.full))
    if isinstance(item.floor, Bound) and item.floor.number is not None:
        yield say(N_("in all at least {bound}"), bound=_bound(item.floor))
    for how, over in item.combine.items():
        what = say(N_("one matter")) if over == "matter" else say(N_("not stated"))
        window = what if isinstance(over, str) else say_window(over)
        yield say(N_("several of {window}: {how}"), window=window, how=fixed(how))
    if item.repair is not None:
        yield say(N_("may be put right"))
    if item.basis:
        yield say("{basis}", basis=item.basis)


def _length(lasts: Lasting) -> Message:
    if lasts.kind == "until_repaired":
        return say(N_("until repaired"))
    if lasts.kind == "ever" or lasts.window is None:
        return say(N_("ever"))
    text = (
        N_("{window} after repair") if lasts.kind == "after_repair" else N_("{window}, to its end")
    )
    if lasts.kind == "length":
        return say(
            N_("{count} {unit}"), count=str(lasts.window.count), unit=Term(lasts.window.unit)
        )
    return say(text, window=say_window(lasts.window))


# --- above and below ----------------------------------------------------------------------------


def _above(file: SchemeFile) -> Iterator[Message]:
    scheme = file.scheme
    parts = [
        say(N_("subject: {kind}"), kind=fixed(scheme.kind)),
        say(N_("period: {period}"), period=_period(file)),
    ]
    if scheme.base is not None:
        number = scheme.base
        base = plain(number) if isinstance(number, Decimal) else say_form(number)
        parts.append(say(N_("base points: {base}"), base=base))
    if isinstance(scheme.at_period_end, str):
        parts.append(say(N_("at the period's end: {what}"), what=Term(str(scheme.at_period_end))))
    if scheme.floor is not None:
        parts.append(say(N_("lowest total: {floor}"), floor=_floor(scheme.floor)))
    parts.append(say(N_("in force from: {date}"), date=scheme.effective_from.isoformat()))
    yield joined(parts, N_("{first}; {rest}"))
    if scheme.illustrative:
        yield say(INVENTED)
    if scheme.caps:
        caps = joined([say_cap(cap) for cap in scheme.caps], N_("{first}; {rest}"))
        yield say(N_("for everything together: {limits}"), limits=caps)


def _period(file: SchemeFile) -> Value:
    rule = file.scheme.period
    if rule.count == 1 and (rule.from_month, rule.from_day) == (1, 1):
        return Term(rule.unit)
    start = f"{rule.from_month:02}-{rule.from_day:02}"
    unit = Term(rule.unit) if rule.count == 1 else Term(f"{rule.count} {rule.unit}")
    return say(N_("{unit} from {start}"), unit=unit, start=start)


def _floor(floor: "Bound | Unknown") -> Message:
    if isinstance(floor, Unknown):
        return say(N_("not stated"))
    if floor.number is None:
        return say(N_("none"))
    number = _bound(floor)
    if floor.beyond == "kept":
        return say(N_("{number}, the debt kept"), number=number)
    if floor.beyond == "lost":
        return say(N_("{number}, the debt lost"), number=number)
    return say(N_("{number}, not stated what becomes of the debt"), number=number)


def _below(file: SchemeFile) -> Iterator[Message]:
    scheme = file.scheme
    for ladder in scheme.tiers:
        yield _ladder(ladder)
    for reward in scheme.rewards:
        yield _reward(reward)
    if scheme.process:
        steps = [say("{n}", n=fixed(step.step)) for step in scheme.process]
        yield say(N_("process: {steps}"), steps=joined(steps, N_("{first}, then {rest}")))
    if scheme.basis:
        yield say(N_("basis: {basis}"), basis=scheme.basis)


def _ladder(ladder: Ladder) -> Message:
    levels = [_level(level) for level in ladder.levels]
    said = joined(levels, N_("{first}, {rest}")) if levels else say(N_("not stated"))
    return say(N_("levels ({name}): {levels}"), name=ladder.label, levels=said)


def _level(level: Level) -> Message:
    tests: list[Message] = []
    for number, text in (
        (level.at_least, N_("from {number} on")),
        (level.above, N_("above {number}")),
    ):
        if number is not None:
            figure: Value = say(N_("not stated")) if isinstance(number, Unknown) else plain(number)
            tests.append(say(text, number=figure))
    rank = level.rank
    if rank is not None and not isinstance(rank, Unknown):
        text = N_("the first {number}") if rank.end == "top" else N_("the last {number}")
        tests.append(say(text, number=f"{plain(rank.number)}{'%' if rank.percent else ''}"))
    if level.when:
        tests.append(say(N_("condition: {formula}"), formula=level.when))
    if not tests:
        return say(N_("{name} the rest"), name=level.label)
    return say(N_("{name} {tests}"), name=level.label, tests=_and(tests))


def _and(tests: Sequence[Message]) -> Message:
    return joined(tests, N_("{first} and {rest}"))


def _reward(reward: Reward) -> Message:
    gives: Value = reward.gives if isinstance(reward.gives, str) else say(N_("by its own rule"))
    if isinstance(reward.gives, Unknown):
        gives = say(N_("not stated"))
    if isinstance(reward.spends, str) and not isinstance(reward.spends, Unknown):
        return say(
            N_("reward ({name}): {spends} points for {gives}"),
            name=reward.label,
            spends=reward.spends.split()[0],
            gives=gives,
        )
    return say(N_("reward ({name}): {gives}"), name=reward.label, gives=gives)
