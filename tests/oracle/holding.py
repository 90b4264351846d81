"""Vetoes, gradings and wipes: what holds a figure or a level, from when, and what comes back."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from jifen_rules.core.terms import UNKNOWN
from jifen_rules.core.vocabulary import ACCOUNTS, WORDS, english
from jifen_rules.scheme.model import GradeEffect, VetoEffect

from . import moving
from .book import Book, Moves, add
from .contributions import Contribution
from .limits import ZERO, Stage, clamp
from .reading import known
from .wiping import clear_base

if TYPE_CHECKING:
    from .asking import Asker
    from .combining import Fact
    from .village import Effects, Village


LATER = "later_added"
"""The adds that come after a veto began."""


@dataclass(eq=False)
class Veto:
    """Something of a subject counts for nothing, from a day on."""

    subject: str
    targets: tuple[str, ...]
    since: date
    ends_on: date | None
    gives: str
    event: str
    number: int
    figures: tuple[str, ...] = ()
    at: Fraction = ZERO
    """The figure it counts for."""
    runs_on: Any = None
    ended: bool = False
    ended_at: int | None = None
    is_groundless: bool = False
    """Its event was revoked: it has no say in what comes back."""


@dataclass(eq=False)
class Grade:
    """A level of a ladder is set or bounded for a subject, from a day on."""

    subject: str
    level: str
    how: str
    since: date
    ends_on: date | None
    event: str
    runs_on: Any = None
    ended: bool = False


def veto(
    village: "Village",
    effect: VetoEffect,
    asker: "Asker",
    fact: "Fact | None",
    event: str,
    day: date | None,
) -> "Effects":
    """Begin a veto; what it takes from the figures that nothing held before."""
    if effect.veto is UNKNOWN or known(effect.lasts) is None:
        return {}
    day = day or asker.day
    targets = tuple(
        english(WORDS, english(ACCOUNTS, word)).replace(" ", "_") for word in effect.veto
    )
    figures = tuple(figures_of(village, targets, fact))
    found = Veto(
        asker.subject,
        targets,
        day,
        village.versions.last_day(known(effect.lasts), day),
        known(effect.gives) or "nothing",
        fact.event.id if fact else event,
        village.next_number(),
        figures,
        Fraction(getattr(effect, "at", 0)),
        runs_on(effect.lasts),
    )
    book = village.book(asker.subject)
    moves: Moves = {}
    free = [figure for figure in figures if not is_held(village, asker.subject, figure)]
    village.vetoes.append(found)
    for figure in free if LATER not in free else []:
        add(moves, take(village, book.subject, figure))
        add(moves, park(village, book.subject, figure))
    for figure in figures:
        add(moves, show_held(village, book.subject, figure))
    return {asker.subject: moves}


def show_held(village: "Village", subject: str, figure: str) -> Moves:
    """Show a held figure at the lowest value of all that hold it, and nothing once none does."""
    book = village.books[subject]
    values = [veto.at for veto in in_force(village, subject) if figure in veto.figures]
    key = (subject, figure, book.label)
    shown = village.shown_at.get(key)
    if shown is None:
        if not any(values) or figure.startswith("matter "):
            return {}
        shown = village.shown_at[key] = moving.at_border(village, subject, figure)
    before = sum(
        (amount for one, amount in _outside(village, subject, figure) if one is shown), ZERO
    )
    delta = min(values, default=ZERO) - before
    return beyond(village, shown, figure, delta) if delta else {}


def _outside(village: "Village", subject: str, figure: str) -> list[tuple[Contribution, Fraction]]:
    book = village.books[subject]
    return book.outside.get((figure, book.label), [])


def figures_of(village: "Village", targets: Sequence[str], fact: "Fact | None") -> Iterable[str]:
    """The figures among what a veto names; ladders and rewards are none."""
    version = fact.item.version if fact else village.versions.standing(village.day)
    for target in targets:
        if target == "matter" and fact is not None:
            yield f"matter {fact.matter}"
        elif (
            target in ("total", "added", LATER)
            or target in version.ledgers
            or target in version.categories
            or target in version.items
        ):
            yield target


def in_force(village: "Village", subject: str) -> list[Veto]:
    return [
        v for v in village.vetoes if v.subject == subject and not v.ended and v.since <= village.day
    ]


def is_held(village: "Village", subject: str, figure: str) -> bool:
    """Whether a veto holds a figure; what a new version lacks is held no more."""
    return any(figure in veto.figures for veto in in_force(village, subject))


def is_barred(village: "Village", subject: str, *targets: str) -> bool:
    """Whether a veto bars a ladder or a reward."""
    return any(target in veto.targets for veto in in_force(village, subject) for target in targets)


# --- taking and giving back -----------------------------------------------------------------------


def downstream(who: Contribution, figure: str) -> tuple[tuple[Stage, ...], str | None]:
    """The stages behind the border of a figure; and the ledger, where it is one of a ledger's."""
    for number, stage in enumerate(who.inner):
        if stage.kind == "gate" and stage.place == figure:
            return who.inner[number + 1 :], None
    for ledger, (_, stages) in who.outer.items():
        for number, stage in enumerate(stages):
            if stage.kind == "gate" and stage.place == figure:
                return stages[number + 1 :], ledger
    return (), None


