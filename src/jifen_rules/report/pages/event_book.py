"""A scheme and a roster -> the workbook in which a clerk records events.

It has columns, lists and explanations. The plan decides the columns: each is there if an indicator
needs it. The result is values; a renderer writes them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias

from ...compile import compile_plan
from ...compile.qualifiers import lasting_words
from ...core.message import N_, Message, Term, Value, msg
from ...core.values import name_key
from ...inputs.roster import Roster
from ...plan import FACTS, Choice, Computed, Grant, Held, Noted, Plan, Value as Amount
from ...scheme.model import SchemeFile
from ...tables import post_scheme, say_reward_of

Kind: TypeAlias = Literal["text", "number", "date", "yes_no"]


@dataclass(frozen=True, slots=True)
class BookColumn:
    """A column: its name in files, its explanation, and its allowed words.

    `by_deed` are the words that each indicator has of its own; `is_open` says that another word may
    be right too.
    """

    name: str
    about: Message
    kind: Kind = "text"
    words: tuple[Value, ...] = ()
    by_deed: tuple[tuple[str, tuple[str, ...]], ...] = ()
    is_open: bool = False
    is_required: bool = False
    is_declared: bool = False

    @property
    def heading(self) -> Value:
        """The heading of the column; a declared field keeps its name."""
        return self.name if self.is_declared else Term(self.name)


@dataclass(frozen=True, slots=True)
class BookDeed:
    """An indicator or reward: its category, its words, its value, its required columns."""

    group: Value
    label: str
    points: Value
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventBook:
    """A workbook for events: title, first day, columns, indicators, and who shares a name."""

    title: str
    since: date
    columns: tuple[BookColumn, ...]
    deeds: tuple[BookDeed, ...]
    namesakes: tuple[tuple[str, str, str], ...] = ()
    """The id to write, the name and the unit of subjects that share a name."""


def build_event_book(scheme: SchemeFile, roster: Roster | None = None) -> EventBook:
    """Make the workbook for the events of a scheme; with a roster, subjects are in a list.

    SchemeError if the scheme is not sound.

    >>> from jifen_rules import load_scheme
    >>> from jifen_rules.report.pages import build_event_book
    >>> scheme = load_scheme("demo.yaml", text='''
    ... {scheme: demo, effective_from: 2024-01-01, subject: household, period: year, floor: none,
    ...  at_period_end: clear,
    ...  indicators: [{id: help, name: 志愿服务, points: {each: {小时: 1}}}]}''')
    >>> [column.name for column in build_event_book(scheme).columns]
    ['date', 'subject', 'indicator', 'quantity', 'note']
    """
    plan = compile_plan(scheme)
    labels = _labels(scheme)
    facts = {key: _facts(plan, g) for key, g in plan.grants.items() if g.standing is None}
    facts |= {key: frozenset({"quantity"}) for key in _redeemed(plan)}
    columns = tuple(_columns(scheme, plan, roster, labels, facts))
    names = [column.name for column in columns]
    deeds = tuple(_deeds(scheme, labels, facts, names))
    title = scheme.scheme.name or scheme.scheme.scheme
    return EventBook(
        title, scheme.scheme.effective_from, columns, deeds, tuple(_namesakes(plan, roster))
    )


# --- what a row says ------------------------------------------------------------------------------


def _labels(file: SchemeFile) -> Mapping[str, str]:
    """Return the word of a row for each indicator and reward: its name, or its id if shared."""
    parts = [item for _, _, item in file.scheme.walk()]
    named = [(part.key, part.label) for part in (*parts, *file.scheme.rewards)]
    count = Counter(name_key(label) for _, label in named)
    return {key: label if count[name_key(label)] == 1 else key for key, label in named}


def _redeemed(plan: Plan) -> list[str]:
    """Return the rewards that an event redeems or asks for.

    A right in words alone is worked out without an event.
    """
    rewards = plan.rewards.items()
    asked = {key for key, r in rewards if r.window is None and not isinstance(r.gives, str)}
    return [key for key, reward in rewards if reward.prices or key in asked]


def _facts(plan: Plan, grant: Grant) -> frozenset[str]:
    """Return the fields that an event of an indicator may need."""
    formulas = [grant.when, *(effect.when for effect in grant.effects)]
    facts = FACTS | plan.event_fields.keys()
    asked = {name for one in formulas if one is not None for name in one.names & facts}
    return grant.needs | asked | frozenset(_needs(plan, grant.value))


def _needs(plan: Plan, value: Amount | None) -> Iterator[str]:
    """Yield the fields that a value needs, also in the tables inside it."""
    yield from plan.needs_of(value)
    if isinstance(value, Computed):
        yield from value.formula.names & (FACTS | plan.event_fields.keys())
    if isinstance(value, Choice):
        for inner in value.table.values():
            yield from _needs(plan, inner)


def _tables(value: Amount | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield each field of an event by which a table goes, with its words."""
    if isinstance(value, Choice):
        if not value.of_subject:
            yield value.field, tuple(value.table)
        for inner in value.table.values():
            yield from _tables(inner)


