"""Ways to alter a trace: each by a forger who carries totals on, chains anew and seals anew.

A kind takes a trace that can be written in, and alters it; `NotHere` where the trace has no line
for it. What each does, its name says. Every one of them is found by the trace and the scheme alone.
"""

import copy
import json
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from jifen_rules.core.terms import plain
from jifen_rules.scheme.model import SchemeFile
from jifen_rules.trace.chain import Chains
from traces import Given

Line: TypeAlias = dict[str, Any]
LIMITS = ("added", "deducted", "net", "times", "floor")
REFUSALS = ("refused", "not_for_subject", "condition_not_met", "unknown_value", "out_of_range")


class NotHere(Exception):
    """The trace has no line that could be altered so."""


class Work:
    """A trace under the forger's hands."""

    def __init__(self, given: Given, seed: int) -> None:
        self.lines: list[Line] = [json.loads(line) for line in given.lines]
        self.given, self.rng = given, random.Random(seed)
        self.scheme: SchemeFile = given.scheme

    def pick(self, wanted: Callable[[Line], Any]) -> int:
        """Choose a line."""
        found = [n for n, line in enumerate(self.lines) if wanted(line)]
        if not found:
            raise NotHere
        return self.rng.choice(found)

    def carry_on(self, number: int, by: Decimal, ledgers: dict[str, Decimal] | None = None) -> None:
        """Let all that follows in the period go by another amount, the score too."""
        first = self.lines[number]
        for line in self.lines[number:]:
            if (line["subject"], line["period"]) != (first["subject"], first["period"]):
                continue
            if line["total_after"] is not None:
                line["total_after"] = plain(Decimal(line["total_after"]) + by)
            for step in line["steps"] if line["outcome"] == "scored" else ():
                if step["kind"] == "ledger" and step["id"] in (ledgers or {}):
                    step["after"] = plain(Decimal(step["after"]) + (ledgers or {})[step["id"]])

    def sealed(self) -> list[str]:
        """Chain and seal anew."""
        chains, rows = Chains(), []
        for line in self.lines:
            raw = line.pop("_raw", None)
            if line.get("outcome") == "sealed" and raw is None:
                line["inputs"] |= {"lines": str(chains.count), "chains": chains.ends}
            bare = {key: value for key, value in line.items() if key != "chain"}
            text = json.dumps(bare, ensure_ascii=False)[:-1]
            text = text if raw is None else raw(text)
            rows += [row.decode() for row in chains.chained([(line["subject"], text.encode())])]
        return rows


Kind: TypeAlias = Callable[[Work], None]
KINDS: dict[str, Kind] = {}
OF_PAYMENTS = (
    "a_gift_that_is_no_text",
    "who_receives_before_the_event",
    "two_who_receive_swapped",
    "two_whom_a_rule_is_about_swapped",
    "a_rule_before_who_receives",
)
"""Kinds that need an event whose points pass to others."""


def kind(forge: Kind) -> Kind:
    """Add a kind to the list."""
    KINDS[forge.__name__] = forge
    return forge


def _counted(line: Line) -> bool:
    return bool(line["outcome"] == "counted")


def _moves(line: Line) -> bool:
    return _counted(line) and line["granted"] != "0"


def _scored(line: Line) -> bool:
    return bool(line["outcome"] == "scored")


def _entry(line: Line) -> bool:
    return line["outcome"] not in ("scored", "sealed")


def _capped(line: Line) -> bool:
    """A line cut by one limit, and by that alone."""
    return _counted(line) and len(line["steps"]) == 1 and line["steps"][0]["kind"] in LIMITS


def _step(of: str) -> dict[str, Any]:
    return {
        "kind": of,
        "id": "x",
        "name": "x",
        "place": "scheme.yaml:1",
        "basis": "",
        "before": None,
        "after": None,
        "room": None,
        "window": "",
        "note": "",
    }


# --- a line as such -------------------------------------------------------------------------------


@kind
def a_key_stands_twice(work: Work) -> None:
    line = work.lines[work.pick(_moves)]
    line["_raw"] = lambda text: text.replace('"granted": ', '"granted": "99", "granted": ', 1)


@kind
def a_key_stands_twice_in_a_step(work: Work) -> None:
    line = work.lines[work.pick(lambda li: li["steps"])]
    line["_raw"] = lambda text: text.replace('"note": ', '"note": "x", "note": ', 1)


@kind
def a_field_nobody_knows(work: Work) -> None:
    work.lines[work.pick(_entry)]["approved"] = "yes"