def beyond(village: "Village", who: Contribution, figure: str, amount: Fraction) -> Moves:
    """Let an amount of a contribution out of a figure, or take it back there."""
    book = village.books[who.subject]
    book.outside.setdefault((figure, book.label), []).append((who, amount))
    stages, ledger = downstream(who, figure)
    if ledger is not None:
        return book.push_ledger(who, ledger, amount, stages)
    ledgers = [one for one in who.outer if one not in who.gone]
    return book.push(who, amount, stages, ledgers=ledgers)


def take(village: "Village", subject: str, figure: str) -> Moves:
    """Take out of all further out what a figure shows, the last to come first.

    So a rounding there takes of each just what it has given.
    """
    moves: Moves = {}
    since = min((v.number for v in in_force(village, subject) if figure in v.figures), default=0)
    shown = village.books[subject].shown_of(figure)
    pairs = [(who, who.clears) for who in shown if who.clears in shown]
    over = {one for pair in pairs for one in pair}  # a base that was wiped, and its opposite
    for who, amount in reversed(shown.items()):
        if (figure == LATER and who.number < since) or who in over:
            continue
        change = beyond(village, who, figure, -amount)
        add(moves, change)
    return moves


def park(village: "Village", subject: str, figure: str) -> Moves:
    """Hold what goes on from earlier periods and has the border of a figure on its way.

    The last to come goes first, so that a limit takes of each just what it has given.
    """
    book = village.books[subject]
    moves: Moves = {}
    for one in reversed(book.live):
        places = {stage.place for stage in one.inner if stage.kind == "gate"}
        if one.period == book.label or figure not in places or one.left_inside:
            continue
        there = {ledger: much for ledger, much in one.carried.items() if ledger not in one.gone}
        for ledger, amount in there.items():
            if not one.parked.get(ledger):
                add(moves, book.push_ledger(one, ledger, -amount, one.outer[ledger][1]))
            one.parked.setdefault(ledger, set()).add(figure)
    return moves


def end_veto(village: "Village", veto: Veto) -> "Effects":
    """End a veto; what comes back of the figures that nothing holds any more."""
    effects: Effects = {veto.subject: {}}
    if veto.ended:
        return effects
    for figure in veto.figures:
        others = [
            v for v in in_force(village, veto.subject) if v is not veto and figure in v.figures
        ]
        if not others:
            ending = [
                v for v in village.vetoes if v.subject == veto.subject and figure in v.figures
            ]
            stood = _of_one_hold(ending, veto)
            for who, moves in give(village, veto.subject, figure, stood).items():
                moving.put(effects, who, moves)
    veto.ended, veto.ended_at = True, village.next_number()
    for figure in veto.figures:
        moving.put(effects, veto.subject, show_held(village, veto.subject, figure))
    return effects


@contextmanager
def ending_together(
    village: "Village",
) -> Iterator[tuple["Effects", list[tuple[Contribution, Moves]]]]:
    """Let vetoes of several end before anything comes back: what came first, whosever it is, first.

    It is told what each subject gets, and of what how much, since that is shared after all.
    """
    back: list[tuple[Contribution, Callable[[], Moves]]] = []
    effects: Effects = {}
    late: list[tuple[Contribution, Moves]] = []
    village.back = back
    yield effects, late
    village.back = None
    for one, going in sorted(back, key=lambda pair: pair[0].number):
        moves = going()
        moving.put(effects, one.subject, moves)
        late += [] if one.ended else [(one, moves)]


