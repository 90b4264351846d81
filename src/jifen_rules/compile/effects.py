"""Consequences, repairs and accounts -> effects and posts."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from ..core import vocabulary
from ..core.expression import Formula
from ..core.message import N_, msg, nearest
from ..core.periods import Deadline
from ..core.rounding import Rounding
from ..core.terms import UNKNOWN, Unknown, exact
from ..core.vocabulary import ACCOUNTS, english, spell_relation
from ..plan import (
    Brought,
    Effect,
    Graded,
    Held,
    Mark,
    Noted,
    Post,
    Repair,
    Wiped,
)
from ..scheme import model
from ..scheme.model import Indicator, Path
from .desk import Desk, lasting_word, near, scaled
from .values import lower_value


def lower_effects(
    desk: Desk, effects: tuple[model.Consequence, ...], path: Path
) -> tuple[Effect, ...]:
    """Give the consequences of a list, in their order; a veto of several things is several."""
    return tuple(
        effect
        for number, written in enumerate(effects)
        for effect in _lower_effect(desk, written, (*path, number))
    )


def _lower_effect(desk: Desk, written: model.Consequence, path: Path) -> Iterator[Effect]:
    place = desk.file.place(path).short
    when = desk.formula(written.when, (*path, "when"), "yes_no")
    match written:
        case model.VetoEffect():
            yield from _lower_veto(desk, written, path, when)
        case model.GradeEffect():
            bound, word, where = _grade(written.grade, (*path, "grade"))
            ladder, level = _find_level(desk, word, where)
            _check_bound(desk, bound, ladder, level, where)
            mark = Mark(level, level, place, written.basis or "")
            yield Graded(mark, ladder, level, lasting_word(written.lasts), when, bound)
        case model.PointsEffect():
            value = lower_value(desk, written.points, (*path, "points"))
            if isinstance(value, Wiped):
                check_wiped(desk, written, path, "lasts")
            to = (written.to, (*path, "to")) if written.to else None
            mark = Mark("then", "then", place, written.basis or "")
            posts = lower_posts(desk, to, None)
            yield Brought(mark, value, posts, when, lasting_word(written.lasts))
        case model.ActionEffect():
            mark = Mark("action", written.action, place, written.basis or "")
            yield Noted(mark, written.action, when)


def check_wiped(desk: Desk, said: object, path: Path, *keys: str) -> None:
    """Check what is said beside a wipe: whole ledgers of the subject's own, and nothing else."""
    for key in keys:
        if getattr(said, key):
            desk.report("said-of-a-wipe", (*path, key, "key"))
    own = {"total", *(ledger.key for ledger in desk.file.scheme.ledgers)}
    for account, share in (getattr(said, "to", None) or {}).items():
        is_part = isinstance(share, model.Share) and share != model.Share(Fraction(1))
        if english(ACCOUNTS, account) not in own or is_part:
            desk.report("said-of-a-wipe", (*path, "to", account, "key"))


def _grade(
    grade: str | model.GradeBound | Unknown, path: Path
) -> tuple[Literal["set", "at_best", "at_least"], str | Unknown, Path]:
    """Check that a word is a kind, or a class that is declared if any is."""
    if not isinstance(grade, model.GradeBound):
        return "set", grade, path
    if grade.at_best is not None:
        return "at_best", grade.at_best, (*path, "at_best")
    return "at_least", grade.at_least or "", (*path, "at_least")


def _check_bound(desk: Desk, bound: str, ladder: str, level: str, path: Path) -> None:
    """Return the best level bounds nothing from above, the lowest nothing from below."""
    levels = [lv.key for one in desk.file.scheme.tiers if one.key == ladder for lv in one.levels]
    if (bound, level) in (("at_best", *levels[:1]), ("at_least", *levels[-1:])):
        words = N_("at best") if bound == "at_best" else N_("at least")
        desk.report("grade-bound-idle", path, bound=msg(words), level=level)


def _lower_veto(
    desk: Desk, written: model.VetoEffect, path: Path, when: Formula | None
) -> Iterator[Held]:
    targets = () if isinstance(written.veto, Unknown) else written.veto
    for word in targets:
        target = english(ACCOUNTS, english(vocabulary.WORDS, word))
        later = target == "later_added"
        target = "added" if later else target
        known = target in desk.ids or target in ("matter", "added", "rewards")
        if not known:
            hint = near(word, (*desk.ids, "matter", "added", "later_added", "rewards"))
            desk.report("unknown-target", (*path, "veto"), id=word, hint=hint)
        gives = None if isinstance(written.gives, Unknown) else written.gives
        if gives is None and written.gives is not UNKNOWN and _gives_back(desk, target, written):
            desk.report("gives-not-stated", path)
        mark = Mark(target, word, desk.file.place(path).short, written.basis or "")
        value = scaled(Fraction(written.at))
        if value and (later or desk.ids.get(target, ())[:1] in (("tiers",), ("rewards",))):
            desk.report("held-at-misplaced", (*path, "at"), id=word)
        lasts = lasting_word(written.lasts)
        yield Held(mark, target, lasts, gives or "nothing", when, value, later)


