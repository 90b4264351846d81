"""The card of a scheme: what a good and an ordinary household can reach, what a bad day costs.

Takes the reach of a plan, and gives the reasons of each figure that is only a bound.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from ...analysis.monotone import REASONS as DIPS, Dip
from ...analysis.reach import Bound, Climb, Fall, Reach
from ...core.message import N_, Message, Term, Value, msg
from ...core.terms import plain
from ...plan import Cap, Mark, Plan
from .language import Language, words

INDENT = "  "
SHOWN = 8
"""Maximum number of names of a list."""

REASONS = {
    "bounds": N_("values beyond the bounds of a category are refused"),
    "clears": N_("an event clears the points"),
    "escalation": N_("the nth time counts differently from the first"),
    "formula": N_("a formula decides"),
    "lasts": N_("how long points count depends on the event"),
    "lengths": N_("a cap looks back over a length of time"),
    "long": N_("the period is too long to look at each window in it"),
    "lost": N_("what lies beyond a limit is lost, and may come anew"),
    "open": N_("an amount may come as near to its edge as one likes"),
    "others": N_("points also come through others"),
    "parts": N_("a ledger takes only part of what goes the same way"),
    "quantity": N_("an amount may be divided over several events"),
    "rank": N_("a rank decides"),
    "ratings": N_("several raters are needed"),
    "rounding": N_("sums are rounded"),
    "rules": N_("rules or levels bring points at their own time"),
    "standing": N_("an award comes of itself while a state holds"),
    "steps": N_("amounts are added up to steps"),
    "then": N_("one event brings points in several ways"),
    "unstated": N_("a figure is not stated"),
    "veto": N_("a veto may hold points down"),
    "when": N_("conditions must hold"),
    "who": N_("it depends on who the subject is"),
    "windows": N_("windows do not lie within each other"),
}


_BOUND = " *"
"""Marks a figure that is only a bound."""


def render_card(plan: Plan, reach: Reach, dips: Sequence[Dip], language: Language = "en") -> str:
    """Write the card of a scheme as text; `dips` is what could let a good deed lower a score."""
    head = msg(
        N_("What {name} comes to in one period ({period}), for one {kind} that starts anew"),
        name=plan.name,
        period=reach.period.label,
        kind=msg(_KINDS.get(plan.kind, plan.kind)),
    )
    lines = [words(head, language)]
    lines += [INDENT + words(line, language) for line in card_lines(plan, reach, dips)]
    return "\n".join(lines)


def card_lines(plan: Plan, reach: Reach, dips: Sequence[Dip]) -> Iterator[Message]:
    """Yield the sentences of the card."""
    total = reach.total
    yield msg(N_("at the start: {points}"), points=_number(total.base))
    yield _household(reach.good, N_("a good one, each award once at its largest: {points}{note}"))
    yield _household(
        reach.ordinary,
        N_(
            "an ordinary one, the smaller half of the awards open to all, once each: {points}{note}"
        ),
    )
    yield _end(total.most, N_("the most: {points}{note}"), N_("the most: no end{note}"))
    yield _end(total.least, N_("the least: {points}{note}"), N_("the least: no end{note}"))
    yield from _bad_day(reach)
    for climb in reach.climbs:
        yield _climb(climb)
    for fall in reach.falls:
        yield _fall(plan, fall)
    yield from _named(N_("caps that hold at the most: {names}"), total.most.binds)
    yield from _named(N_("caps that can never take anything: {names}"), reach.idle)
    yield from _dips([dip for dip in dips if dip.mark.id not in plan.rewards])
    yield from _reasons(reach)


def card_data(
    plan: Plan, reach: Reach, dips: Sequence[Dip], language: Language = "en"
) -> dict[str, object]:
    """Return the card as plain JSON data: figures as text, null for unlimited."""
    return {
        "scheme": plan.scheme,
        "period": reach.period.label,
        "start": _number(reach.total.base),
        "good": _bound_data(reach.good),
        "ordinary": _bound_data(reach.ordinary),
        "most": _bound_data(reach.total.most),
        "least": _bound_data(reach.total.least),
        "bad_day": _bound_data(reach.worst_day),
        "worst_act": None
        if reach.worst_act is None
        else {
            "indicator": reach.worst_act.mark.id,
            "points": _figure(reach.worst_act.points),
        },
        "climbs": [
            {
                "ladder": c.ladder.id,
                "level": c.level,
                "reached": c.reached,
                "events": c.events,
                "why": list(c.why),
            }
            for c in reach.climbs
        ],
        "falls": [
            {
                "ladder": f.ladder.id,
                "level": f.level,
                "to": f.to,
                "events": f.events,
                "by": f.by,
                "indicator": None if f.mark is None else f.mark.id,
                "why": list(f.why),
            }
            for f in reach.falls
        ],
        "holding": [_cap_data(cap) for cap in reach.total.most.binds],
        "idle": [_cap_data(cap) for cap in reach.idle],
        "dips": [{"id": d.mark.id, "place": d.mark.place, "why": d.kind} for d in dips],
        "text": [words(line, language) for line in card_lines(plan, reach, dips)],
    }


# --- sentences ------------------------------------------------------------------------------------

_KINDS = {
    "household": N_("household"),
    "person": N_("person"),
    "group": N_("group"),
    "village": N_("village"),
    "party_member": N_("party member"),
    "township": N_("township"),
}


def _household(bound: Bound, template: str) -> Message:
    return msg(template, points=_number(bound.points), note=_note(bound.why))


def _end(bound: Bound, finite: str, endless: str) -> Message:
    if bound.points is None:
        return msg(endless, note=_note(bound.why))
    return msg(finite, points=_number(bound.points), note=_note(bound.why))


def _bad_day(reach: Reach) -> Iterator[Message]:
    """Return the worst single event, and a day on which every deduct is recorded once."""
    act = reach.worst_act
    if act is None:
        yield msg(N_("one bad day costs nothing: no event takes points"))
        return
    if act.points is None:
        yield msg(N_("one event can take any number of points: {name}"), name=act.mark.name)
    else:
        yield msg(
            N_("the worst single event takes {points}: {name}"),
            points=_number(-act.points),
            name=act.mark.name,
        )
    yield msg(
        N_("one bad day, every deduct recorded once: down to {points}{note}"),
        points=_number(reach.worst_day.points),
        note=_note(reach.worst_day.why),
    )


def _climb(climb: Climb) -> Message:
    edge = msg(
        N_("above {points}") if climb.is_open else N_("from {points}"), points=_number(climb.edge)
    )
    level: dict[str, Value] = {"level": climb.level, "edge": edge}
    if climb.reached == "at once":
        return msg(N_("{level} ({edge}): had from the start"), **level)
    if climb.reached == "no" or climb.events is None:
        return msg(N_("{level} ({edge}): cannot be reached"), **level)
    if climb.is_skipped:
        return msg(N_("{level} ({edge}): always passed over for the next better level"), **level)
    if climb.events == 1:
        return msg(
            N_("{level} ({edge}): one event at the least{note}"),
            note=_note(climb.why),
            **level,
        )
    return msg(
        N_("{level} ({edge}): {count} events at the least{note}"),
        count=str(climb.events),
        note=_note(climb.why),
        **level,
    )


def _fall(plan: Plan, fall: Fall) -> Message:
    levels: dict[str, Value] = {"level": fall.level, "to": fall.to}
    if fall.mark is not None:
        return msg(
            N_("from the start out of {level}, to {to} or lower: one event, {name}"),
            name=fall.mark.name,
            **levels,
        )
    if fall.events is None:
        return msg(N_("{level} is never lost once held from the start"), level=fall.level)
    if fall.events == 1:
        return msg(
            N_("from the start out of {level}, to {to} or lower: one deduct{note}"),
            note=_note(fall.why),
            **levels,
        )
    return msg(
        N_("from the start out of {level}, to {to} or lower: {count} deducts at the least{note}"),
        count=str(fall.events),
        note=_note(fall.why),
        **levels,
    )


def _dips(dips: Sequence[Dip]) -> Iterator[Message]:
    """Yield the reasons why one more good deed can lower a score, each once, with its place.

    Points that a subject chooses to spend, or that its deeds pay to others, are no such reason.
    """
    if not dips:
        yield msg(N_("one more good deed never lowers a score"))
    marks: dict[tuple[str, str], dict[str, Message]] = {}
    for dip in dips:
        shown = _placed(dip.mark)
        marks.setdefault((dip.kind, dip.word), {})[str(shown)] = shown
    for (kind, word), names in marks.items():
        reason = msg(DIPS[kind], word=Term(word))
        text = N_("one more good deed may lower a score, since {reason}: {names}")
        yield msg(text, reason=reason, names=_listed(tuple(names.values())))


def _named(template: str, caps: Iterable[Cap]) -> Iterator[Message]:
    found = [_placed(cap.mark) for cap in caps]
    if found:
        yield msg(template, names=_listed(found))


def _placed(mark: Mark) -> Message:
    return msg(N_("{name} ({place})"), name=mark.name, place=mark.place)


def _listed(found: Sequence[Value]) -> Value:
    """Return the first of some names, and how many more there are."""
    names = _joined(found[:SHOWN], N_("{one}, {two}"))
    more = len(found) - SHOWN
    return msg(N_("{names} and {count} more"), names=names, count=str(more)) if more > 0 else names


def _joined(parts: Sequence[Value], template: str) -> Value:
    """Join texts with the separator of the language."""
    found = parts[0]
    for part in parts[1:]:
        found = msg(template, one=found, two=part)
    return found


def _note(why: tuple[str, ...]) -> str:
    """Return the mark of a figure that is only a bound; nothing where it is exact."""
    return _BOUND if why else ""


def _reasons(reach: Reach) -> Iterator[Message]:
    """Yield the reasons behind the marks, each once."""
    bounds = (reach.good, reach.ordinary, reach.total.most, reach.total.least, reach.worst_day)
    found = {reason for bound in bounds for reason in bound.why}
    found |= {reason for climb in reach.climbs for reason in climb.why}
    found |= {reason for fall in reach.falls for reason in fall.why}
    if not found:
        return
    reasons = _joined([msg(REASONS[reason]) for reason in sorted(found)], N_("{one}; {two}"))
    yield msg(N_("* never passed, but perhaps not quite met, since {reasons}"), reasons=reasons)


def _number(points: Fraction | None) -> Value:
    """Return a figure as text; an infinite decimal is rounded to two places."""
    if points is None:
        return msg(N_("no end"))
    try:
        return plain(points)
    except ValueError:
        return plain(Fraction(round(points * 100), 100))


def _figure(points: Fraction | None) -> str | None:
    return None if points is None else str(_number(points))


def _bound_data(bound: Bound) -> dict[str, object]:
    return {"points": _figure(bound.points), "is_exact": bound.is_exact, "why": list(bound.why)}


def _cap_data(cap: Cap) -> dict[str, object]:
    return {"id": cap.mark.id, "place": cap.mark.place, "kind": cap.kind, "per": str(cap.window)}