def outermost_first(village: "Village", vetoes: Iterable[Veto]) -> list[Veto]:
    """Sort vetoes that end at one moment: each sees what those further in still hold."""
    version = village.versions.standing(village.day)

    def depth(figure: str) -> int:
        if figure == "total" or figure in version.ledgers:
            return 0
        if figure in ("added", LATER):
            return 1
        if figure in version.categories:
            return 1 + len(version.categories[figure])
        return 98 if figure in version.items else 99

    return sorted(vetoes, key=lambda veto: min(map(depth, veto.figures), default=0))


def _of_one_hold(vetoes: list[Veto], last: Veto) -> list[Veto]:
    """The vetoes that have held a figure together with the last one, without a gap."""
    hold, start = [last], last.number
    over = [(veto.ended_at, veto) for veto in vetoes if veto.ended_at is not None]
    for end, veto in sorted(over, key=lambda pair: -pair[0]):  # the last to end first
        if end > start:
            hold.append(veto)
            start = min(start, veto.number)
    return hold


def give(village: "Village", subject: str, figure: str, vetoes: list[Veto]) -> "Effects":
    """Give back the least that any of the vetoes gives; the rest has ended with them."""
    book = village.books[subject]
    hidden = {**dict.fromkeys(_absorbed(book, figure), ZERO), **book.hidden_of(figure)}
    parked = [
        one
        for one in book.live
        if any(figure in held for held in one.parked.values()) and not one.ended
    ]

    def comes(veto: Veto) -> set[Contribution]:
        if veto.gives == "all":
            return {*hidden, *parked}
        if veto.gives == "nothing" and figure != LATER:
            return set()
        return {one for one in (*hidden, *parked) if one.number < veto.number or not one.side}

    def worth(veto: Veto) -> tuple[Fraction, int]:
        """Of equal sums, the one of fewer contributions is the least."""
        chosen = comes(veto)
        carried = [sum(one.carried.values(), ZERO) for one in parked if one in chosen]
        whole = sum((hidden.get(one, ZERO) for one in chosen), ZERO) + sum(carried, ZERO)
        return whole, len(chosen)

    saying = [veto for veto in vetoes if not veto.is_groundless]
    chosen = comes(min(saying or vetoes, key=worth))
    there = [fact for fact in village.facts if _stands(fact)]  # others brought it some of theirs
    effects: Effects = {subject: {}}
    over = [one for one in sorted([*hidden, *parked], key=_late) if one not in chosen]
    book.leaving = over if figure in ("total", "added", LATER) else []
    for one in over:
        is_old = one.clears is not None and one.period != book.label  # it goes on of an older base
        if not one.ended and (one.clears is None or is_old):
            add(effects[subject], _end_hidden(village, one, figure))
    book.leaving = []
    version = village.versions.standing(village.day)
    if not chosen and figure in ("total", *version.ledgers):  # the whole of it has ended
        rest = sum(book.hidden_of(figure).values(), ZERO)
        source = moving.Source(version, village.day, what=figure)
        nothing = moving.make(village, source, subject, ZERO, {figure: Fraction(1)})
        nothing.side = ""  # no add, whose sum a veto could take
        book.push_ledger(nothing, figure, -rest, nothing.outer[figure][1])
    for fact in there:  # a veto holds figures, not events
        fact.taken = fact.taken or not _stands(fact)
    if figure != LATER and any(veto.gives == "nothing" for veto in vetoes):
        return effects
    shown = book.shown_of(figure)
    for one, amount in book.hidden_of(figure).items():
        rest = amount - shown.get(one, ZERO)
        if rest:
            _let_back(village, one, partial(beyond, village, one, figure, rest), effects)
    for one in parked:
        free = []
        for ledger, figures in one.parked.items():
            if one in chosen and figure in figures:
                figures.discard(figure)
                free += [ledger] if not figures and not one.ended else []
        _let_back(village, one, partial(_go_on, village, one, free), effects)
    return effects


