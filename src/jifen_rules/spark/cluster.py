"""An evaluation through Spark: rows are read, grouped, dealt out, settled, put together."""

from collections.abc import Iterator

import pyarrow
from pyspark.sql import DataFrame, functions as F
from pyspark.sql.pandas.types import from_arrow_schema

from .buckets import dealt_out
from .components import label_components
from .frames import Frames
from .job import LINES, ROWS, Job

_LINES = 10_000
"""So many lines travel from Python to Java at a time."""


def run_job(job: Job, events: DataFrame, partitions: int | None) -> Frames:
    """Do a job on the cluster of a data frame of events."""
    spark = events.sparkSession
    cores = spark.sparkContext.defaultParallelism
    if events.rdd.getNumPartitions() < cores:
        events = events.repartition(cores)  # reading is work too
    job.firsts  # noqa: B018  # worked out once, here; what is asked beyond all reason is refused
    sent = spark.sparkContext.broadcast(job)

    def read(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        found: Iterator[pyarrow.RecordBatch] = sent.value.read(batches)
        return found

    def settle(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        if held := [batch for batch in batches if batch.num_rows]:
            yield from sent.value.settle(pyarrow.Table.from_batches(held)).to_batches(_LINES)

    rows = events.mapInArrow(read, from_arrow_schema(ROWS)).persist()
    subjects = spark.createDataFrame(job.subjects(), from_arrow_schema(ROWS))
    found = rows.unionByName(subjects)
    pairs = tied_pairs(rows).persist()
    if pairs.isEmpty():
        found = found.withColumn("component", F.col("node"))
    else:
        first = F.coalesce("first", "node").alias("component")
        found = found.join(label_components(pairs), "node", "left").select("what", "data", first)
    pairs.unpersist()
    tasks = dealt_out(found, partitions)
    # a partition holds one task, so its rows need no sorting into groups
    lines = tasks.mapInArrow(settle, from_arrow_schema(LINES)).persist()
    lines.count()
    return Frames(job, rows, lines)


def tied_pairs(rows: DataFrame) -> DataFrame:
    """Give pairs of nodes that are tied: by payments, by a shared id, by a name in an event."""
    known = rows.where("what = 'event'")
    paid = known.where("ties is not null").select(
        F.col("node").alias("a"), F.explode("ties").alias("b")
    )
    named = known.where("names is not null").select(F.explode("names").alias("id"), "node")
    said = known.select("id", "node").unionByName(named)
    # most ids stand once: to count them needs no sorting, to compare texts does
    often = said.groupBy("id").count().where("count > 1").select("id")
    again = said.join(often, "id")
    across = again.groupBy("id").agg(F.min("node").alias("one"), F.max("node").alias("other"))
    ids = across.where("one != other").select("id")
    shared = again.join(ids, "id").select("node", F.concat(F.lit("\0event "), "id").alias("b"))
    return paid.unionByName(shared.withColumnRenamed("node", "a")).where("a != b").distinct()
