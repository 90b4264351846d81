"""Every construct of the language, each as one function that puts it into a draft.

They stand in the order in which they are put: periods, forms of a value, what stands on an
indicator, limits, ledgers, ladders, rewards, rules, consequences, events, versions. `one_of` names
a choice of which a scheme makes one; a construct `needs` others that are put before it. A function
gives False where the draft has no place for its construct.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .draft import Draft, is_wipe
from .village import Data, Row

Put = Callable[[Draft], object]


@dataclass(frozen=True)
class Construct:
    name: str
    family: str
    put: Put
    one_of: str = ""
    needs: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    """The keys that it takes on an indicator, of each of which there is one."""


CONSTRUCTS: dict[str, Construct] = {}


def construct(
    family: str, one_of: str = "", needs: tuple[str, ...] = (), slots: tuple[str, ...] = ()
) -> Callable[[Put], Put]:
    def declare(put: Put) -> Put:
        name = put.__name__
        CONSTRUCTS[name] = Construct(name, family, put, one_of, needs, slots)
        return put

    return declare


def declare(
    name: str, family: str, put: Put, one_of: str = "", needs: tuple[str, ...] = ()
) -> None:
    """Declare a construct that differs from others by a word alone."""
    CONSTRUCTS[name] = Construct(name, family, put, one_of, needs)


# --- periods, and what becomes of points at their ends --------------------------------------------

for _name, _words in {
    "period_year": ("year",),
    "period_month": ("month",),
    "period_quarter": ("quarter", "half_year"),
    "period_from": ("month from 26", "year from 07-01"),
    "period_long": ("100 years",),
}.items():

    def _period(draft: Draft, words: tuple[str, ...] = _words) -> None:
        draft.scheme["period"] = draft.pick(*words)

    declare(_name, "periods", _period, "the period")


@construct("periods", "the period's end")
def clear(draft: Draft) -> None:
    draft.scheme["at_period_end"] = "clear"


@construct("periods", "the period's end")
def carry(draft: Draft) -> None:
    draft.scheme["at_period_end"] = "carry"


@construct("periods", "the period's end")
def carry_formula(draft: Draft) -> None:
    text = draft.pick("min(total, 12)", "max(total - 10, 0)")
    draft.scheme["at_period_end"] = {"formula": text}


@construct("periods", "the base")
def base_by_class(draft: Draft) -> None:
    draft.scheme["base"] = {"by": {"class": {"甲类": "20", "乙类": "10"}}}


@construct("places")
def nested(draft: Draft) -> None:
    draft.category(draft.category())


# --- forms of a value -----------------------------------------------------------------------------


def form(make: Callable[[Draft], Any]) -> Put:
    name = make.__name__

    def put(draft: Draft) -> None:
        draft.item(make(draft), name)

    CONSTRUCTS[name] = Construct(name, "forms", put, slots=("points",))
    return put


@form
def fixed(draft: Draft) -> Any:
    return draft.points()


@form
def per_unit(draft: Draft) -> Any:
    return {"each": {"小时": draft.points()}}


@form
def per_unit_window(draft: Draft) -> Any:
    window = draft.pick("year", "month", "quarter")
    return {"each": {"4 小时": draft.points()}, "per": window, "round": "1 down"}


@form
def at_least(draft: Draft) -> Any:
    return {"at_least": {"1": draft.points(), "5": draft.points()}}


@form
def steps(draft: Draft) -> Any:
    return {"above": {"0": "1", "5": draft.pick("2", "5")}, "per": draft.pick("year", "month")}


@form
def bands(draft: Draft) -> Any:
    return {"bands": {"0": {"小时": "1"}, "5": {"2 小时": "1"}}, "round": "1 down"}


@form
def by_level(draft: Draft) -> Any:
    return {"by": {"level": {"村级": draft.points(), "县级": draft.points()}}}


@form
def by_class(draft: Draft) -> Any:
    return {"by": {"class": {"甲类": draft.points(), "乙类": draft.points()}}}


@form
def nested_form(draft: Draft) -> Any:
    return {"by": {"level": {"村级": {"between": ["-20", "20"]}, "县级": {"each": {"小时": "1"}}}}}


@form
def between(draft: Draft) -> Any:
    return {"between": ["-20", "20"]}


@form
def one_of(draft: Draft) -> Any:
    return {"one_of": ["4", "2.5", "-7"]}


@form
def full_less(draft: Draft) -> Any:
    return {"full": "10", "each": {"处": "-2"}, "floor": "0"}


@form
def formula(draft: Draft) -> Any:
    text = draft.pick(
        "quantity + (1 if level == '村级' else 2)",
        "min(quantity, 3)",
        "headcount - 2",
        "2 if class == '甲类' else -1",
    )
    return {"formula": text, "round": "1 half_up"}


@form
def rated_by(draft: Draft) -> Any:
    return {
        "rated_by": {"self": "20%", "mutual": "30%", "cadre": "50%"},
        "per": draft.pick("month", "quarter"),
        "combine": {draft.pick("mean", "median", "trimmed_mean"): "role"},
        "missing": draft.pick("spread", "zero", "void"),
        "round": "0.1 half_up",
        "between": ["-30", "30"],
    }


@form
def wipe(draft: Draft) -> Any:
    return "clear"


@construct("forms", slots=("points", "when"))
def standing(draft: Draft) -> None:
    """Put a standing fact, granted at the end of each stretch to all for whom it held."""
    item = draft.item(draft.pick("1", "-1", "2"), "standing")
    item |= {"per": draft.pick("month", "quarter"), "when": "throughout(示范)"}


@construct("forms", needs=("rated_by",), slots=("when",))
def quorum(draft: Draft) -> object:
    item = next((i for i in draft.items if is_rated(i)), None)
    if item is None:
        return False
    item["when"] = "raters >= 2"
    draft.put(item["id"], "quorum")
    return None


# --- what stands on an indicator ------------------------------------------------------------------


def is_rated(item: Data) -> bool:
    return isinstance(item["points"], dict) and "rated_by" in item["points"]


def is_plain(item: Data) -> bool:
    """Tell whether each of its events counts by itself."""
    return not is_rated(item) and "combine" not in item


def on_item(
    slot: str,
    name: str,
    make: Callable[[Draft], Any],
    family: str,
    fits: Callable[[Data], bool] = lambda _: True,
) -> None:
    def put(draft: Draft) -> None:
        item = draft.free_item(slot, fits)
        item[slot] = make(draft)
        draft.put(item["id"], name)

    CONSTRUCTS[name] = Construct(name, family, put, slots=(slot,))


def unrated(item: Data) -> bool:
    return not is_rated(item)


on_item(
    "escalate",
    "escalate_times",
    lambda d: {d.pick("month", "year", "90 days"): d.pick(["x1", "x2"], ["x2", "x0", "x1"])},
    "occurrences",
    unrated,
)
on_item(
    "escalate",
    "escalate_points",
    lambda d: {d.pick("month", "year"): d.pick(["-1", "-2", "-5"], ["1", "3"])},
    "occurrences",
    unrated,
)
on_item(
    "escalate", "escalate_valid", lambda d: {"valid": ["x1", "x2", "x3"]}, "occurrences", unrated
)
on_item(
    "escalate",
    "warn",
    lambda d: {d.pick("month", "year", "valid"): ["劝导", "x1", "x2"]},
    "occurrences",
    unrated,
)
on_item(
    "combine",
    "combine_highest",
    lambda d: {"highest": d.pick("matter", "month", "year")},
    "combining",
    unrated,
)
on_item(
    "combine",
    "combine_lowest",
    lambda d: {"lowest": d.pick("matter", "month", "year")},
    "combining",
    unrated,
)
on_item(
    "combine",
    "combine_heaviest",
    lambda d: {"heaviest": d.pick("matter", "month", "year")},
    "combining",
    unrated,
)
on_item(
    "combine",
    "combine_latest",
    lambda d: {"latest": d.pick("matter", "month", "year", "ever")},
    "combining",
    unrated,
)


def combine_mean(draft: Draft) -> None:
    item = draft.free_item("combine", lambda i: unrated(i) and "round" not in i)
    mode, window = draft.pick("mean", "median", "trimmed_mean"), draft.pick("month", "year")
    item |= {"combine": {mode: window}, "round": "0.01 half_up"}
    draft.put(item["id"], "combine_mean")


CONSTRUCTS["combine_mean"] = Construct(
    "combine_mean", "combining", combine_mean, slots=("combine", "round")
)


@construct("combining")
def combine_category(draft: Draft) -> object:
    return _join(draft, draft.some_category(), {"highest": "matter", "heaviest": "matter"})


@construct("combining")
def combine_scheme(draft: Draft) -> object:
    return _join(draft, "", {"highest": draft.pick("matter", "month")})


def _join(draft: Draft, place: str, how: Data) -> object:
    """Make a place combine its events; a mean or a rating may not stand inside."""
    joined = ("mean", "median", "trimmed_mean")
    for item in items_of(draft.node(place)):
        if is_rated(item) or any(mode in item.get("combine", ()) for mode in joined):
            return False
    draft.node(place)["combine"] = how
    draft.put(place, "combine_scheme" if place == "" else "combine_category")
    return None


on_item("round", "round_event", lambda d: d.pick("1 half_up", "1 down", "0.5 up"), "roundings")
on_item(
    "lasts",
    "lasts_length",
    lambda d: d.pick("40 days", "2 months", "6 months", "1 year"),
    "validity",
)
on_item("lasts", "lasts_window", lambda d: d.pick("month", "quarter", "year"), "validity")
on_item("lasts", "lasts_period", lambda d: "period", "validity")
on_item("lasts", "lasts_ever", lambda d: "ever", "validity")
on_item(
    "lasts",
    "lasts_size",
    lambda d: {"at_least": {"0": "1 month"}, "above": {"2": "3 months"}},
    "validity",
)
on_item(
    "lasts",
    "lasts_field",
    lambda d: {"by": {"level": {"村级": "20 days", "县级": "ever", "国家级": "2 months"}}},
    "validity",
)


def _until_repaired(words: str, name: str) -> None:
    def put(draft: Draft) -> None:
        item = draft.free_item("lasts")
        item["lasts"] = words
        item.setdefault("repair", {})
        draft.put(item["id"], name)

    CONSTRUCTS[name] = Construct(name, "validity", put, slots=("lasts",))


_until_repaired("until repaired", "lasts_repair")
_until_repaired("period after repair", "lasts_after_repair")


on_item(
    "when",
    "when_count",
    lambda d: "count('any', 'month') < 3",
    "conditions",
    lambda i: "per" not in i,
)
on_item(
    "when",
    "when_total",
    lambda d: d.pick("total < 30", "total > 5"),
    "conditions",
    lambda i: "per" not in i,
)
on_item(
    "when",
    "when_sum",
    lambda d: "sum('added', 'year') < 30",
    "conditions",
    lambda i: "per" not in i,
)
on_item("when", "when_stated", lambda d: "承诺书", "conditions", lambda i: True)


@construct("occurrences")
def escalate_category(draft: Draft) -> object:
    """Put an escalation on a category, for each indicator in it that says none of its own."""
    place = draft.some_category()
    if any(is_rated(item) or is_wipe(item) for item in items_of(draft.node(place))):
        return False
    draft.node(place)["escalate"] = {
        draft.pick("month", "year"): draft.pick(["x1", "x2"], ["劝导", "x1"])
    }
    draft.put(place, "escalate_category")
    return None


@construct("validity")
def lasts_category(draft: Draft) -> None:
    """Put a validity on a category, for each indicator in it that says none of its own."""
    place = draft.some_category()
    draft.node(place)["lasts"] = draft.pick("60 days", "quarter", "1 year")
    draft.put(place, "lasts_category")


# --- flows ----------------------------------------------------------------------------------------


def _flow(name: str, make: Callable[[Draft], Any], **more: Any) -> None:
    def put(draft: Draft) -> None:
        item = draft.free_item("to", lambda i: all(key not in i for key in more))
        item["to"] = make(draft)
        item |= more
        draft.put(item["id"], name)

    CONSTRUCTS[name] = Construct(name, "flows", put, slots=("to", *more))


_flow("to_named", lambda d: {"named": "whole"})
_flow("to_head", lambda d: {"head": "whole"})
_flow(
    "to_head_too", lambda d: {"total": "whole", "head": d.pick("1/4", "20% added", "50% deducted")}
)
_flow("to_members", lambda d: {"total": "whole", "household.members": "whole"})
_flow("to_equally", lambda d: {"household.members": "equally", "nobody": "rest"}, round="0.1 down")
_flow("to_rest", lambda d: {"household.members": "equally", "head": "rest"}, round="1 down")
_flow("to_by_figure", lambda d: {"household.members": "by total", "head": "rest"}, round="0.1 down")
_flow(
    "of_household", lambda d: {"members": d.pick("whole", "whole added")}, **{"for": ["household"]}
)
_flow(
    "of_village",
    lambda d: {"persons": "equally", "nobody": "rest"},
    **{"for": ["village"], "round": "0.1 down"},
)


# --- limits, weights and roundings ----------------------------------------------------------------

CALENDAR = ("day", "week", "month", "quarter", "half_year", "year", "period")


def _cap(
    name: str, kinds: tuple[str, ...], windows: tuple[str, ...], most: int = 9, **more: Any
) -> None:
    net = kinds[0].startswith("net")

    def put(draft: Draft) -> object:
        place = draft.place(draft.net_fits if net else draft.plain_fits)
        if place is None:
            return False
        above_base = net and not place  # a net limit of the scheme holds its base too
        number = draft.number(26, 40) if above_base else draft.number(1, most)
        cap = {
            "at_most": f"{number} {draft.pick(*kinds)}",
            "per": draft.pick(*windows),
        }
        draft.node(place).setdefault("caps", []).append(cap | more)
        draft.put(place, "net" if net else "plain")
        draft.put(place, name)
        return None

    CONSTRUCTS[name] = Construct(name, "limits", put)


_cap("cap_event", ("added", "deducted"), ("event",), 6)
_cap("cap_added", ("added",), CALENDAR)
_cap("cap_deducted", ("deducted",), CALENDAR)
_cap("cap_length", ("added", "deducted"), ("30 days", "2 months"))
_cap("cap_ever", ("added", "deducted", "times first"), ("ever",))
_cap("cap_among", ("added", "deducted"), ("month", "year"), among=["household"])
_cap("times_first", ("times first",), CALENDAR, 3)
_cap("times_highest", ("times highest",), CALENDAR, 3)
_cap("net_kept", ("net kept",), CALENDAR)
_cap("net_lost", ("net lost",), CALENDAR)


@construct("limits")
def cap_quantity(draft: Draft) -> None:
    free = [
        i
        for i in draft.items
        if "小时" in str(i["points"])
        and isinstance(i["points"], dict)
        and {"each", "bands"} & {*i["points"]}
    ]
    item = free[0] if free else draft.item({"each": {"小时": draft.points()}}, "per_unit")
    cap = {"at_most": "4 小时", "per": draft.pick("event", "month", "year")}
    item.setdefault("caps", []).append(cap)
    draft.put(item["id"], "cap_quantity")


def _bound(name: str, key: str, beyond: str, *, total: bool) -> None:
    def put(draft: Draft) -> object:
        if total:
            place: str | None = ""
        else:
            nodes = [
                n for n in draft.nodes if n and key not in draft.nodes[n] and draft.net_fits(n)
            ]
            place = draft.pick(*nodes) if nodes else draft.category(draft.pick(None, *draft.nodes))
            if draft.maybe(0.2):
                place = draft.wrapped(place)
        assert place is not None
        if not draft.net_fits(place):
            return False
        amounts = {
            "full": ("40",) if total else ("8", "15"),
            "floor": ("0",) if total else ("0", "-5"),
        }
        draft.node(place)[key] = f"{draft.pick(*amounts[key])} {beyond}"
        draft.put(place, "net")
        draft.put(place, name)
        return None

    CONSTRUCTS[name] = Construct(name, "limits", put, f"the {key} of the total" if total else "")


for _key in ("full", "floor"):
    for _beyond in ("kept", "lost"):
        _bound(f"{_key}_{_beyond}", _key, _beyond, total=False)
        _bound(f"total_{_key}_{_beyond}", _key, _beyond, total=True)


@construct("places")
def base_category(draft: Draft) -> None:
    place = draft.some_category()
    draft.node(place)["base"] = "1"
    draft.put(place, "base_category")


@construct("places")
def weight(draft: Draft) -> None:
    place = draft.some_category()
    draft.node(place)["weight"] = draft.pick("0.5", "2", "1.5")
    draft.put(place, "weight")


@construct("roundings")
def round_category(draft: Draft) -> None:
    places = [n for n in draft.nodes if n and draft.plain_fits(n)]
    place = draft.pick(*places) if places else draft.category()
    draft.node(place)["round"] = draft.pick("1 half_up", "1 down", "0.5 up")
    draft.put(place, "round_category")


@construct("roundings")
def round_scheme(draft: Draft) -> None:
    draft.scheme["round"] = "1 half_up"
    draft.put("", "round_scheme")


@construct("classes")
def for_class(draft: Draft) -> None:
    place = draft.some_category()
    draft.node(place)["for"] = ["甲类"]
    draft.put(place, "for_class")


@construct("classes")
def class_dates(draft: Draft) -> None:
    row = next(row for row in draft.roster if row["id"] == "B")
    draft.roster.append(row | {"class": "甲类", "since": "2024-04-15"})
    row["until"] = "2024-04-14"


@construct("classes")
def comes_late(draft: Draft) -> None:
    next(row for row in draft.roster if row["id"] == "D")["since"] = "2024-02-10"


@construct("classes")
def leaves(draft: Draft) -> None:
    next(row for row in draft.roster if row["id"] == "C")["until"] = draft.pick(
        "2024-09-30", "2024-05-20"
    )


# --- ledgers --------------------------------------------------------------------------------------


@construct("ledgers")
def ledger(draft: Draft) -> None:
    wallet = {
        "id": "wallet",
        "floor": draft.pick("0 kept", "none", "0 lost"),
        "at_period_end": draft.pick("clear", "carry"),
    }
    draft.scheme.setdefault("ledgers", []).append(wallet)
    draft.scheme["to"]["wallet"] = draft.pick("whole", "whole added")


@construct("ledgers", needs=("ledger",))
def ledger_lasts(draft: Draft) -> None:
    draft.scheme["ledgers"][0] |= {
        "at_period_end": "carry",
        "lasts": draft.pick("20 days", "2 months"),
    }


@construct("ledgers")
def ledger_derived(draft: Draft) -> None:
    text = draft.pick(
        "mean(total, 'month')",
        "highest(total, 'quarter')",
        "sum('any', 'year') - total",
        "latest('i0')",
    )
    if "i0" in text and not any(i["id"] == "i0" and not is_wipe(i) for i in draft.items):
        text = "count('any', 'year')"
    figure = {"id": "figure", "formula": text, "round": "0.1 half_up"}
    draft.scheme.setdefault("ledgers", []).append(figure)


@construct("ledgers")
def ledger_of_unit(draft: Draft) -> None:
    text = draft.pick(
        "mean_of(persons, total)",
        "sum_of(persons, total, total > 5)",
        "share_of(persons, total > 10)",
    )
    kind = draft.pick("household", "village")
    draft.scheme.setdefault("ledgers", []).append(
        {"id": "unit", "for": [kind], "formula": text, "round": "0.1 half_up"}
    )


# --- ladders --------------------------------------------------------------------------------------


@construct("ladders")
def ladder(draft: Draft) -> None:
    star: Data = {
        "id": "star",
        "by": "total",
        "per": draft.pick("period", "month", "year"),
        "levels": [
            {"name": "高", draft.pick("at_least", "above"): "20"},
            {"name": "中", "at_least": "8"},
            {"name": "低"},
        ],
    }
    draft.ladders.append(star)
    draft.scheme.setdefault("tiers", []).append(star)


@construct("ladders", needs=("ladder",))
def ladder_figure(draft: Draft) -> None:
    place = draft.some_category()
    draft.ladders[0]["by"] = place


@construct("ladders", needs=("ladder",))
def ladder_moves(draft: Draft) -> None:
    draft.ladders[0] |= {"up": "1", "down": "1"}


@construct("ladders", needs=("ladder",))
def ladder_protects(draft: Draft) -> None:
    draft.ladders[0]["levels"][0]["lasts"] = draft.pick("40 days", "1 year", "period")


@construct("ladders", needs=("ladder",))
def ladder_points(draft: Draft) -> None:
    draft.ladders[0]["levels"][draft.pick(0, 1)]["then"] = [
        {"points": draft.pick("2", "-3")},
        {"action": "挂牌"},
    ]


@construct("ladders", needs=("ladder",))
def ladder_streak(draft: Draft) -> None:
    draft.ladders[0]["levels"][1]["when"] = "streak(star, '低') < 2"


@construct("ladders", needs=("ladder",))
def ladder_when(draft: Draft) -> None:
    draft.ladders[0]["when"] = draft.pick("total > 0", "class == '甲类'")


@construct("ladders")
def ladder_rank(draft: Draft) -> None:
    board: Data = {
        "id": "board",
        "by": "total",
        "per": draft.pick("period", "quarter"),
        "ties": draft.pick("all", "none"),
        "levels": [
            {"name": "红", "rank": "top 1"},
            {"name": "常"},
            {"name": "黑", "rank": "bottom 1"},
        ],
    }
    draft.scheme.setdefault("tiers", []).append(board)
    draft.ladders.append(board)


@construct("ladders", needs=("ladder_rank",))
def ladder_percent(draft: Draft) -> None:
    board = _board(draft)
    board["levels"][0]["rank"], board["round"] = "top 40%", "1 down"


@construct("ladders", needs=("ladder_rank",))
def ladder_among(draft: Draft) -> None:
    _board(draft)["among"] = draft.pick("household", "class")


@construct("ladders", needs=("ladder_rank",))
def ladder_ties(draft: Draft) -> None:
    _board(draft)["ties"] = [draft.some_category(), draft.pick("all", "none")]


@construct("ladders", needs=("ladder_rank",))
def rank_points(draft: Draft) -> None:
    _board(draft)["levels"][0]["then"] = [{"points": "1"}]


def _board(draft: Draft) -> Data:
    return next(ladder for ladder in draft.ladders if ladder["id"] == "board")


# --- rewards --------------------------------------------------------------------------------------


def _reward(draft: Draft, reward: Data) -> None:
    draft.scheme.setdefault("rewards", []).append(reward)


@construct("rewards")
def redemption(draft: Draft) -> None:
    spends = "3 wallet" if "ledger" in draft.used and draft.maybe(0.8) else "3"
    _reward(draft, {"id": "soap", "spends": spends, "gives": "肥皂"})


@construct("rewards", needs=("redemption",))
def redemption_cap(draft: Draft) -> None:
    draft.scheme["rewards"][0]["caps"] = [{"at_most": "1 time", "per": "month"}]


@construct("rewards", needs=("redemption",))
def redemption_when(draft: Draft) -> None:
    level = "reached(star, '中')" if "ladder" in draft.used else "total > 5"
    draft.scheme["rewards"][0]["when"] = level


@construct("rewards")
def right(draft: Draft) -> None:
    _reward(draft, {"id": "loan", "by": "total", "gives": {"at_least": {"0": "1", "15": "2"}}})


@construct("rewards")
def pool(draft: Draft) -> None:
    _reward(
        draft,
        {
            "id": "pool",
            "for": ["village"],
            "gives": {"formula": "quantity * 3"},
            "to": {"persons": "by total", "village": "rest"},
            "round": "1 half_up",
        },
    )


# --- consequences ---------------------------------------------------------------------------------


def _then(
    name: str, family: str, make: Callable[[Draft, Data], Data], needs: tuple[str, ...] = ()
) -> None:
    def put(draft: Draft) -> None:
        item = draft.free_item("then", lambda i: True)
        effect = make(draft, item)
        if is_wipe(item) and "lasts" in effect:
            effect["lasts"] = "20 days"  # a wipe cannot be repaired
        item["then"] = [effect]
        if effect.get("lasts") == "until repaired":
            item.setdefault("repair", {})
        draft.put(item["id"], name)

    CONSTRUCTS[name] = Construct(name, family, put, needs=needs, slots=("then",))


def _stands(draft: Draft) -> Data:
    return {
        "lasts": draft.pick(
            "until repaired", "until repaired", "20 days", "month", "period", "3 months"
        )
    }


_then("then_points", "consequences", lambda d, i: {"points": d.pick("-2", "3")})
_then(
    "then_lasts",
    "consequences",
    lambda d, i: {"points": d.pick("-4", "6"), "lasts": d.pick("20 days", "2 months")},
)
_then(
    "then_named",
    "consequences",
    lambda d, i: {"points": "3", "to": {d.pick("named", "head"): "whole"}},
)
_then("then_form", "consequences", lambda d, i: {"points": {"each": {"小时": "1"}}})
_then("then_wipe", "consequences", lambda d, i: {"points": "clear"})
_then("then_action", "consequences", lambda d, i: {"action": "谈话"})


def _veto(name: str, target: Callable[[Draft, Data], str], needs: tuple[str, ...] = ()) -> None:
    def make(draft: Draft, item: Data) -> Data:
        return {
            "veto": target(draft, item),
            **_stands(draft),
            "gives": draft.pick("all", "all", "before", "nothing"),
        }

    _then(name, "vetoes", make, needs)


_veto("veto_total", lambda d, i: "total")
_veto("veto_category", lambda d, i: d.some_category())
_veto("veto_indicator", lambda d, i: str(d.pick(i["id"], d.items[0]["id"])))
_veto("veto_matter", lambda d, i: "matter")
_veto("veto_added", lambda d, i: "added")
_veto("veto_ledger", lambda d, i: "wallet", ("ledger",))
_then("veto_ladder", "vetoes", lambda d, i: {"veto": "star", **_stands(d)}, ("ladder",))
_then(
    "veto_rewards",
    "vetoes",
    lambda d, i: {"veto": d.pick("rewards", "soap"), **_stands(d)},
    ("redemption",),
)
_then(
    "grade",
    "vetoes",
    lambda d, i: {"grade": f"star.{d.pick('高', '中', '低')}", **_stands(d)},
    ("ladder",),
)


def _repairs(name: str, make: Callable[[Draft], Data]) -> None:
    def put(draft: Draft) -> None:
        more = make(draft)
        free = [i for i in draft.items if "repair" in i and not {*more} & {*i["repair"]}]
        item = free[0] if free else draft.free_item("lasts")
        if not free:
            item["lasts"] = "until repaired"
            draft.put(item["id"], "lasts_repair")
            draft.used.add("lasts_repair")
        item["repair"] = item.get("repair", {}) | more
        draft.put(item["id"], name)

    CONSTRUCTS[name] = Construct(name, "repairs", put)


_repairs("repair_points", lambda d: {"then": [{"points": d.pick("-1", "2")}]})
_repairs("repair_within", lambda d: {"within": "2 months"})
_repairs("repair_when", lambda d: {"when": "承诺书"})


# --- rules ----------------------------------------------------------------------------------------


@construct("rules")
def rule_event(draft: Draft) -> None:
    then = draft.pick(
        [{"points": "-1"}],
        [{"points": "3", "lasts": "30 days"}],
        [{"points": "2", "to": {"head": "whole"}}],
    )
    _rule(
        draft, "event", draft.pick("total < 5", "total > 20", "sum('deducted', 'month') < -2"), then
    )


@construct("rules")
def milestone(draft: Draft) -> None:
    _rule(draft, "event", "count('any', 'year') >= 3", [{"points": "5"}])


@construct("rules")
def rule_veto(draft: Draft) -> None:
    then = draft.pick(
        [{"veto": "total", "lasts": "20 days", "gives": "all"}],
        [{"veto": "added", "lasts": "period", "gives": "nothing"}],
    )
    _rule(draft, "event", draft.pick("total < 5", "count('any', 'month') >= 3"), then)


@construct("rules")
def rule_wipe(draft: Draft) -> None:
    _rule(draft, "event", "total < 0", [{"points": "clear"}])


@construct("rules")
def rule_window(draft: Draft) -> None:
    when = draft.pick("total > 15", "count('any', 'month') == 0", "total < 0")
    _rule(
        draft,
        draft.pick("month", "quarter", "year", "period"),
        when,
        draft.pick([{"points": "1"}], [{"points": "2"}, {"action": "表扬"}]),
    )


@construct("rules")
def rule_window_veto(draft: Draft) -> None:
    then = [{"veto": "total", "lasts": "month", "gives": draft.pick("all", "before")}]
    _rule(draft, draft.pick("month", "quarter"), "total > 25", then)


@construct("rules", needs=("ladder",))
def rule_streak(draft: Draft) -> None:
    _rule(draft, "quarter", "streak(star, '中') >= 2", [{"points": "3"}])


def _rule(draft: Draft, per: str, when: str, then: list[Data]) -> None:
    rules = draft.scheme.setdefault("rules", [])
    rules.append({"id": f"r{len(rules)}", "per": per, "when": when, "then": then})


# --- process --------------------------------------------------------------------------------------


@construct("process")
def deadline(draft: Draft) -> None:
    draft.scheme["process"] = [{"step": "declare", "within": "20 days"}, {"step": "count"}]


@construct("process", needs=("deadline",))
def who_declares(draft: Draft) -> None:
    draft.scheme["process"][0]["who"] = ["self", "head"]


# --- events that speak of others ------------------------------------------------------------------

for _word in ("voids", "corrects", "revokes", "repairs", "disputes"):

    def _word_of(draft: Draft, word: str = _word) -> None:
        draft.words.append(word)

    declare(_word, "events", _word_of)


@construct("events")
def duplicate(draft: Draft) -> None:
    def copy(rows: list[Row]) -> None:
        rows.append(dict(draft.rng.choice(rows)))

    draft.extra.append(copy)


@construct("events")
def conflicting(draft: Draft) -> None:
    def copy(rows: list[Row]) -> None:
        row = draft.rng.choice(rows)
        rows.append(row | {"quantity": "7"})

    draft.extra.append(copy)


@construct("events")
def times_of_day(draft: Draft) -> None:
    def put(rows: list[Row]) -> None:
        day = draft.rng.choice(rows)["date"]
        for row in rows:
            if draft.maybe(0.5):
                row["date"] = day
            if draft.maybe(0.5):
                row["time"] = draft.pick("08:00", "12:30")

    draft.extra.append(put)


@construct("events")
def missing_facts(draft: Draft) -> None:
    def drop(rows: list[Row]) -> None:
        for row in rows:
            row.pop(
                draft.pick("quantity", "level", "points", "承诺书", "to", "matter", "role"), None
            )

    draft.extra.append(drop)


# --- versions -------------------------------------------------------------------------------------


@construct("versions")
def version_same(draft: Draft) -> None:
    draft.later.append(lambda data: None)


@construct("versions")
def version_points(draft: Draft) -> None:
    def change(data: Data) -> None:
        for item in items_of(data):
            if isinstance(item["points"], str) and item["points"] != "clear":
                item["points"] = "3" if not item["points"].startswith("-") else "-2"

    draft.later.append(change)


@construct("versions")
def version_bound(draft: Draft) -> None:
    def change(data: Data) -> None:
        for node in nodes_of(data):
            for cap in node.get("caps", ()):
                number, rest = cap["at_most"].split(" ", 1)
                if draft.maybe(0.5):
                    cap["at_most"] = f"{int(number) + draft.pick(1, 5)} {rest}"
                else:
                    cap["at_most"] = f"{max(1, int(number) - 2)} {rest}"

    draft.later.append(change)


@construct("versions")
def version_base(draft: Draft) -> None:
    def change(data: Data) -> None:
        if isinstance(data["base"], str):
            data["base"] = "25"

    draft.later.append(change)


@construct("versions")
def version_drops(draft: Draft) -> None:
    def change(data: Data) -> None:
        for node in nodes_of(data):
            if "id" in node and node.get("then") and "rank" not in node:
                del node["then"]
                if "repair" not in str(node.get("lasts", "")):
                    node.pop("repair", None)

    draft.later.append(change)


def items_of(node: Data) -> list[Data]:
    """Give every indicator inside, at any depth."""
    found = list(node.get("indicators", ()))
    for inner in node.get("categories", ()):
        found += items_of(inner)
    return found


def nodes_of(node: Data) -> list[Data]:
    """Give the scheme or category itself, those inside it, and every indicator."""
    found = [node, *node.get("indicators", ())]
    for inner in node.get("categories", ()):
        found += nodes_of(inner)
    return found
