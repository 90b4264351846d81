"""The plan as a tree again: what stands around what, each thing with its limits and its border."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ...core.vocabulary import KINDS, english
from ...plan import Cap, Combine, Grant, Mark, Plan, Value, Weigh, segments_of


@dataclass(slots=True)
class ReachNode:
    """The whole, a category or an indicator."""

    id: str
    limits: tuple[Cap, ...]
    border: Weigh
    inside: "list[ReachNode]" = field(default_factory=list)
    grant: Grant | None = None
    combines: tuple[Combine, ...] = ()
    bases: list[Value] = field(default_factory=list)


def build_tree(plan: Plan, grants: Iterable[Grant]) -> ReachNode:
    """Give the tree of these indicators and of all bases; the rest of the scheme is not in it."""
    root = ReachNode(plan.root, (), Weigh(Mark(plan.root, "", ""), Fraction(1), None))
    nodes: dict[str, ReachNode] = {}
    for grant in grants:
        _grow(nodes, grant.path, grant)
    for start in plan.starts:
        node = _grow(nodes, start.path, None)
        node.bases.append(start.value)
    return nodes.get(plan.root, root)


def _grow(
    nodes: dict[str, ReachNode], path: Sequence[Cap | Weigh], grant: Grant | None
) -> ReachNode:
    """Put a way into the tree, and give the innermost thing on it."""
    inner: ReachNode | None = None
    innermost: ReachNode | None = None
    for limits, border in segments_of(path):
        name = border.mark.id
        is_new = name not in nodes
        if is_new:
            nodes[name] = ReachNode(name, limits, border)
        node = nodes[name]
        if grant is not None and not node.combines:
            node.combines = tuple(c for c in grant.combines if c.mark.id == name)
        if innermost is None:
            innermost, node.grant = node, grant if is_new else node.grant
        if inner is not None:
            node.inside.append(inner)
        inner = node if is_new else None
    assert innermost is not None
    return innermost


def applies(grant: Grant, kind: str) -> bool:
    """Whether an indicator can be about a subject of a kind.

    Words that are no kinds are classes.
    """
    for words in grant.kinds:
        named = {english(KINDS, word) for word in words}
        if kind not in named and named <= set(KINDS):
            return False
    return True