def _gives_back(desk: Desk, target: str, written: model.VetoEffect) -> bool:
    """Whether a veto holds points and may end within a period, so that some come back."""
    path = desk.ids.get(target, ())
    if path[:1] in (("tiers",), ("rewards",)) or target == "rewards":
        return False
    lasts, period = lasting_word(written.lasts), desk.file.scheme.period
    calendar = period.count == 1 and (period.from_month, period.from_day) == (1, 1)
    return lasts not in ("period", "this period", "ever") and not (
        calendar and lasts == period.unit
    )


def _find_level(desk: Desk, word: str | Unknown, path: Path) -> tuple[str, str]:
    if isinstance(word, Unknown):
        return "", ""
    ladder_word, dot, level_word = word.partition(".")
    found = [
        (ladder.key, level.key)
        for ladder in desk.file.scheme.tiers
        for level in ladder.levels
        if (dot and (ladder.key, level.key) == (ladder_word, level_word)) or level.key == word
    ]
    if len(found) == 1:
        return found[0]
    fault = "ambiguous-level" if found else "unknown-level"
    levels = [lv.key for ladder in desk.file.scheme.tiers for lv in ladder.levels]
    desk.report(fault, path, level=word, hint=near(word, levels))
    return "", ""


def lower_posts(
    desk: Desk, to: tuple[Mapping[str, object], Path] | None, rounding: Rounding | None
) -> tuple[Post, ...]:
    """Give the accounts that points enter; without `to`, the total of the subject."""
    if to is None:
        return (Post("", "total", 1, None),)
    posts = []
    ledgers = {"total", *(ledger.key for ledger in desk.file.scheme.ledgers)}
    for account, share in to[0].items():
        words = [spell_relation(part.strip(), desk.kinds) for part in account.split(".")]
        ledger = words.pop() if words[-1] in ledgers else "total"
        _check_account(desk, words, (*to[1], account, "key"), ledgers)
        if isinstance(share, model.Share):
            _check_share(desk, share, rounding, (*to[1], account))
            post = Post(
                ".".join(words),
                ledger,
                exact(share.part),
                share.side,
                share.share,
                share.figure,
                rounding,
            )
            posts.append(post)
    divides = [post for post in posts if post.share in ("equally", "by")]
    if divides and not any(post.share == "rest" for post in posts):
        desk.report("rest-not-stated", to[1])
    return tuple(posts)


def _check_share(desk: Desk, share: model.Share, rounding: Rounding | None, path: Path) -> None:
    if share.share in ("equally", "by") and rounding is None:
        desk.report("share-without-rounding", path)
    if share.figure and share.figure not in desk.ids:
        desk.report("unknown-target", path, id=share.figure, hint=near(share.figure, desk.ids))


def _check_account(desk: Desk, words: list[str], path: Path, ledgers: set[str]) -> None:
    """Refuse a bound that bounds nothing: the best level from above, the lowest from below."""
    known = _known_accounts(desk.kinds, frozenset(ledgers))
    roles = desk.file.scheme.fields.types("subject").get("role")
    for word in words:
        if isinstance(roles, tuple) and word not in (*known, *roles):
            desk.report("unknown-account", path, account=word, hint=near(word, (*roles, *known)))
        elif word not in known and (slip := nearest(word, known, 0.75)):
            hint = msg(N_("did you mean '{word}'?"), word=slip)
            desk.report("unknown-account", path, account=word, hint=hint)


@lru_cache(maxsize=16)
def _known_accounts(kinds: tuple[str, ...], ledgers: frozenset[str]) -> tuple[str, ...]:
    """Return every word that an account may be made of, besides roles."""
    return (
        *sorted(ledgers),
        *ACCOUNTS,
        *ACCOUNTS.values(),
        *kinds,
        *(f"{kind}s" for kind in kinds),
    )


def lower_repair(desk: Desk, item: Indicator, path: Path, lasts: set[str]) -> Repair | None:
    """Give what a wrong becomes once it is put right."""
    if item.repair is None:
        return None
    within = item.repair.within
    stays = any(isinstance(e, model.VetoEffect | model.GradeEffect) for e in item.then)
    if not stays and not any("repair" in word for word in lasts):
        desk.report("repair-of-nothing", (*path, "repair", "key"), id=item.key)
    return Repair(
        within if isinstance(within, Deadline) else None,
        desk.formula(item.repair.when, (*path, "repair", "when"), "yes_no"),
        lower_effects(desk, item.repair.then, (*path, "repair", "then")),
    )
