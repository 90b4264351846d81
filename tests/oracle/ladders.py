"""Ladders: who is rated, which level the figures earn, and what moves it from there."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from jifen_rules.core.terms import UNKNOWN, exact
from jifen_rules.scheme.model import Ladder, Level

from . import holding
from .asking import Asker, Missing, Undecided
from .reading import Version, known

if TYPE_CHECKING:
    from .village import Village

UNSTATED = object()
"""The level of one whom the scheme does not decide."""


TIES = ("all", "none", "dense", "均计入", "均不计入", "并列不占名次")


@dataclass
class Rated:
    """Those whom a ladder rates on a day, with the figures that places go by."""

    figures: dict[str, tuple[Fraction, ...]]
    populations: dict[str, tuple[str, ...]]
    is_dense: bool = False
    """Whether equals take one place only (1, 1, 2)."""

    def equals_of(self, subject: str) -> list[str]:
        return [s for s in self.figures if self.populations[s] == self.populations[subject]]

    def places(self, subject: str) -> tuple[int, int, int, int]:
        """The place from the top and from the bottom, how many share it, how many are rated."""
        mine, among = self.figures[subject], self.equals_of(subject)
        above = sum(1 for s in among if self.figures[s] > mine)
        if self.is_dense:
            above = len({self.figures[s] for s in among if self.figures[s] > mine})
        same = sum(1 for s in among if self.figures[s] == mine)
        below = len(among) - above - same
        return above + 1, below + 1, same, len(among)


def rated_by(village: "Village", ladder: Ladder) -> Rated:
    """Everybody a ladder rates now."""
    version = village.versions.standing(village.day)
    ties = tuple(known(ladder.ties) or ())
    found = Rated({}, {}, bool({"dense", "并列不占名次"} & set(ties)))
    for subject in sorted(village.books):
        if not village.is_present(subject) or not village.fits(subject, ladder.for_, version):
            continue
        asker = Asker(village, version, subject, village.day)
        try:
            if not asker.holds(ladder.when):
                continue
            names = [ladder.by or "total"]
            names += [word for word in ties if word not in TIES]
            found.figures[subject] = tuple(asker.figure(name) for name in names)
        except (Missing, Undecided):
            continue
        found.populations[subject] = village.roster.populations(
            subject, tuple(ladder.among), village.day
        )
    return found


def level_of(village: "Village", ladder: Ladder, subject: str, rated: Rated) -> Any:
    """The level of a subject now: a name, UNSTATED, or None where it is not rated."""
    if subject not in rated.figures:
        return None
    version = village.versions.standing(village.day)
    earned = _earned(village, ladder, subject, rated, version)
    if earned is not UNSTATED and earned is not None:
        earned = _moved(village, ladder, subject, earned)
    return _held(village, ladder, subject, earned)


def _earned(
    village: "Village", ladder: Ladder, subject: str, rated: Rated, version: Version
) -> Any:
    unknown_edge = is_open = False
    rest = None
    for level in ladder.levels:
        if not level.has_test:
            rest = rest or level.label
            continue
        found = _test(village, ladder, level, subject, rated, version)
        edge = known(level.at_least)
        if found is True and unknown_edge and edge is not None:
            asker = Asker(village, version, subject, village.day)
            unknown_edge = asker.figure(ladder.by or "total") > Fraction(edge)
        if found is True:
            return UNSTATED if unknown_edge or is_open else level.label
        has_edge = level.at_least is not None or level.above is not None
        if found is None and UNKNOWN in (level.at_least, level.above):
            unknown_edge = True
        elif found is None:
            is_open = True
        elif has_edge:  # an unknown edge lies above the next one that is stated
            unknown_edge = False
    return UNSTATED if unknown_edge or is_open else rest


def _test(
    village: "Village", ladder: Ladder, level: Level, subject: str, rated: Rated, version: Version
) -> bool | None:
    """Whether all tests of a level hold; None where one that is not stated would decide it."""
    top, bottom, same, ranked = rated.places(subject)
    extras = {"rank": top, "last_rank": bottom, "ranked": ranked}
    asker = Asker(village, version, subject, village.day, extras=extras)
    results: list[bool | None] = []
    figure = asker.figure(ladder.by or "total")
    if level.at_least is not None:
        results.append(None if level.at_least is UNKNOWN else figure >= Fraction(level.at_least))
    if level.above is not None:
        results.append(None if level.above is UNKNOWN else figure > Fraction(level.above))
    if level.rank is not None:
        results.append(
            None if level.rank is UNKNOWN else _ranks(ladder, level, top, bottom, same, ranked)
        )
    if level.when is not None:
        try:
            results.append(asker.holds(level.when))
        except (Missing, Undecided):
            results.append(None)
    if False in results:
        return False
    return None if None in results else True


def _ranks(
    ladder: Ladder, level: Level, top: int, bottom: int, same: int, ranked: int
) -> bool | None:
    """Whether a place lies within; None where equals share the edge and nothing is said of them."""
    rank: Any = level.rank
    number = Fraction(rank.number)
    if rank.percent:
        number = number * ranked / 100
        rounding = known(ladder.round)
        if rounding is not None:
            number = Fraction(rounding.apply(exact(number)))
    place = top if rank.end == "top" else bottom
    if ladder.ties is UNKNOWN and place <= number < place + same - 1:
        return None
    ties = known(ladder.ties) or ("all",)
    if ties[-1] in ("none", "均不计入"):
        return place + same - 1 <= number
    return place <= number


def _names(ladder: Ladder) -> list[str]:
    return [level.label for level in ladder.levels]


def _moved(village: "Village", ladder: Ladder, subject: str, earned: str) -> str:
    """What promotion rules make of the level earned, seen from the level held."""
    decided = [d for d in village.levels.get((subject, ladder.key), []) if d[1]]
    names = _names(ladder)
    if not decided or decided[-1][1] not in names:
        return earned
    held = names.index(decided[-1][1] or "")
    now = names.index(earned)
    up, down = known(ladder.up), known(ladder.down)
    if up is not None:
        now = max(now, held - int(up))
    if down is not None:
        now = min(now, held + int(down))
    protects = known(ladder.levels[held].lasts)
    if now > held and protects is not None:
        since = _earned_on(village, ladder, subject, names[held])
        if since is not None and village.versions.end_of(protects, since) >= village.day:
            now = held
    return names[now]


def _earned_on(village: "Village", ladder: Ladder, subject: str, level: str) -> Any:
    """The last day on which the figures earned the level that is held."""
    return village.earned_on.get((subject, ladder.key, level))


def _held(village: "Village", ladder: Ladder, subject: str, level: Any) -> Any:
    """Direct grading and vetoes, over all."""
    names = _names(ladder)
    if holding.is_barred(village, subject, ladder.key):
        return names[-1]
    grades = [
        g
        for g in village.grades
        if g.subject == subject
        and not g.ended
        and g.since <= village.day
        and g.level in names
        and (g.ends_on is None or g.ends_on >= village.day)
    ]
    now = names.index(level) if isinstance(level, str) else None
    least = [names.index(g.level) for g in grades if g.how == "at_least"]
    if least and now is not None:
        now = min(now, *least)
    most = [names.index(g.level) for g in grades if g.how in ("set", "at_best")]
    is_set = any(g.how == "set" for g in grades)
    if most and (now is not None or is_set):
        now = max(most) if is_set else max(now or 0, *most)
    return names[now] if now is not None else level


def decide(village: "Village", ladders: list[Ladder]) -> None:
    """Decide ladders at the end of their window; what levels bring opens the next day."""
    for ladder in ladders:
        rated = rated_by(village, ladder)
        version = village.versions.standing(village.day)
        found: dict[str, Any] = {}
        for subject in rated.figures:
            found[subject] = level_of(village, ladder, subject, rated)
        for subject in sorted(village.books):  # who is not rated has no level of this window
            if subject not in found and village.is_present(subject):
                village.levels.setdefault((subject, ladder.key), []).append((village.day, ""))
        for subject, level in found.items():
            name = level if isinstance(level, str) else None
            earned = _earned(village, ladder, subject, rated, version)
            if isinstance(earned, str):
                names = _names(ladder)
                if name is not None and names.index(earned) <= names.index(name):
                    village.earned_on[subject, ladder.key, name] = village.day
            village.levels.setdefault((subject, ladder.key), []).append((village.day, name))
            if name is not None:
                chosen = next(one for one in ladder.levels if one.label == name)
                if chosen.then:
                    village.tomorrow.append((subject, ladder.key, chosen))