@kind
def a_field_left_out(work: Work) -> None:
    del work.lines[work.pick(_entry)]["inputs"]


@kind
def a_number_with_zeros(work: Work) -> None:
    work.lines[work.pick(_moves)]["granted"] += ".00"


@kind
def a_number_with_an_exponent(work: Work) -> None:
    work.lines[work.pick(_moves)]["asked"] = "1E+1"


@kind
def a_number_that_is_no_text(work: Work) -> None:
    work.lines[work.pick(_moves)]["granted"] = 5


@kind
def a_gift_that_is_no_text(work: Work) -> None:
    line = work.lines[work.pick(lambda li: li["outcome"] == "received" and li["granted"] != "0")]
    line["granted"] = json.loads(line["granted"])


@kind
def a_gift_of_coins_that_is_no_text(work: Work) -> None:
    line = work.lines[work.pick(lambda li: _entry(li) and li["ledgers"])]
    line["ledgers"] = {name: json.loads(amount) for name, amount in line["ledgers"].items()}


@kind
def steps_that_are_no_list(work: Work) -> None:
    line = work.lines[work.pick(lambda li: _entry(li) and not li["steps"])]
    line["steps"] = work.rng.choice(["", {}])


@kind
def a_day_spelled_otherwise(work: Work) -> None:
    line = work.lines[work.pick(_entry)]
    line["date"] = line["date"].replace("-", "") if line["date"] else "20240101"


@kind
def another_version_of_the_form(work: Work) -> None:
    work.lines[work.pick(_entry)]["trace"] = 1


@kind
def a_version_of_the_form_spelled_otherwise(work: Work) -> None:
    work.lines[work.pick(_entry)]["trace"] = 2.0


@kind
def an_outcome_nobody_knows(work: Work) -> None:
    work.lines[work.pick(_entry)]["outcome"] = "approved"


@kind
def a_step_without_a_place(work: Work) -> None:
    line = work.lines[work.pick(lambda li: _entry(li) and li["steps"])]
    del line["steps"][0]["place"]


@kind
def a_line_that_is_no_object(work: Work) -> None:
    work.lines[work.pick(_moves)]["_raw"] = lambda text: "[1"


# --- order and seal -------------------------------------------------------------------------------


@kind
def two_lines_swapped(work: Work) -> None:
    one = work.pick(_entry)
    two = work.pick(lambda li: _entry(li) and li["date"] != work.lines[one]["date"])
    work.lines[one], work.lines[two] = work.lines[two], work.lines[one]


def _swapped(*outcomes: str) -> Kind:
    """Two lines of one event, of two subjects, in the other order: no figure of theirs differs."""

    def forge(work: Work) -> None:
        def with_next(line: Line) -> bool:
            number = next(n for n, li in enumerate(work.lines) if li is line) + 1
            follows = work.lines[number] if number < len(work.lines) else line
            is_of_one = line["event"] is not None and line["event"] == follows["event"]
            ours = (line["outcome"], follows["outcome"]) == outcomes
            return is_of_one and ours and line["subject"] != follows["subject"]

        one = work.pick(with_next)
        work.lines[one : one + 2] = [work.lines[one + 1], work.lines[one]]

    return forge


KINDS["who_receives_before_the_event"] = _swapped("counted", "received")
KINDS["two_who_receive_swapped"] = _swapped("received", "received")
KINDS["two_whom_a_rule_is_about_swapped"] = _swapped("rule", "rule")
KINDS["a_rule_before_who_receives"] = _swapped("received", "rule")


@kind
def a_line_after_the_scores(work: Work) -> None:
    line = work.lines.pop(work.pick(_moves))
    work.lines.insert(len(work.lines) - 1, line)


@kind
def a_score_before_the_lines(work: Work) -> None:
    work.lines.insert(0, work.lines.pop(work.pick(_scored)))


@kind
def two_scores_swapped(work: Work) -> None:
    one = work.pick(_scored)
    two = work.pick(lambda li: _scored(li) and li is not work.lines[one])
    work.lines[one], work.lines[two] = work.lines[two], work.lines[one]


@kind
def no_seal(work: Work) -> None:
    work.lines.pop()


@kind
def a_seal_in_the_middle(work: Work) -> None:
    work.lines.insert(work.pick(_entry), copy.deepcopy(work.lines[-1]))


@kind
def the_seal_counts_other_lines(work: Work) -> None:
    work.lines[-1]["_raw"] = lambda text: text
    work.lines[-1]["inputs"]["lines"] = str(len(work.lines) + 1)


