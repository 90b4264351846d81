"""What a caller may give as a file or as rows -> a path, or rows. Reads nothing yet."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from .arrow import rows_of_stream

T = TypeVar("T")


@runtime_checkable
class ArrowStream(Protocol):
    """A table of any library that speaks Arrow: pandas, polars, DuckDB, pyarrow."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Give the table through the Arrow C stream interface."""


def path_or_rows(
    source: str | Path | ArrowStream | Iterable[T],
) -> Path | Iterable[T | Mapping[str, object]]:
    """Return the path of a text or `Path`, the rows of an Arrow table, and rows as they are.

    ValueError for a text that holds data instead of a path, TypeError for a single row, and for
    what is neither path nor rows.
    """
    if isinstance(source, str):
        if source.lstrip()[:1] in ("{", "[") or "\n" in source:
            raise ValueError(
                "a text is the path of a file; give rows as mappings in a list, "
                "or write this text to a file"
            )
        return Path(source)
    if isinstance(source, Path):
        return source
    if isinstance(source, Mapping):
        raise TypeError("one row was given where rows are expected; put it in a list")
    if isinstance(source, ArrowStream):
        return rows_of_stream(source)
    if not isinstance(source, Iterable):
        raise TypeError(f"a path or rows are expected, not a {type(source).__name__}")
    return source
