"""Windows, lengths, deadlines, bounds, roundings, shares -> small words for the wall."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from ...core.message import N_, Message, Term, Value, msg
from ...core.periods import Deadline
from ...core.rounding import Rounding
from ...core.terms import Unknown, Window, plain
from ...core.vocabulary import COLUMNS, english
from ...scheme.model import Lasting, LastsBy, LastsTable, NetLimit, Share
from ...scheme.model.amounts import UnitAmount
from ...scheme.model.parts import LastsForm
from .names import Names, fixed, join_sentences


def figure(number: Decimal | Unknown) -> Value:
    """Return a number, or that it is not stated."""
    return msg(N_("not stated")) if isinstance(number, Unknown) else plain(number)


def say_amount(unit: UnitAmount) -> Message:
    """So many of a unit."""
    return msg(N_("{count} {unit}"), count=plain(unit.number), unit=unit.unit)


def say_rounding(rounding: Rounding) -> Message:
    """To which multiple, and how."""
    text = {
        "half_up": N_("rounded to {step}"),
        "down": N_("rounded down to {step}"),
        "up": N_("rounded up to {step}"),
    }[rounding.mode]
    return msg(text, step=plain(rounding.step))


# --- stretches of time --------------------------------------------------------------------------


def say_window(window: Window | Unknown) -> Message:
    """Say over which stretch something runs."""
    if isinstance(window, Unknown):
        return msg(N_("in a window that is not stated"))
    match window.name:
        case "event":
            return msg(N_("each time"))
        case "period":
            return msg(N_("in the period"))
        case "ever":
            return msg(N_("ever"))
        case "length":
            return msg(_BACK[window.unit], count=str(window.count))
    return msg(N_("each {window}"), window=Term(window.name))


_BACK: Final[Mapping[str, str]] = {
    "day": N_("in any {count} days"),
    "week": N_("in any {count} weeks"),
    "month": N_("in any {count} months"),
    "quarter": N_("in any {count} quarters"),
    "half_year": N_("in any {count} half-years"),
    "year": N_("in any {count} years"),
}
_LENGTHS: Final[Mapping[str, str]] = {
    "day": N_("{count} days"),
    "week": N_("{count} weeks"),
    "month": N_("{count} months"),
    "quarter": N_("{count} quarters"),
    "half_year": N_("{count} half-years"),
    "year": N_("{count} years"),
}


def say_length(count: int, unit: str) -> Message:
    """So many days, months or years."""
    return msg(_LENGTHS[unit], count=str(count))


def say_end(window: Window) -> Message:
    """At the end of which stretch something is worked out."""
    if window.name == "event":
        return msg(N_("after each event"))
    if window.name == "period":
        return msg(N_("at the end of each period"))
    return msg(N_("at the end of {window}"), window=say_window(window))


def say_stretch(window: Window | Unknown) -> Message:
    """How long something stays: to a window's end, or for a length."""
    if isinstance(window, Unknown):
        return msg(N_("not stated"))
    return _lasting(Lasting("length" if window.name == "length" else "window", window))


def say_lasting(lasts: "LastsForm | Unknown", names: Names) -> Message:
    """How long something counts, perhaps by its size or by a field."""
    match lasts:
        case Unknown():
            return msg(N_("not stated"))
        case LastsTable():
            edges = [
                msg(N_("from {edge} on {length}"), edge=plain(edge), length=_lasting(length))
                for edge, length in lasts.at_least.items()
            ] + [
                msg(N_("above {edge} {length}"), edge=plain(edge), length=_lasting(length))
                for edge, length in lasts.above.items()
            ]
            return msg(
                N_("by the points: {table}"), table=join_sentences(edges, N_("{first}, {rest}"))
            )
        case LastsBy():
            ((field, table),) = lasts.by.items()
            parts = [
                msg(N_("{word} {length}"), word=word, length=_lasting(length))
                for word, length in table.items()
            ]
            by = fixed(english(COLUMNS, field))
            said = join_sentences(parts, N_("{first}, {rest}"))
            return msg(N_("by {field}: {table}"), field=by, table=said)
    return _lasting(lasts)


def _lasting(lasts: Lasting) -> Message:
    if lasts.kind == "until_repaired":
        return msg(N_("until repaired"))
    window = lasts.window
    if lasts.kind == "ever" or window is None or window.name == "ever":
        return msg(N_("ever"))
    if lasts.kind == "length":
        return say_length(window.count, window.unit)
    if lasts.kind == "next":
        return msg(N_("to the end of the next {window}"), window=Term(window.name))
    if lasts.kind == "window":
        return msg(N_("to the end of the {window}"), window=Term(window.name))
    if window.name == "length":
        return msg(N_("{length} after repair"), length=say_length(window.count, window.unit))
    return msg(N_("after repair to the end of the {window}"), window=Term(window.name))