@kind
def the_seal_is_of_another_scheme(work: Work) -> None:
    work.lines[-1]["inputs"]["scheme"] += "x"


@kind
def the_seal_hides_or_claims_invented_figures(work: Work) -> None:
    said = work.lines[-1]["inputs"]
    if said.pop("illustrative", None) is None:
        said["illustrative"] = "yes"


@kind
def the_last_day_moved_back(work: Work) -> None:
    work.lines[-1]["date"] = min(line["date"] for line in work.lines if line["date"])


@kind
def the_seal_brings_points(work: Work) -> None:
    work.lines[-1]["granted"] = "50"


@kind
def the_seal_brings_coins(work: Work) -> None:
    work.lines[-1]["ledgers"] = {"total": "50"}


@kind
def the_seal_is_of_a_subject(work: Work) -> None:
    work.lines[-1]["subject"] = work.lines[work.pick(_scored)]["subject"]


@kind
def the_seal_has_a_step(work: Work) -> None:
    work.lines[-1]["steps"] = [_step("action") | {"note": "通报表扬"}]


# --- scores ---------------------------------------------------------------------------------------


@kind
def a_score_twice(work: Work) -> None:
    number = work.pick(_scored)
    work.lines.insert(number, copy.deepcopy(work.lines[number]))


@kind
def a_score_left_out(work: Work) -> None:
    del work.lines[work.pick(_scored)]


@kind
def a_score_of_a_stranger(work: Work) -> None:
    number = work.pick(_scored)
    line = copy.deepcopy(work.lines[number])
    line["subject"] = f"{line['subject']}x"
    work.lines.insert(number + 1, line)


@kind
def a_score_of_another_period(work: Work) -> None:
    work.lines[work.pick(_scored)]["period"] = "1999"


def _without(of: str) -> Kind:
    def forge(work: Work) -> None:
        line = work.lines[
            work.pick(
                lambda li: (
                    _scored(li) and any(_must(work, s) for s in li["steps"] if s["kind"] == of)
                )
            )
        ]
        found = [s for s in line["steps"] if s["kind"] == of and _must(work, s)]
        line["steps"].remove(work.rng.choice(found))

    return forge


def _must(work: Work, step: Line) -> bool:
    """Not a ledger that is for some only: whether a subject has it, another line may not tell."""
    return not any(led.for_ for led in work.scheme.scheme.ledgers if led.key == step["id"])


KINDS["a_level_left_out_of_a_score"] = _without("level")
KINDS["a_category_left_out_of_a_score"] = _without("category")
KINDS["a_ledger_left_out_of_a_score"] = _without("ledger")


@kind
def all_levels_left_out(work: Work) -> None:
    if not work.scheme.scheme.tiers:
        raise NotHere
    for line in filter(_scored, work.lines):
        line["steps"] = [step for step in line["steps"] if step["kind"] != "level"]


@kind
def a_figure_of_a_score_twice(work: Work) -> None:
    line = work.lines[work.pick(lambda li: _scored(li) and li["steps"])]
    line["steps"].append(copy.deepcopy(work.rng.choice(line["steps"])))


@kind
def a_category_the_scheme_does_not_have(work: Work) -> None:
    line = work.lines[work.pick(_scored)]
    line["steps"].append(
        _step("category") | {"id": "无此类", "place": "", "name": "", "after": "5"}
    )


@kind
def a_level_the_ladder_does_not_have(work: Work) -> None:
    line = work.lines[work.pick(lambda li: any(s["kind"] == "level" for s in li["steps"]))]
    next(s for s in line["steps"] if s["kind"] == "level")["note"] = "特级"


@kind
def the_total_of_a_score(work: Work) -> None:
    line = work.lines[work.pick(_scored)]
    line["total_after"] = plain(Decimal(line["total_after"]) + 5)


@kind
def no_base_of_a_score(work: Work) -> None:
    del work.lines[work.pick(_scored)]["inputs"]["base"]


def _figure_says(key: str, other: str, *of: str) -> Kind:
    def forge(work: Work) -> None:
        line = work.lines[
            work.pick(lambda li: _scored(li) and any(s["kind"] in of for s in li["steps"]))
        ]
        next(s for s in line["steps"] if s["kind"] in of)[key] = other

    return forge


KINDS["a_figure_of_a_score_at_a_place"] = _figure_says("place", "scheme.yaml:1", "category")
KINDS["a_figure_of_a_score_with_room"] = _figure_says("room", "5", "category")
KINDS["a_figure_of_a_score_with_words"] = _figure_says("note", "优", "category")
KINDS["a_level_of_a_score_with_points"] = _figure_says("after", "5", "level")


