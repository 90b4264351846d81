"""Lines by which points end, are taken back, held or carried.

Such a line must name points that can end, and take no more than they were.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ..core.message import N_, Message, msg
from ..core.terms import Period
from ..scheme import model
from ..trace.entry import Entry, Outcome
from .book import MOVES, Book
from .limits import CheckedIndicator
from .parts import consequences_of, displaces
from .rules import Version
from .sums import number_text
from .validity import last_days, waits_for_repair


@dataclass(slots=True)
class _Brought:
    """The points of a line, and the days on which they may end."""

    entry: Entry
    item: CheckedIndicator
    ends: frozenset[date]
    over: bool = False


class EndCheck:
    """Keeps the points that may end, and checks each line that ends points."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._ending: dict[tuple[str, date], list[_Brought]] = defaultdict(list)
        """The points that may end, by subject and day."""
        self._open: dict[str, list[_Brought]] = defaultdict(list)
        """The points with an end of their own that have not ended yet, by subject."""
        self._by_event: dict[str, _Brought] = {}
        self._revoked: set[str] = set()
        self._unsure: set[str] = set()
        """Subjects with an end that no line determines."""
        self._spent: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
        """The points that redemptions took so far, by subject and ledger."""
        self._given_back: set[str] = set()
        """Subjects who received something that a veto had held."""

    def note(self, version: Version, item: CheckedIndicator | None, entry: Entry) -> None:
        """Keep the points of a line."""
        if any(step.kind == "veto" for step in entry.steps) or "repairs" in entry.inputs:
            self._unsure.add(entry.subject)
        if any(map(displaces, entry.steps)):
            self._book.displaced.add(entry.subject)
        if entry.outcome is Outcome.REDEEMED:
            for name, amount in self._book.amounts(entry).items():
                self._spent[entry.subject][name] -= amount
        if self._gets_back(entry):
            self._given_back.add(entry.subject)
        comes = entry.outcome in MOVES or entry.outcome is Outcome.RECEIVED
        if item is None or not comes or entry.date is None or "revokes" in entry.inputs:
            return
        if item.form == "clear":
            self._unsure.add(entry.subject)
        ends = frozenset(last_days(item.lasts, entry, version.period(entry.date)))
        brought = _Brought(entry, item, ends, entry.event in self._revoked)
        for day in ends:
            self._ending[entry.subject, day].append(brought)
        if ends:
            self._open[entry.subject].append(brought)
        if entry.event is not None and entry.outcome in MOVES:
            self._by_event[entry.event] = brought

    def check(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message | None]:
        """Yield what is wrong with an end, a hold, a release or a carry; None if unknown."""
        match entry.outcome:
            case Outcome.EXPIRED:
                yield from self._expired(version, item, entry)
            case Outcome.REVOKED:
                yield from self._taken_back(version, entry)
            case Outcome.HELD | Outcome.RELEASED:
                yield from self._held(entry)
            case Outcome.CARRIED:
                yield from self._carried(version, entry)
            case Outcome.COUNTED if "repairs" in entry.inputs:
                yield from self._repaired(entry)

    def period_end(self, subject: str, period: Period) -> Iterator[Message]:
        """Yield the points that should have expired within a period and have no line."""
        if subject in self._unsure or subject in self._book.wiped:
            return
        self._open[subject] = [b for b in self._open[subject] if not b.over]
        for brought in self._open[subject]:
            last = max(brought.ends)
            within = period.start <= last < period.end and last <= self._book.index.as_of
            if (
                within
                and self._goes_on(brought, period)
                and self._is_there(subject, last)
                and _is_plain(brought)
                and brought.entry.granted
            ):
                entry = brought.entry
                yield msg(
                    N_("'{id}' of {date} ran out on {last}, and no line takes it back"),
                    id=entry.indicator,
                    date=str(entry.date),
                    last=str(last),
                )
                return

    def _is_there(self, subject: str, day: date) -> bool:
        """Tell whether a subject still has lines on a day; whoever has left has none."""
        roster = self._book.roster
        return roster is None or roster.is_member(subject, day)

    def _goes_on(self, brought: _Brought, period: Period) -> bool:
        """Tell whether the points of a line are still in a period; a carry by formula ends them."""
        scheme = brought.item.scheme
        return brought.entry.period == period.label or scheme.at_period_end in ("clear", "carry")

    # --- one sort each -------------------------------------------------------------------------

    def _expired(
        self, version: Version, item: CheckedIndicator | None, entry: Entry
    ) -> Iterator[Message | None]:
        if item is None:
            if not (self._repair_ends(entry) or self._may_end(entry.indicator)):
                yield msg(
                    N_("nothing of '{id}' ends on {date}"), id=entry.indicator, date=str(entry.date)
                )
            return
        assert entry.date is not None
        found = [
            b
            for b in self._ending.get((entry.subject, entry.date), ())
            if not b.over and b.item.key == item.key
        ]
        fitting = [b for b in found if self._fits(b, entry)]
        if fitting:
            named = [step.note for step in entry.steps if step.kind == "ends"]
            own = [b for b in fitting if b.entry.event in named]
            ended = min(own or fitting, key=lambda b: (not _is_plain(b), abs(_most(b))))
            ended.over = True
            if not self._is_proved(ended, entry):
                yield None  # no line tells which points were spent or displaced
        elif not (self._is_open(item, entry.subject) or (found and entry.subject in self._unsure)):
            yield (
                msg(
                    N_("nothing of '{id}' ends on {date}"), id=entry.indicator, date=str(entry.date)
                )
                if not found
                else _too_much(entry)
            )

    def _is_open(self, item: CheckedIndicator, subject: str) -> bool:
        """Tell whether points of an indicator end on days that its lines do not tell."""
        brings = any(
            b.lasts for version in self._book.versions for b in version.consequences.of(item.key)
        )
        until = isinstance(item.lasts, model.Lasting) and "repair" in item.lasts.kind
        others = item.joins > 0 and any(version.pays for version in self._book.versions)
        pays = item.pays or others
        if pays and (item.joins >= 0 or item.adds_up or subject in self._given_back):
            return True  # it came forward for a subject without a line of it
        return brings or until or isinstance(item.lasts, model.LastsBy | model.LastsTable)

    def _gets_back(self, entry: Entry) -> bool:
        """Tell whether a line may bring a share of what a veto on the giver had held."""
        if entry.outcome is Outcome.CARRIED:
            return self._book.any_stands  # a veto that ends with a period has no line
        ends = any(step.kind == "ends" for step in entry.steps)
        held = "revokes" not in entry.inputs or self._book.any_stands
        return entry.outcome is Outcome.RECEIVED and ends and held

    def _may_end(self, key: str) -> bool:
        """Tell whether points of a ledger, level or rule have a validity of their own."""
        for version in self._book.versions:
            ledgers = [led for led in version.scheme.ledgers if led.key == key]
            if any(led.lasts is not None for led in ledgers):
                return True
            if any(brings.lasts for brings in version.consequences.of(key)):
                return True
        return False

    def _repair_ends(self, entry: Entry) -> bool:
        """Tell whether a line ends a consequence of a repair, which has no indicator of its own."""
        named = [step.note for step in entry.steps if step.kind == "ends"]
        lines = [line for event in named for line in self._book.index.by_event.get(event, ())]
        lasts, most = False, Fraction(0)
        for line in lines:
            version = self._book.on(line.date) if line.date is not None else None
            if version is None or "repairs" not in line.inputs:
                continue
            lasts |= any(brings.lasts for brings in self._book.may_bring(version, line))
            if line.subject == entry.subject:
                parts = consequences_of(self._book, version, line)
                most += sum(abs(part.brings) for part in parts)
        rounds = any(version.scheme.round is not None for version in self._book.versions)
        return not entry.indicator and lasts and (rounds or abs(entry.granted) <= most)

    def _taken_back(self, version: Version, entry: Entry) -> Iterator[Message | None]:
        target = entry.inputs.get("revokes", "")
        source = self._book.index.own(target)
        target = self._book.index.standing_for(target)
        if source is None or target in self._revoked:
            yield msg(N_("there is nothing '{id}' to take back"), id=entry.inputs["revokes"])
            return
        self._revoked.add(target)
        brought = self._by_event.get(target)
        if brought is not None:
            ran_out, brought.over = brought.over, True
            if source.subject != entry.subject:
                return  # the line of the giver says how much
            if ran_out and not any(self._book.amounts(entry).values()):
                return
            if not self._fits(brought, entry) and entry.subject not in self._unsure:
                yield _too_much(entry)
            elif not self._is_proved(brought, entry):
                yield None  # no line tells which points were displaced

    def _fits(self, brought: _Brought, entry: Entry) -> bool:
        """Tell whether a line takes back what another brought: exactly if plain, else at most."""
        source, zero = brought.entry, Fraction(0)
        unsure = source.subject in self._unsure or source.subject in self._book.wiped
        if unsure or brought.item.joins >= 0 or brought.item.adds_up:
            return True  # in a group or an amount, other events may absorb the change
        if source.period == entry.period and _is_plain(brought):
            came, went = self._book.amounts(source), self._book.amounts(entry)
            spent = self._spent[entry.subject] if entry.outcome is Outcome.EXPIRED else {}
            displaced = brought.item.highest and source.subject in self._book.displaced
            return all(
                _is_part(-went.get(name, zero), _most(brought, name))
                if displaced
                else _takes(-went.get(name, zero), came.get(name, zero), spent.get(name, zero))
                for name in {*came, *went}
            )
        if brought.item.pays or any(s.kind == "then" for s in source.steps):
            return True
        rounds = any(border.rounding is not None for border in brought.item.borders)
        return rounds or _is_part(-Fraction(entry.granted), _most(brought))

    def _is_proved(self, brought: _Brought, entry: Entry) -> bool:
        """Tell whether an end takes all that was brought, where it is plain."""
        came, went = self._book.amounts(brought.entry), self._book.amounts(entry)
        names = {*came, *went}
        return not _is_plain(brought) or all(
            came.get(name, Fraction(0)) == -went.get(name, Fraction(0)) for name in names
        )

    def _held(self, entry: Entry) -> Iterator[Message]:
        standing = self._book.standing[entry.subject]
        own = any(step.kind == "veto" for step in entry.steps)
        if not standing and not own and entry.granted:
            yield msg(N_("no veto stands on '{subject}'"), subject=entry.subject)
        if entry.outcome is Outcome.RELEASED and entry.indicator not in standing:
            words = {"matter", "added", "total"} & standing
            if not words:
                yield msg(N_("no veto stands on '{subject}'"), subject=entry.subject)

    def _carried(self, version: Version, entry: Entry) -> Iterator[Message]:
        if entry.date is not None and entry.date != version.period(entry.date).start:
            yield msg(N_("{date} opens no period"), date=str(entry.date))
            return
        scheme = version.scheme
        ends = any(other.ends for other in self._book.versions)
        if entry.granted and scheme.at_period_end == "clear" and not ends:
            yield msg(N_("nothing is carried into the period {period}"), period=entry.period)
        elif scheme.at_period_end == "carry" and self._carries_all(version, entry):
            yield from self._carried_all(version, entry)

    def _carries_all(self, version: Version, entry: Entry) -> bool:
        """Tell whether what is carried equals what there was."""
        givers = self._book.any_stands and version.pays
        veto = givers or entry.subject in self._unsure or self._book.standing[entry.subject]
        limits = version.limits["total"] or version.ends or len(self._book.versions) > 1
        rounds = version.scheme.round is not None or version.starts
        return not (veto or limits or rounds or entry.steps)

    def _carried_all(self, version: Version, entry: Entry) -> Iterator[Message]:
        assert entry.date is not None
        before = version.period(entry.date - timedelta(days=1))
        key = (entry.subject, before.label)
        if key not in self._book.index.scored:
            return
        due = self._book.figures[key].total - self._book.figures[key].base
        if Fraction(entry.granted) != due:
            yield msg(
                N_("'{ledger}' gets {found}, not {written}"),
                ledger="total",
                found=number_text(due),
                written=number_text(Fraction(entry.granted)),
            )

    def _repaired(self, entry: Entry) -> Iterator[Message]:
        target = entry.inputs["repairs"]
        if self._book.index.own(target) is None:
            yield msg(N_("there is nothing '{id}' to put right"), id=target)
        if self._book.index.repaired[target] > 1:
            yield msg(N_("'{id}' is put right twice"), id=target)


