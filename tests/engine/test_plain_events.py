"""Plain events run in a row, others one by one, a stream keeps all: all write the same.

The schemes are random: forms, caps over windows, weights, roundings, floors kept and lost, several
ledgers, periods that are years, quarters and months; now and then a grant that is not plain, so
that both take turns.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jifen_rules import evaluate_events, load_scheme, stream_entries
from jifen_rules.compile import compile_versions
from jifen_rules.engine import Fold, retention_of
from jifen_rules.engine.fusing import chained, fused
from jifen_rules.engine.plain import PlainRun
from jifen_rules.engine.plain_rows import PlainRows
from jifen_rules.engine.stages import Stage
from jifen_rules.inputs.roster import Roster
from jifen_rules.plan import Plan
from plain_schemes import AS_OF, ROSTER, events, light, scheme, versions
from shards import shards, some
from snippets import whole


@pytest.mark.parametrize("shard", shards(range(4)))
def test_plain_events_and_kept_contributions_write_the_same(shard: int) -> None:
    """A batch runs plain events in a row and keeps nothing; a stream keeps every contribution."""
    for seed in some(range(shard * 60, shard * 60 + 60)):
        files = versions(seed)
        rows = events(seed, *files)
        for roster in (None, Roster(ROSTER)):
            result = evaluate_events(files, roster, rows, AS_OF, status="count")
            far = 400 if any("voids" in row for row in rows) else 60
            stream = stream_entries(files, roster, rows, AS_OF, status="count", within=far)
            assert tuple(stream) == result.entries, seed
            assert stream.scores == result.scores, seed


def test_plain_events_are_taken_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []
    take = PlainRun.take

    def counted(self: PlainRun, rows: Sequence[Any], start: int, *others: Any) -> int:
        place = take(self, rows, start, *others)
        taken.append(place - start)
        return place

    monkeypatch.setattr(PlainRun, "take", counted)
    counted_events = 0
    for seed in some(range(300)):
        file = scheme(seed)
        if retention_of(compile_versions(file)).keeps:
            continue  # something may end a single contribution: each is kept
        rows = events(seed, file, undoing=(0,))
        result = evaluate_events(file, Roster(ROSTER), rows, AS_OF, status="count")
        counted_events += sum(entry.outcome == "counted" for entry in result.entries)
    assert sum(taken) > counted_events / 2 > 100, (sum(taken), counted_events)


@pytest.mark.parametrize("shard", shards(range(4)))
def test_one_by_one_nothing_is_different(shard: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in some(range(shard * 20, shard * 20 + 20)):
        files = versions(seed)
        rows = events(seed, *files, undoing=(0,))
        in_a_row = evaluate_events(files, Roster(ROSTER), rows, AS_OF, status="count")
        with monkeypatch.context() as without:
            without.setattr(PlainRun, "take", lambda _, rows, start, *others: start)
            alone = evaluate_events(files, Roster(ROSTER), rows, AS_OF, status="count")
            assert in_a_row == alone, seed


@pytest.mark.parametrize("shard", shards(range(4)))
def test_fused_stages_do_what_they_do_one_by_one(
    shard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in some(range(shard * 40, shard * 40 + 40)):
        files = versions(seed)
        rows = events(seed, *files, undoing=(0,))
        results = []
        for count in (0, len(rows) + 1):
            monkeypatch.setattr("jifen_rules.engine.prepared.FUSING_PAYS_FROM", count)
            results.append(evaluate_events(files, Roster(ROSTER), rows, AS_OF, status="count"))
        assert results[0] == results[1], seed


@pytest.mark.parametrize("shard", shards(range(4)))
def test_subjects_folded_together_are_as_each_alone(
    shard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing ties them: how many come to a boundary at once is not to be seen."""
    for seed in some(range(shard * 40, shard * 40 + 40)):
        files = versions(seed)
        rows = events(seed, *files)
        for roster in (None, Roster(ROSTER)):
            results = []
            for together in (1, 2, 256):
                monkeypatch.setattr("jifen_rules.session.settle.TOGETHER", together)
                results.append(evaluate_events(files, roster, rows, AS_OF, status="count"))
            assert results[0] == results[1] == results[2], seed


