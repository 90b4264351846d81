"""Streams: the entries of a batch, in its order, while little is kept."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

import generators
import plain_schemes
from jifen_rules import (
    EventError,
    Roster,
    SchemeFile,
    Stream,
    evaluate_events,
    load_scheme,
    read_roster,
    stream_entries,
)
from jifen_rules.session import stream_folds as module
from shards import examples, shards
from villages import Village, village

SEEDS = [range(50_000 + 100 * shard, 50_100 + 100 * shard) for shard in range(10)]


def folds_of(stream: Stream) -> module.StreamFolds:
    """Return what a stream keeps and how it folds."""
    return stream._folds  # noqa: SLF001 - neither can be seen from outside


def reach(case: Village) -> int:
    """How many days back, or ahead, any event of a village speaks of another."""
    days = {row["id"]: date.fromisoformat(row["date"]) for row in case.events}
    spoken = [
        abs((days[row["id"]] - days[row[key]]).days)
        for row in case.events
        for key in ("voids", "corrects", "revokes", "repairs")
        if row.get(key) in days
    ]
    return 3 * max(spoken, default=0)  # one that is spoken of may itself speak of another


@pytest.mark.parametrize("seeds", shards(SEEDS))
def test_a_stream_gives_the_entries_and_scores_of_a_batch(
    seeds: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY", 2)
    for seed in seeds:
        case = village(seed)
        rng = random.Random(seed)
        late, within = rng.choice([0, 5]), reach(case)
        rows = sorted(
            case.events,
            key=lambda row: date.fromisoformat(row["date"]) + timedelta(rng.randint(0, late)),
        )
        scheme, roster = load_scheme("village.yaml", text=case.text), read_roster(case.roster)
        batch = evaluate_events(scheme, roster, case.events, case.as_of, status="count")
        stream = stream_entries(
            scheme, roster, rows, case.as_of, status="count", within=max(late, within)
        )
        assert tuple(stream) == batch.entries, f"village({seed})"
        assert stream.scores == batch.scores, f"village({seed})"


FORGETTING = [range(100 * shard, 100 * shard + 100) for shard in range(10)]
WORDS = ("voids", "corrects", "revokes", "repairs", "disputes")


@pytest.mark.parametrize("seeds", shards(FORGETTING))
def test_a_stream_that_forgets_after_each_event_gives_those_of_a_batch(
    seeds: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no event speaks of another, nothing needs to be kept for one that does."""
    monkeypatch.setattr(module, "EVERY", 1)
    for seed in seeds:
        case, drawn = village(seed), generators.village(seed)
        scheme, roster = load_scheme("village.yaml", text=case.text), read_roster(case.roster)
        forgets([scheme], roster, case.events, case.as_of, f"village({seed})")
        name = f"generators.village({seed})"
        forgets(drawn.files(), drawn.people(), drawn.events, drawn.as_of, name)


def forgets(
    files: list[SchemeFile],
    roster: Roster,
    events: Iterable[Mapping[str, Any]],
    as_of: date,
    name: str,
) -> None:
    alone = {row["id"]: row for row in events if not any(row.get(word) for word in WORDS)}
    rows = sorted(alone.values(), key=lambda row: row["date"])
    batch = evaluate_events(files, roster, rows, as_of, status="count")
    stream = stream_entries(files, roster, rows, as_of, status="count", within=0)
    assert tuple(stream) == batch.entries, name
    assert stream.scores == batch.scores, name


def test_a_stream_keeps_what_comes_up_inside_a_limit_that_loses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """5 of the category's 8 have room in the total; as the 12 end, they go, and 1 and 1 come up."""
    monkeypatch.setattr(module, "EVERY", 1)
    text = """
scheme: demo
effective_from: 2024-01-01
subject: household
period: year
base: 10
floor: none
full: 15 lost
at_period_end: clear
categories:
- id: c
  full: 8 kept
  indicators: [{id: long, points: 12, lasts: 10 days}, {id: short, points: 1}]
"""
    rows = [("02-01", "long"), ("02-02", "short"), ("02-05", "short"), ("03-05", "short")]
    events = [event(f"e{day}", f"2024-{day}", name) for day, name in rows]
    files = [load_scheme("demo.yaml", text=text)]
    stream = [*stream_entries(files, None, events, date(2024, 12, 31), within=0)]
    assert [float(entry.granted) for entry in stream] == [5, 0, 0, -3, 1]
    assert tuple(stream) == evaluate_events(files, None, events, date(2024, 12, 31)).entries