@kind
def the_base_of_a_score(work: Work) -> None:
    line = work.lines[work.pick(_scored)]
    line["inputs"]["base"] = plain(Decimal(line["inputs"]["base"]) + 5)


@kind
def a_ledger_of_a_score(work: Work) -> None:
    posted = {led.key for led in work.scheme.scheme.ledgers if led.formula is None and not led.base}
    line = work.lines[
        work.pick(lambda li: _scored(li) and any(s["id"] in posted for s in li["steps"]))
    ]
    step = next(s for s in line["steps"] if s["id"] in posted)
    step["after"] = plain(Decimal(step["after"]) + 7)


@kind
def a_score_that_brings_points(work: Work) -> None:
    work.lines[work.pick(_scored)]["granted"] = "5"


@kind
def a_score_with_a_limit(work: Work) -> None:
    line = work.lines[work.pick(_scored)]
    line["steps"].append(_step("added") | {"before": "5", "after": "3"})


# --- outcomes -------------------------------------------------------------------------------------


@kind
def a_refusal_brings_points(work: Work) -> None:
    number = work.pick(lambda li: li["outcome"] in REFUSALS and li["total_after"] is not None)
    work.lines[number]["granted"] = "5"
    work.carry_on(number, Decimal(5))


@kind
def a_refusal_brings_coins(work: Work) -> None:
    work.lines[work.pick(lambda li: li["outcome"] in REFUSALS)]["ledgers"] = {"total": "5"}


@kind
def a_refusal_with_a_step(work: Work) -> None:
    line = work.lines[work.pick(lambda li: li["outcome"] in REFUSALS)]
    line["steps"].append(_step("action") | {"note": "通报表扬"})


@kind
def a_refusal_asks_for_points(work: Work) -> None:
    line = work.lines[work.pick(lambda li: li["outcome"] in REFUSALS)]
    line["asked"] = plain(Decimal(line["asked"]) - 20)


@kind
def a_refusal_without_its_total(work: Work) -> None:
    number = work.pick(lambda li: li["outcome"] in REFUSALS and li["total_after"] is not None)
    work.lines[number]["total_after"] = None


@kind
def a_refusal_of_no_event(work: Work) -> None:
    """It stands where the lines of a day's end stand, by subject."""
    line = work.lines.pop(work.pick(lambda li: li["outcome"] in REFUSALS and li["event"]))
    line["event"] = None
    before = [
        n
        for n, li in enumerate(work.lines)
        if _entry(li)
        and (li["date"] or "9") <= line["date"]
        and (li["date"] != line["date"] or li["event"] or li["subject"] <= line["subject"])
    ]
    work.lines.insert(max(before, default=-1) + 1, line)


def _invented(outcome: str, indicator: str = "", **more: Any) -> Kind:
    """A line that nobody wrote: fifty points under an outcome."""

    def forge(work: Work) -> None:
        number = work.pick(lambda li: _counted(li) and li["total_after"] is not None)
        line = copy.deepcopy(work.lines[number])
        line |= {
            "event": f"{line['event']}z",
            "outcome": outcome,
            "asked": "0",
            "granted": "50",
            "ledgers": {},
            "steps": [],
            "indicator": indicator or line["indicator"],
            **more,
        }
        work.lines.insert(number + 1, line)
        work.carry_on(number + 1, Decimal(50))

    return forge


for _outcome in ("not_passed", "voided", "unknown_value", "after_as_of", "refused"):
    KINDS[f"points_under_{_outcome}"] = _invented(_outcome)
for _outcome in (
    "void",
    "objection",
    "entitled",
    "redeemed",
    "expired",
    "released",
    "rule",
    "tier",
    "awarded",
):
    KINDS[f"points_under_{_outcome}_of_an_indicator"] = _invented(_outcome)
for _outcome in ("counted", "expired", "awarded", "rule", "tier", "redeemed"):
    KINDS[f"points_under_{_outcome}_of_nothing"] = _invented(_outcome, "无此项")
KINDS["points_under_reversed"] = _invented("reversed")
KINDS["points_received_from_nobody"] = _invented("received")
KINDS["points_taken_back_of_nothing"] = _invented("revoked", inputs={"revokes": "无此事"})
KINDS["points_for_putting_nothing_right"] = _invented("counted", inputs={"repairs": "无此事"})
KINDS["points_of_a_row_that_is_none"] = _invented("unreadable", date=None, version=None, event=None)