def _takes(taken: Fraction, came: Fraction, spent: Fraction) -> bool:
    """Tell whether an end takes what came, less what of it may have been spent."""
    return taken == came or max(came - spent, Fraction(0)) <= taken <= came


def _is_part(taken: Fraction, most: Fraction) -> bool:
    """Tell whether an end takes something between nothing and the most."""
    return taken * most >= 0 and abs(taken) <= abs(most)


def _is_plain(brought: _Brought) -> bool:
    """Tell whether an end takes back exactly what a line brought: no net limit, rounding, group."""
    item = brought.item
    if item.joins >= 0 or item.adds_up or item.pays or item.has_net() or not item.stated:
        return False
    if brought.entry.steps and any(
        s.kind in ("then", "floor", "net", "veto") for s in brought.entry.steps
    ):
        return False
    scheme = item.scheme
    floors = [scheme.floor, scheme.full, *(led.floor for led in scheme.ledgers)]
    bounds = any(isinstance(bound, model.NetLimit) and bound.bound is not None for bound in floors)
    return (
        not bounds
        and isinstance(item.lasts, model.Lasting | None)
        and not waits_for_repair(item.lasts)
    )


def _most(brought: _Brought, ledger: str = "total") -> Fraction:
    """Return the most that an end may take of a ledger: the asked points, weighted."""
    most = Fraction(brought.entry.asked)
    for border in brought.item.borders:
        most *= border.factor
    own = brought.item.ledgers.get(ledger)
    return most * (own.part if own is not None else 0)


def _too_much(entry: Entry) -> Message:
    return msg(
        N_("the line takes back {points} points, and that is not what was brought"),
        points=number_text(Fraction(entry.granted)),
    )