# --- columns --------------------------------------------------------------------------------------

_ABOUT: Final[Mapping[str, str]] = {
    "date": N_("The day it happened, such as 2024-03-01."),
    "subject": N_("Whom it is about; always write the name in the same way."),
    "indicator": N_("Choose from the list; one row for each time."),
    "time": N_("The time of day, such as 09:30."),
    "quantity": N_("How much or how many, a number alone; the unit stands beside the indicator."),
    "level": N_("Choose from the list, by the certificate or decision."),
    "place": N_("The place won, as the rules write it."),
    "points": N_("The points that were decided, within the range of the indicator."),
    "rating": N_("The mark or word that was given."),
    "role": N_("In which role, in the words of the rules."),
    "rater": N_("Who rated or declared."),
    "to": N_("Who gets the points."),
    "matter": N_(
        "The one fact that several rows may be about, such as a wedding; the same words in each."
    ),
    "evidence": N_("What proves it, such as a photograph or a receipt."),
    "status": N_("How far it has come; what has not come to the counting does not count."),
    "declared_on": N_("The day it was declared."),
    "id": N_("A number of your own for the row, where another row names it; else leave it empty."),
    "repairs": N_("The number of the row whose wrong was put right."),
    "revokes": N_("The number of the row whose points are taken back."),
    "note": N_("Whatever else to remember; it changes no points."),
}
_KINDS: Final[Mapping[str, Kind]] = {"date": "date", "declared_on": "date", "quantity": "number"}
_REQUIRED: Final = frozenset({"date", "subject", "indicator"})


def _columns(
    file: SchemeFile,
    plan: Plan,
    roster: Roster | None,
    labels: Mapping[str, str],
    facts: Mapping[str, frozenset[str]],
) -> Iterator[BookColumn]:
    """Yield the columns in the order of the sheet."""
    asked = frozenset().union(*facts.values()) | frozenset(_asked_beside(plan, file))
    own = [name for name in _ABOUT if name in asked or name in _REQUIRED or name == "note"]
    own_last = [name for name in own if name in _LAST]
    for name in (*(n for n in own if n not in _LAST), *plan.event_fields, *own_last):
        if name in own:
            yield _column(name, file, plan, roster, labels)
        else:
            yield _declared(name, file, plan)


_LAST: Final = ("status", "declared_on", "id", "repairs", "revokes", "note")
"""The columns after the declared fields."""


def _asked_beside(plan: Plan, file: SchemeFile) -> Iterator[str]:
    """Yield the columns that no value of an indicator needs."""
    for grant in plan.grants.values():
        held = any(isinstance(e, Held) and e.target == "matter" for e in grant.effects)
        if held or any(combine.over is None for combine in grant.combines):
            yield "matter"
        if any(combine.roles for combine in grant.combines) or grant.declarers:
            yield "rater"
        if any(combine.roles for combine in grant.combines):
            yield "role"
        if any(post.account == "named" for post in grant.posts):
            yield "to"
        if grant.count_step >= 0:
            yield "status"
        if grant.declare is not None:
            yield "declared_on"
        yield from ("id", "repairs") if _waits_for_repair(grant) else ()
        yield from ("id", "revokes") if grant.to_zero else ()


def _waits_for_repair(grant: Grant) -> bool:
    """Tell whether a wrong has a repair, or anything of it lasts until there is one."""
    words = lasting_words(grant.lasts)
    words |= {effect.lasts for effect in grant.effects if not isinstance(effect, Noted)}
    return grant.repair is not None or any("repair" in word for word in words)


def _column(
    name: str, file: SchemeFile, plan: Plan, roster: Roster | None, labels: Mapping[str, str]
) -> BookColumn:
    about, kind = msg(_ABOUT[name]), _KINDS.get(name, "text")
    words, is_open = tuple[Value, ...](), False
    by_deed = tuple(_words_by_deed(plan, name, labels))
    match name:
        case "subject":
            words, is_open = tuple(_subjects(plan, roster)), True
            about = msg(N_("Whom it is about: choose from the list.")) if words else about
        case "indicator":
            standing = {key for key, grant in plan.grants.items() if grant.standing is not None}
            redeemed = _redeemed(plan)
            rights = plan.rewards.keys() - set(redeemed)
            words = tuple(label for key, label in labels.items() if key not in standing | rights)
        case "status":
            words = tuple(dict.fromkeys(_steps(file)))
        case "role":
            roles = (combine.roles for grant in plan.grants.values() for combine in grant.combines)
            words = tuple(dict.fromkeys(Term(role) for row in roles for role, _ in row))
            words = () if by_deed else words
        case _:
            each = [word for _, own in by_deed for word in own]
            words = tuple(dict.fromkeys(each))
            is_open = len(by_deed) < _askers(plan, name)
    return BookColumn(name, about, kind, words, by_deed, is_open, name in _REQUIRED)