def test_subjects_are_folded_together(monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[int] = []
    take_all = Fold.take_all

    def counted(self: Fold, several: Iterable[Any], *rest: Any, **more: Any) -> None:
        rows = [*several]
        folded.append(len(rows))
        take_all(self, rows, *rest, **more)

    monkeypatch.setattr(Fold, "take_all", counted)
    file = scheme(21)  # nothing in it goes on beside what does not
    evaluate_events(file, Roster(ROSTER), events(0, file, undoing=(0,)), AS_OF, status="count")
    assert max(folded) >= len({row.id for row in ROSTER})  # and who is on no roster


def _adds(amount: int) -> Any:
    def run(sums: Any, item: Any, x: Any) -> Any:
        key = amount
        sums[key] = sums.get(key, 0) + x
        return x + amount

    return run


def _early(sums: Any, item: Any, x: Any) -> Any:
    if x > 3:
        return 3
    return x


def test_pieces_keep_their_own_names_when_they_are_fused() -> None:
    """2 becomes 2 + 1 + 10, at most 3: each stage that changed points is told with both sides."""
    weigh = plan_of(NET).grants["help"].path[-1]
    adding, bounding = Stage(weigh, _adds(1), _adds(10)), Stage(weigh, _early)
    driven = tuple((stage, stage.pieces, False) for stage in (adding, bounding))
    for driver in (chained, fused):
        sums: dict[Any, Any] = {}
        let, cuts = driver(driven)(sums, None, 2)  # type: ignore[arg-type]  # these pieces ask nothing of it
        assert (let, sums) == (3, {1: 2, 10: 3})
        assert cuts == ((adding, 2, 13, None), (bounding, 13, 3, None))


def test_what_returns_early_is_called_and_not_fused() -> None:
    weigh = plan_of(NET).grants["help"].path[-1]
    own, called = (fused(((Stage(weigh, piece), (piece,), False),)) for piece in (_adds(1), _early))
    assert "piece_0" not in own.__code__.co_names
    assert "piece_0" in called.__code__.co_names


def plan_of(text: str) -> Plan:
    return compile_versions(load_scheme("net.yaml", text=text)).first


def test_what_is_taken_back_gives_room_in_the_month_it_fell_in() -> None:
    file = load_scheme("net.yaml", text=NET)
    rows = [
        {"id": "a", "date": "2024-01-10", "subject": "甲", "indicator": "help"},
        {"id": "b", "date": "2024-01-20", "subject": "甲", "indicator": "help"},
        {"id": "c", "date": "2024-02-10", "subject": "甲", "indicator": "help"},
        {"id": "d", "date": "2024-02-20", "subject": "甲", "indicator": "help", "revokes": "a"},
    ]
    result = evaluate_events(file, None, rows, AS_OF)
    # January: 8, then min(16, 10) - 8 = 2; February: 8; without a, January has 16 - 8 = 8, so
    # 8 - 10 = -2
    assert [int(entry.granted) for entry in result.entries] == [8, 2, 8, -2]


NET = """
scheme: net
effective_from: 2024-01-01
illustrative: true
subject: household
period: year
at_period_end: clear
floor: none
categories:
  - id: good
    indicators:
      - {id: help, points: 8, caps: [{at_most: 10 net kept, per: month}]}
"""


def told_alike(text: str, *rows: str) -> list[Decimal]:
    """The totals after each event in a row, which are those of events one by one."""
    file = load_scheme("waiting.yaml", text=whole(text))
    given = [
        dict(zip(("id", "date", "subject", "indicator"), (str(n), *row.split()), strict=True))
        for n, row in enumerate(rows)
    ]
    result = evaluate_events(file, None, given, date(2024, 12, 31))
    stream = stream_entries(file, None, given, date(2024, 12, 31), within=0)
    assert tuple(stream) == result.entries
    assert stream.scores == result.scores
    return [entry.total_after for entry in result.entries if entry.total_after is not None]


def test_points_do_not_wait_before_a_limit_of_a_month() -> None:
    """4 + 1 in March, 4 in April: a net limit of 5 a month begins anew."""
    text = (
        "categories:\n"
        "- {id: c, caps: [{at_most: 5 net kept, per: month}], indicators: [{id: a, points: 4}]}\n"
    )
    rows = ("2024-03-01 甲 a", "2024-03-02 甲 a", "2024-04-01 甲 a")
    assert told_alike(text, *rows) == [4, 5, 9]


def test_adds_and_deducts_wait_apart_before_limits_of_their_own() -> None:
    """Adds 8, then 2 up to 10 a year; deducts 3, then 2 up to 5."""
    text = (
        "categories:\n"
        "- id: c\n"
        "  caps: [{at_most: 10 added, per: year}, {at_most: 5 deducted, per: year}]\n"
        "  indicators: [{id: a, points: 8}, {id: b, points: -3}]\n"
    )
    rows = ("2024-03-01 甲 a", "2024-03-02 甲 b", "2024-04-01 甲 a", "2024-05-01 甲 b")
    assert told_alike(text, *rows) == [8, 5, 7, 5]


def test_adds_do_not_wait_beyond_a_rounding_that_deducts_share() -> None:
    """0.6, 0.1 and 0.7 are 1, 0 and 1, so adds of 1 and 1; the scheme lets 1 through."""
    text = (
        "caps: [{at_most: 1 added, per: year}]\n"
        "categories:\n"
        "- {id: c, round: 1 half_up, indicators: [{id: a, points: 0.6}, {id: b, points: -0.5}]}\n"
    )
    rows = ("2024-03-01 甲 a", "2024-03-02 甲 b", "2024-04-01 甲 a")
    assert told_alike(text, *rows) == [1, 0, 0]


def test_adds_do_not_wait_before_a_limit_from_which_they_part() -> None:
    """Of 10 adds the 8 for the wallet come first, so that 2 are left for the total."""
    text = (
        "ledgers: [{id: wallet, floor: none, at_period_end: clear}]\n"
        "categories:\n"
        "- id: c\n"
        "  caps: [{at_most: 10 added, per: year}]\n"
        "  indicators: [{id: a, points: 8}, {id: b, points: 8, to: {wallet: whole}}]\n"
    )
    assert told_alike(text, "2024-03-01 甲 b", "2024-03-02 甲 a") == [0, 2]
    assert told_alike(text, "2024-03-01 甲 a", "2024-03-02 甲 b") == [8, 8]


def test_points_do_not_wait_where_one_ledger_loses() -> None:
    """-1, +4, -1: the wallet loses the first -1, so it has 4 after the second and 3 at the end."""
    text = (
        "to: {total: whole}\n"
        "ledgers: [{id: wallet, floor: 0 lost, at_period_end: clear}]\n"
        "indicators: [{id: a, points: 4, to: {total: whole, wallet: whole}}, {id: b, points: -1}]\n"
    )
    rows = ("2024-03-01 甲 b", "2024-03-02 甲 a", "2024-03-03 甲 b")
    assert told_alike(text, *rows) == [-1, 3, 2]


def test_points_do_not_wait_before_a_rounding_that_ledgers_share() -> None:
    """0.6, then 0.1, then 0.7 are 0 each, rounded down: nothing comes to the wallet of adds."""
    text = (
        "round: 1 down\n"
        "to: {total: whole, wallet: whole added}\n"
        "ledgers: [{id: wallet, floor: none, at_period_end: clear}]\n"
        "indicators: [{id: a, points: 0.6}, {id: b, points: -0.5}]\n"
    )
    rows = ("2024-03-01 甲 a", "2024-03-02 甲 b", "2024-03-03 甲 a")
    assert told_alike(text, *rows) == [0, 0, 0]


def test_a_limit_that_looks_back_tells_plain_events_apart() -> None:
    """At most 5 in 30 days: 4, then 1, and 4 again on 1 May."""
    text = "indicators: [{id: a, points: 4, caps: [{at_most: 5 added, per: 30 days}]}]\n"
    rows = ("2024-03-01 甲 a", "2024-03-10 甲 a", "2024-05-01 甲 a")
    assert told_alike(text, *rows) == [4, 5, 9]


@pytest.mark.parametrize("shard", shards(range(4)))
def test_points_that_wait_come_to_what_they_come_to_one_by_one(
    shard: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a row points wait; one by one, and in a stream, none do. Rows can be made twice."""
    make, waited = PlainRows.rows, 0

    def twice(self: PlainRows) -> Iterable[Any]:
        nonlocal waited
        once = [*make(self)]
        assert once == [*make(self)]
        waited += len(once) > 1 and len(once)
        return once

    monkeypatch.setattr(PlainRows, "rows", twice)
    for seed in some(range(shard * 25, shard * 25 + 25)):
        file = light(seed)
        rows = events(seed, file, undoing=(0,))
        for roster in (None, Roster(ROSTER)):
            result = evaluate_events(file, roster, rows, AS_OF, status="count")
            assert any(result.entries)
            stream = stream_entries(file, roster, rows, AS_OF, status="count", within=0)
            assert tuple(stream) == result.entries, seed
            assert stream.scores == result.scores, seed
            with monkeypatch.context() as without:
                without.setattr(PlainRun, "take", lambda _, rows, start, *others: start)
                assert evaluate_events(file, roster, rows, AS_OF, status="count") == result, seed
    assert waited > 10 * len(some(range(25))), waited