def _of_the_day(outcome: str, indicator: str = "") -> Kind:
    """The same, without an event: a line of the last day of the trace of its subject."""

    def forge(work: Work) -> None:
        number = work.pick(lambda li: _counted(li) and li["total_after"] is not None)
        day, subject = work.lines[number]["date"], work.lines[number]["subject"]
        line = copy.deepcopy(work.lines[number])
        line |= {
            "event": None,
            "outcome": outcome,
            "asked": "0",
            "granted": "50",
            "ledgers": {},
            "steps": [],
            "inputs": {},
            "indicator": indicator or line["indicator"],
        }
        late = [
            n
            for n, li in enumerate(work.lines)
            if _entry(li)
            and li["date"] == day
            and (li["event"] is not None or li["subject"] <= subject)
        ]
        place = max(late) + 1
        mine = [
            li
            for li in work.lines[:place]
            if (li["subject"], li["period"]) == (subject, line["period"])
        ]
        line["total_after"] = next(
            li["total_after"] for li in reversed(mine) if li["total_after"] is not None
        )
        work.lines.insert(place, line)
        work.carry_on(place, Decimal(50))

    return forge


KINDS["an_expiry_that_brings_points"] = _of_the_day("expired", "无此项")
KINDS["an_award_for_no_standing_fact"] = _of_the_day("awarded", "无此项")
KINDS["a_rule_nobody_made"] = _of_the_day("rule", "无此项")
KINDS["an_end_of_no_veto"] = _of_the_day("released", "无此项")


@kind
def an_event_counts_twice(work: Work) -> None:
    number = work.pick(_moves)
    line = work.lines[number]
    work.lines.insert(number + 1, copy.deepcopy(line))
    ledgers = {name: Decimal(amount) for name, amount in line["ledgers"].items()}
    work.carry_on(number + 1, Decimal(line["granted"]), ledgers)


@kind
def a_subject_that_is_not_on_the_roster(work: Work) -> None:
    line = work.lines[work.pick(_counted)]
    for other in work.lines:
        if other["subject"] == line["subject"] and other is not line:
            other["subject"] += "x"
    line["subject"] += "x"
    work.lines.sort(key=lambda li: li["outcome"] in ("scored", "sealed"))


@kind
def a_voided_event_counts(work: Work) -> None:
    number = work.pick(_moves)
    void = copy.deepcopy(work.lines[number])
    void |= {
        "event": f"{void['event']}z",
        "outcome": "void",
        "asked": "0",
        "granted": "0",
        "indicator": "",
        "steps": [],
        "ledgers": {},
        "inputs": {"voids": void["event"]},
        "total_after": None,
    }
    work.lines.insert(number + 1, void)


def _refused_as(outcome: str, only: Callable[[Work, Line], bool] = lambda work, line: True) -> Kind:
    """A deduct that is gone: the event stands there as refused, for no reason."""

    def forge(work: Work) -> None:
        number = work.pick(
            lambda li: _moves(li) and only(work, li) and not {"voids", "corrects"} & {*li["inputs"]}
        )
        line = work.lines[number]
        amounts = {name: -Decimal(amount) for name, amount in line["ledgers"].items()}
        work.carry_on(number, -Decimal(line["granted"]), amounts)
        line |= {"outcome": outcome, "granted": "0", "asked": "0", "steps": [], "ledgers": {}}

    return forge


def _item(work: Work, line: Line) -> Any:
    items = {item.key: item for _, _, item in work.scheme.scheme.walk()}
    return items[line["indicator"]]


def _without_when(work: Work, line: Line) -> bool:
    return _item(work, line).when is None


def _without_process(work: Work, line: Line) -> bool:
    parts = [*work.scheme.scheme.categories, work.scheme.scheme, _item(work, line)]
    return not any(part.process for part in parts)


for _outcome in (
    "voided",
    "duplicate",
    "unknown_indicator",
    "unknown_subject",
    "not_for_subject",
    "no_version",
):
    KINDS[f"an_event_refused_as_{_outcome}"] = _refused_as(_outcome)
KINDS["an_event_refused_as_condition_not_met"] = _refused_as("condition_not_met", _without_when)
KINDS["an_event_refused_as_not_passed"] = _refused_as("not_passed", _without_process)


def _is_plain(work: Work, line: Line) -> bool:
    """Of a stated number for its own subject, that asks for no other fact."""
    item = _item(work, line)
    parts = [work.scheme.scheme, *work.scheme.scheme.categories, item]
    beside = any(part.to or part.combine for part in parts)
    beside |= any(part.between is not None for part in parts[:-1])
    beside |= any(category.categories for category in work.scheme.scheme.categories)
    return isinstance(item.points, Decimal) and not (beside or item.when or item.then)


