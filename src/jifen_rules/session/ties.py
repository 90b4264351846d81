"""Which subjects must be settled together: what flows, ranks, pots and formulas tie.

Knows nothing of points; refuses to know whether an event counts.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from ..inputs.event import Event
from ..inputs.roster import Roster
from ..plan import Brought, Effect, Plan, Post, Versions

Node: TypeAlias = str
"""A subject, or (beginning with NUL) something that several of them share."""


class Ties:
    """Sets of subjects, joined by what ties them. `see` a subject before anything ties it."""

    def __init__(
        self,
        versions: Versions,
        roster: Roster,
        subjects_of: Callable[[str], Iterable[str]] = lambda _: (),
        stands_for: Callable[[str], Iterable[str]] = lambda _: (),
    ) -> None:
        """`subjects_of` finds the subjects of the earlier events of an id.

        `stands_for` finds the events that one stands in place of.
        """
        self._versions, self._roster, self._subjects_of = versions, roster, subjects_of
        self._stands_for = stands_for
        self._parent: dict[Node, Node] = {}
        self._known: set[str] = set()
        self._moves: list[tuple[Node, Node]] = []
        self._nodes: set[Node] = set()
        """The events that others have named."""
        self._populations = tuple(dict.fromkeys(w for p in versions.plans for w in p.populations))
        kinds = frozenset(kind for plan in versions.plans for kind in plan.scored)
        self.scored = {s for s in roster.subjects if roster.kind(s) in kinds}
        """Subjects that have scores; without a roster, those of the events seen so far."""
        relates = any(plan.relates for plan in versions.plans)
        self._units = {s: roster.units(s) for s in roster.subjects} if relates else {}
        self.paying = frozenset(_paying(versions))
        """Indicators and rewards that pay others."""
        self.is_free = not (self._populations or self._units or self.paying)
        """Whether nothing ties anybody."""
        for member, units in self._units.items():
            for unit in units:  # a unit is tied to those below it at any depth
                self._parent.setdefault(member, member)
                self._join(unit, member)
        for subject in sorted(self.scored):
            self.see(subject)
        self._moves.clear()

    def see(self, subject: str) -> None:
        """Let a subject be one of those that may be tied."""
        if subject in self._known:
            return
        self._known.add(subject)
        self._parent.setdefault(subject, subject)
        for words in self._populations:
            shared = self._roster.ever(subject, words[0]) if words else frozenset({""})
            for value in shared:
                self._join(f"\0{'/'.join(words)}={value}", subject)
        for unit in self._units.get(subject, ()):
            self._join(unit, subject)

    def add(self, subject: str) -> None:
        """See a subject of an admitted event; without a roster it has scores from now on."""
        if self._roster.everyone:
            self.scored.add(subject)
        self.see(subject)

    def tie(self, event: Event) -> None:
        """Note the subjects of an admitted event; join those it pays and those it names."""
        if event.subject in self._known and event.indicator not in self.paying:
            self._tie_names(event)  # as most
            return
        for subject in self.parties(event):
            if self._roster.everyone or subject == event.subject:
                self.add(subject)
        for other in self.payees(event):
            self._join_known(event.subject, other)
        self._tie_names(event)

    def _tie_names(self, event: Event) -> None:
        """Join the subject of an event with those of the events it names, or is named by."""
        names = (*names_of(event), *self._stands_for(event.id))
        if not (names or self._nodes):
            return
        for name in dict.fromkeys(names):
            node = _node_of(name)
            self._nodes.add(node)
            self._parent.setdefault(node, self.root(event.subject))
            for other in (node, *self._subjects_of(name)):
                self._parent.setdefault(other, other)
                self._join(event.subject, other)
        if (node := _node_of(event.id)) in self._nodes:
            self._join(event.subject, node)

    def parties(self, event: Event) -> tuple[str, ...]:
        """Who has part in an event by its own words: its subject, and whom it names and pays."""
        if event.indicator not in self.paying:
            return (event.subject,) if event.subject else ()
        named = event.to if event.to and "named" in self._accounts(event) else ""
        return tuple(dict.fromkeys(filter(None, (event.subject, named))))

    def payees(self, event: Event) -> Iterator[str]:
        """Yield whom an event pays besides its subject."""
        for account in self._accounts(event):
            if account == "named":
                yield event.to
            else:
                yield from self._roster.resolve(event.subject, account, event.date)

    def take_moves(self) -> list[tuple[Node, Node]]:
        """Roots that stand for others no longer, and who does instead, since this was asked."""
        moves, self._moves = self._moves, []
        return moves

    def knows(self, subject: Node) -> bool:
        """Tell whether a subject was met, on the roster or in an event."""
        return subject in self._parent

    def root(self, subject: Node) -> Node:
        """Return the one node that stands for all that are tied to a subject."""
        parent = self._parent
        while parent[subject] != subject:
            parent[subject] = subject = parent[parent[subject]]
        return subject

    def groups(self) -> dict[Node, list[str]]:
        """Subjects by root, sorted; the group of the smallest subject first."""
        members: dict[Node, list[str]] = defaultdict(list)
        for subject in sorted(self._known):
            members[self.root(subject)].append(subject)
        return members

    def firsts(self) -> dict[str, str]:
        """Give the first subject of their group for all that are tied, units without scores too."""
        members: dict[Node, list[str]] = defaultdict(list)
        for node in self._parent:
            if not node.startswith("\0"):
                members[self.root(node)].append(node)
        tied = [several for several in members.values() if len(several) > 1]
        return {one: min(several) for several in tied for one in several}

    def _join_known(self, one: Node, other: Node) -> None:
        if other in self._known:
            self._join(one, other)

    def _join(self, one: Node, other: Node) -> None:
        self._parent.setdefault(one, one)
        root, into = self.root(other), self.root(one)
        if root != into:
            self._parent[root] = into
            self._moves.append((root, into))

    def _accounts(self, event: Event) -> frozenset[str]:
        """Whom an event pays besides its subject, by relation or role."""
        if event.indicator not in self.paying:
            return frozenset()
        return _accounts_of(self._versions.on(event.date), event.indicator)


def names_of(event: Event) -> list[str]:
    """Return the ids of the events whose points an event ends or takes the place of."""
    if event.said is None or NAMES.isdisjoint(event.said):
        return []
    return [name for name in (event.corrects, event.revokes, event.repairs) if name]


NAMES = frozenset({"corrects", "revokes", "repairs"})


def _node_of(name: str) -> Node:
    return f"\0event {name}"


def _accounts_of(plan: Plan, indicator: str) -> frozenset[str]:
    grant = plan.grants.get(indicator)
    posts: list[Post] = []
    if grant is not None:
        repair = grant.repair.effects if grant.repair else ()
        posts = [*grant.posts, *_brought((*grant.effects, *repair))]
    elif indicator in plan.rewards:
        posts = [*plan.rewards[indicator].posts]
    return frozenset(post.account for post in posts if post.account)


def _paying(versions: Versions) -> Iterator[str]:
    for plan in versions.plans:
        yield from (name for name in (*plan.grants, *plan.rewards) if _accounts_of(plan, name))


def _brought(effects: Iterable[Effect]) -> Iterator[Post]:
    for effect in effects:
        if isinstance(effect, Brought):
            yield from effect.posts
