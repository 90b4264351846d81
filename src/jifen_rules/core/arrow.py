"""Arrow tables -> rows, and values -> Arrow tables: what the data frames of every library read.

Needs the extra `arrow` (pyarrow), which is imported when it is asked for. Knows nothing of
events or scores.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .terms import plain

if TYPE_CHECKING:
    import pyarrow

MAX_DIGITS = 38
"""The number of digits of a decimal128."""

Kind: TypeAlias = Literal["text", "day", "flag", "points", "texts", "points_by_name", "steps"]


@dataclass(frozen=True, slots=True)
class ArrowColumn:
    """A column of a table: its name, its kind, and how to get it of an item."""

    name: str
    kind: Kind
    get: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class ArrowRows:
    """The rows of a record batch."""

    batch: "pyarrow.RecordBatch"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self.batch.schema.names)

    def cells(self, spell: Sequence[Callable[[object], str]]) -> Iterator[tuple[object, ...]]:
        """Yield the cells of each row, each value as the function of its column spells it.

        A function is asked once for equal values of a column. A value that it refuses with a
        ValueError stays as it is, and so do texts and nulls.
        """
        columns = (_values(column, one) for column, one in zip(self.batch.columns, spell))
        return zip(*columns, strict=True)

    def rows(self) -> Iterator[dict[str, object]]:
        """Yield the rows by the names of their columns."""
        return (dict(zip(self.names, cells)) for cells in zip(*map(_values, self.batch.columns)))

    def row(self, number: int) -> dict[str, object]:
        """Return one of the rows."""
        return next(ArrowRows(self.batch.slice(number, 1)).rows())


def batches_of_stream(source: object) -> Iterator[ArrowRows]:
    """Yield the record batches of anything with `__arrow_c_stream__`.

    ImportError, with what to install, where the extra is not there.
    """
    reader = _pyarrow().RecordBatchReader.from_stream(source)
    yield from map(ArrowRows, reader)


def rows_of_stream(source: object) -> Iterator[dict[str, object]]:
    """Yield the rows of anything with `__arrow_c_stream__`. ImportError as `batches_of_stream`."""
    for batch in batches_of_stream(source):
        yield from batch.rows()


def _values(
    column: "pyarrow.Array", spell: Callable[[object], object] = lambda value: value
) -> list[object]:
    """Give the values of a column; a time is rounded down to the microsecond, as Python has it.

    Arrow makes texts fast and days slowly, so of all but texts each value is made once.
    """
    arrow = _pyarrow()
    types, kind = arrow.types, column.type
    if types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if types.is_timestamp(kind):
        column = column.cast(arrow.timestamp("us", kind.tz), safe=False)
    if types.is_string(kind) or types.is_large_string(kind):
        return list(column.to_pylist())
    try:
        coded = column.dictionary_encode("encode")
    except arrow.ArrowNotImplementedError:  # a list, a struct
        return [_spelt(value, spell) for value in column.to_pylist()]
    known = [_spelt(value, spell) for value in coded.dictionary.to_pylist()]
    return [known[at] for at in coded.indices.to_pylist()]


def _spelt(value: object, spell: Callable[[object], object]) -> object:
    try:
        return value if value is None else spell(value)
    except ValueError:
        return value


def arrow_table(items: Sequence[object], columns: Sequence[ArrowColumn]) -> "pyarrow.Table":
    """Make a table of items, one row each. All points are decimals of one scale, exactly.

    ValueError for a figure with more digits than a decimal128 has.
    """
    arrow = _pyarrow()
    found = {column.name: [column.get(item) for item in items] for column in columns}
    scale = _scale(value for c in columns for value in _points_in(c.kind, found[c.name]))
    types = _types(scale)
    arrays = [arrow.array([*map(_WRITERS[c.kind], found[c.name])], types[c.kind]) for c in columns]
    return arrow.table(arrays, names=[column.name for column in columns])


def _types(scale: int) -> Mapping[Kind, Any]:
    arrow = _pyarrow()
    text, points = arrow.string(), arrow.decimal128(MAX_DIGITS, scale)
    words = [(name, text) for name in ("kind", "id", "name", "place", "basis", "window", "note")]
    figures = [(name, points) for name in ("before", "after", "room")]
    return {
        "text": text,
        "day": arrow.date32(),
        "flag": arrow.bool_(),
        "points": points,
        "texts": arrow.list_(arrow.struct([("name", text), ("value", text)])),
        "points_by_name": arrow.list_(arrow.struct([("name", text), ("points", points)])),
        "steps": arrow.list_(arrow.struct([*words, *figures])),
    }


def _points_in(kind: Kind, values: Iterable[Any]) -> Iterator[Decimal | None]:
    """Yield every figure of a column."""
    if kind == "points":
        yield from values
    elif kind == "points_by_name":
        yield from (points for by_name in values for points in by_name.values())
    elif kind == "steps":
        for steps in values:
            for step in steps:
                yield from (step.before, step.after, step.room)


def _scale(points: Iterable[Decimal | None]) -> int:
    """Give the decimal places that every figure needs; each must fit beside them."""
    texts = [plain(one.copy_abs()) for one in set(points) if one is not None]
    scale = max((len(text.partition(".")[2]) for text in texts), default=0)
    longest = max((len(text.partition(".")[0]) for text in texts), default=0) + scale
    if longest > MAX_DIGITS:
        raise ValueError(f"figures of {longest} digits do not fit a decimal of {MAX_DIGITS}")
    return scale


def _exact(points: Decimal | None) -> Decimal | None:
    return None if points is None else Decimal(plain(points))


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _step(step: Any) -> dict[str, object]:
    return {
        "kind": step.kind,
        "id": step.id,
        "name": step.name,
        "place": step.place,
        "basis": step.basis,
        "before": _exact(step.before),
        "after": _exact(step.after),
        "room": _exact(step.room),
        "window": step.window,
        "note": step.note,
    }


_WRITERS: Mapping[Kind, Callable[[Any], object]] = {
    "text": _text,
    "day": lambda day: day if day is None else date(day.year, day.month, day.day),
    "flag": bool,
    "points": _exact,
    "texts": lambda texts: [{"name": k, "value": v} for k, v in texts.items()],
    "points_by_name": lambda by: [{"name": k, "points": _exact(v)} for k, v in by.items()],
    "steps": lambda steps: [_step(step) for step in steps],
}


def parquet_of(table: "pyarrow.Table") -> bytes:
    """Write a table as a Parquet file."""
    arrow = _pyarrow()
    sink = arrow.BufferOutputStream()
    import_module("pyarrow.parquet").write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def parquet_column(file: str, name: str) -> Iterator[str]:
    """Yield a column of texts of a Parquet file.

    ValueError if it is none, or has no such column.
    """
    arrow, parquet = _pyarrow(), import_module("pyarrow.parquet")
    try:
        with parquet.ParquetFile(file) as read:
            for batch in read.iter_batches(columns=[name]):
                yield from batch.column(name).to_pylist()
    except (arrow.ArrowInvalid, KeyError):
        raise ValueError(f"{file} is no Parquet file with a column '{name}'") from None


def _pyarrow() -> Any:
    try:
        return import_module("pyarrow")
    except ImportError:
        raise ImportError("this needs pyarrow: pip install 'jifen-rules[arrow]'") from None