def _is_known_late(work: Work, line: Line) -> bool:
    """Not of the last day on which anything was known: what is later may be known later."""
    return bool(line["date"] < max(li["date"] for li in work.lines if _counted(li)))


for _outcome in ("missing_value", "not_in_table", "unknown_value", "out_of_range"):
    KINDS[f"an_event_refused_as_{_outcome}"] = _refused_as(_outcome, _is_plain)
for _outcome in (
    "conflicting",
    "unknown_target",
    "refused",
    "repair_refused",
    "declared_late",
    "not_allowed",
    "unreadable",
    "void",
    "objection",
):
    KINDS[f"an_event_refused_as_{_outcome}"] = _refused_as(_outcome)
KINDS["an_event_refused_as_after_as_of"] = _refused_as("after_as_of", _is_known_late)


@kind
def an_event_without_an_id(work: Work) -> None:
    work.lines[work.pick(_counted)]["event"] = None


@kind
def a_line_left_out(work: Work) -> None:
    del work.lines[work.pick(_moves)]


@kind
def a_line_moved_to_another_subject(work: Work) -> None:
    number = work.pick(_moves)
    others = {li["subject"] for li in work.lines if _scored(li)} - {work.lines[number]["subject"]}
    if not others:
        raise NotHere
    work.lines[number]["subject"] = work.rng.choice(sorted(others))


# --- points ---------------------------------------------------------------------------------------


@kind
def granted_alone(work: Work) -> None:
    line = work.lines[work.pick(_moves)]
    line["granted"] = plain(Decimal(line["granted"]) + work.rng.choice([-3, -1, 2, 10]))


@kind
def granted_with_all_that_follows(work: Work) -> None:
    number = work.pick(_moves)
    by = Decimal(work.rng.choice([-3, -1, 2, 10]))
    work.lines[number]["granted"] = plain(Decimal(work.lines[number]["granted"]) + by)
    work.carry_on(number, by)


@kind
def the_total_after_a_line(work: Work) -> None:
    line = work.lines[work.pick(lambda li: _entry(li) and li["total_after"] is not None)]
    line["total_after"] = plain(Decimal(line["total_after"]) + 1)


@kind
def no_total_after_a_line(work: Work) -> None:
    work.lines[work.pick(lambda li: _moves(li) and li["total_after"] is not None)][
        "total_after"
    ] = None


@kind
def asked_and_granted_of_a_stated_number(work: Work) -> None:
    number = work.pick(
        lambda li: (
            _moves(li)
            and isinstance(_item(work, li).points, Decimal)
            and not li["steps"]
            and not _is_pool(work, li)
        )
    )
    line = work.lines[number]
    for key in ("asked", "granted"):
        line[key] = plain(Decimal(line[key]) * 3)
    work.carry_on(number, Decimal(line["granted"]) / 3 * 2)


def _is_pool(work: Work, line: Line) -> bool:
    return any(
        part.escalate
        for part in (work.scheme.scheme, *work.scheme.scheme.categories, _item(work, line))
    )


@kind
def asked_alone(work: Work) -> None:
    line = work.lines[
        work.pick(lambda li: _moves(li) and isinstance(_item(work, li).points, Decimal))
    ]
    line["asked"] = plain(Decimal(line["asked"]) + 1)


@kind
def a_share_of_a_ledger(work: Work) -> None:
    number = work.pick(lambda li: _moves(li) and li["ledgers"])
    line = work.lines[number]
    name = work.rng.choice(sorted(line["ledgers"]))
    line["ledgers"][name] = plain(Decimal(line["ledgers"][name]) + 92)
    work.carry_on(number, Decimal(0), {name: Decimal(92)})


@kind
def a_ledger_the_points_do_not_enter(work: Work) -> None:
    number = work.pick(_moves)
    work.lines[number]["ledgers"]["wallet_of_nobody"] = "5"


@kind
def the_price_of_a_redemption(work: Work) -> None:
    number = work.pick(lambda li: li["outcome"] == "redeemed" and li["asked"] != "0")
    line = work.lines[number]
    paid = Decimal(line["asked"])
    line["asked"] = plain(paid + 1)
    if line["granted"] != "0":
        line["granted"] = plain(Decimal(line["granted"]) + 1)
        work.carry_on(number, Decimal(1))
    else:
        name, amount = next(iter(line["ledgers"].items()))
        line["ledgers"][name] = plain(Decimal(amount) + 1)
        work.carry_on(number, Decimal(0), {name: Decimal(1)})


