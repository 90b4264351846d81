"""The columnar limit: Polars and DuckDB.

Exact here because the caps apply in sequence, each on what the one before let through, each
indicator has one sign, and a category's adds and deducts are two sums; a cap on the net would not
be one window pass.
"""

from typing import Any

from reference.workload import MASK, STARS, WEIGHT_TENTHS, Event, rules

Frame = Any


def _scheme() -> list[dict[str, Any]]:
    return [
        {
            "indicator": key,
            "cat": rule["category"],
            "kind": rule["kind"],
            "slot": rule["category"] + (0 if rule["adds"] else 6),
            "fixed": rule["points"] if rule["kind"] == "fixed" else None,
            "rate": rule["points"] if rule["kind"] == "unit" else None,
            "formula": key if rule["kind"] == "formula" else None,
            "pos": rule["adds"],
            "ccap": rule["most"],
            "mcap": rule["month"],
            "ncap": rule["count"],
        }
        for key, rule in rules().items()
    ]


def _levels() -> list[dict[str, Any]]:
    return [
        {"indicator": key, "level": level, "lv": amount}
        for key, rule in rules().items()
        if rule["kind"] == "level"
        for level, amount in rule["points"].items()
    ]


def load_polars(events: list[Event]) -> Frame:
    """The events as a frame of text and numbers."""
    import polars as pl

    schema = {
        "id": pl.Int64,
        "household": pl.String,
        "date": pl.String,
        "indicator": pl.String,
        "qty": pl.Float64,
        "level": pl.String,
        "hours": pl.Float64,
        "role": pl.String,
    }
    return pl.DataFrame(events, schema=schema, orient="row")


def run_polars(frame: Frame) -> Any:
    """Window sums, each cap as clip(sum) less clip(sum before)."""
    import polars as pl

    c = pl.col
    scheme = pl.DataFrame(_scheme(), infer_schema_length=None).lazy()
    levels = pl.DataFrame(_levels()).lazy()

    def clip(total: Any, cap: str) -> Any:
        least, most = pl.max_horizontal(total, c(cap)), pl.min_horizontal(total, c(cap))
        return pl.when(c(cap).is_null()).then(total).when(c("pos")).then(most).otherwise(least)

    party = c("role") == "party_member"
    raw = (
        pl.when(c("kind") == "fixed")
        .then(c("fixed"))
        .when(c("kind") == "unit")
        .then((c("rate") * c("qty")).round().cast(pl.Int64))
        .when(c("kind") == "level")
        .then(c("lv"))
        .when(c("formula") == "E31")
        .then(
            pl.when(c("hours") >= 2).then((c("hours") * 200).round().cast(pl.Int64)).otherwise(100)
        )
        .when(c("formula") == "F31")
        .then(pl.when(party).then(800).otherwise(500))
        .otherwise(
            (c("hours") * 150).round().cast(pl.Int64) + pl.when(party).then(200).otherwise(0)
        )
        .cast(pl.Int64)
    )
    nth = pl.int_range(pl.len()).over("household", "indicator")
    query = (
        frame.lazy()
        .with_columns(month=c("date").str.slice(5, 2).cast(pl.Int8))
        .join(scheme, on="indicator", how="left", maintain_order="left")
        .join(levels, on=["indicator", "level"], how="left", maintain_order="left")
        .with_columns(raw=raw)
        .with_columns(a1=pl.when(nth >= c("ncap")).then(0).otherwise(c("raw")))
        .with_columns(s=c("a1").cum_sum().over("household", "indicator", "month"))
        .with_columns(a2=clip(c("s"), "mcap") - clip(c("s") - c("a1"), "mcap"))
        .with_columns(s=c("a2").cum_sum().over("household", "slot"))
        .with_columns(awarded=clip(c("s"), "ccap") - clip(c("s") - c("a2"), "ccap"))
    )
    trace = query.select(
        "id",
        "household",
        "indicator",
        "cat",
        "raw",
        red_count=c("raw") - c("a1"),
        red_month=c("a1") - c("a2"),
        red_category=c("a2") - c("awarded"),
        awarded="awarded",
    ).collect()
    return _polars_households(trace), trace