SCHEME = """scheme: demo
effective_from: 2024-01-01
subject: household
period: year
floor: none
at_period_end: clear
indicators:
  - id: help
    points: 5
    caps:
      - {at_most: 2 小时, per: event}
      - {at_most: 20 added, per: day}
      - {at_most: 300 added, per: month}
  - {id: wrong, points: -10, lasts: until repaired, repair: {then: []}}
""".replace("{at_most: 2 小时, per: event}, ", "{at_most: 5 added, per: event}, ")


def begun(rows: Any, **given: Any) -> Stream:
    scheme = load_scheme("demo.yaml", text=SCHEME)
    return stream_entries(scheme, None, rows, date(2024, 12, 31), **given)


def event(name: str, day: str, indicator: str = "help", **more: str) -> dict[str, str]:
    return {"id": name, "date": day, "subject": "甲", "indicator": indicator, **more}


VOID = {"id": "v", "date": "2024-03-10", "voids": "e1"}


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (
            [event("e1", "2024-03-02"), event("e2", "2024-03-05"), event("e3", "2024-03-01")],
            "event-too-late",
        ),
        (
            [event("e1", "2024-03-02"), event("e2", "2024-03-05"), event("e3", "2024-03-02")],
            "event-too-late",
        ),
        (
            [event("e1", "2024-03-01"), event("e2", "2024-03-05"), event("e1", "2024-03-06")],
            "id-has-gone-by",
        ),
        ([event("e1", "2024-03-01"), event("e2", "2024-03-09"), VOID], "speaks-of-what-went"),
        ([VOID, event("e2", "2024-03-20"), event("e1", "2024-03-21")], "was-spoken-of"),
    ],
)
def test_what_a_stream_cannot_set_right_is_refused_with_a_remedy(
    rows: list[dict[str, str]], fault: str
) -> None:
    with pytest.raises(EventError) as found:
        list(begun(rows))
    (problem,) = found.value.problems
    assert problem.fault.name == fault
    assert problem.fault.help


def test_within_so_many_days_it_can() -> None:
    rows = [event("e1", "2024-03-02"), event("e2", "2024-03-05"), event("e3", "2024-03-01"), VOID]
    found = list(begun(rows, within=8))
    assert [(e.event, e.outcome.value) for e in found] == [
        ("e3", "counted"),
        ("e1", "voided"),
        ("e2", "counted"),
        ("v", "void"),
    ]


def test_what_lasts_until_repaired_may_be_repaired_at_any_time() -> None:
    """A repair without a finding of its own; nothing else is kept of January."""
    rows = [
        event("w", "2024-01-05", "wrong"),
        *(event(f"e{n:03}", str(date(2024, 1, 6) + timedelta(n))) for n in range(200)),
        {"id": "r", "date": "2024-12-01", "subject": "甲", "repairs": "w"},
    ]
    stream = begun(rows)
    assert [e.granted for e in stream if e.event in ("w", "r")] == [-10, 10]
    assert stream.scores[0].total == 1000


def test_without_fingerprints_nothing_is_spoken_of_unseen() -> None:
    rows = [event("e1", "2024-03-01"), {"id": "v", "date": "2024-03-09", "voids": "x"}]
    assert [e.outcome.value for e in begun(rows)] == ["counted", "unknown_target"]
    with pytest.raises(EventError):
        list(begun(rows, find_copies=False))


def test_without_fingerprints_what_is_folded_and_still_known_cannot_be_voided() -> None:
    """March 1 is folded once March 7 comes, six days on; its event is still known then."""
    rows = [event("e1", "2024-03-01"), event("e2", "2024-03-07")]
    rows.append({"id": "v", "date": "2024-03-07", "voids": "e1"})
    with pytest.raises(EventError) as raised:
        list(begun(rows, within=5, find_copies=False))
    assert raised.value.problems[0].fault.name == "speaks-of-what-went"


@pytest.mark.parametrize("find_copies", [True, False])
def test_what_was_forgotten_at_a_period_s_end_cannot_be_revoked(find_copies: bool) -> None:
    """March 20 is more than 5 days before the month's end: the stream has forgotten it by then."""
    text = PLAIN.replace("period: year", "period: month")
    rows = [event("e", "2024-03-20"), event("r", "2024-04-20", revokes="e")]
    file, last = load_scheme("demo.yaml", text=text), date(2024, 12, 31)
    stream = stream_entries(file, None, rows, last, within=5, find_copies=find_copies)
    with pytest.raises(EventError) as raised:
        list(stream)
    assert raised.value.problems[0].fault.name == "speaks-of-what-went"