@kind
def a_redemption_that_costs_nothing(work: Work) -> None:
    number = work.pick(lambda li: li["outcome"] == "redeemed" and li["granted"] != "0")
    line = work.lines[number]
    work.carry_on(number, -Decimal(line["granted"]))
    line["granted"] = "0"


@kind
def the_quantity_of_an_event(work: Work) -> None:
    line = work.lines[work.pick(lambda li: _moves(li) and _per_unit(work, li))]
    line["inputs"]["quantity"] = plain(Decimal(line["inputs"]["quantity"]) + 40)


def _per_unit(work: Work, line: Line) -> bool:
    item = _item(work, line)
    each = getattr(item.points, "each", None) and not hasattr(item.points, "full")
    return bool(each) and not item.caps and not item.escalate


@kind
def no_quantity(work: Work) -> None:
    del work.lines[work.pick(lambda li: _counted(li) and _per_unit(work, li))]["inputs"]["quantity"]


@kind
def judged_points_out_of_range(work: Work) -> None:
    number = work.pick(
        lambda li: (
            _moves(li)
            and "points" in li["inputs"]
            and type(_item(work, li).points).__name__ in ("Between", "OneOf")
        )
    )
    line = work.lines[number]
    line["inputs"]["points"] = line["asked"] = "1000"


@kind
def no_judged_points(work: Work) -> None:
    number = work.pick(
        lambda li: _moves(li) and type(_item(work, li).points).__name__ in ("Between", "OneOf")
    )
    del work.lines[number]["inputs"]["points"]


@kind
def a_category_of_a_score(work: Work) -> None:
    """Of somebody on whom no veto ever stood, and who had no part in a group."""
    held = {
        li["subject"]
        for li in work.lines
        if any(s["kind"] in ("veto", "combine") for s in li["steps"]) or "repairs" in li["inputs"]
    }
    line = work.lines[
        work.pick(
            lambda li: (
                _scored(li)
                and li["subject"] not in held
                and any(s["kind"] == "category" for s in li["steps"])
            )
        )
    ]
    step = work.rng.choice([s for s in line["steps"] if s["kind"] == "category"])
    step["after"] = plain(Decimal(step["after"]) + work.rng.choice([-4, 1, 9]))


# --- steps ----------------------------------------------------------------------------------------


@kind
def a_limit_left_out(work: Work) -> None:
    work.lines[work.pick(_capped)]["steps"] = []


@kind
def a_limit_left_out_with_all_that_follows(work: Work) -> None:
    number = work.pick(_capped)
    line = work.lines[number]
    step = line["steps"].pop()
    by = Decimal(step["before"]) - Decimal(step["after"])
    line["granted"] = plain(Decimal(line["granted"]) + by * 2)
    work.carry_on(number, by * 2)


@kind
def a_limit_begins_elsewhere(work: Work) -> None:
    step = work.lines[work.pick(_capped)]["steps"][0]
    step["before"] = plain(Decimal(step["before"]) * 2 + 1)


@kind
def a_limit_ends_elsewhere(work: Work) -> None:
    step = work.lines[work.pick(_capped)]["steps"][0]
    step["after"] = plain(Decimal(step["after"]) + 1)


def _limit_says(key: str, other: str) -> Kind:
    def forge(work: Work) -> None:
        line = work.lines[
            work.pick(lambda li: _counted(li) and any(s["kind"] in LIMITS for s in li["steps"]))
        ]
        next(s for s in line["steps"] if s["kind"] in LIMITS)[key] = other

    return forge


KINDS["a_limit_at_another_place"] = _limit_says("place", "scheme.yaml:99999")
KINDS["a_limit_on_another_basis"] = _limit_says("basis", "县里口头通知")
KINDS["a_limit_over_another_window"] = _limit_says("window", "3 months")
KINDS["a_limit_of_something_else"] = _limit_says("id", "无此项")
KINDS["a_limit_called_a_combine"] = _limit_says("kind", "combine")


def _any_step_says(key: str, other: str, only: Callable[[Line], Any]) -> Kind:
    def forge(work: Work) -> None:
        line = work.lines[work.pick(lambda li: _entry(li) and any(map(only, li["steps"])))]
        work.rng.choice([s for s in line["steps"] if only(s)])[key] = other

    return forge


def _speaks(step: Line) -> bool:
    return step["before"] is None


