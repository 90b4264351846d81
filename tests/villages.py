"""Generated villages that use all of the language: a scheme, a roster, a year and a half of events.

Driven by a seeded random source, so that a case is known by its number. `used` names the
constructs a case draws; a test asks that every one of them is drawn often enough.
"""

import json
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from typing import Any

FIRST = date(2024, 1, 1)
PEOPLE = "ABCD"
LEVELS = ("村级", "县级", "国家级")
CALENDAR = ("day", "week", "month", "quarter", "half_year", "year")

CONSTRUCTS = (
    "fixed",
    "per_unit",
    "per_unit_window",
    "at_least",
    "above",
    "bands",
    "by",
    "between",
    "one_of",
    "full_less",
    "formula",
    "clear",
    "rated_by",
    "escalate_window",
    "escalate_valid",
    "combine_pick",
    "combine_mean",
    "cap_added",
    "cap_deducted",
    "cap_net_kept",
    "cap_net_lost",
    "cap_times",
    "cap_length",
    "cap_quantity",
    "cap_among",
    "floor",
    "full",
    "full_total",
    "category_base",
    "category_between",
    "weight",
    "round_category",
    "round_scheme",
    "nested_category",
    "combine_category",
    "to_named",
    "to_head",
    "to_equally",
    "to_by",
    "to_share",
    "lasts_length",
    "lasts_repair",
    "lasts_after_repair",
    "lasts_size",
    "lasts_field",
    "veto_total",
    "veto_node",
    "veto_matter",
    "veto_added",
    "veto_ladder",
    "veto_rewards",
    "grade",
    "then_points",
    "then_action",
    "repair",
    "when",
    "standing",
    "rule_event",
    "rule_window",
    "ladder_threshold",
    "ladder_rank",
    "ladder_percent",
    "ladder_ties_figure",
    "ladder_among",
    "ladder_moves",
    "ladder_protects",
    "ladder_then",
    "ladder_when",
    "ledger",
    "ledger_derived",
    "ledger_of_unit",
    "ledger_lasts",
    "carry",
    "carry_formula",
    "clear_period",
    "reward",
    "reward_amount",
    "reward_pool",
    "process",
    "base_by_class",
    "for_class",
    "void",
    "correct",
    "revoke",
    "repair_event",
    "duplicate",
)


@dataclass
class Village:
    """One case: what is given, and which constructs it uses."""

    scheme: dict[str, Any]
    roster: list[dict[str, str]]
    events: list[dict[str, str]]
    as_of: date
    used: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return json.dumps(self.scheme, ensure_ascii=False)


