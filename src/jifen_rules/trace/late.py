"""Sequences whose items are made when they are looked at. Knows nothing of what they hold."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar, overload

T = TypeVar("T")
R = TypeVar("R")


class Late(Sequence[T]):
    """Items that are made from rows when they are looked at; equal to a tuple of the same items.

    It has no hash, as a list has none.
    """

    def __init__(
        self, count: int | None, rows: Callable[[], Sequence[R]], make: Callable[[R], T]
    ) -> None:
        """`rows`, asked for once, gives them in their order.

        `count` how many, where it is known.
        """
        self._count, self._given, self._make = count, rows, make

    @cached_property
    def rows(self) -> Sequence[Any]:
        """Return the rows behind the values, asked for once."""
        return self._given()

    def __len__(self) -> int:
        return len(self.rows) if self._count is None else self._count

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...
    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        if isinstance(index, slice):
            return tuple(map(self._make, self.rows[index]))
        return self._make(self.rows[index])

    def __iter__(self) -> Iterator[T]:
        return map(self._make, self.rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple | Late) and tuple(self) == tuple(other)

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (tuple(self),)

    def __repr__(self) -> str:
        return repr(tuple(self))


def later(items: Callable[[], Sequence[T]]) -> Late[T]:
    """Items that are all made when the first of them is looked at."""

    def itself(item: T) -> T:
        return item

    return Late(None, items, itself)