KINDS["a_step_under_another_name"] = _any_step_says("name", "无此名", lambda s: s["name"])
KINDS["a_step_of_another_id"] = _any_step_says("id", "无此项", lambda s: s["id"])
KINDS["a_step_at_another_place"] = _any_step_says(
    "place", "scheme.yaml:99999", lambda s: s["place"]
)
KINDS["a_step_on_another_basis"] = _any_step_says("basis", "县里口头通知", lambda s: s["place"])
KINDS["a_step_with_a_window_of_its_own"] = _any_step_says(
    "window", "year", lambda s: not s["window"]
)
KINDS["a_step_with_room_of_its_own"] = _any_step_says("room", "5", lambda s: not s["window"])
KINDS["a_step_with_words_of_its_own"] = _any_step_says("note", "口头", lambda s: not _speaks(s))


def _told(*of: str, twice: bool = False) -> Kind:
    """A step that says something: left out, or said again."""

    def forge(work: Work) -> None:
        def only(step: Line) -> bool:
            return step["kind"] in of and _speaks(step)

        number = work.pick(lambda li: _comes(work, li) and any(map(only, li["steps"])))
        steps = work.lines[number]["steps"]
        step = work.rng.choice([s for s in steps if only(s)])
        if twice:
            steps.append(copy.deepcopy(step))
        else:
            steps.remove(step)

    return forge


def _comes(work: Work, line: Line) -> bool:
    """Whatever follows from the event or is given for it does so on no condition."""
    items = {item.key: item for _, _, item in work.scheme.scheme.walk()}
    item = items.get(line["indicator"])
    effects = item.then if item is not None else ()
    bare = line["outcome"] == "redeemed" or (_counted(line) and "repairs" not in line["inputs"])
    return bare and not any(effect.when for effect in effects)


KINDS["a_consequence_left_out"] = _told("veto", "grade", "action")
KINDS["a_consequence_said_twice"] = _told("veto", "grade", "action", twice=True)
KINDS["a_gift_left_out"] = _told("gives")
KINDS["a_gift_said_twice"] = _told("gives", twice=True)
KINDS["what_is_not_stated_left_out"] = _told("not_stated")
KINDS["what_is_not_stated_said_twice"] = _told("not_stated", twice=True)


@kind
def another_gift(work: Work) -> None:
    words = {r.key: r.gives for r in work.scheme.scheme.rewards if isinstance(r.gives, str)}
    line = work.lines[
        work.pick(lambda li: li["outcome"] == "redeemed" and li["indicator"] in words)
    ]
    next(s for s in line["steps"] if s["kind"] == "gives")["note"] = "五台汽车"


def _step_invented(of: str, **more: Any) -> Kind:
    """A step that nobody wrote, and five points fewer (or more) for it."""

    def forge(work: Work) -> None:
        number = work.pick(lambda li: _moves(li) and li["total_after"] is not None)
        line = work.lines[number]
        step = _step(of) | {"before": "0", "after": "5"} | more
        line["steps"].append(step)
        if step["before"] is not None:
            line["granted"] = plain(Decimal(line["granted"]) + 5)
            work.carry_on(number, Decimal(5))

    return forge


for _of in (
    "then",
    "added",
    "times",
    "floor",
    "weight",
    "round",
    "combine",
    "quantity_cap",
    "share",
):
    KINDS[f"a_step_{_of}_invented"] = _step_invented(_of)
KINDS["a_veto_invented"] = _step_invented("veto", before=None, after=None, note="total")
KINDS["a_grade_invented"] = _step_invented("grade", before=None, after=None, note="特级")
KINDS["an_action_invented"] = _step_invented("action", before=None, after=None, note="通报表扬")
KINDS["a_warning_invented"] = _step_invented(
    "warning", before=None, after=None, note="口头提醒一次"
)
KINDS["a_gift_invented"] = _step_invented("gives", before=None, after=None, note="大米")
KINDS["a_level_in_a_line"] = _step_invented("level", before=None, after=None, note="特级")


# --- versions, periods, days ----------------------------------------------------------------------


@kind
def another_version(work: Work) -> None:
    work.lines[work.pick(_entry)]["version"] = "2001-01-01"


@kind
def another_period(work: Work) -> None:
    work.lines[work.pick(_entry)]["period"] = "1999"


@kind
def a_day_before_all_versions(work: Work) -> None:
    work.lines.insert(0, work.lines.pop(work.pick(_moves)) | {"date": "1901-01-01"})


@kind
def a_day_after_the_last(work: Work) -> None:
    number = work.pick(_moves)
    line = work.lines.pop(number)
    line["date"] = "2999-01-01"
    last = max(n for n, li in enumerate(work.lines) if _entry(li))
    work.lines.insert(last + 1, line)