def village(seed: int) -> Village:
    """The village of a number."""
    return _Maker(random.Random(seed)).make()


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.used: set[str] = set()
        self.ids: list[str] = []
        self.rated: set[str] = set()
        self.net = rng.random() < 0.4
        self.joins = rng.random() < 0.3

    def use(self, name: str) -> None:
        assert name in CONSTRUCTS, name
        self.used.add(name)

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def pick(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    def make(self) -> Village:
        scheme = self.scheme()
        events = self.events(scheme)
        as_of = FIRST + timedelta(self.rng.randrange(60, 540))
        return Village(scheme, self.roster(), events, as_of, self.used)

    # --- who -----------------------------------------------------------------------------------

    def roster(self) -> list[dict[str, str]]:
        rows = [
            {"id": "G", "kind": "group"},
            {"id": "H1", "kind": "household", "unit": "G"},
            {"id": "H2", "kind": "household", "unit": "G"},
            {
                "id": "A",
                "kind": "person",
                "unit": "H1",
                "role": "head",
                "class": "甲类",
                "示范": "是",
            },
            {"id": "B", "kind": "person", "unit": "H1", "class": "乙类", "示范": "否"},
            {"id": "C", "kind": "person", "unit": "H2", "role": "head", "class": "甲类"},
            {"id": "D", "kind": "person", "unit": "H2", "class": "乙类", "示范": "是"},
        ]
        if self.maybe(0.3):
            rows[4]["since"] = "2024-02-10"
        if self.maybe(0.3):
            rows[6] |= {"until": "2024-09-30"}
        return rows

    # --- the scheme ----------------------------------------------------------------------------

    def scheme(self) -> dict[str, Any]:
        rng = self.rng
        data: dict[str, Any] = {
            "scheme": "village",
            "effective_from": "2024-01-01",
            "subject": "person",
            "period": self.pick("year", "year", "quarter", "month", "half_year", "month from 26"),
            "fields": {"subject": {"示范": "yes_no"}, "event": {"承诺书": "yes_no"}},
        }
        data["base"] = str(rng.randrange(0, 30))
        if self.maybe(0.15):
            self.use("base_by_class")
            data["base"] = {"by": {"class": {"甲类": "20", "乙类": "10"}}}
        data["floor"] = self.pick("none", "none", "0 kept", "0 lost")
        if data["floor"] != "none":
            self.use("floor")
        if self.maybe(0.4):
            self.use("full_total")
            data["full"] = self.pick("40 kept", "40 lost")
        end = self.pick("clear", "carry", "formula")
        data["at_period_end"] = {"formula": "min(total, 12)"} if end == "formula" else end
        self.use({"clear": "clear_period", "carry": "carry", "formula": "carry_formula"}[end])
        data["categories"] = self.categories()
        data["ledgers"], data["to"] = [], {"total": "whole"}
        self.ledgers(data)
        if not data["ledgers"]:
            del data["ledgers"]
        if self.maybe(0.1) and not self.net:
            self.use("round_scheme")
            data["round"] = "1 half_up"
        if self.joins:
            data["combine"] = {"highest": "matter"}
        if self.maybe(0.15):
            self.use("process")
            data["process"] = [
                {"step": "declare", "within": "20 days", "who": ["self", "head"]},
                {"step": "count"},
            ]
        self.tiers(data)
        self.add_effects(data)
        self.rewards(data)
        self.rules(data)
        return data

    def categories(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for number in range(self.rng.randrange(1, 4)):
            category: dict[str, Any] = {"id": f"c{number}", "indicators": []}
            for place in range(self.rng.randrange(1, 4)):
                category["indicators"].append(self.indicator(f"i{number}{place}"))
            self.category(category)
            if found and self.maybe(0.3):
                self.use("nested_category")
                found[-1].setdefault("categories", []).append(category)
            else:
                found.append(category)
        for category in found:
            self.leave_room(category)
        return found

    def leave_room(self, category: dict[str, Any]) -> None:
        """Raise net limits to the bases of 1 inside (M228)."""
        inside = [one for one in category.get("categories", ()) if "base" in one]
        bases = ("base" in category) + sum(ceil(float(one.get("weight", 1))) for one in inside)
        for cap in category["caps"]:
            number, kind, *word = cap["at_most"].split()
            if kind == "net" and int(number) < bases:
                cap["at_most"] = " ".join((str(bases), kind, *word))

    def category(self, category: dict[str, Any]) -> None:
        category["caps"] = self.caps(even=False)
        if self.net and self.maybe(0.3):
            self.use("full")
            category["full"] = self.pick("15 kept", "15 lost")
        if self.net and self.maybe(0.3):
            self.use("category_base")
            category |= {"base": "1", "floor": self.pick("0 kept", "0 lost")}
        if self.maybe(0.25):
            self.use("weight")
            category["weight"] = self.pick("0.5", "2", "1.5")
        if self.maybe(0.15):
            self.use("round_category")
            category["round"] = self.pick("1 half_up", "1 down", "0.5 up")
        if self.joins and self.maybe(0.5):
            self.use("combine_category")
            category["combine"] = {"highest": "matter", "heaviest": "matter"}
        if self.maybe(0.08):
            self.use("category_between")
            category["between"] = ["-100", "100"]
        if self.maybe(0.1):
            self.use("for_class")
            category["for"] = ["甲类"]

    def indicator(self, name: str) -> dict[str, Any]:
        self.ids.append(name)
        item: dict[str, Any] = {"id": name}
        item["points"] = self.points(name)
        rated = isinstance(item["points"], dict) and "rated_by" in item["points"]
        even = isinstance(item["points"], str) and item["points"] != "clear"
        item["caps"] = [] if item["points"] == "clear" else self.caps(even=even)
        each = str(item["points"].get("each")) if isinstance(item["points"], dict) else ""
        hours = "小时" in each and "full" not in item["points"]
        if hours and not rated and self.maybe(0.15):
            self.use("cap_quantity")
            item["caps"].append({"at_most": "4 小时", "per": self.pick("event", "month", "year")})
        if not rated and self.maybe(0.15):
            self.use("combine_pick")
            mode = self.pick("highest", "lowest", "heaviest", "latest")
            item["combine"] = {mode: self.pick("matter", "month", "year")}
        elif not rated and not self.joins and item["points"] != "clear" and self.maybe(0.12):
            self.use("combine_mean")
            item |= {
                "combine": {
                    self.pick("mean", "median", "trimmed_mean"): self.pick("month", "year")
                },
                "round": "0.01 half_up",
            }
        if not rated and self.maybe(0.12):
            window = self.pick("month", "year", "valid")
            self.use("escalate_valid" if window == "valid" else "escalate_window")
            item["escalate"] = {window: self.pick(["劝导", "x1", "x2"], ["x1", "x2"], ["-1", "-2"])}
        self.flows(item)
        self.lasts(item)
        if (
            item["points"] == "clear"
        ):  # nothing of its own is there to gather, to bound or to end (M279)
            for key in ("combine", "round", "escalate", "caps", "lasts", "repair"):
                item.pop(key, None)
        if self.maybe(0.1) and not rated:
            self.use("when")
            item["when"] = self.pick(
                f"count('{name}', 'month') < 2",
                "total < 40",
                "承诺书",
                "month > 2",
                "sum('added', 'year') < 30",
            )
        return item

    def points(self, name: str) -> Any:
        def number() -> Any:
            return self.pick("1", "2", "5", "0.5", "-1", "-3", "-0.5", "12")

        step = self.pick("1 down", "0.5 half_up", "1 up")
        kind = self.pick(
            "fixed",
            "fixed",
            "fixed",
            "per_unit",
            "per_unit_window",
            "at_least",
            "above",
            "bands",
            "by",
            "between",
            "one_of",
            "full_less",
            "formula",
            "rated_by",
            "clear" if self.maybe(0.3) else "fixed",
        )
        if kind == "rated_by" and self.joins:
            kind = "fixed"
        self.use(kind)
        match kind:
            case "fixed":
                return number()
            case "per_unit":
                return {"each": {"小时": number()}, "round": step}
            case "per_unit_window":
                return {
                    "each": {"4 小时": number()},
                    "per": self.pick("year", "month", "period"),
                    "round": "1 down",
                }
            case "at_least":
                return {"at_least": {"1": number(), "5": number()}}
            case "above":
                return {"above": {"0": number(), "5": number()}, "per": "year"}
            case "bands":
                return {"bands": {"0": {"小时": "1"}, "5": {"2 小时": "1"}}, "round": "1 down"}
            case "by":
                return {"by": {"level": {"村级": number(), "县级": number()}}}
            case "between":
                return {"between": ["-20", "20"]}
            case "one_of":
                return {"one_of": ["4", "2.5", "-7"]}
            case "full_less":
                return {"full": "10", "each": {"处": "-2"}, "floor": "0"}
            case "formula":
                text = self.pick(
                    "quantity + (1 if level == '村级' else 2)",
                    "days_in - days_in + 3",
                    "headcount + 2",
                    "min(quantity, 3)",
                )
                return {"formula": text, "round": "1 half_up"}
            case "clear":
                return "clear"
            case _:
                self.rated.add(name)
                return {
                    "rated_by": {"self": "20%", "mutual": "30%", "cadre": "50%"},
                    "per": self.pick("month", "quarter"),
                    "combine": {self.pick("mean", "median", "trimmed_mean"): "role"},
                    "missing": self.pick("spread", "zero", "void"),
                    "round": "0.1 half_up",
                    "between": ["-30", "30"],
                }

    def caps(self, *, even: bool) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _ in range(self.pick(0, 0, 1, 1, 2)):
            window = self.pick("event", *CALENDAR, "period", "ever")
            if self.net:
                word = self.pick("kept", "lost")
                self.use(f"cap_net_{word}")
                found.append({"at_most": f"{self.rng.randrange(1, 15)} net {word}", "per": window})
                continue
            kind = self.pick(
                "added", "deducted", "times first", "times highest", *(["times"] if even else [])
            )
            self.use("cap_times" if "times" in kind else f"cap_{kind}")
            cap: dict[str, Any] = {"at_most": f"{self.rng.randrange(1, 9)} {kind}", "per": window}
            if "times" not in kind and self.maybe(0.2):
                self.use("cap_length")
                cap["per"] = self.pick("30 days", "2 months")
            elif "times" not in kind and self.maybe(0.15):
                self.use("cap_among")
                cap["among"] = self.pick(["household"], ["all"])
            found.append(cap)
        return found

    def flows(self, item: dict[str, Any]) -> None:
        if item["points"] == "clear" or not self.maybe(0.3):
            return
        kind = self.pick("to_named", "to_head", "to_equally", "to_by", "to_share")
        self.use(kind)
        item["to"] = {
            "to_named": {"named": "whole"},
            "to_head": {"head": "whole"},
            "to_equally": {"household.members": "equally", "nobody": "rest"},
            "to_by": {"household.members": "by total", "head": "rest"},
            "to_share": {"total": "whole", "named": self.pick("1/4", "20% added", "50% deducted")},
        }[kind]
        if kind in ("to_equally", "to_by"):
            item["round"] = "0.1 down"

    def lasts(self, item: dict[str, Any]) -> None:
        if not self.maybe(0.25):
            return
        kind = self.pick(
            "lasts_length", "lasts_repair", "lasts_after_repair", "lasts_size", "lasts_field"
        )
        self.use(kind)
        item["lasts"] = {
            "lasts_length": self.pick("40 days", "ever", "quarter", "6 months"),
            "lasts_repair": "until repaired",
            "lasts_after_repair": self.pick("period after repair", "30 days after repair"),
            "lasts_size": {"at_least": {"0": "1 month"}, "above": {"2": "3 months"}},
            "lasts_field": {"by": {"level": {"村级": "20 days", "县级": "ever"}}},
        }[kind]

    # --- what is built upon the indicators -------------------------------------------------------

    def ledgers(self, data: dict[str, Any]) -> None:
        if self.maybe(0.4):
            self.use("ledger")
            wallet = {
                "id": "wallet",
                "floor": self.pick("0 kept", "none", "0 lost"),
                "at_period_end": self.pick("clear", "carry"),
            }
            if wallet["at_period_end"] == "carry" and self.maybe(0.4):
                self.use("ledger_lasts")
                wallet["lasts"] = "20 days"
            data["ledgers"].append(wallet)
            data["to"]["wallet"] = "whole added"
        if self.maybe(0.3):
            self.use("ledger_derived")
            text = self.pick(
                "mean(total, 'month')",
                "highest(total, 'quarter')",
                "sum('any', 'year') - total",
                f"count('{self.ids[0]}', 'year')",
                f"latest('{self.ids[0]}')",
            )
            data["ledgers"].append({"id": "figure", "formula": text, "round": "0.1 half_up"})
        if self.maybe(0.25):
            self.use("ledger_of_unit")
            text = self.pick(
                "mean_of(members, total)",
                "sum_of(members, total, total > 5)",
                "share_of(members, total > 10)",
                "count_of(members, total > 10)",
            )
            data["ledgers"].append(
                {"id": "unit", "for": ["household"], "formula": text, "round": "0.1 half_up"}
            )

    def tiers(self, data: dict[str, Any]) -> None:
        found: list[dict[str, Any]] = []
        derived = [led["id"] for led in data.get("ledgers", ()) if led["id"] == "figure"]
        if self.maybe(0.6):
            self.use("ladder_threshold")
            ladder: dict[str, Any] = {
                "id": "star",
                "by": self.pick("total", "c0", *derived),
                "per": self.pick("period", "month", "year"),
                "levels": [
                    {"name": "高", self.pick("at_least", "above"): "20"},
                    {"name": "中", "at_least": "8"},
                    {"name": "低"},
                ],
            }
            if self.maybe(0.3):
                self.use("ladder_moves")
                ladder |= {"up": "1", "down": "1"}
            if self.maybe(0.3):
                self.use("ladder_protects")
                ladder["levels"][0]["lasts"] = "40 days"
            if self.maybe(0.3):
                self.use("ladder_then")
                ladder["levels"][0]["then"] = [{"points": self.pick("2", "-3")}, {"action": "挂牌"}]
            if self.maybe(0.3):
                self.use("ladder_when")
                ladder["when"] = "total > 0"
                ladder["levels"][1]["when"] = "streak(star, '低') < 2"
            found.append(ladder)
        if self.maybe(0.5):
            self.use("ladder_rank")
            ties = self.pick("all", "none", "figure")
            if ties == "figure":
                self.use("ladder_ties_figure")
            ladder = {
                "id": "board",
                "by": "total",
                "per": self.pick("period", "quarter"),
                "ties": ["c0", self.pick("all", "none")] if ties == "figure" else ties,
                "levels": [
                    {"name": "红", "rank": "top 1"},
                    {"name": "常"},
                    {"name": "黑", "rank": "bottom 1"},
                ],
            }
            if self.maybe(0.3):
                self.use("ladder_percent")
                ladder["levels"][0]["rank"], ladder["round"] = "top 40%", "1 down"
            if self.maybe(0.4):
                self.use("ladder_among")
                ladder["among"] = self.pick("household", "class", "示范")
            if self.maybe(0.3):
                self.use("ladder_then")
                ladder["levels"][0]["then"] = [{"points": "1"}]
            found.append(ladder)
        if found:
            data["tiers"] = found

    def add_effects(self, data: dict[str, Any]) -> None:
        """Consequences and repairs, now that it is known what there is to hold down."""
        ladders = [ladder["id"] for ladder in data.get("tiers", ())]
        for item in _indicators(data["categories"]):
            if not self.maybe(0.2) or item["points"] == "clear":
                continue
            kinds = [
                "veto_total",
                "veto_node",
                "veto_matter",
                "veto_added",
                "veto_rewards",
                "then_points",
                "then_action",
            ]
            kind = self.pick(*kinds, *(["veto_ladder", "grade"] if ladders else []))
            self.use(kind)
            item["then"] = [self.effect(kind, item, data)]
            if self.maybe(0.5):
                self.use("repair")
                item["repair"] = self.pick(
                    {"then": [{"points": "-1"}]},
                    {"within": "2 months", "then": []},
                    {"when": "承诺书", "then": [{"points": "2"}]},
                )
            if not any(
                word in str(item["then"]) + str(item.get("lasts"))
                for word in ("repaired", "after repair", "veto", "grade")
            ):
                item.pop("repair", None)
        for item in _indicators(data["categories"]):
            if "repair" in str(item.get("lasts", "")) and self.maybe(0.5):
                self.use("repair")
                item.setdefault("repair", {"then": []})

    def effect(self, kind: str, item: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        lasts = self.pick("until repaired", "20 days", "month", "period")
        gives = self.pick("all", "before", "nothing")
        match kind:
            case "then_points":
                then: dict[str, Any] = self.pick(
                    {"points": "-2"},
                    {"points": "3", "to": {"named": "whole"}},
                    {"points": {"each": {"小时": "1"}}},
                    {"points": "clear"},
                )
                return then
            case "then_action":
                return {"action": "谈话"}
            case "grade":
                ladder = self.rng.choice(data["tiers"])
                level = self.rng.choice(ladder["levels"])["name"]
                return {"grade": f"{ladder['id']}.{level}", "lasts": lasts}
            case "veto_ladder":
                return {"veto": self.rng.choice(data["tiers"])["id"], "lasts": lasts}
            case "veto_rewards":
                return {"veto": "rewards", "lasts": lasts}
            case _:
                node = self.pick("c0", item["id"])
                target = {
                    "veto_total": "total",
                    "veto_matter": "matter",
                    "veto_added": "added",
                    "veto_node": node,
                }[kind]
                return {"veto": target, "lasts": lasts, "gives": gives}

    def rewards(self, data: dict[str, Any]) -> None:
        found: list[dict[str, Any]] = []
        wallet = any(led["id"] == "wallet" for led in data.get("ledgers", ()))
        if self.maybe(0.4):
            self.use("reward")
            reward: dict[str, Any] = {
                "id": "soap",
                "spends": "3 wallet" if wallet else "3",
                "gives": "肥皂",
            }
            if self.maybe(0.5):
                reward |= {"caps": [{"at_most": "1 time", "per": "month"}]}
            found.append(reward)
        if self.maybe(0.2):
            self.use("reward_amount")
            found.append(
                {
                    "id": "loan",
                    "by": "total",
                    "when": "total > 5",
                    "gives": {"at_least": {"0": "1", "15": "2"}},
                }
            )
        if self.maybe(0.2):
            self.use("reward_pool")
            found.append(
                {
                    "id": "pool",
                    "for": ["group"],
                    "gives": {"formula": "quantity * 3"},
                    "to": {"persons": "by total", "group": "rest"},
                    "round": "1 half_up",
                }
            )
        if found:
            data["rewards"] = found

    def rules(self, data: dict[str, Any]) -> None:
        found: list[dict[str, Any]] = []
        if self.maybe(0.3):
            self.use("rule_event")
            when = self.pick(
                "total < 5", f"count('{self.ids[0]}', 'year') >= 2", "sum('deducted', 'month') < -2"
            )
            then = self.pick(
                [{"points": "-1"}],
                [{"veto": "total", "lasts": "20 days", "gives": "all"}],
                [{"veto": "added", "lasts": "period"}],
                [{"points": "clear"}],
            )
            found.append({"id": "r_event", "per": "event", "when": when, "then": then})
        if self.maybe(0.3):
            self.use("rule_window")
            when = self.pick("total > 15", "count('any', 'month') == 0", "total < 0")
            then = self.pick(
                [{"points": "1"}],
                [{"veto": "total", "lasts": "month", "gives": "before"}],
                [{"points": "2"}, {"action": "表扬"}],
                [{"points": "1", "to": {"head": "whole"}}],
            )
            found.append(
                {
                    "id": "r_window",
                    "per": self.pick("month", "quarter", "year", "period"),
                    "when": when,
                    "then": then,
                }
            )
        if found:
            data["rules"] = found
        if self.maybe(0.2):
            self.use("standing")
            item = {
                "id": "held",
                "per": self.pick("month", "quarter"),
                "when": "throughout(示范)",
                "points": self.pick("1", "-1", "2"),
            }
            data["categories"][0]["indicators"].append(item)

    # --- events ----------------------------------------------------------------------------------

    def events(self, scheme: dict[str, Any]) -> list[dict[str, str]]:
        rows: list[dict[str, str]] = []
        count = self.rng.randrange(4, 16)
        rewards = [reward["id"] for reward in scheme.get("rewards", ())]
        for number in range(count):
            subject = self.pick(*PEOPLE)
            day = FIRST + timedelta(int(self.rng.triangular(-5, 560, 60)))
            row = {"id": f"e{number:02}", "date": day.isoformat(), "subject": subject}
            kind = self.pick(
                *["indicator"] * 9,
                "void",
                "correct",
                "revoke",
                "repair_event",
                "repair_event",
                *(["reward"] if rewards else []),
            )
            other = f"e{self.rng.randrange(count):02}"
            if kind in ("void", "revoke", "repair_event"):
                self.use(kind)
                row[{"void": "voids", "revoke": "revokes", "repair_event": "repairs"}[kind]] = other
                target = next((r for r in rows if r["id"] == other), None)
                row["subject"] = target["subject"] if target else subject
            elif kind == "reward":
                row["indicator"] = self.rng.choice(rewards)
                if row["indicator"] == "pool":
                    row["subject"] = "G"
            else:
                row["indicator"] = self.rng.choice(self.ids)
                if kind == "correct":
                    self.use("correct")
                    row["corrects"] = other
            row |= {
                "to": self.pick(*PEOPLE),
                "quantity": self.pick("1", "3", "5", "0.5", "12"),
                "points": self.pick("4", "-7", "2.5", "15"),
                "level": self.pick(*LEVELS),
                "matter": self.pick("", "", "m", "n"),
                "role": self.pick("self", "mutual", "cadre"),
                "承诺书": self.pick("是", "否"),
            }
            if "process" in scheme:
                row["rater"] = self.pick(subject, subject, "A", "B")
                row["declared_on"] = (day + timedelta(self.rng.randrange(0, 25))).isoformat()
                row["role"] = row["role"] if row.get("indicator") in self.rated else ""
            rows.append(row)
            if self.maybe(0.05):
                self.use("duplicate")
                rows.append(dict(row))
        return rows


def _indicators(categories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for category in categories:
        found += category["indicators"] + _indicators(category.get("categories", []))
    return found
