"""Templates: a local scheme laid over the one it extends, within what that one leaves open.

Works on trees, before anything is given a meaning: the same id changes an item, a new id adds
one, and either only where an `open` beside it allows. Refuses to know of files.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from ..core.faults import FAULTS
from ..core.message import N_, Value, msg
from ..core.problem import Problem
from ..core.terms import parse_number
from ..core.vocabulary import KEYS, WORDS, english
from ..syntax.tree import Node

LISTS = frozenset({"categories", "indicators", "tiers", "levels", "ledgers", "rewards", "rules"})
"""Keys whose items are matched by their id."""

_OWN = frozenset({"scheme", "name", "effective_from", "basis", "illustrative", "extends", "id"})
"""Keys a local scheme always sets itself: what it is called, from when, and on what it rests."""


def extend(parent: Node, child: Node) -> tuple[Node, tuple[Problem, ...]]:
    """Give the parent with the child laid over it, and what the parent does not leave open."""
    problems: list[Problem] = []
    merged = _merge(parent, child, problems)
    return merged, tuple(problems)


def _merge(parent: Node, child: Node, problems: list[Problem]) -> Node:
    opened = _bounds(parent)
    old = {english(KEYS, key): (key, pair) for key, pair in (parent.pairs or {}).items()}
    pairs = dict(parent.pairs or {})
    for key, (key_node, value) in (child.pairs or {}).items():
        name = english(KEYS, key)
        before = old.get(name)
        if name in LISTS and value.items is not None:
            inherited = before[1][1] if before is not None else Node(value.place, items=[])
            value = _merge_items(name, inherited, value, opened, problems)
        elif name not in _OWN:
            problems += _refusals(name, key_node, value, opened, parent)
        if before is not None:
            del pairs[before[0]]
        pairs[key] = (key_node, value)
    return Node(child.place, pairs=pairs)


def _merge_items(
    name: str, parent: Node, child: Node, opened: Mapping[str, Node], problems: list[Problem]
) -> Node:
    items = list(parent.items or ())
    known = {_identity(item): number for number, item in enumerate(items)}
    added = 0
    for item in child.items or ():
        number = known.get(_identity(item))
        if number is not None:
            items[number] = _merge(items[number], item, problems)
            continue
        added += 1
        items.append(item)
        problems += _refused_item(name, item, added, opened)
    return Node(parent.place, items=items)


def _identity(item: Node) -> str:
    """Return the id of an item, or its name where it has no id."""
    found = {english(KEYS, key): value.scalar for key, (_, value) in (item.pairs or {}).items()}
    return found.get("id") or found.get("name") or ""


def _bounds(node: Node) -> dict[str, Node]:
    """Return what an item leaves open, by key: its bounds, or the word itself without any."""
    for key, (_, value) in (node.pairs or {}).items():
        if english(KEYS, key) == "open":
            if value.pairs is not None:
                return {english(KEYS, k): bound for k, (_, bound) in value.pairs.items()}
            words = value.items if value.items is not None else [value]
            return {english(KEYS, word.scalar or ""): Node(word.place, "") for word in words}
    return {}


# --- what is not open ------------------------------------------------------------------------


def _refusals(
    name: str, key_node: Node, value: Node, opened: Mapping[str, Node], owner: Node
) -> Iterator[Problem]:
    """Ask of a key of an item of the parent: is it open, and does the value lie within?"""
    if name not in opened:
        values = {"key": name, "id": _identity(owner) or "scheme"}
        yield Problem(FAULTS["not-open"], key_node.place, values)
    else:
        yield from _outside(value, opened[name])


def _refused_item(
    name: str, item: Node, number: int, opened: Mapping[str, Node]
) -> Iterator[Problem]:
    """Ask of an item the parent does not have: may so many be added, and within which bounds?"""
    bound = opened.get(name)
    most = _number(bound.scalar or "") if bound is not None else Decimal(0)
    if bound is None or (most is not None and number > most):
        limit = "0" if most is None else str(most)
        values: dict[str, Value] = {"limit": limit, "key": name, "id": _identity(item)}
        yield Problem(FAULTS["too-many-local"], item.place, values)
    for key, (_, value) in (item.pairs or {}).items():
        if english(KEYS, key) in opened and english(KEYS, key) not in LISTS:
            yield from _outside(value, opened[english(KEYS, key)])


def _outside(value: Node, bounds: Node) -> Iterator[Problem]:
    """Every word of a value that does not lie between two bounds, or is none of the words."""
    if bounds.items is None:
        return
    limits = [node.scalar or "" for node in bounds.items]
    for leaf in _leaves(value):
        if not _lies_within(leaf.scalar or "", limits):
            text = msg(N_("{low} to {high}"), low=limits[0], high=limits[-1])
            values: dict[str, Value] = {"text": leaf.scalar or "", "range": text}
            yield Problem(FAULTS["outside-what-is-open"], leaf.place, values)


def _leaves(node: Node) -> Iterator[Node]:
    if node.pairs is not None:
        for _, inner in node.pairs.values():
            yield from _leaves(inner)
    elif node.items is not None:
        for inner in node.items:
            yield from _leaves(inner)
    else:
        yield node


_AMOUNT = re.compile(r"(?P<before>[^\d.+-]*)(?P<number>[+-]?[\d.]+)(?P<after>.*)\Z", re.DOTALL)


def _lies_within(text: str, limits: list[str]) -> bool:
    """Between two amounts of the same words (`top 1%`, `top 30%`), else one of the words."""
    found, ends = _AMOUNT.match(text.strip()), [_AMOUNT.match(limit.strip()) for limit in limits]
    if found and len(ends) == 2 and all(ends):
        words = {
            (english(WORDS, m["before"].strip()), m["after"].strip()) for m in (found, *ends) if m
        }
        number, low, high = (_number(m["number"]) for m in (found, *ends) if m)
        if len(words) > 1 or number is None or low is None or high is None:
            return False
        return low <= number <= high
    return text.strip() in limits


def _number(text: str) -> Decimal | None:
    try:
        return parse_number(text)
    except ValueError:
        return None
