"""Routes: the stages that contributions pass, from an indicator outward, then into each ledger.

A route is prepared once for a plan. What was carried into a later period has a route of its own,
straight into its ledger.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..core.terms import Exact
from ..plan import Grant, Plan, Post
from .stages import Stage, StageMaker, weighed


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """The last part of a route: one ledger, what part of which side enters it, its limits."""

    ledger: str
    post: Post
    limits: tuple[Stage, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """The stages of a contribution, inside out, then its ledgers."""

    trunk: tuple[Stage, ...]
    branches: tuple[Branch, ...]
    borders: Mapping[str, int]
    """By indicator, category and scheme, the number of the stage that is its border."""
    undo_at: int
    """The number of the first stage at which an end returns room: a net limit or a rounding."""
    is_carried: bool = False
    kept: Collection[int] = ()
    """The numbers of net limits that keep what is beyond them, but for those of one event."""
    hidden: Collection[int] = ()
    """Those of them that have a limit that loses further out."""

    def kept_for(self, by_each: bool) -> Collection[int]:
        """Tell at which limits it must be known of each contribution what they keep of it.

        Those are all where a veto may hold what comes from there, or where it goes to ledgers of
        its own, else those in one that loses.
        """
        return self.kept if by_each else self.hidden


class RouteMaker:
    """Prepares the routes of one version of a scheme."""

    def __init__(self, plan: Plan, maker: StageMaker) -> None:
        self.plan, self.maker = plan, maker
        self._found: dict[tuple[object, tuple[Post, ...]], Route] = {}
        self._own: dict[str, Route] = {}

    def of(self, path: tuple[object, ...], posts: tuple[Post, ...]) -> Route:
        """Prepare the route of a path into the ledgers of some posts, once."""
        key = (path, posts)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._prepare(path, posts)
        return found

    def of_own(self, grant: Grant) -> Route:
        """Prepare the route of what a grant brings the subject itself, once."""
        found = self._own.get(grant.mark.id)
        if found is None:
            found = self._own[grant.mark.id] = self.of(grant.path, grant.own)
        return found

    def straight(self, post: Post) -> Route:
        """Prepare the route of points that no limit but those of the ledger stands before."""
        return self.of((), (post,))

    def of_scheme(self, posts: tuple[Post, ...]) -> Route:
        """Prepare the route of points that no indicator brings, through the scheme's limits."""
        return self.of(self.plan.outermost, posts)

    def carried(self, ledgers: tuple[str, ...]) -> Route:
        """Prepare the route of what was carried into a later period."""
        key = ("carried", tuple(Post("", name, 1, None) for name in ledgers))
        found = self._found.get(key)
        if found is None:
            branches = tuple(Branch(post.ledger, post, self.limits(post.ledger)) for post in key[1])
            found = self._found[key] = Route((), branches, {}, 0, True)
        return found

    @cached_property
    def rooms(self) -> tuple[Stage, ...]:
        """Return the stage of each cap that leaves room in a calendar window."""
        several = (self.maker.stage(cap) for cap in self.plan.caps if cap.high is not None)
        return tuple(stage for stage in several if stage.keys is not None)

    def limits(self, ledger: str) -> tuple[Stage, ...]:
        """Prepare the limits of a ledger."""
        return tuple(self.maker.stage(cap) for cap in self.plan.ledgers[ledger].limits)

    def _prepare(self, path: tuple[object, ...], posts: tuple[Post, ...]) -> Route:
        trunk = tuple(self.maker.stage(part) for part in path)  # type: ignore[arg-type]  # caps and borders
        borders = {s.weigh.mark.id: n for n, s in enumerate(trunk) if s.weigh is not None}
        nets = (number for number, stage in enumerate(trunk) if stage.is_net)
        branches = tuple(Branch(post.ledger, post, self.limits(post.ledger)) for post in posts)
        ends = [stage for branch in branches for stage in branch.limits]
        losing = (n for n, s in enumerate((*trunk, *ends)) if s.cap is not None and s.cap.lost)
        last = max(losing, default=0)
        kept = tuple(number for number, stage in enumerate(trunk) if stage.is_shared_net)
        hidden = tuple(number for number in kept if number < last)
        return Route(trunk, branches, borders, next(nets, len(trunk)), kept=kept, hidden=hidden)


def part_of(post: Post, amount: Exact) -> Exact:
    """Return what of a sum a post takes into its ledger; others take their share before it."""
    return amount if post.account else weighed(amount, post.part)
