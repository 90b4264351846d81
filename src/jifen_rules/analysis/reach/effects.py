"""What consequences can bring to a ledger past all caps, and what they can hold down."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from ...core.terms import Window, exact
from ...plan import Brought, Choice, Effect, Grant, Held, Plan, Post, Value, Wiped
from .flow import Flow, together
from .gains import ENDLESS, Much, repeated
from .spans import Amount, ValueContext, span_of
from .stretch import PERIOD, Stretch


@dataclass(frozen=True, slots=True)
class Extras:
    """What enters a ledger without passing any border, and whether it can be cleared."""

    adds: Flow
    deducts: Flow
    clears: bool
    why: frozenset[str] = frozenset()
    """Why both ends are bounds: one event brings points and takes some."""
    of_one: int = 0
    """How many of them one event may bring at once."""


def held_by(plan: Plan, grants: Iterable[Grant]) -> frozenset[str]:
    """Everything that an event, a rule or a level can hold down."""
    effects = [effect for grant in grants for effect in grant.effects]
    effects += [effect for effect, _ in _at_ends(plan)]
    return frozenset(effect.target for effect in effects if isinstance(effect, Held))


def extras_of(
    plan: Plan, grants: Iterable[Grant], ledger: str, stretch: Stretch, *, once: bool = False
) -> Extras:
    """Return what consequences bring to a ledger, by event, level and rule.

    `once` looks at one event of each indicator only, and at no level or rule.
    """
    grants = tuple(grants)
    adds: list[Flow] = []
    deducts: list[Flow] = []
    clears = any(_clears(g.value) and _pays(g.posts, ledger) for g in grants)
    for effect, count, why in _all_effects(plan, grants, stretch, once):
        posts = [
            post for post in effect.posts if post.ledger == ledger and post.account != "nobody"
        ]
        if isinstance(effect.value, Wiped):
            clears = clears or bool(posts)
            continue
        for post in posts:
            reasons = why | ({"others"} if post.account else frozenset())
            reasons |= {"when"} if effect.when is not None else frozenset()
            span = span_of(effect.value, Amount(), ValueContext(plan.scale))
            if post.side != "deducted":
                adds.append(_flow(span.most, post, count, reasons | span.why))
            if post.side != "added":
                deducts.append(_flow(-span.least, post, count, reasons | span.why))
    mixes = any(g.value is not None and _brings(g) for g in grants)
    why = frozenset({"then"}) if mixes else frozenset()
    of_one = max((sum(map(_is_brought, grant.effects)) for grant in grants), default=0)
    of_one += sum(_is_brought(effect) for effect, _ in _at_ends(plan))
    return Extras(together(adds, stretch), together(deducts, stretch), clears, why, of_one)


def _flow(points: Much, post: Post, count: Much, why: frozenset[str]) -> Flow:
    part = post.part if post.share == "each" else Fraction(1)
    amount = points if isinstance(points, float) else exact(Fraction(points) * part)
    gains = repeated(max(amount, 0), count)
    if not gains:
        return Flow()
    if count == ENDLESS:
        return Flow({"event": (gains,)}, why=why)
    return Flow({PERIOD: (gains,)}, why=why)


def _all_effects(
    plan: Plan, grants: tuple[Grant, ...], stretch: Stretch, once: bool
) -> Iterator[tuple[Brought, Much, frozenset[str]]]:
    """Yield what brings points: how often, and why that is only a bound."""
    for grant in grants:
        why = frozenset({"when"}) if grant.when is not None else frozenset()
        for effect in grant.effects:
            if isinstance(effect, Brought):
                yield effect, 1 if once else ENDLESS, why
    for effect, window in () if once else _at_ends(plan):
        if isinstance(effect, Brought):
            count = ENDLESS if window.name == "event" else len(stretch.ends(window))
            yield effect, count, frozenset({"rules"})


def _at_ends(plan: Plan) -> Iterator[tuple[Effect, Window]]:
    for rule in plan.rules:
        for effect in rule.effects:
            yield effect, rule.window
    for ladder in plan.ladders.values():
        for rung in ladder.rungs:
            for effect in rung.effects:
                yield effect, ladder.window


def _brings(grant: Grant) -> bool:
    return any(map(_is_brought, grant.effects))


def _is_brought(effect: Effect) -> bool:
    return isinstance(effect, Brought)


def _pays(posts: tuple[Post, ...], ledger: str) -> bool:
    return any(post.ledger == ledger and post.account == "" for post in posts)


def _clears(value: Value | None) -> bool:
    if isinstance(value, Choice):
        return any(_clears(inner) for inner in value.table.values())
    return isinstance(value, Wiped)
