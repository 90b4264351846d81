"""Make a village that breaks a relation small: leave out events and parts of its scheme."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

from .village import Data, Village

KEPT = {
    "scheme",
    "illustrative",
    "effective_from",
    "subject",
    "period",
    "base",
    "floor",
    "at_period_end",
    "id",
    "points",
}
"""Keys without which a scheme or an indicator says too little to load."""
TRIES = 500


def shrink(case: Village, broken: Callable[[Village], str | None], tries: int = TRIES) -> Village:
    """Leave out what can be left out while the village still breaks the relation."""
    count = 0
    going = True
    while going:
        going = False
        for smaller in _smaller(case):
            count += 1
            if count > tries:
                return case
            if _still(broken, smaller):
                case, going = smaller, True
                break
    return case


def _still(broken: Callable[[Village], str | None], case: Village) -> bool:
    try:
        return broken(case) is not None
    except Exception:  # a smaller village may fail in another way; that is another case
        return False


def _smaller(case: Village) -> Iterator[Village]:
    events = case.events
    for size in (len(events) // 2, len(events) // 4, 1):
        for start in range(0, len(events), max(size, 1)):
            if size:
                yield case.with_(events=events[:start] + events[start + size :])
    if len(case.schemes) > 1:
        for number in range(1, len(case.schemes)):
            yield case.with_(schemes=case.schemes[:number] + case.schemes[number + 1 :])
    for paths in _paths(case.schemes[0]):
        yield case.with_(schemes=tuple(_without(data, paths) for data in case.schemes))
    for number, row in enumerate(events):
        for key in row:
            if key not in ("id", "date", "subject", "indicator"):
                less = {k: v for k, v in row.items() if k != key}
                yield case.with_(events=(*events[:number], less, *events[number + 1 :]))
    for number in range(len(case.roster)):
        yield case.with_(roster=case.roster[:number] + case.roster[number + 1 :])


Path = tuple[Any, ...]


def _paths(node: Any, at: Path = ()) -> Iterator[Path]:
    """Yield the way to each part that might be left out, larger parts first."""
    if isinstance(node, dict):
        for key in node:
            if key not in KEPT:
                yield (*at, key)
        for key, inner in node.items():
            yield from _paths(inner, (*at, key))
    elif isinstance(node, list) and node and isinstance(node[0], dict):
        for number in range(len(node)):
            yield (*at, number)
        for number, inner in enumerate(node):
            yield from _paths(inner, (*at, number))


def _without(data: Data, path: Path) -> Data:
    found = copy.deepcopy(data)
    node: Any = found
    try:
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]
    except (KeyError, IndexError, TypeError):
        return data
    return found