def _polars_households(trace: Frame) -> Frame:
    import polars as pl

    c = pl.col
    parts = trace.group_by("household", "cat").agg(sub=c("awarded").sum())
    parts = parts.pivot(on="cat", index="household", values="sub").fill_null(0)
    parts = parts.with_columns(pl.lit(0).alias(n) for n in "012345" if n not in parts.columns)
    weighed = pl.sum_horizontal([c(str(n)) * w for n, w in enumerate(WEIGHT_TENTHS)]) + 100_000
    parts = parts.with_columns(total=(weighed.clip(0, 200_000) + 5) // 10)
    star = pl.lit(len(STARS) - 1)
    for n in reversed(range(len(STARS) - 1)):
        star = pl.when(c("total") >= STARS[n][0]).then(n).otherwise(star)
    return parts.with_columns(star=star)


def load_duckdb(events: list[Event]) -> Frame:
    """The events as an Arrow table."""
    return load_polars(events).to_arrow()


def run_duckdb(table: Frame) -> Any:
    """The same in SQL."""
    import duckdb
    import polars as pl

    con = duckdb.connect()
    con.execute("set preserve_insertion_order=false")
    con.register("ev", table)
    con.register("ind", pl.DataFrame(_scheme(), infer_schema_length=None).to_arrow())
    con.register("lev", pl.DataFrame(_levels()).to_arrow())

    def clip(total: str, cap: str) -> str:
        bounds = f"when pos then least({total},{cap}) else greatest({total},{cap})"
        return f"case when {cap} is null then {total} {bounds} end"

    party = "case when role='party_member' then"
    con.execute(f"""create temp table trace as
    with r as (
      select e.id, e.household, e.indicator, substr(e.date,6,2) as month, cat, slot, pos,
        ncap, mcap, ccap,
        cast(case kind when 'fixed' then fixed when 'unit' then round(rate*qty) when 'level' then lv
          else case formula when 'E31' then case when hours>=2 then round(200*hours) else 100 end
            when 'F31' then {party} 800 else 500 end
            else round(150*hours) + {party} 200 else 0 end end end as bigint) as raw
      from ev e join ind i using (indicator)
        left join lev l on l.indicator=e.indicator and l.level=e.level),
    a as (select *, case when row_number() over (partition by household, indicator order by id)
      > ncap then 0 else raw end as a1 from r),
    b as (select *, cast(sum(a1) over (partition by household, indicator, month order by id
      rows unbounded preceding) as bigint) as s1 from a),
    c as (select *, {clip("s1", "mcap")} - {clip("(s1-a1)", "mcap")} as a2 from b),
    d as (select *, cast(sum(a2) over (partition by household, slot order by id
      rows unbounded preceding) as bigint) as s2 from c)
    select id, household, indicator, cat, raw, raw-a1 as red_count, a1-a2 as red_month,
      a2 - ({clip("s2", "ccap")} - {clip("(s2-a2)", "ccap")}) as red_category,
      {clip("s2", "ccap")} - {clip("(s2-a2)", "ccap")} as awarded from d""")
    parts = ", ".join(
        f'cast(coalesce(sum(awarded) filter (cat={n}),0) as bigint) as "{n}"' for n in range(6)
    )
    weighed = "+".join(f'"{n}"*{w}' for n, w in enumerate(WEIGHT_TENTHS))
    star = " ".join(f"when total>={least} then {n}" for n, (least, _) in enumerate(STARS))
    households = con.execute(f"""select *, cast(case {star} end as bigint) as star from
        (select *, (greatest(0, least(200000, 100000+{weighed})) + 5) // 10 as total
        from (select household, {parts} from trace group by household))""").to_arrow_table()
    return households, con.execute("select * from trace").to_arrow_table()


def check_arrow(found: Any, given: Any) -> tuple[int, int]:
    """Checksums of two Arrow tables."""
    import polars as pl

    return check(tuple(pl.from_arrow(table) for table in found), given)


def check(found: Any, _: Any) -> tuple[int, int]:
    """Checksums of households and of the trace."""
    households, trace = found
    total = 0
    for line in households.iter_rows(named=True):
        mine = line["total"] * 31 + line["star"] * 1009
        mine += sum((n + 1) * line[str(n)] * 7 for n in range(6))
        total += (int(line["household"][1:]) + 1) * mine
    lines = 0
    for line in trace.iter_rows(named=True):
        mine = 31 * line["raw"] + 3 * line["awarded"] + 5 * int(line["household"][1:])
        mine += 17 * line["red_count"] + 13 * line["red_month"] + 7 * line["red_category"]
        lines += (line["id"] + 1) * mine
    return total & MASK, lines & MASK