def _go_on(village: "Village", one: Contribution, ledgers: list[str]) -> Moves:
    """Let what goes on from an earlier period enter the ledgers from which a veto kept it.

    It meets the windows in which it could not stand then, as they are now.
    """
    book = village.books[one.subject]
    if one.ended or not ledgers:
        return {}
    let, moves = book.come_back(one)
    for ledger in ledgers:
        share, stages = one.outer[ledger]
        if let is not None:
            own = clamp(let * share, *sorted((ZERO, one.carried[ledger])))
            one.carried[ledger] = own
        add(moves, book.push_ledger(one, ledger, one.carried[ledger], stages))
    return moves


def _let_back(
    village: "Village", one: Contribution, going: Callable[[], Moves], effects: "Effects"
) -> None:
    """Let something come back and others have their shares of it, now or with that of others."""
    if village.back is not None:
        village.back.append((one, going))
        return
    moves = going()
    moving.put(effects, one.subject, moves)
    if not one.ended:
        moving.share_late(village, one, moves, effects)


def _late(one: Contribution) -> tuple[bool, bool]:
    """Bases last, after what an earlier period's base was ended by."""
    return not one.side, not one.side and one.clears is None


def _absorbed(book: Book, figure: str) -> Iterable[Contribution]:
    """What came to a figure and changed nothing, as a net limit or rounding inside: held too."""
    bases = {base: None for several in book.bases.values() for base in several}
    brought = [one for one in book.live if one.side]
    for one in (*brought, *bases) if figure != LATER else ():
        if figure == "added" and one.side != "added":
            continue
        inside = () if one.side and one.left_inside else one.inner  # else it stands in no category
        places = [stage.place for stage in inside if stage.kind == "gate"]
        for ledger, (_, stages) in one.outer.items():
            if ledger not in one.gone:
                places += [stage.place for stage in stages if stage.kind == "gate"]
        if figure in places and one.period == book.label:
            inner = places[: places.index(figure)]
            is_free = all(book.hidden_of(p).get(one) == book.shown_of(p).get(one) for p in inner)
            if is_free and not book.is_held_by(one, {*inner} - {LATER}):
                yield one


def _stands(fact: "Fact") -> bool:
    """Whether something is left of what an event brought."""
    return any(not one.ended for one in fact.brought)


def _end_hidden(village: "Village", one: Contribution, figure: str) -> Moves:
    """End a contribution whose figure is still held: nothing of it shows, but who comes up."""
    book = village.books[one.subject]
    if not one.side and one.clears is None:
        clear_base(village, one)
        return {}
    _, ledger = downstream(one, figure)
    return book.end(one, takes_spent=True, only=ledger if ledger and len(one.outer) > 1 else None)


def runs_on(lasting: Any) -> Any:
    """The window to whose end something lasts once it was put right; None where it ends at once."""
    return lasting.window if lasting is not None and lasting.kind == "after_repair" else None


def end_of_event(village: "Village", event: str, *, is_repair: bool = False) -> "Effects":
    """End the vetoes and gradings that an event brought; some run on after a repair."""
    effects: Effects = {}
    held: tuple[Veto | Grade, ...] = (*village.vetoes, *village.grades)
    for one in held if is_repair else ():
        if one.event == event and one.runs_on is not None and not one.ended:
            one.ends_on, one.event = village.versions.end_of(one.runs_on, village.day), ""
    for veto in outermost_first(village, village.vetoes):
        if veto.event == event and not veto.ended:
            if not is_repair:
                veto.gives, veto.is_groundless = "all", True
            for who, moves in end_veto(village, veto).items():
                moving.put(effects, who, moves)
    for grade in village.grades:
        if grade.event == event:
            grade.ended = True
    return effects


# --- gradings -------------------------------------------------------------------------------


def grade(
    village: "Village",
    effect: GradeEffect,
    asker: "Asker",
    fact: "Fact | None",
    event: str,
    day: date | None,
) -> None:
    """Begin a direct grading."""
    if effect.grade is UNKNOWN or known(effect.lasts) is None:
        return
    day = day or asker.day
    how = next((h for h in ("at_best", "at_least") if getattr(effect.grade, h, None)), "set")
    level = str(effect.grade if how == "set" else getattr(effect.grade, how)).rpartition(".")[2]
    village.grades.append(
        Grade(
            asker.subject,
            level,
            how,
            day,
            village.versions.last_day(known(effect.lasts), day),
            fact.event.id if fact else event,
            runs_on(effect.lasts),
        )
    )