def test_a_stream_keeps_no_more_for_more_events() -> None:
    """Twenty thousand events of two subjects in a year: what is kept at the end is small."""
    count = examples(20_000, part=4)

    def rows() -> Iterator[dict[str, str]]:
        for number in range(count):
            day = date(2024, 1, 1) + timedelta(number * 300 // 20_000)
            yield event(f"e{number:05}", day.isoformat(), **{"subject": f"户{number % 2}"})

    stream = begun(rows(), find_copies=False)
    assert sum(1 for _ in stream) == count
    # what it keeps cannot be seen from outside
    for fold in folds_of(stream):
        assert len(fold.world.sources) <= 34 + module.EVERY  # those of the last day, and a few
        for state in fold.world.states.values():
            assert len(state.contributions) <= 34 + module.EVERY
            assert len(state.sums) <= 60


def test_a_stream_of_whole_days_keeps_no_more_for_more_days() -> None:
    """A cap per day has a sum for each day: those of days gone by are let go of."""
    text = PLAIN.replace("points: 5", "points: 5, caps: [{at_most: 5 added, per: day}]")

    def rows() -> Iterator[dict[str, str]]:
        for number in range(300):  # two a day, of the same subject
            day = date(2024, 1, 1) + timedelta(number // 2)
            yield event(f"{number}", str(day))

    stream = stream_entries(load_scheme("s.yaml", text=text), None, rows(), date(2024, 12, 31))
    assert sum(1 for _ in stream) == 300 and stream.scores[0].total == 750  # 5 a day, 150 days
    folds = folds_of(stream)
    (state,) = [state for fold in folds for state in fold.world.states.values()]
    assert folds.folds_days
    assert len(state.frames) <= module.EVERY  # of 150 days


def test_a_stream_of_whole_days_asks_of_each_day_what_was_known() -> None:
    """Two events say the same; what was known on March 1 is the first, 5, and not the second."""
    rows = [event(day, f"2024-03-0{day}") for day in "12"]
    as_of, known = date(2024, 12, 31), date(2024, 3, 1)
    scheme = load_scheme("s.yaml", text=PLAIN)
    stream = stream_entries(scheme, None, rows, as_of, known_on=known)
    found: list[tuple[object, ...]] = [(e.outcome.value, e.granted) for e in stream]
    assert folds_of(stream).folds_days
    assert found == [("counted", 5), ("after_as_of", 0)]
    assert [score.total for score in stream.scores] == [5]


def test_an_id_on_two_days_holds_back_nothing_between_them() -> None:
    """Both are refused; what stands between them is let go of when its time has come."""
    rows = [event("x", "2024-03-01"), event("y", "2024-03-02"), event("x", "2024-03-08")]
    rows += [event(f"e{number}", f"2024-03-{number}") for number in range(10, 22)]
    kept: set[str] = set()

    def given() -> Iterator[dict[str, str]]:
        for row in rows:
            yield row
            released = stream._released  # noqa: SLF001 - not to be seen from outside
            kept.update(name for name in released if row["date"] == "2024-03-21")

    stream = begun(given(), within=8)
    outcomes = {(e.event, str(e.date)): e.outcome.value for e in stream}
    assert outcomes["x", "2024-03-01"] == outcomes["x", "2024-03-08"] == "conflicting"
    # once the 21st is there the 12th is folded; eight days before that is the 4th: the 2nd has gone
    assert kept == {"x", "e10", "e11", "e12"}


SPENDING = """
{scheme: demo, illustrative: true, effective_from: 2024-01-01, subject: household, period: year,
 floor: none, at_period_end: clear,
 indicators: [{id: help, points: 12, lasts: 1 year}, {id: tidy, points: 1}],
 rewards: [{id: soap, spends: 3, gives: 肥皂}],
 tiers: [{id: board, per: quarter, levels: [{name: 常}]}]}"""


def test_a_price_paid_from_what_goes_on_is_known_however_long_ago_it_was_paid() -> None:
    """12 that last a year, less 3 for soap: 9 go on into the new year; tidy's 1 brings 10."""
    rows = [
        {"id": "1", "date": "2024-04-19", "subject": "甲", "indicator": "help"},
        {"id": "2", "date": "2024-07-23", "subject": "甲", "indicator": "soap"},
        {"id": "3", "date": "2024-08-07", "subject": "甲", "indicator": "nothing"},
        {"id": "4", "date": "2025-01-05", "subject": "甲", "indicator": "tidy"},
    ]
    for within in (0, 30, 1000):
        file = load_scheme("demo.yaml", text=SPENDING)
        stream = stream_entries(file, None, rows, date(2025, 1, 9), within=within)
        last = [entry for entry in stream if entry.event == "4"]
        assert [entry.total_after for entry in last] == [10], within


def test_a_price_is_paid_from_what_ends_first_however_long_ago_that_came() -> None:
    """By hand: tidy's 6 end with the year, so soap takes 3 of these; help's 12 go on whole."""
    rows = [
        {"id": f"t{number}", "date": f"2024-02-0{number}", "subject": "甲", "indicator": "tidy"}
        for number in range(1, 7)
    ]
    rows += [
        {"id": "h", "date": "2024-02-09", "subject": "甲", "indicator": "help"},
        {"id": "n", "date": "2024-07-10", "subject": "甲", "indicator": "nothing"},
        {"id": "s", "date": "2024-07-23", "subject": "甲", "indicator": "soap"},
        {"id": "z", "date": "2025-01-05", "subject": "甲", "indicator": "tidy"},
    ]
    file = load_scheme("demo.yaml", text=SPENDING)
    for within in (0, 30, 1000):
        stream = stream_entries(file, None, rows, date(2025, 1, 9), within=within)
        last = [entry for entry in stream if entry.event == "z"]
        assert [entry.total_after for entry in last] == [13], within  # 12 and tidy's 1


def asked_and_granted(text: str, rows: list[dict[str, str]]) -> list[tuple[int, int]]:
    """What each event asks and gets in a stream that forgets at once, and in a batch alike."""
    file, last = load_scheme("demo.yaml", text=text), date(2025, 12, 31)
    stream = tuple(stream_entries(file, None, rows, last))
    assert stream == evaluate_events(file, None, rows, last).entries
    return [(int(entry.asked), int(entry.granted)) for entry in stream if entry.event]


HEAD = """scheme: demo
illustrative: true
effective_from: 2024-01-01
subject: household
period: year
floor: none
at_period_end: clear
"""


def many(last: int) -> list[dict[str, str]]:
    """Events of no account, so that a stream forgets between others."""
    days = [(date(2024, 2, 1) + timedelta(7 * n)).isoformat() for n in range(last)]
    return [
        {"id": f"n{n:02}", "date": day, "subject": "甲", "indicator": "nothing"}
        for n, day in enumerate(days)
    ]


def test_what_counts_in_an_escalation_ends_with_its_period_in_a_stream_too() -> None:
    """By hand: the first of a year costs 10, the second 20; those of 2024 count no more in 2025."""
    text = (
        HEAD
        + """indicators:
  - {id: litter, points: -10, escalate: {valid: [x1, x2]}}
  - {id: nothing, points: 0}
"""
    )
    wrong = [
        {"id": str(n), "date": day, "subject": "甲", "indicator": "litter"}
        for n, day in enumerate(["2024-01-05", "2024-12-30", "2025-02-01"], 1)
    ]
    found = asked_and_granted(text, [wrong[0], *many(40), *wrong[1:]])
    assert [pair for pair in found if pair != (0, 0)] == [(-10, -10), (-20, -20), (-10, -10)]


def test_a_group_of_one_event_is_kept_as_long_as_that_stands_in_another() -> None:
    """By hand: the latest of a year counts, 2 in place of 2, though each matter is of one event."""
    text = (
        HEAD
        + """categories:
  - id: c
    combine: {highest: matter}
    indicators: [{id: help, points: 2, combine: {latest: year}}]
indicators: [{id: nothing, points: 0}]
"""
    )
    help_ = [
        {"id": day, "date": day, "subject": "甲", "indicator": "help"}
        for day in ("2024-01-15", "2024-12-17")
    ]
    found = asked_and_granted(text, [help_[0], *many(40), help_[1]])
    assert [pair for pair in found if pair != (0, 0)] == [(2, 2), (2, 0)]


def test_one_of_the_highest_times_is_displaced_however_long_ago_it_came() -> None:
    """By hand, the two highest of a year: 3 and 5, then 4 for 3, then 9 for 4."""
    text = (
        HEAD
        + """indicators:
  - {id: help, points: {between: [1, 9]}, caps: [{at_most: 2 times highest, per: year}]}
  - {id: nothing, points: 0}
"""
    )
    days = ("2024-01-10", "2024-01-20", "2024-12-10", "2024-12-20")
    help_ = [
        {"id": day, "date": day, "subject": "甲", "indicator": "help", "points": points}
        for day, points in zip(days, "3549", strict=True)
    ]
    found = asked_and_granted(text, [*help_[:2], *many(40), *help_[2:]])
    assert [pair for pair in found if pair != (0, 0)] == [(3, 3), (5, 5), (4, 1), (9, 5)]


def test_what_is_displaced_leaves_its_own_ledgers() -> None:
    """By hand: 5 displaces 2 in the total, 3 more; the wallet, where 2 never came, gets all 5."""
    text = (
        HEAD
        + """ledgers: [{id: wallet, floor: none, at_period_end: clear}]
categories:
  - id: c
    caps: [{at_most: 1 time highest, per: year}]
    indicators:
      - {id: small, points: 2}
      - {id: large, points: 5, to: {total: whole, wallet: whole}}
"""
    )
    rows = [
        {"id": "1", "date": "2024-03-01", "subject": "甲", "indicator": "small"},
        {"id": "2", "date": "2024-03-02", "subject": "甲", "indicator": "large"},
    ]
    assert asked_and_granted(text, rows) == [(2, 2), (5, 3)]
    result = evaluate_events(load_scheme("demo.yaml", text=text), None, rows, date(2024, 12, 31))
    assert {name: int(much) for name, much in result.scores[0].ledgers.items()} == {"wallet": 5}


def test_who_begins_within_a_group_stands_in_its_day() -> None:
    """乙 comes to the village in February; the rule acts for it then, before an event of March."""
    text = (
        HEAD.replace("household", "person")
        + """rules:
  - {id: low, per: event, when: total < 1, then: [{points: -1}]}
tiers: [{id: board, by: total, per: year, ties: all, levels: [{name: 红, rank: top 1}, {name: 常}]}]
indicators: [{id: help, points: 5}]
"""
    )
    roster = read_roster(
        [{"id": "甲", "kind": "person"}, {"id": "乙", "kind": "person", "since": "2024-02-10"}]
    )
    rows = [
        {"id": "1", "date": "2024-03-12", "subject": "无", "indicator": "help"},
        {"id": "2", "date": "2024-03-20", "subject": "甲", "indicator": "help"},
    ]
    file, last = load_scheme("demo.yaml", text=text), date(2024, 12, 31)
    entries = tuple(stream_entries(file, roster, rows, last))
    assert [str(entry.date) for entry in entries] == [
        "2024-01-01",
        "2024-02-10",
        "2024-03-12",
        "2024-03-20",
    ]
    assert entries == evaluate_events(file, roster, rows, last).entries


def test_a_cap_keeps_its_sums_over_a_month_s_end_in_a_stream_too() -> None:
    """By hand, 8 a month: 5 and 3 of 5; 6 for the first 5 in a later month bring 6 - 5 + 2.

    The highest time of a year: 5, then 8 for it.
    """
    head = HEAD.replace("period: year", "period: month").replace("end: clear", "end: carry")
    text = (
        head
        + """indicators:
  - id: good
    points: {between: [0, 9]}
    combine: {highest: matter}
    caps: [{at_most: 8 added, per: month}]
  - {id: best, points: {between: [0, 9]}, caps: [{at_most: 1 times highest, per: year}]}
  - {id: nothing, points: 0}
"""
    )
    given = [
        ("2024-01-02", "good", "5", "m"),
        ("2024-01-03", "good", "5", ""),
        ("2024-01-04", "best", "5", ""),
        ("2024-11-20", "good", "6", "m"),
        ("2024-11-21", "best", "8", ""),
    ]
    rows = [
        {"id": day, "date": day, "subject": "甲", "indicator": what, "points": much, "matter": m}
        for day, what, much, m in given
    ]
    found = asked_and_granted(text, [*rows[:3], *many(40), *rows[3:]])
    assert [p for p in found if p != (0, 0)] == [(5, 5), (5, 3), (5, 5), (6, 3), (8, 3)]


WHOLE_DAYS = [range(200 * shard, 200 * shard + 200) for shard in range(5)]


@pytest.mark.parametrize("seeds", shards(WHOLE_DAYS))
def test_days_that_are_folded_as_in_a_batch_give_what_a_batch_gives(
    seeds: range, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever has an event that another of its day speaks of is parted from the others."""
    monkeypatch.setattr(module, "EVERY", 1)
    folded = parted = 0
    for seed in seeds:
        files, draw = plain_schemes.light_versions(seed), random.Random(f"days {seed}")
        rows = plain_schemes.events(seed, *files, undoing=(0,))
        for number, row in enumerate(rows[:-1]):
            row["id"] = f"e{number:02}{draw.choice('ab')}"  # so that words stand before as well
            if draw.random() < 0.5:
                row["date"] = max(rows[max(number - draw.randint(1, 4), 0)]["date"], row["date"])
        rows += list(words_of_the_day(draw, rows, draw.choice([0, 3, 12])))
        rows.sort(key=lambda row: row["date"])
        roster = draw.choice([None, Roster(plain_schemes.ROSTER)])
        known = draw.choice([None, None, draw.choice(rows)["date"]])
        stream = stream_entries(files, roster, rows, plain_schemes.AS_OF, known_on=known)
        if not folds_of(stream).folds_days:
            continue
        batch = evaluate_events(files, roster, rows, plain_schemes.AS_OF, known_on=known)
        assert tuple(stream) == batch.entries, f"light_versions({seed})"
        assert stream.scores == batch.scores, f"light_versions({seed})"
        folded, parted = folded + 1, parted + len(folds_of(stream).apart)
    assert folded > len(seeds) // 10
    assert parted > len(seeds) // 10


def words_of_the_day(
    draw: random.Random, rows: list[dict[str, Any]], count: int
) -> Iterator[dict[str, Any]]:
    """Events that speak of others of their day, and of the same or of another household."""
    for number in range(count):
        of = draw.choice(rows)
        row = {"id": f"{draw.choice('az')}{number:02}", "date": of["date"]}
        row["subject"] = draw.choice([of["subject"], of["subject"], "甲"])
        says = draw.choice(["revokes", "revokes", "repairs", "voids", "corrects", "disputes", ""])
        if says:
            row[says] = of["id"]
        else:
            row = dict(of) if draw.random() < 0.5 else {**row, "id": of["id"]}  # the same, or not
        if says in ("corrects", ""):
            row |= {key: of[key] for key in ("indicator", "quantity", "points") if key in of}
        yield row


PLAIN = HEAD + "indicators: [{id: help, points: 5}]\n"


def test_times_that_did_not_count_stay_unused_when_a_version_lets_more_count() -> None:
    """By hand: one time counts, the next two do not; of 7 times from July on 1 is used, then 2.

    One speaks of an event that is not there: from then on what is brought is kept.
    """
    scheme = PLAIN.replace("points: 5", "points: 5, caps: [{at_most: 1 times, per: ever}]")
    later = scheme.replace("2024-01-01", "2024-07-01").replace("at_most: 1", "at_most: 7")
    files = [load_scheme(f"{n}.yaml", text=text) for n, text in enumerate([scheme, later])]
    rows = [
        event("1", "2024-02-01"),
        event("2", "2024-03-01"),
        event("none", "2024-04-01", "", revokes="e"),
        event("3", "2024-05-01"),
        event("4", "2024-08-01"),
    ]
    for number, used in ((4, 1), (5, 2)):
        stream = stream_entries(files, None, rows[:number], date(2024, 12, 31))
        granted = [entry.granted for entry in stream if entry.event != "none"]
        assert granted == [5, 0, 0, 5][: number - 1]
        assert [room.used for room in stream.scores[0].rooms] == [used]


def who(name: str, day: str, subject: str, indicator: str = "help", **more: str) -> dict[str, str]:
    return event(name, f"2024-03-{day}", indicator, subject=subject, **more)


def alike(rows: list[dict[str, str]], **given: Any) -> list[tuple[str, str]]:
    """The outcomes of a stream that folds whole days, which are those of a batch."""
    file, last = load_scheme("demo.yaml", text=PLAIN), date(2024, 12, 31)
    stream, batch = (
        stream_entries(file, None, rows, last, **given),
        evaluate_events(file, None, rows, last),
    )
    assert tuple(stream) == batch.entries
    assert stream.scores == batch.scores
    return [(entry.event or "", entry.outcome.value) for entry in batch.entries]


def test_who_is_named_before_its_event_came_is_tied_to_nobody() -> None:
    """甲 names x too early; 乙, of whom x is, comes later to stand apart, and costs 甲 nothing."""
    rows = [
        who("a", "01", "甲"),
        who("r", "01", "甲", revokes="x"),
        who("x", "02", "乙"),
        who("b", "03", "甲"),
        who("c", "04", "乙"),
        who("d", "04", "乙", revokes="c"),
        who("e", "05", "甲"),
    ]
    refused = {"r": "unknown_target", "d": "revoked"}
    assert alike(rows) == [(name, refused.get(name, "counted")) for name in "arxbcde"]


def test_who_begins_on_a_day_begins_before_what_it_takes_back_in_vain() -> None:
    """乙 takes back an event of 甲, then has its first own: that day opens its period."""
    rows = [who("a", "01", "甲"), who("b", "01", "乙", revokes="a"), who("c", "01", "乙")]
    for within in (0, 5):
        names = [name for name, _ in alike(rows, within=within)]
        assert names == ["a", "b", "b", "c"]  # b has an entry for each of the two


def test_who_is_paid_on_a_day_begins_before_what_it_takes_back_in_vain() -> None:
    """甲 was there before; 乙 begins at 10 on the 2nd, for 3 that 甲 gives it that day."""
    text = PLAIN.replace("floor: none", "floor: none\nbase: 10").replace(
        "indicators: [", "indicators: [{id: gift, points: 3, to: {named: whole}}, "
    )
    rows = [
        who("a", "01", "甲"),
        who("b", "02", "乙", revokes="z"),
        who("c", "02", "甲", "gift", to="乙"),
    ]
    file, last = load_scheme("demo.yaml", text=text), date(2024, 12, 31)
    stream = stream_entries(file, None, rows, last, within=5)
    found: list[object] = [(e.event, e.subject, e.outcome.value, e.total_after) for e in stream]
    assert found[1:] == [
        ("b", "乙", "unknown_target", 10),
        ("c", "甲", "counted", 15),  # 10 and the 5 of a
        ("c", "乙", "received", 13),
    ]
    assert stream.scores == evaluate_events(file, None, rows, last).scores


def test_the_first_event_of_a_day_may_not_speak_of_the_day_before() -> None:
    """That day is folded as a whole by then, also if nothing of it has come out yet."""
    first = [who("a", "01", "甲"), who("b", "01", "乙")]
    for then, fault in (
        ([who("v", "02", "甲", voids="a")], "speaks-of-what-went"),
        ([who("v", "02", "丙", corrects="b")], "speaks-of-what-went"),
        ([who("a", "02", "甲")], "id-has-gone-by"),
        ([who("v", "02", "甲", voids="x"), who("x", "03", "甲")], "was-spoken-of"),
    ):
        file = load_scheme("demo.yaml", text=PLAIN)
        with pytest.raises(EventError) as found:
            list(stream_entries(file, None, first + then, date(2024, 12, 31)))
        assert [problem.fault.name for problem in found.value.problems] == [fault]


def test_without_fingerprints_what_is_refused_the_same_day_is_known_still() -> None:
    """z has no such indicator, so that nothing is brought that r could take back."""
    rows = [who("z", "01", "甲", indicator="none"), who("r", "01", "甲", revokes="z")]
    expected = [("r", "unknown_target"), ("z", "unknown_indicator")]
    assert sorted(alike(rows, find_copies=False)) == expected
    assert sorted(alike(rows, find_copies=False, within=5)) == expected


def test_without_fingerprints_an_id_of_the_day_before_is_known_of_nobody() -> None:
    """甲 stands apart since it took back its own; 乙 does not; each brings an id again."""
    rows = [
        who("a", "01", "甲"),
        who("r", "01", "甲", revokes="a"),
        who("b", "02", "甲"),
        who("c", "02", "乙"),
        who("b", "03", "甲"),
        who("c", "03", "乙"),
    ]
    file = load_scheme("demo.yaml", text=PLAIN)
    stream = stream_entries(file, None, rows, date(2024, 12, 31), find_copies=False)
    assert [entry.event for entry in stream if entry.granted == 5] == [*"abcbc"]