def _declared(name: str, file: SchemeFile, plan: Plan) -> BookColumn:
    """Return the column of a declared field: number, date, yes or no, one of its words, text."""
    kind, blank = file.scheme.fields.types("event")[name], plan.blanks.get(name)
    words: tuple[Value, ...] = kind if isinstance(kind, tuple) else ()
    text = _TYPES["choice" if isinstance(kind, tuple) else kind]
    about = msg(text)
    if blank is not None:
        about = msg(N_("{about} Empty means {blank}."), about=about, blank=Term(blank))
    if kind == "yes_no":
        words = (Term("yes"), Term("no"))
    shown: Kind = "text" if isinstance(kind, tuple) or kind == "yes_no" else kind
    return BookColumn(name, about, shown, words, is_declared=True)


_TYPES: Final[Mapping[str, str]] = {
    "number": N_("A number."),
    "text": N_("In words."),
    "date": N_("A day, such as 2024-03-01."),
    "yes_no": N_("Yes or no."),
    "choice": N_("Choose from the list."),
}


def _steps(file: SchemeFile) -> Iterator[Value]:
    """Yield the steps that a row can have reached, up to counting."""
    chains = [file.scheme.process, *(item.process or () for _, _, item in file.scheme.walk())]
    for steps in chains:
        for step in steps:
            yield step.id or Term(step.step)
            if step.step == "count":
                break


def _words_by_deed(
    plan: Plan, name: str, labels: Mapping[str, str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the words that each indicator has in a column."""
    for key, grant in plan.grants.items():
        words = [word for field, own in _tables(grant.value) if field == name for word in own]
        if words:
            yield labels[key], tuple(dict.fromkeys(words))


def _askers(plan: Plan, name: str) -> int:
    """Count the indicators that need a column."""
    return sum(name in _facts(plan, grant) for grant in plan.grants.values())


# --- subjects and indicators ----------------------------------------------------------------------


def _subjects(plan: Plan, roster: Roster | None) -> Iterator[str]:
    """Yield what a row calls each subject: the name, or the id where several share it."""
    same = {id for id, _, _ in _namesakes(plan, roster)}
    for id in _listed(plan, roster):
        yield id if roster is None or id in same else roster.name(id)


def _listed(plan: Plan, roster: Roster | None) -> list[str]:
    """Return the ids on the roster that some indicator may be about, in the order of the roster."""
    if roster is None:
        return []
    wanted = {plan.kind, ""}
    wanted |= {word for grant in plan.grants.values() for words in grant.kinds for word in words}
    rows = (r for r in roster.rows if roster.kind(r.id) in wanted or wanted & {*r.classes})
    return list(dict.fromkeys(row.id for row in rows))


def _namesakes(plan: Plan, roster: Roster | None) -> Iterator[tuple[str, str, str]]:
    """Yield the id, name and unit of subjects that share a name."""
    if roster is None:
        return
    units = {row.id: row.unit for row in roster.rows}
    count = Counter(name_key(roster.name(id)) for id in units)
    for id in _listed(plan, roster):
        if count[name_key(name := roster.name(id))] > 1:
            yield id, name, roster.name(units[id]) if units[id] else ""


def _deeds(
    file: SchemeFile,
    labels: Mapping[str, str],
    facts: Mapping[str, frozenset[str]],
    columns: Iterable[str],
) -> Iterator[BookDeed]:
    """Yield each indicator that a row may name, with what it is worth in one line."""
    order = [name for name in columns if name not in _REQUIRED]
    posted = post_scheme(file).rows
    for (_, _, item), row in zip(file.scheme.walk(), posted, strict=True):
        if item.key in facts:
            group: Value = row.categories[0] if row.categories else ""
            needs = tuple(name for name in order if name in facts[item.key])
            yield BookDeed(group, labels[item.key], row.points, needs)
    for reward in file.scheme.rewards:
        if reward.key in facts:
            said = say_reward_of(file.scheme, reward)
            yield BookDeed(msg(N_("redemption")), labels[reward.key], said, ("quantity",))
