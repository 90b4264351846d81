"""Nodes and their groups -> tasks.

A heavy group is a task of its own and begins first; the others are dealt out evenly.

Decides by counts alone; knows nothing of events.
"""

from math import ceil

from pyspark.sql import DataFrame, SparkSession, functions as F

TARGET = 100_000
"""So many rows make a task, where nobody says how many tasks there are."""


def dealt_out(rows: DataFrame, partitions: int | None) -> DataFrame:
    """Give the rows, which have a `component`, a column `task`.

    Rows of one task are in one partition.
    """
    spark = rows.sparkSession
    sizes = rows.groupBy("component").count().persist()
    total = sizes.agg(F.sum("count")).collect()[0][0] or 0
    cores = spark.sparkContext.defaultParallelism
    light = partitions or max(2 * cores, ceil(total / TARGET))
    heavy = sizes.where(F.col("count") > max(total / light / 2, 1)).orderBy(
        F.desc("count"), "component"
    )
    alone = [row["component"] for row in heavy.collect()]
    sizes.unpersist()
    keys = _keys(spark, len(alone) + light)
    slot = F.pmod(F.xxhash64("component"), F.lit(light)) + len(alone)
    if alone:
        own = spark.createDataFrame([*zip(alone, range(len(alone)))], "component string, own long")
        rows = rows.join(F.broadcast(own), "component", "left")
        slot = F.coalesce("own", slot)
    numbered = spark.createDataFrame([*enumerate(keys)], "slot long, task long")
    found = rows.withColumn("slot", slot).join(F.broadcast(numbered), "slot")
    return found.select("task", "what", "data").repartition(len(keys), "task")


def _keys(spark: SparkSession, number: int) -> list[int]:
    """Find a number for each partition that Spark's hash sends there: one task each."""
    found: dict[int, int] = {}
    tried = 0
    while len(found) < number:
        several = spark.range(tried, tried + 8 * number + 64)
        placed = several.selectExpr(f"pmod(hash(id), {number}) as place", "id")
        for row in placed.groupBy("place").agg(F.min("id").alias("id")).collect():
            found.setdefault(row["place"], row["id"])
        tried += 8 * number + 64
    return [found[place] for place in range(number)]
