"""An indicator -> its row of the table, with the categories it stands in.

Words of a cell that an import reads back keep their form; whatever else there is to say
stands in a sentence of its own, which no import takes for points.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ...core.message import N_, Message, msg
from ...scheme.model import ActionEffect, Category, Indicator, NetLimit
from .formula_wording import say_formula
from .names import Names, join_sentences
from .rule_wording import bases_of, say_cap, say_combines, say_consequence, say_process
from .terms_wording import (
    figure,
    say_accounts,
    say_bases,
    say_lasting,
    say_least,
    say_most,
    say_rounding,
    say_window,
)
from .wording import say_points


@dataclass(frozen=True, slots=True)
class PostedRow:
    """One indicator: its categories from the outermost inward, and what it says."""

    categories: tuple[Message, ...]
    name: str
    points: Message
    caps: tuple[Message, ...]
    period: Message | None
    remarks: tuple[Message, ...]


def post_row(around: tuple[Category, ...], item: Indicator, names: Names) -> PostedRow:
    """Say an indicator."""
    points = say_points(item, names)
    last = sorted(item.then, key=lambda effect: isinstance(effect, ActionEffect))
    effects = [say_consequence(effect, names) for effect in last]
    parts = [part for part in (points, *effects) if part is not None]
    period = None
    if item.per is not None:
        period = msg(N_("at the end of {window}"), window=say_window(item.per))
    return PostedRow(
        tuple(_category(category) for category in around),
        item.label,
        join_sentences(parts, N_("{first}; {rest}")),
        tuple(say_cap(cap) for cap in item.caps),
        period,
        tuple(_remarks(item, names)),
    )


def _category(category: Category) -> Message:
    """Its name, and in brackets its limits."""
    limits = [say_cap(cap) for cap in category.caps]
    if isinstance(category.full, NetLimit) and category.full.number is not None:
        limits.append(msg(N_("full marks {full}"), full=figure(category.full.number)))
    if not limits:
        return msg("{name}", name=category.label)
    said = join_sentences(limits, N_("{first}; {rest}"))
    return msg(N_("{name} ({limits})"), name=category.label, limits=said)


def _remarks(item: Indicator, names: Names) -> Iterator[Message]:
    if item.for_:
        yield msg(N_("only for: {whom}"), whom=names.all_of(item.for_))
    if item.when:
        yield msg(N_("condition: {formula}"), formula=say_formula(item.when, names))
    if item.to is not None:
        yield say_accounts(item.to, names)
    if item.round is not None:
        yield msg(N_("rounding: each time {rounding}"), rounding=say_rounding(item.round))
    if item.lasts is not None:
        yield msg(N_("lasts: {length}"), length=say_lasting(item.lasts, names))
    if item.full is not None:
        yield say_most(item.full)
    if item.floor is not None:
        yield say_least(item.floor)
    yield from say_combines(item.combine)
    if item.revokes == "to zero":
        yield msg(N_("takes back no more than is there"))
    if item.repair is not None:
        yield msg(N_("may be put right"))
    if item.process is not None:
        yield say_process(item.process)
    if item.basis:
        yield msg("{basis}", basis=item.basis)
    yield from say_bases(*(text for text in bases_of(item) if text != item.basis))
