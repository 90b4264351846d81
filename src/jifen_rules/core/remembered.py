"""What is worked out once for each thing it is worked out of, as long as there is room."""

from collections.abc import Callable
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Remembered(dict[K, V]):
    """`remembered[key]` is `work(key)`; when it holds `most` of them, it begins anew.

    As `functools.lru_cache`, but a look-up is that of a dict.
    """

    def __init__(self, work: Callable[[K], V], most: int = 1 << 14) -> None:
        self._work, self._most = work, most

    def __missing__(self, key: K) -> V:
        value = self._work(key)
        if len(self) >= self._most:
            self.clear()
        self[key] = value
        return value


class Derived(dict[Any, Any]):
    """What is worked out of one value, by the function that works it out: once, and kept with it.

    Two threads that ask at the same time may both work it out; they get equal values.
    """

    def of(self, value: K, work: Callable[[K], V]) -> V:
        """Return `work(value)`."""
        if work not in self:
            self[work] = work(value)
        found: V = self[work]
        return found