def say_deadline(deadline: Deadline | Unknown) -> Message:
    """By when."""
    if isinstance(deadline, Unknown):
        return msg(N_("by when is not stated"))
    match deadline.kind:
        case "length":
            return msg(N_("within {length}"), length=say_length(deadline.count, deadline.unit))
        case "working_days":
            return msg(N_("within {count} working days"), count=str(deadline.count))
        case "day_of_month":
            return msg(N_("by day {count} of the next month"), count=str(deadline.count))
        case "date":
            month, day = (str(int(part)) for part in deadline.unit.split("-"))
            return msg(N_("by day {day} of month {month}"), day=day, month=month)
    return msg(N_("by the end of the {window}"), window=Term(deadline.unit))


# --- bounds and shares --------------------------------------------------------------------------


def say_bound(bound: NetLimit | Unknown) -> Message:
    """Return a net limit, and what becomes of what lies beyond it."""
    if isinstance(bound, Unknown):
        return msg(N_("not stated"))
    if bound.number is None:
        return msg(N_("none"))
    number = figure(bound.number)
    if bound.beyond == "kept":
        return msg(N_("{number}, the debt kept"), number=number)
    if bound.beyond == "lost":
        return msg(N_("{number}, the debt lost"), number=number)
    return msg(N_("{number}, not stated what becomes of the debt"), number=number)


def say_least(bound: NetLimit | Unknown) -> Message:
    """Return a lower limit of a part, as a sentence."""
    if isinstance(bound, Unknown):
        return msg(N_("the lower limit is not stated"))
    if bound.number is None:
        return msg(N_("no lower limit"))
    return msg(N_("in all at least {bound}"), bound=say_bound(bound))


def say_most(bound: NetLimit | Unknown) -> Message:
    """Return an upper limit of a part, as a sentence."""
    if isinstance(bound, Unknown):
        return msg(N_("the upper limit is not stated"))
    if bound.number is None:
        return msg(N_("no upper limit"))
    return msg(N_("in all at most {bound}"), bound=say_full(bound))


def say_full(bound: NetLimit | Unknown) -> Message:
    """Return the most there may be, and what becomes of the excess."""
    if isinstance(bound, Unknown) or bound.number is None:
        return say_bound(bound)
    number = figure(bound.number)
    if bound.beyond == "kept":
        return msg(N_("{number}, the excess kept"), number=number)
    if bound.beyond == "lost":
        return msg(N_("{number}, the excess lost"), number=number)
    return msg(N_("{number}, not stated what becomes of the excess"), number=number)


def say_accounts(to: Mapping[str, Share | Unknown], names: Names) -> Message:
    """Whom points are for, in which ledger, and what share of them."""
    parts = [
        msg(N_("{account} ({share})"), account=names.account(account), share=_share(share, names))
        for account, share in to.items()
    ]
    return msg(
        N_("points go to: {accounts}"), accounts=join_sentences(parts, N_("{first}, {rest}"))
    )


def _share(share: Share | Unknown, names: Names) -> Message:
    if isinstance(share, Unknown):
        return msg(N_("not stated"))
    said = _part(share, names)
    if share.side is None:
        return said
    text = N_("{share} of adds") if share.side == "added" else N_("{share} of deducts")
    return msg(text, share=said)


def _part(share: Share, names: Names) -> Message:
    match share.share:
        case "equally":
            return msg(N_("equal parts"))
        case "by":
            return msg(N_("in proportion to {figure}"), figure=names.account(share.figure))
        case "rest":
            return msg(N_("what is left over"))
    return msg(N_("the whole")) if share.part == 1 else msg("{part}", part=say_part(share))


def say_part(share: Share | Unknown) -> Value:
    """Return a share of several, as a percentage or a fraction."""
    if isinstance(share, Unknown):
        return msg(N_("not stated"))
    try:
        return f"{plain(share.part * 100)}%"
    except ValueError:
        return str(share.part)


def say_bases(*texts: str | None) -> Iterator[Message]:
    """List what rules rest on, each once.

    Each is one sentence, so that no part of it reads as a rule again.
    """
    for text in dict.fromkeys(text for text in texts if text):
        one = text.replace("；", "，").replace(";", ",").replace("。", "，").replace("\n", " ")
        yield msg(N_("basis: {basis}"), basis=one)
