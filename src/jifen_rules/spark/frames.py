"""Lines of a finished job -> data frames, boards and the digest.

What crosses the groups is put together here.
"""

from collections.abc import Iterator
from functools import cached_property
from hashlib import sha256

import pyarrow
from pyspark.sql import Column, DataFrame, Window, functions as F

from ..core.arrow import MAX_DIGITS
from ..session.batch import head_of
from .job import Job

_STEP = (
    "struct<kind:{t},id:{t},name:{t},place:{t},basis:{t},window:{t},note:{t},"
    "before:{p},after:{p},room:{p}>"
)
_ENTRY = (
    "event {t}, subject {t}, period {t}, indicator {t}, version date, date date, outcome {t}, "
    "inputs map<string,string>, asked {p}, steps array<" + _STEP + ">, granted {p}, "
    "ledgers map<string,{p}>, total_after {p}"
)
_SCORE = (
    "subject {t}, kind {t}, period {t}, first_day date, last_day date, base {p}, total {p}, "
    "ledger map<string,{p}>, category map<string,{p}>, weighed map<string,{p}>, tier "
    "map<string,{t}>"
)
_SCORE_FIGURES = (
    "concat(array(base, total), map_values(ledger), map_values(category), map_values(weighed))"
)
_ENTRY_FIGURES = (
    "concat(array(asked, granted, total_after), map_values(ledgers), "
    "flatten(transform(steps, step -> array(step.before, step.after, step.room))))"
)
_TABLES = ("ledger", "category", "weighed", "tier")


class Frames:
    """What an evaluation on a cluster comes to. Frames are in no order; sort them where it matters.

    - `scheme`, `kind`, `illustrative`, `as_of`: as of a `Result`.
    - `scores`: the columns of `Result.scores_table()`.
    - `entries`: the columns of `Result.entries_table()`, and `place`, by which they sort as the
      trace.
    - `boards`: period, first_day, last_day, place, subject and total; equal totals share a place.
    - `digest`: that of the `Result` of one process.

    Points are decimals of one scale, exactly; ValueError where they need more than 38 digits.
    `close` lets go of what the cluster keeps; a frame that is asked later would work all out anew.
    """

    def __init__(self, job: Job, rows: DataFrame, lines: DataFrame) -> None:
        """`rows` are those that were read, `lines` what came of them."""
        head = head_of(job.ready.versions.last, job.view.as_of)
        self.scheme, self.kind, self.illustrative, self.as_of = head
        self._job, self._rows, self._lines = job, rows, lines

    def close(self) -> None:
        """Let go of what the cluster keeps."""
        self._rows.unpersist()
        self._lines.unpersist()

    @cached_property
    def scores(self) -> DataFrame:
        """One row for each subject and period."""
        read = self._read("score", _SCORE, _SCORE_FIGURES)
        every = F.flatten(F.array(*map(_titles, _TABLES)))
        titles = sorted(row[0] for row in read.select(F.explode(every)).distinct().collect())
        columns = [F.col(name) for name in read.columns if name not in _TABLES]
        for table in _TABLES:
            names = [t.removeprefix(f"{table}:") for t in titles if t.startswith(f"{table}:")]
            columns += [F.try_element_at(table, F.lit(n)).alias(f"{table}:{n}") for n in names]
        return read.select(*columns)

    @cached_property
    def entries(self) -> DataFrame:
        """One row for each entry."""
        read = self._read("entry", _ENTRY, _ENTRY_FIGURES, "place")
        pairs = {"inputs": "value", "ledgers": "points"}
        return read.withColumns({name: _pairs(name, value) for name, value in pairs.items()})

    @cached_property
    def boards(self) -> DataFrame:
        """The rankings of all periods, of those whom the scheme is about."""
        period = ["period", "first_day", "last_day"]
        mine = self.scores.where(F.col("kind") == self.kind).select(*period, "subject", "total")
        totals = mine.groupBy(*period, "total").count()
        above = (
            Window.partitionBy(*period)
            .orderBy(F.desc("total"))
            .rowsBetween(Window.unboundedPreceding, -1)
        )
        place = F.coalesce(F.sum("count").over(above), F.lit(0)) + 1
        places = totals.select(*period, "total", place.alias("place"))
        return mine.join(places, [*period, "total"]).select(*period, "place", "subject", "total")

    @cached_property
    def digest(self) -> str:
        """Return one fingerprint of all inputs: equal in any order and on any cluster."""
        spark = self._rows.sparkSession
        copies = self._rows.groupBy("mark").count()
        number = F.explode(F.sequence(F.lit(1), F.col("count").cast("int"))).alias("number")
        further = F.concat("mark", F.lit("-"), F.lpad(F.col("number").cast("string"), 7, "0"))
        text = F.when(F.col("number") == 1, F.col("mark")).otherwise(further).alias("mark")
        marks = copies.select("mark", number).select(text)
        own = pyarrow.table({"mark": self._job.own_marks()})
        every = marks.unionByName(spark.createDataFrame(own)).orderBy("mark")
        found = sha256(self.as_of.isoformat().encode())
        for row in every.mapInArrow(_joined, "lines binary").toLocalIterator(
            prefetchPartitions=True
        ):
            found.update(row["lines"])
        return found.hexdigest()

    def _read(self, what: str, form: str, figures: str, *more: str) -> DataFrame:
        """Parse lines, with points as decimals of the scale that they need."""
        lines = self._lines.where(F.col("what") == what)

        def parsed(points: str) -> DataFrame:
            shape = form.format(t="string", p=points)
            value = F.from_json("line", shape, {"mode": "FAILFAST"}).alias("value")
            return lines.select(value, *more).select("value.*", *more)

        needs = [
            F.max(F.array_max(F.transform(F.expr(figures), of))) for of in (_decimals, _digits)
        ]
        scale, digits = (number or 0 for number in parsed("string").agg(*needs).collect()[0])
        if scale + digits > MAX_DIGITS:
            text = f"figures of {scale + digits} digits do not fit a decimal of {MAX_DIGITS}"
            raise ValueError(text)
        return parsed(f"decimal({MAX_DIGITS},{scale})")


def _decimals(text: Column) -> Column:
    """How many digits stand behind the point."""
    point = F.instr(text, ".")
    return F.when(point > 0, F.length(text) - point).otherwise(0)


def _digits(text: Column) -> Column:
    """How many stand before it."""
    return F.length(F.regexp_replace(text, r"^-|\..*$", ""))


def _titles(table: str) -> Column:
    return F.transform(F.map_keys(table), lambda name: F.concat(F.lit(f"{table}:"), name))


def _pairs(column: str, value: str) -> Column:
    """Give a map as a list of names and values, in its order."""

    def pair(entry: Column) -> Column:
        return F.struct(entry.key.alias("name"), entry.value.alias(value))

    return F.transform(F.map_entries(column), pair)


def _joined(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """Join the marks of each batch, each after a line's end."""
    for batch in batches:
        text = "".join(f"\n{mark}" for mark in batch.column(0).to_pylist())
        yield pyarrow.RecordBatch.from_pydict({"lines": [text.encode()]})
