"""Pairs of nodes -> which nodes hang together, found within Spark (large star and small star).

Kiveris and others, "Connected Components in MapReduce and Beyond" (2014): each round points every
node and its neighbours to the smallest of them, until nothing changes; that takes about as many
rounds as the longest chain has binary digits.
"""

from pyspark import StorageLevel
from pyspark.sql import DataFrame, functions as F


def label_components(pairs: DataFrame) -> DataFrame:
    """Give `node` and `first`, the smallest node of its group, for each node of the pairs `(a, b)`.

    A node that is the smallest of its group has no row.
    """
    pairs = _cut(_larger_first(pairs))
    known = None
    while (figure := _figure(pairs)) != known:
        pairs, known = _cut(_small_star(_large_star(pairs))), figure
    return pairs.select(F.col("a").alias("node"), F.col("b").alias("first"))


def _cut(frame: DataFrame) -> DataFrame:
    """Work a frame out and forget how: the plan of each round would hold all rounds before.

    It is kept where the cluster keeps checkpoints, or else by two executors, so that one may die.
    """
    if frame.sparkSession.sparkContext.getCheckpointDir() is not None:
        return frame.checkpoint()
    return frame.localCheckpoint(storageLevel=StorageLevel.MEMORY_AND_DISK_2)


def _large_star(pairs: DataFrame) -> DataFrame:
    """Point the larger neighbours of each node to its smallest one."""
    both = pairs.unionByName(pairs.select(F.col("b").alias("a"), F.col("a").alias("b")))
    least = both.groupBy("a").agg(F.least(F.min("b"), F.col("a")).alias("least"))
    larger = both.where("b > a").join(least, "a")
    return larger.select(F.col("b").alias("a"), F.col("least").alias("b")).distinct()


def _small_star(pairs: DataFrame) -> DataFrame:
    """Point each node and its smaller neighbours to its smallest one."""
    least = pairs.groupBy("a").agg(F.min("b").alias("least"))
    smaller = pairs.join(least, "a").select(F.col("b").alias("a"), F.col("least").alias("b"))
    own = least.select("a", F.col("least").alias("b"))
    return smaller.where("a != b").unionByName(own).distinct()


def _larger_first(pairs: DataFrame) -> DataFrame:
    larger, smaller = F.greatest("a", "b").alias("a"), F.least("a", "b").alias("b")
    return pairs.where("a != b").select(larger, smaller).distinct()


def _figure(pairs: DataFrame) -> tuple[int, int | None]:
    """How many pairs there are, and a sum that hardly two different frames share."""
    hashed = F.xxhash64("a", "b").cast("decimal(38, 0)")
    row = pairs.agg(F.count("*").alias("n"), F.sum(hashed).alias("sum")).collect()[0]
    return row["n"], row["sum"]
