"""Words of a page on an impact: subjects, levels, changes, and causes of a total."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import chain

from ...analysis.change import Impact, Side, SubjectImpact
from ...core.message import N_, Message, Value, msg
from ...core.terms import plain
from ...inputs.roster import Roster
from ...scheme.model import Ladder, Scheme
from ..explain import signed
from ..render.to_impact import part_names
from .board_words import NO_LEVEL, period_words
from .figures import in_a_row


class ImpactNames:
    """Names of subjects, ladders and rewards, by either scheme."""

    def __init__(self, impact: Impact, roster: Roster | None) -> None:
        self._roster = roster
        files = chain.from_iterable((pair.old, pair.new) for pair in impact.diff.pairs)
        self.schemes: Sequence[Scheme] = [file.scheme for file in files if file is not None]
        self.parts = part_names(impact)

    @property
    def scheme(self) -> str:
        """Name of the scheme, by its newest version."""
        last = self.schemes[-1]
        return last.name or last.scheme

    def person(self, subject: str) -> str:
        """Return the name of a subject, else its id."""
        return subject if self._roster is None else self._roster.name(subject)

    def levels(self, ladder: str) -> list[str]:
        """List the levels of a ladder of both schemes, the highest first."""
        found: list[Ladder] = [t for s in self.schemes for t in s.tiers if t.key == ladder]
        return list(dict.fromkeys(level.label for tier in found for level in tier.levels))


def moved_part(row: SubjectImpact, number: int | None) -> Decimal:
    """Return what one change moves in a total; None means all changes together."""
    side = row.together if number is None else row.parts[number]
    return side.get("total", Decimal(0))


def change_label(impact: Impact, number: int) -> str:
    """Write the number of a change and the name of what changes."""
    change = impact.changes[number]
    return f"{number + 1} {change.name or change.id}"


def level_name(name: str) -> Value:
    """Return the name of a level; without one, the subject is not rated."""
    return name or msg(N_("not rated"))


def say_who(row: SubjectImpact, names: ImpactNames, impact: Impact) -> Value:
    """Say the name of a subject, with the period where there are several."""
    name = names.person(row.subject)
    if len({other.period for other in impact.rows}) < 2:
        return name
    return msg(N_("{name}, {period}"), name=name, period=period_words(row.period.label))


def say_total(side: Side) -> str:
    """Return a total as text; a dash without one."""
    return plain(side.figures["total"]) if "total" in side.figures else NO_LEVEL


def say_causes(row: SubjectImpact, names: ImpactNames) -> Value:
    """Name by number which changes moved the total and by how much, and the new levels."""
    parts = [
        msg(
            N_("change {number}: {points}"),
            number=str(number + 1),
            points=signed(moved_part(row, number)),
        )
        for number in range(len(row.parts))
        if moved_part(row, number)
    ]
    if rest := moved_part(row, None):
        parts.append(msg("{cause} {points}", cause=msg(N_("only together")), points=signed(rest)))
    for ladder in dict.fromkeys((*row.before.levels, *row.after.levels)):
        before, after = (side.levels.get(ladder, "") for side in (row.before, row.after))
        if before != after:
            name = names.parts.get(ladder, ladder)
            moved = {"name": name, "before": level_name(before), "after": level_name(after)}
            parts.append(Message(N_("{name}: {before} → {after}"), moved))
    for reward in dict.fromkeys((*row.before.rights, *row.after.rights)):
        before, after = (side.rights.get(reward, "") for side in (row.before, row.after))
        if before != after:
            name = names.parts.get(reward, reward)
            moved = {"name": name, "before": before or NO_LEVEL, "after": after or NO_LEVEL}
            parts.append(Message(N_("{name}: {before} → {after}"), moved))
    return in_a_row(parts) if parts else NO_LEVEL
