"""A second evaluator, written from the meaning for clarity: lists of everything, every day looked at.

It shares the terms (windows, periods, roundings) and nothing else with the engine: it reads the
raw scheme, keeps every contribution in a list, and adds the lists up anew for each question.
"""

import re
from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from hashlib import sha256
from typing import Any

from jifen_rules.terms import PeriodRule, Rounding, Window, add_length

F = Fraction
window_of = cache(Window.parse)
Side = str
LONG = date.max
ORDER = ("times", "added", "deducted", "net")


def side_of(amount: F) -> Side:
    return "added" if amount >= 0 else "deducted"


class Limit:
    """A cap, floor or full marks."""

    def __init__(self, slot: str, kind: str, window: Window, high: F | None, low: F | None = None,
                 lost: bool = False, highest: bool = False, among: tuple[str, ...] = ()) -> None:  # fmt: skip
        self.slot, self.kind, self.window, self.high, self.low = slot, kind, window, high, low
        self.lost, self.highest, self.among = lost, highest, among

    def clamp(self, amount: F) -> F:
        if self.kind == "deducted":
            return amount if self.high is None else max(amount, -self.high)
        if self.low is not None:
            amount = max(amount, self.low)
        return amount if self.high is None else min(amount, self.high)

    def let_through(self, amounts: list[F]) -> F:
        """Add up all that reached it, and clamp: at the end (kept) or at every step (lost)."""
        running = F(0)
        for amount in amounts:
            running += amount
            if self.lost:
                running = self.clamp(running)
        return self.clamp(running)


def one_of_lost(limits: list[Limit]) -> list[Limit]:
    """Limits of one thing and window that forget what lies beyond are one limit with two bounds."""
    found: list[Limit] = []
    for limit in limits:
        last = found[-1] if found else None
        if (
            last
            and limit.lost
            and last.lost
            and (last.window, last.among) == (limit.window, limit.among)
        ):
            high = min((h for h in (last.high, limit.high) if h is not None), default=None)
            low = max((n for n in (last.low, limit.low) if n is not None), default=None)
            found[-1] = Limit(last.slot, "net", last.window, high, low, True, among=last.among)
        else:
            found.append(limit)
    return found


class Gate:
    """The border of an indicator, category or the scheme."""

    def __init__(self, node: str, weight: str = "1", rounding: Rounding | None = None) -> None:
        self.node, self.weight, self.rounding = node, F(weight), rounding


class Item:
    """An indicator with what it inherits."""

    def __init__(self, data: dict[str, Any], around: list[dict[str, Any]], way: list[Any]) -> None:
        self.data, self.id, self.way = data, data["id"], way
        self.nodes = {stage.node for stage in way if isinstance(stage, Gate)}
        nearest = [data, *reversed(around)]

        def first(key: str) -> Any:
            return next((part[key] for part in nearest if part.get(key)), None)

        self.to = first("to") or {"total": "whole"}
        self.lasts, self.escalate = first("lasts") or "period", first("escalate")
        self.process = first("process") or []
        self.kinds = [part["for"] for part in [*around, data] if part.get("for")]
        self.within = [part["between"] for part in reversed(around) if part.get("between")]
        self.combines = [
            (self.id, mode, over, False) for mode, over in data.get("combine", {}).items()
        ]
        for part in reversed(around):
            name = part.get("id", "@scheme")
            for mode, over in part.get("combine", {}).items():
                self.combines.append((name, mode, over, mode in ("highest", "heaviest")))
        self.rounding = Rounding.parse(data["round"]) if "round" in data else None


class Deed:
    """An event that was valued."""

    def __init__(self, event: dict[str, Any], item: Item, value: F) -> None:
        self.event, self.item, self.value = event, item, value
        self.lasts, self.end = "period", None
        self.counted, self.repaired, self.worth = False, False, F(0)
        self.trips: list[dict[str, Any]] = []


class Person:
    """Everything that is known of one subject."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.period: Any = None
        self.accounts: dict[str, dict[str, Any]] = {}
        self.gates: dict[str, dict[Any, F]] = {}
        self.figures: dict[str, F] = {}
        self.lists: dict[Any, Any] = {}
        self.holds: list[dict[str, Any]] = []
        self.grades: list[dict[str, Any]] = []
        self.deeds: dict[str, Deed] = {}
        self.received: list[Deed] = []
        self.history: list[tuple[date, Item, F]] = []
        self.groups: dict[Any, dict[str, Any]] = {}
        self.levels: dict[str, list[str]] = {}
        self.since: dict[str, date] = {}
        self.parts: dict[Any, list[tuple[date, F]]] = defaultdict(list)
        self.true_rules: set[str] = set()

    def held(self, target: str) -> bool:
        return any(hold["target"] == target for hold in self.holds)


class Unfit(Exception):
    """No value: the outcome says why."""


class Naive:
    """One evaluation. `entries` by subject: (date, event, outcome, granted, ledgers)."""

    def __init__(self, scheme: dict[str, Any], roster: list[dict[str, str]],
                 events: list[dict[str, str]], as_of: date) -> None:  # fmt: skip
        self.s, self.rows, self.as_of = scheme, roster, as_of
        self.rule = PeriodRule.parse(scheme["period"])
        found = re.findall(r"(?:mean|highest|lowest)\((\w+), '(\w+)'\)", str(scheme))
        self.asked_parts = list(dict.fromkeys(found))
        self.first = date.fromisoformat(scheme["effective_from"])
        self.items: dict[str, Item] = {}
        self.bases: list[tuple[dict[str, Any], list[Any]]] = []
        self.ladders = {ladder["id"]: ladder for ladder in scheme.get("tiers", ())}
        self.ledgers = {"total": scheme} | {led["id"]: led for led in scheme.get("ledgers", ())}
        self.rewards = {reward["id"]: reward for reward in scheme.get("rewards", ())}
        self.people: dict[str, Person] = {}
        self.entries: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        self.scores: dict[tuple[str, str], dict[str, Any]] = {}
        self.pots: dict[Any, list[F]] = defaultdict(list)
        self.places: dict[Any, Any] = {}
        root = [*self.limits(scheme, "@", own=False), Gate("@scheme", rounding=_rounding(scheme))]
        self.lower(scheme, [scheme], root)
        self.run(events)

    # --- the scheme ------------------------------------------------------------------------------

    def lower(self, node: dict[str, Any], around: list[dict[str, Any]], outer: list[Any]) -> None:
        for data in node.get("indicators", ()):
            way = [*self.limits(data, data["id"]), Gate(data["id"]), *outer]
            self.items[data["id"]] = Item(data, around, way)
        for category in node.get("categories", ()):
            gate = Gate(category["id"], category.get("weight", "1"), _rounding(category))
            way = [*self.limits(category, category["id"]), gate, *outer]
            if "base" in category:
                self.bases.append((category, way))
            self.lower(category, [*around, category], way)

    def limits(self, data: dict[str, Any], owner: str, own: bool = True) -> list[Limit]:
        found = []
        for number, cap in enumerate(data.get("caps", ())):
            amount, _, words = cap["at_most"].partition(" ")
            kind, _, more = words.partition(" ")
            kind = "times" if kind == "time" else kind
            if kind in ORDER:
                found.append(Limit(f"{owner}{number}", kind, window_of(cap["per"]), F(amount), None,
                                   more == "lost", more == "highest", tuple(cap.get("among", ()))))  # fmt: skip
        for key in ("floor", "full") if own else ():
            if key in data:
                amount, _, word = data[key].partition(" ")
                high, low = (F(amount), None) if key == "full" else (None, F(amount))
                found.append(
                    Limit(f"{owner}{key}", "net", Window("period"), high, low, word == "lost")
                )
        days = self.rule.about_days
        ordered = sorted(
            found, key=lambda c: (c.window.days(days), ORDER.index(c.kind), not c.lost)
        )
        return one_of_lost(ordered)

    def period(self, day: date) -> Any:
        return self.rule.holding(day, self.first)

    def key(self, window: Window, day: date) -> Any:
        return self.period(day).start if window.name == "period" else window.key(day)

    # --- who -----------------------------------------------------------------------------------------

    def covering(self, day: date) -> list[dict[str, str]]:
        return [
            r for r in self.rows if r.get("since", "0") <= day.isoformat() <= r.get("until", "9")
        ]

    def kind(self, name: str) -> str:
        return next((r["kind"] for r in self.rows if r["id"] == name and r.get("kind")), "person")

    def classes(self, name: str, day: date) -> set[str]:
        return {r["class"] for r in self.covering(day) if r["id"] == name and r.get("class")}

    def fits(self, name: str, words: Any, day: date) -> bool:
        return self.kind(name) in words or bool(self.classes(name, day) & set(words))

    def field(self, name: str, column: str, day: date) -> str:
        return next(
            (r[column] for r in self.covering(day) if r["id"] == name and r.get(column)), ""
        )

    def members(self, unit: str, day: date) -> list[str]:
        return sorted({r["id"] for r in self.covering(day) if r.get("unit") == unit})

    def units(self, name: str, day: date) -> list[str]:
        above = sorted({r["unit"] for r in self.covering(day) if r["id"] == name and r.get("unit")})
        return above + [unit for near in above for unit in self.units(near, day)]

    def resolve(self, name: str, account: str, day: date) -> list[str]:
        head, _, rest = account.partition(".")
        if head == "members":
            return self.members(name, day)
        if head == "persons":
            near = self.members(name, day)
            below = [other for unit in near for other in self.resolve(unit, "persons", day)]
            return sorted({n for n in near if self.kind(n) == "person"} | set(below))
        if head in ("household", "group"):
            for unit in [name, *self.units(name, day)]:
                if self.kind(unit) == head:
                    return self.resolve(unit, rest, day) if rest else [unit]
            return []
        for unit in [name, *self.units(name, day)]:
            found = sorted(
                {
                    r["id"]
                    for r in self.covering(day)
                    if r.get("unit") == unit and r.get("role") == head
                }
            )
            if found:
                return found
        return []

    def population(self, name: str, words: Any, day: date) -> tuple[str, ...]:
        found = []
        for word in [words] if isinstance(words, str) else words:
            if word == "all":
                found.append("")
            elif word in ("household", "group"):
                found.append(next((u for u in self.units(name, day) if self.kind(u) == word), ""))
            elif word == "class":
                found.append("/".join(sorted(self.classes(name, day))))
            else:
                found.append(self.field(name, word, day))
        return tuple(found)

    # --- admission -------------------------------------------------------------------------------------

    def run(self, rows: list[dict[str, str]]) -> None:
        events = []
        for row in rows:
            event: dict[str, Any] = {key: value for key, value in row.items() if value != ""}
            event["date"] = date.fromisoformat(row["date"])
            events.append(event)
        fates = self.fates(events)
        admitted, seen = [], set()
        for event in sorted(events, key=lambda e: (e["date"], e["id"])):
            outcome = "duplicate" if event["id"] in seen else None
            seen.add(event["id"])
            outcome = self.refusal(event, outcome, fates, events)
            if outcome is None:
                admitted.append(event)
            else:
                self.put(event["subject"], event["date"], event["id"], outcome)
        self.days(admitted)

    def refusal(
        self, event: dict[str, Any], again: str | None, fates: dict[str, str], events: Any
    ) -> str | None:
        day, subject, name = event["date"], event["subject"], event.get("indicator", "")
        item, reward = self.items.get(name), self.rewards.get(name)
        if day < self.first:
            return "no_version"
        if not any(r["id"] == subject for r in self.covering(day)):
            return "unknown_subject"
        if (
            item is None
            and reward is None
            and (name or not {"voids", "repairs", "revokes"} & set(event))
        ):
            return "unknown_indicator"
        kinds = [["person"]]
        if item is not None and item.kinds:
            kinds = item.kinds
        if reward is not None and reward.get("for"):
            kinds = [reward["for"]]
        if (item or reward) and not all(self.fits(subject, words, day) for words in kinds):
            return "not_for_subject"
        if again:
            return again
        if item is not None and "repairs" not in event and self.lacks(item, event):
            return "missing_value"
        steps = {step["step"]: step for step in item.process} if item else {}
        if item is not None and not self.may_declare(steps, event):
            return "not_allowed"
        if "declare" in steps and "declared_on" in event:
            last = add_length(day, 20, "day")
            if date.fromisoformat(event["declared_on"]) > last:
                return "declared_late"
        if event["id"] in fates:
            return fates[event["id"]]
        if day > self.as_of:
            return "after_as_of"
        target = event.get("voids") or event.get("corrects")
        if target and not any(e["id"] == target and e["date"] <= self.as_of for e in events):
            return "unknown_target"
        return "void" if "voids" in event else None

    def may_declare(self, steps: dict[str, Any], event: dict[str, Any]) -> bool:
        if "declare" not in steps or not (event.get("rater") or event.get("role")):
            return True
        if event.get("role") in ("self", "head") or event.get("rater") == event["subject"]:
            return True
        return event.get("rater") in self.resolve(event["subject"], "head", event["date"])

    def lacks(self, item: Item, event: dict[str, Any]) -> bool:
        form = item.data.get("points")
        needs: set[str] = set()
        if isinstance(form, dict):
            if {"each", "at_least", "above", "bands", "full"} & set(form):
                needs = {"quantity"}
            elif "rated_by" in form:
                needs = {"points", "role"}
            elif {"between", "one_of"} & set(form):
                needs = {"points"}
            elif "by" in form:
                needs = {next(iter(form["by"]))}
            elif "quantity" in form.get("formula", ""):
                needs = {"quantity"}
        return any(not event.get(name) for name in needs)

    def fates(self, events: list[dict[str, Any]]) -> dict[str, str]:
        """Decide an event once all that speak of it are decided; what is left is a circle."""
        by_id = {event["id"]: event for event in events}
        known = {e["id"] for e in events if e["date"] <= self.as_of}
        said: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for event in by_id.values():
            target = event.get("voids") or event.get("corrects")
            if target in known and event["date"] <= self.as_of:
                said[target].append(event)
        fates: dict[str, str] = {}
        decided = {name for name in by_id if name not in said}
        waiting = set(said)
        while True:
            ready = {n for n in waiting if all(e["id"] in decided for e in said[n])}
            if not ready:
                break
            for name in ready:
                standing = [e for e in said[name] if e["id"] not in fates]
                if standing:
                    last = max(standing, key=lambda e: (e["date"], e["id"]))
                    fates[name] = "voided" if "voids" in last else "corrected"
                    for other in standing:
                        if other is not last and "corrects" in other:
                            fates[other["id"]] = "corrected"
            decided |= ready
            waiting -= ready
        return fates | dict.fromkeys(waiting, "conflicting")

    # --- days ------------------------------------------------------------------------------------------

    def days(self, events: list[dict[str, Any]]) -> None:
        starts: dict[str, date] = {}
        kinds = {"person"} | {k for led in self.s.get("ledgers", ()) for k in led.get("for", ())}
        for row in self.rows:
            since = date.fromisoformat(row["since"]) if "since" in row else self.first
            if self.kind(row["id"]) in kinds:
                starts[row["id"]] = min(starts.get(row["id"], LONG), max(since, self.first))
        self.group_order = sorted(starts)
        day = self.first
        while day <= self.as_of:
            for name in sorted(n for n, start in starts.items() if start == day):
                self.people[name] = Person(name)
                self.open(self.people[name], self.period(day), day, again=False)
            for event in (e for e in events if e["date"] == day):
                self.event(event)
            self.close(day)
            day += timedelta(1)

    def close(self, day: date) -> None:
        people = [self.people[name] for name in sorted(self.people)]
        self.expire(day)
        for person in people:
            ended = [h for h in person.holds if h["end"] == day]
            if ended and day != person.period.end:
                grants: dict[str, Any] = {}
                self.release(person, ended, day, grants)
                if any(any(g.values()) for g in grants.values()) or set(grants) - {person.name}:
                    self.write(person.name, day, None, "released", grants)
        for person in people:
            for item in self.items.values():
                if "per" in item.data and self.ends(window_of(item.data["per"]), day, person):
                    self.award(person, item, day)
        for person in people:
            for figure, window in self.asked_parts:
                if self.ends(window_of(window), day, person):
                    person.parts[figure, window].append(
                        (day, self.figure(person.name, figure, day))
                    )
        self.places.clear()
        for name, ladder in self.ladders.items():
            for person in people:
                if self.ends(window_of(ladder["per"]), day, person):
                    level = self.judge(person, ladder, day)
                    if not person.levels.get(name) or person.levels[name][-1] != level:
                        person.since[name] = day
                    person.levels.setdefault(name, []).append(level)
        later = self.rules_at_end(people, day)
        self.places.clear()
        for person in people:
            if person.period.end == day or day == self.as_of:
                self.score(person, day)
        if day == self.as_of:
            return
        reached = []
        for person in people:
            for name, ladder in self.ladders.items():
                if self.ends(window_of(ladder["per"]), day, person):
                    for level in ladder["levels"]:
                        if level["name"] == person.levels[name][-1] and level.get("then"):
                            reached.append((person, level))
        for person in people:
            if person.period.end == day:
                self.open(person, self.period(day + timedelta(1)), day + timedelta(1), again=True)
            else:
                person.grades = [g for g in person.grades if g["end"] is None or g["end"] > day]
        for person, level in reached:
            event = {
                "id": f"@{level['name']}{day}",
                "date": day + timedelta(1),
                "subject": person.name,
            }
            grants = {person.name: {}}
            for effect in level["then"]:
                self.effect(person, effect, event, grants)
            self.write(person.name, event["date"], None, "tier", grants, others="tier")
        for rule, person in later:
            event = {
                "id": f"@{rule['id']}{day}",
                "date": day + timedelta(1),
                "subject": person.name,
            }
            grants = {person.name: {}}
            for effect in rule["then"]:
                if "veto" in effect or "grade" in effect:
                    self.effect(person, effect, event, grants)
            self.write(person.name, event["date"], None, "held", grants, others="held")

    def ends(self, window: Window, day: date, person: Person) -> bool:
        if window.name == "period":
            return bool(person.period.end == day)
        return window.last_day(day) == day

    def open(self, person: Person, period: Any, day: date, *, again: bool) -> None:
        carried = {}
        for name, account in person.accounts.items():
            carried[name] = account["shown"]
            ledger = self.ledgers[name]
            if isinstance(ledger.get("at_period_end"), dict):
                text = ledger["at_period_end"]["formula"]
                carried[name] = self.formula(
                    text, {"date": person.period.end, "subject": person.name}
                )
        old_period = person.period
        person.period = period
        person.figures, person.gates = {}, {}
        person.holds = [h for h in person.holds if h["end"] is None or h["end"] >= period.start]
        for name, ledger in self.ledgers.items():
            if "formula" in ledger or (
                ledger.get("for")
                and name != "total"
                and not self.fits(person.name, ledger["for"], day)
            ):
                continue
            base = F(0)
            if not again or ledger.get("at_period_end") != "carry":
                base = self.base(ledger.get("base", "0"), person.name, day)
            limits = self.net(ledger, name)
            person.accounts[name] = {"base": base, "lists": [[base] for _ in limits], "limits": limits,
                                     "inner": base, "shown": base, "left": F(0)}  # fmt: skip
        for category, way in self.bases:
            if self.fits(person.name, ["person"], day):
                self.start_category(person, F(category["base"]), way, day)
        if again:
            self.carry(person, carried, old_period, day)

    def net(self, ledger: dict[str, Any], name: str) -> list[Limit]:
        found = []
        for key in ("floor", "full"):
            if ledger.get(key, "none") != "none":
                amount, _, word = ledger[key].partition(" ")
                high, low = (F(amount), None) if key == "full" else (None, F(amount))
                found.append(
                    Limit(f"{name}{key}", "net", Window("period"), high, low, word == "lost")
                )
        return one_of_lost(sorted(found, key=lambda limit: not limit.lost))

    def base(self, form: Any, name: str, day: date) -> F:
        if isinstance(form, str):
            return F(form)
        for word, points in form["by"]["class"].items():
            if word in self.classes(name, day):
                return F(points)
        return F(0)

    def start_category(self, person: Person, base: F, way: list[Any], day: date) -> None:
        nets = [stage for stage in way if isinstance(stage, Gate) or stage.kind == "net"]
        posts = (("", "total", "whole"),)
        let = self.through(person, (f"@{day}", day, "added", posts), nets, base)
        account = person.accounts["total"]
        account["base"] += let
        account["inner"] += let
        account["shown"] += let
        account["lists"] = [[sum(each, F(0)) + let] for each in account["lists"]]

    def carry(self, person: Person, carried: dict[str, F], old: Any, day: date) -> None:
        held, person.holds = person.holds, []
        grants: dict[str, Any] = {person.name: {}}
        for name in person.accounts:
            ledger = self.ledgers[name]
            lasting = ended = F(0)
            for deed in [*person.deeds.values(), *person.received]:
                if deed.lasts == "period" or not deed.counted:
                    continue
                brought = sum(
                    (t["brought"].get(name, F(0)) for t in deed.trips if t["who"] == person.name),
                    F(0),
                )
                if deed.end is None or deed.end >= day:
                    lasting += brought
                elif deed.end == old.end:
                    ended += brought
            amount = lasting
            if ledger["at_period_end"] == "carry":
                amount = carried.get(name, F(0)) - ended
            elif isinstance(ledger["at_period_end"], dict):
                amount = carried[name]
            if amount:
                self.enter(person, name, amount, grants)
            if ledger.get("lasts"):
                person.accounts[name]["left"] = max(amount, F(0))
                person.accounts[name]["left_end"] = add_length(day, 20, "day") - timedelta(1)
        if grants[person.name]:
            self.write(person.name, day, None, "carried", grants)
        person.holds = held
        person.grades = [g for g in person.grades if g["end"] is None or g["end"] >= day]
        grants = {person.name: {}}
        for hold in held:
            account = person.accounts.get(hold["target"])
            hold["before"] = account["inner"] if account else {}
            if account:
                self.show(person, hold["target"], grants)
        if any(grants[person.name].values()):
            self.write(person.name, day, None, "held", grants)

    def score(self, person: Person, day: date) -> None:
        tiers = {}
        for name, ladder in self.ladders.items():
            done = self.ends(window_of(ladder["per"]), day, person)
            final = day == person.period.end and bool(person.levels.get(name))
            tiers[name] = (
                person.levels[name][-1] if done or final else self.judge(person, ladder, day)
            )
        figures = {name: account["shown"] for name, account in person.accounts.items()}
        for name, ledger in self.ledgers.items():
            if "formula" in ledger and (
                not ledger.get("for") or self.fits(person.name, ledger["for"], day)
            ):
                figures[name] = self.figure(person.name, name, day)
        rights = {}
        for name, reward in self.rewards.items():
            if "spends" in reward or "to" in reward or person.held(name) or person.held("rewards"):
                continue
            asking = {"date": day, "subject": person.name}
            if self.fits(person.name, reward.get("for", ["person"]), day) and self.holds(
                reward.get("when"), asking
            ):
                rights[name] = self.table(
                    reward["gives"], self.figure(person.name, reward["by"], day)
                )
        self.scores[person.name, person.period.label] = {
            "base": person.accounts["total"]["base"], "figures": figures, "tiers": tiers, "rights": rights,
        }  # fmt: skip

    # --- limits ------------------------------------------------------------------------------------------

    def through(
        self, person: Person, way: Any, stages: list[Any], amount: F, trip: Any = None, back: bool = False,
    ) -> F:  # fmt: skip
        _, _, side, _ = way
        for stage in stages:
            if isinstance(stage, Gate):
                amount = self.border(person, stage, way, amount, trip)
            elif stage.kind in ("net", "times", side):
                if stage.lost and back and trip is not None:
                    amount = no_more(amount, trip["lets"].get(stage.slot, F(0)))
                amount = self.limit(person, stage, way, amount)
                if stage.lost and trip is not None:
                    trip["lets"][stage.slot] = trip["lets"].get(stage.slot, F(0)) + amount
        return amount

    def limit(self, person: Person, cap: Limit, way: Any, amount: F) -> F:
        name, day, _, _ = way
        if cap.window.name == "length":
            return self.look_back(person, cap, name, day, amount)
        key = (
            cap.slot,
            name if cap.window.name == "event" else self.key(cap.window, day),
        )
        if cap.kind == "times":
            told = person.lists.setdefault(key, [])
            before = self.chosen(cap, told)
            told.append((name, amount))
            return self.chosen(cap, told) - before
        if cap.among:
            told = self.pots[key, self.population(person.name, cap.among, day)]
        else:
            told = person.lists.setdefault(key, [])
        before = cap.let_through(told)
        told.append(amount)
        return cap.let_through(told) - before

    def chosen(self, cap: Limit, told: list[tuple[str, F]]) -> F:
        """The first n, or the n highest, of the events that reach it with something."""
        values: dict[str, F] = {}
        for name, amount in told:
            values[name] = values.get(name, F(0)) + amount
            if not values[name]:
                del values[name]
        ordered = sorted(values.values(), reverse=True) if cap.highest else list(values.values())
        return sum(ordered[: int(cap.high or 0)], F(0))

    def look_back(self, person: Person, cap: Limit, name: str, day: date, amount: F) -> F:
        told = person.lists.setdefault((cap.slot, "length"), {})
        _, reached, old = told.pop(name, (day, F(0), F(0)))
        first = cap.window.first_day_back(day)
        used = [let for when, _, let in told.values() if let and first <= when <= day]
        reached += amount
        if cap.kind == "times":
            new = reached if len(used) < (cap.high or 0) else F(0)
        else:
            new = cap.clamp(sum(used, F(0)) + reached) - sum(used, F(0))
        if reached:
            told[name] = (day, reached, new)
        return new - old

    def border(self, person: Person, gate: Gate, way: Any, amount: F, trip: Any = None) -> F:
        _, day, side, posts = way
        inside = person.gates.setdefault(gate.node, {})
        inside[posts, side] = inside.get((posts, side), F(0)) + amount
        across = {} if trip is None else trip["across"].setdefault(gate.node, new_crossing())
        if trip is not None:
            across["came"] += amount
        if self.shut(person, gate, side):
            if trip is not None and amount:
                across["told"] = False
            return F(0)
        person.figures[gate.node] = person.figures.get(gate.node, F(0)) + amount
        if trip is not None:
            across["before"] += amount
        amount *= gate.weight
        if gate.rounding is not None:
            told = person.lists.setdefault((gate.node, "round", self.period(day).start), [])
            before = F(gate.rounding.apply(sum(told, F(0))))
            told.append(amount)
            amount = F(gate.rounding.apply(sum(told, F(0)))) - before
        if trip is not None:
            across["went"] += amount
        return amount

    def shut(self, person: Person, gate: Gate, side: Side) -> bool:
        rests = gate.node == "@scheme" and side == "added" and person.held("added")
        return person.held(gate.node) or rests

    def enter(
        self, person: Person, ledger: str, amount: F, grants: dict[str, Any],
        trip: Any = None, back: bool = False,
    ) -> F:  # fmt: skip
        account, reached = person.accounts.get(ledger), amount
        if account is not None:
            for limit, told in zip(account["limits"], account["lists"], strict=True):
                slot = (ledger, limit.slot)
                if limit.lost and back:
                    amount = no_more(amount, trip["lets"].get(slot, F(0)))
                before = limit.let_through(told)
                told.append(amount)
                amount = limit.let_through(told) - before
                if limit.lost and trip is not None:
                    trip["lets"][slot] = trip["lets"].get(slot, F(0)) + amount
                    reached = amount
        if trip is not None:
            trip["brought"][ledger] = trip["brought"].get(ledger, F(0)) + reached
        if account is None:
            return F(0)
        account["inner"] += amount
        account["left"] = max(account["left"] + min(amount, F(0)), F(0))
        self.show(person, ledger, grants)
        return amount

    def show(self, person: Person, ledger: str, grants: dict[str, Any]) -> None:
        account = person.accounts[ledger]
        shown = F(0) if person.held(ledger) else account["inner"]
        mine = grants.setdefault(person.name, {})
        mine[ledger] = mine.get(ledger, F(0)) + shown - account["shown"]
        account["shown"] = shown

    def wipe(self, person: Person, ledger: str, grants: dict[str, Any]) -> F:
        account = person.accounts[ledger]
        amount = -account["inner"]
        account["inner"] = account["left"] = F(0)
        account["lists"] = [[] for _ in account["lists"]]
        self.show(person, ledger, grants)
        return amount

    # --- moving ----------------------------------------------------------------------------------------

    def trips(self, event: dict[str, Any], item: Item) -> list[dict[str, Any]]:
        own, others = [], []
        for account, share in item.to.items():
            word = account if account in self.ledgers else "total"
            who = "" if account in self.ledgers else account
            (others if who else own).append((who, word, share))
        found = []
        if own:
            found.append({"who": event["subject"], "posts": tuple(own), "part": F(1)})
        for post in sorted(others, key=lambda post: post[2] == "rest"):
            payees = self.payees(post[0], event)
            if post[2] == "rest":
                found += [{"who": who, "posts": (post,), "part": None} for who in payees[:1]]
                continue
            parts = [_part(post[2]) for _ in payees]
            if post[2] == "equally":
                parts = [F(1, len(payees)) for _ in payees]
            elif post[2].startswith("by "):
                figures = [
                    max(self.figure(who, post[2][3:], event["date"]), F(0)) for who in payees
                ]
                whole = sum(figures, F(0))
                parts = [figure / whole if whole else F(0) for figure in figures]
            found += [
                {"who": w, "posts": (post,), "part": p} for w, p in zip(payees, parts, strict=True)
            ]
        for trip in found:
            trip |= {"carried": F(0), "granted": F(0), "undo": F(0), "at": 0, "brought": {},
                     "lets": {}, "across": {}}  # fmt: skip
        return found

    def payees(self, account: str, event: dict[str, Any]) -> list[str]:
        if account == "nobody":
            return []
        if account == "named":
            to = event.get("to", "")
            return [to] if any(r["id"] == to for r in self.covering(event["date"])) else []
        return self.resolve(event["subject"], account, event["date"])

    def move(self, deed: Deed, amount: F, side: Side, grants: dict[str, Any]) -> None:
        deed.worth += amount
        if not amount:
            return
        own = next((t for t in deed.trips if t["who"] == deed.event["subject"]), None)
        if own is not None:
            self.travel(deed, own, amount, side, grants)
        for trip in deed.trips:
            if trip is not own:
                whole = deed.worth if own is None else own["granted"]
                theirs = self.share(deed, trip, whole) - trip["carried"]
                if theirs:
                    self.travel(deed, trip, theirs, side, grants)

    def share(self, deed: Deed, trip: dict[str, Any], whole: F) -> F:
        if trip["part"] is None:
            divided = [
                t
                for t in deed.trips
                if t["posts"][0][2] == "equally" or t["posts"][0][2].startswith("by ")
            ]
            return whole - sum((self.share(deed, t, whole) for t in divided), F(0))
        part = whole * trip["part"]
        return part if deed.item.rounding is None else F(deed.item.rounding.apply(part))

    def travel(
        self, deed: Deed, trip: dict[str, Any], amount: F, side: Side, grants: dict[str, Any]
    ) -> None:
        trip["carried"] += amount
        person = self.people.get(trip["who"])
        account, _, share = trip["posts"][0]
        if person is None or (account and _side(share) not in (None, side)):
            return
        grants.setdefault(person.name, {})
        way = (deed.event["id"], deed.event["date"], side, trip["posts"])
        stages = deed.item.way
        nets = (n for n, s in enumerate(stages) if isinstance(s, Limit) and s.kind == "net")
        trip["at"] = first = next(nets, len(stages))
        let = self.through(person, way, stages[:first], amount, trip)
        trip["undo"] += let
        amount = self.through(person, way, stages[first:], let, trip)
        self.post(person, trip, amount, side, grants)

    def post(
        self, person: Person, trip: dict[str, Any], amount: F, side: Side, grants: dict[str, Any], back: bool = False,
    ) -> None:  # fmt: skip
        for number, (account, ledger, share) in enumerate(trip["posts"]):
            if _side(share) in (None, side):
                part = amount if account else amount * _part(share)
                let = self.enter(person, ledger, part, grants, trip, back)
                trip["granted"] += F(0) if number else let

    def uncross(self, person: Person, trip: dict[str, Any], side: Side, way: list[Any]) -> F:
        """Out of every border before the first net limit goes what came; what stands beyond them."""
        out = None
        for gate in (stage for stage in way[: trip["at"]] if isinstance(stage, Gate)):
            across = trip["across"].pop(gate.node, new_crossing())
            came = across["came"] if out is None else out
            if out is not None or not across["told"]:
                out = came * gate.weight
            inside = person.gates.setdefault(gate.node, {})
            inside[trip["posts"], side] = inside.get((trip["posts"], side), F(0)) - came
            if self.shut(person, gate, side):
                for hold in person.holds:
                    if hold["target"] in (gate.node, {"@scheme": "added"}.get(gate.node)):
                        account, stood = (trip["posts"], side), hold["before"]
                        stood[account] = stood.get(account, F(0)) - across["before"]
                return F(0)
            person.figures[gate.node] = person.figures.get(gate.node, F(0)) - came
        return trip["undo"] if out is None else out

    def take_back(self, person: Person, deed: Deed, grants: dict[str, Any]) -> None:
        same = self.period(deed.event["date"]) == person.period
        deed.counted, deed.worth = False, F(0)
        for trip in deed.trips:
            other = self.people.get(trip["who"])
            if same:
                if other is None:
                    continue
                side = side_of(trip["undo"] or trip["carried"])
                amount = -self.uncross(other, trip, side, deed.item.way)
                trip["undo"] = F(0)
                if not amount:
                    continue
                grants.setdefault(other.name, {})
                way = (deed.event["id"], deed.event["date"], side, trip["posts"])
                let = self.through(other, way, deed.item.way[trip["at"] :], amount, trip, True)
                self.post(other, trip, let, side, grants, True)
            elif other is not None:
                for ledger, amount in list(trip["brought"].items()):
                    self.enter(other, ledger, -amount, grants, trip, True)

    def expire(self, day: date) -> None:
        due: list[tuple[date, str, str]] = []
        for person in self.people.values():
            for name, deed in person.deeds.items():
                if deed.end == day and deed.counted and person.period.end != day:
                    due.append((day, person.name, name))
            for ledger, account in person.accounts.items():
                if account.get("left_end") == day and "formula" not in self.ledgers[ledger]:
                    due.append((day, person.name, f"@{ledger}"))
        for _, name, what in sorted(due):
            person, grants = self.people[name], {name: {}}
            if what.startswith("@"):
                account = person.accounts[what[1:]]
                amount, account["left"] = min(account["left"], max(account["inner"], F(0))), F(0)
                if amount:
                    self.enter(person, what[1:], -amount, grants)
                    self.write(name, day, None, "expired", grants)
            elif person.deeds[what].counted:
                self.take_back(person, person.deeds[what], grants)
                self.write(name, day, None, "expired", grants)

    # --- events ----------------------------------------------------------------------------------------

    def event(self, event: dict[str, Any]) -> None:
        before = {name: len(lines) for name, lines in self.entries.items()}
        person = self.people.get(event["subject"])
        if "repairs" in event:
            self.repair(person, event)
        elif "revokes" in event:
            self.revoke(person, event)
        elif event["indicator"] in self.rewards:
            self.redeem(person, event)
        else:
            self.grant(person, event, self.items[event["indicator"]], None)
        touched = [n for n, lines in self.entries.items() if len(lines) > before.get(n, 0)]
        self.rules_after(sorted(touched), event)

    def grant(self, person: Person, event: dict[str, Any], item: Item, stretch: Any) -> None:
        standing, day = stretch is not None, event["date"]
        more = {}
        when = item.data.get("when")
        if not self.holds(when, event, stretch, more):
            if not standing:
                self.put(person.name, day, event["id"], "condition_not_met")
            return
        try:
            value = self.value(person, event, item)
        except Unfit as unfit:
            self.put(person.name, day, None if standing else event["id"], str(unfit))
            return
        if any(share != "" and account not in self.ledgers and account != "nobody" and not self.payees(account, event)
               for account, share in item.to.items()):  # fmt: skip
            self.put(person.name, day, None if standing else event["id"], "missing_value")
            return
        value, warned = self.escalate(person, item, event, value)
        deed = Deed(event, item, value)
        deed.lasts = self.lasts_of(item, event, value)
        deed.trips = self.trips(event, item)
        person.deeds[event["id"]] = deed
        person.history.append((day, item, value))
        for trip in deed.trips:
            if trip["who"] != person.name and trip["who"] in self.people:
                self.people[trip["who"]].received.append(deed)
        if deed.lasts != "period":
            deed.end = self.end_of(deed.lasts, day)
        grants: dict[str, Any] = {person.name: {}}
        if item.data.get("points") == "clear":
            deed.counted = True
            for trip in deed.trips:
                for _, ledger, _ in trip["posts"] if trip["who"] == person.name else ():
                    trip["brought"][ledger] = self.wipe(person, ledger, grants)
        else:
            for moved, amount, side in self.combine(person, deed, True):
                self.move(moved, amount, side, grants)
        for effect in () if warned else item.data.get("then", ()):
            self.effect(person, effect, event, grants)
        outcome = "awarded" if standing else "counted"
        self.write(person.name, day, None if standing else event["id"], outcome, grants)

    def award(self, person: Person, item: Item, day: date) -> None:
        window = window_of(item.data["per"])
        first = day
        while window.key(first - timedelta(1)) == window.key(day):
            first -= timedelta(1)
        event = {
            "id": f"@{item.id}@{day}",
            "date": day,
            "subject": person.name,
            "indicator": item.id,
        }
        if all(self.fits(person.name, words, day) for words in item.kinds or [["person"]]):
            self.grant(person, event, item, (first, day))

    # --- values ------------------------------------------------------------------------------------------

    def value(self, person: Person, event: dict[str, Any], item: Item) -> F:
        quantity = F(event.get("quantity", "0"))
        for cap in item.data.get("caps", ()):
            if cap["at_most"].endswith("小时"):
                window, bound = window_of(cap["per"]), F(cap["at_most"].split()[0])
                told = person.lists.setdefault(
                    (item.id, "quantity", self.key(window, event["date"])), []
                )
                used = F(0) if window.name == "event" else sum(told, F(0))
                quantity = min(quantity, max(bound - used, F(0)))
                told.append(quantity)
        points = self.form(person, item.data.get("points"), event, quantity, item.id)
        if item.rounding is not None:
            points = F(item.rounding.apply(points))
        for low, high in item.within:
            if not F(low) <= points <= F(high):
                raise Unfit("out_of_range")
        return points

    def form(self, person: Person, form: Any, event: dict[str, Any], quantity: F, name: str) -> F:
        if form == "clear":
            return -person.accounts["total"]["inner"]
        if isinstance(form, str):
            return F(form)
        if "rated_by" in form or "between" in form:
            low, high = form["between"]
            if not F(low) <= F(event["points"]) <= F(high):
                raise Unfit("out_of_range")
            return F(event["points"])
        if "one_of" in form:
            if F(event["points"]) not in [F(points) for points in form["one_of"]]:
                raise Unfit("not_in_table")
            return F(event["points"])
        if "full" in form:
            return max(F(form["full"]) + F(form["each"]["处"]) * quantity, F(form["floor"]))
        if "bands" in form:
            total = min(quantity, F(5)) + max(quantity - 5, F(0)) / 2
            return F(Rounding.parse(form["round"]).apply(total))
        if "by" in form:
            column, table = next(iter(form["by"].items()))
            if event.get(column) not in table:
                raise Unfit("not_in_table")
            return self.form(person, table[event[column]], event, quantity, name)
        if "formula" in form:
            points = self.formula(form["formula"], event)
            return F(Rounding.parse(form["round"]).apply(points))
        if "per" not in form:
            return self.table(form, quantity)
        key = (name, "amount", self.key(window_of(form["per"]), event["date"]))
        told = person.lists.setdefault(key, [])
        before = self.table(form, sum(told, F(0)))
        told.append(quantity)
        return self.table(form, sum(told, F(0))) - before

    def table(self, form: dict[str, Any], amount: F) -> F:
        if "each" in form:
            (unit, points), *_ = form["each"].items()
            size = F(unit.split()[0]) if " " in unit else F(1)
            found = amount / size * F(points)
            return F(Rounding.parse(form["round"]).apply(found)) if "round" in form else found
        steps = [(F(e), False, F(p)) for e, p in form.get("at_least", {}).items()]
        steps += [(F(e), True, F(p)) for e, p in form.get("above", {}).items()]
        found = F(0)
        for edge, strict, points in sorted(steps):
            if amount > edge or (amount == edge and not strict):
                found = points
        return found

    def escalate(
        self, person: Person, item: Item, event: dict[str, Any], value: F
    ) -> tuple[F, bool]:
        if not item.escalate:
            return value, False
        (window, steps), *_ = item.escalate.items()
        if window == "valid":
            earlier = [
                d
                for d in person.deeds.values()
                if d.item.id == item.id and self.counts_still(d, event)
            ]
            number = len(earlier)
        else:
            same = [
                i
                for day, i, _ in person.history
                if self.key(window_of(window), day) == self.key(window_of(window), event["date"])
            ]
            number = sum(1 for other in same if other.id == item.id)
        step = steps[min(number, len(steps) - 1)]
        if step.startswith("x"):
            return value * F(step[1:]), False
        return (F(step), False) if re.match(r"-?\d", step) else (F(0), True)

    def counts_still(self, deed: Deed, event: dict[str, Any]) -> bool:
        if deed.lasts == "period":
            return bool(self.period(deed.event["date"]) == self.period(event["date"]))
        if deed.lasts == "until repaired" and deed.repaired:
            return False
        return deed.end is None or deed.end >= event["date"]

    def lasts_of(self, item: Item, event: dict[str, Any], value: F) -> str:
        rule = item.lasts
        if isinstance(rule, str):
            return rule
        if "by" in rule:
            return rule["by"]["level"].get(event.get("level"), "period")
        steps = [(F(e), False, w) for e, w in rule.get("at_least", {}).items()]
        steps += [(F(e), True, w) for e, w in rule.get("above", {}).items()]
        found = "period"
        for edge, strict, word in sorted(steps):
            if abs(value) > edge or (abs(value) == edge and not strict):
                found = word
        return found

    def end_of(self, lasts: str, day: date) -> date | None:
        if lasts in ("ever", "until repaired") or lasts.endswith("after repair"):
            return None
        if lasts == "period":
            return self.period(day).end
        window = window_of(lasts)
        if window.name == "length":
            return add_length(day, window.count, window.unit) - timedelta(1)
        return window.last_day(day)

    # --- combine -----------------------------------------------------------------------------------------

    def combine(self, person: Person, deed: Deed, enters: bool) -> list[tuple[Deed, F, Side]]:
        if enters and any(
            h["target"] == "matter" and h["matter"] and h["matter"] == deed.event.get("matter")
            for h in person.holds
        ):
            return []
        form = deed.item.data.get("points")
        if isinstance(form, dict) and "rated_by" in form:
            return self.average(
                person,
                deed,
                enters,
                form,
                next(iter(form["combine"])),
                form["per"],
                _rounding(form),
            )
        changes = [(deed, enters)]
        for node, mode, over, sided in deed.item.combines:
            if mode in ("mean", "median", "trimmed_mean"):
                return self.average(person, deed, enters, None, mode, over, deed.item.rounding)
            changes = [
                c
                for one, counts in changes
                for c in self.pick(person, one, counts, node, mode, over, sided)
            ]
        found = []
        for one, counts in changes:
            moves = [into for other, into in changes if other is one]
            if moves.count(True) == moves.count(False):
                continue  # in and out again (or out and in): it stands where it stood
            one.counted = counts
            found.append((one, one.value if counts else -one.worth, side_of(one.value)))
        return found

    def group(self, person: Person, deed: Deed, node: str, mode: str, over: str) -> dict[str, Any]:
        if over == "matter":
            key = deed.event.get("matter") or f"alone {deed.event['id']}"
        else:
            key = str(self.key(window_of(over), deed.event["date"]))
        return person.groups.setdefault(
            (node, mode, key), {"members": {}, "holder": None, "value": F(0)}
        )

    def pick(
        self, person: Person, deed: Deed, enters: bool, node: str, mode: str, over: str, sided: bool
    ) -> list[tuple[Deed, bool]]:
        if sided and not (deed.value > 0 if mode == "highest" else deed.value < 0):
            return [(deed, enters)]
        group = self.group(person, deed, node, mode, over)
        members, old, name = group["members"], group["holder"], deed.event["id"]

        def beats(new: F, than: F) -> bool:
            return mode == "latest" or (new > than if mode == "highest" else new < than)

        if enters:
            members[name] = deed
            if old is None or beats(deed.value, members[old].value):
                group["holder"] = name
        else:
            if members.pop(name, None) is None or old != name:
                return []
            best = None
            for other, one in members.items():
                if best is None or beats(one.value, members[best].value):
                    best = other
            group["holder"] = best
        if group["holder"] == old:
            return []
        found = [(members.get(old, deed), False)] if old is not None else []
        return found + ([(members[group["holder"]], True)] if group["holder"] is not None else [])

    def average(
        self,
        person: Person,
        deed: Deed,
        enters: bool,
        rating: Any,
        mode: str,
        over: str,
        rounding: Any,
    ) -> list[tuple[Deed, F, Side]]:
        group = self.group(person, deed, deed.item.id, mode, over)
        members = group["members"]
        deed.counted = enters
        if enters:
            members[deed.event["id"]] = deed
        elif members.pop(deed.event["id"], None) is None:
            return []
        old, new = group["value"], F(0)
        if members and rating is None:
            new = _mean(mode, [one.value for one in members.values()])
        elif members:
            marks: dict[str, list[F]] = defaultdict(list)
            for one in members.values():
                marks[one.event["role"]].append(one.value)
            shares = {role: F(share[:-1]) / 100 for role, share in rating["rated_by"].items()}
            present = [role for role in shares if role in marks]
            points = sum((shares[r] * _mean(mode, marks[r]) for r in present), F(0))
            if len(present) < len(shares) and rating["missing"] == "void":
                points = F(0)
            elif rating["missing"] == "spread":
                points /= sum((shares[r] for r in present), F(0))
            new = points
        new = F(rounding.apply(new)) if rounding is not None else new
        group["value"] = new
        if (old < 0) != (new < 0):
            return [(deed, -old, side_of(old)), (deed, new, side_of(new))]
        return [(deed, new - old, side_of(new))]

    # --- consequences --------------------------------------------------------------------------------------

    def effect(
        self, person: Person, effect: dict[str, Any], event: dict[str, Any], grants: dict[str, Any]
    ) -> None:
        if "veto" in effect:
            self.hold(person, effect, event, grants)
        elif "grade" in effect:
            ladder, _, level = effect["grade"].partition(".")
            end = self.end_of(effect["lasts"], event["date"])
            person.grades.append(
                {"ladder": ladder, "level": level, "end": end, "event": event["id"]}
            )
        elif "points" in effect:
            self.bring(person, effect, event, grants)

    def bring(
        self, person: Person, effect: dict[str, Any], event: dict[str, Any], grants: dict[str, Any]
    ) -> None:
        if effect["points"] == "clear":
            self.wipe(person, "total", grants)
            return
        points = self.form(person, effect["points"], event, F(event.get("quantity", "0")), "")
        for account in effect.get("to", {"total": "whole"}):
            payees = [person.name] if account == "total" else self.payees(account, event)
            for who in payees:
                if who in self.people:
                    grants.setdefault(who, {})
                    self.enter(self.people[who], "total", points, grants)

    def hold(
        self, person: Person, effect: dict[str, Any], event: dict[str, Any], grants: dict[str, Any]
    ) -> None:
        target, fresh = effect["veto"], not person.held(effect["veto"])
        account = person.accounts.get(target)
        node = "@scheme" if target == "added" else target
        before = account["inner"] if account else dict(person.gates.get(node, {}))
        matter = event.get("matter", "") if target == "matter" else ""
        if target == "matter":
            for deed in list(person.deeds.values()):
                if matter and deed.event.get("matter") == matter:
                    for moved, amount, side in self.combine(person, self.uncount(deed), False):
                        self.move(moved, amount, side, grants)
        elif account is None and fresh:
            self.swing(person, target, event["date"], grants, -1)
        person.holds.append({"target": target, "event": event["id"], "matter": matter, "before": before,
                             "end": self.end_of(effect["lasts"], event["date"]), "gives": effect.get("gives", "nothing")})  # fmt: skip
        if account:
            self.show(person, target, grants)

    def uncount(self, deed: Deed) -> Deed:
        deed.counted = False
        return deed

    def swing(
        self, person: Person, target: str, day: date, grants: dict[str, Any], sign: int
    ) -> None:
        node = "@scheme" if target == "added" else target
        way = next((i.way for i in self.items.values() if node in i.nodes), [])
        start = next((n for n, s in enumerate(way) if isinstance(s, Gate) and s.node == node), 0)
        inside = dict(person.gates.get(node, {}))
        for (posts, side), amount in inside.items():
            rests = target != "added" and person.held("added") and node == "@scheme"
            if not amount or (target == "added" and side != "added") or (rests and side == "added"):
                continue
            if target == "added" and person.held(node):
                continue
            let = self.through(
                person, (f"@veto{target}", day, side, posts), way[start:], sign * amount
            )
            trip = {"who": person.name, "posts": posts, "brought": {}, "granted": F(0), "lets": {}}
            self.post(person, trip, let, side, grants)
        person.gates[node] = inside

    def release(
        self, person: Person, ended: list[dict[str, Any]], day: date, grants: dict[str, Any]
    ) -> None:
        person.holds = [hold for hold in person.holds if hold not in ended]
        for target in sorted({hold["target"] for hold in ended}):
            last = [hold for hold in ended if hold["target"] == target][-1]
            account = person.accounts.get(target)
            if target == "matter":
                for hold in ended:
                    if hold["gives"] == "all" and hold["target"] == "matter":
                        for deed in list(person.deeds.values()):
                            if hold["matter"] and deed.event.get("matter") == hold["matter"]:
                                for moved, amount, side in self.combine(person, deed, True):
                                    self.move(moved, amount, side, grants)
            elif person.held(target):
                continue
            elif account:
                if last["gives"] != "all":
                    back = last["before"] if last["gives"] == "before" else F(0)
                    account["inner"] = back or F(0)
                    account["lists"] = [[account["inner"]] for _ in account["lists"]]
                self.show(person, target, grants)
            else:
                node, only = ("@scheme", "added") if target == "added" else (target, None)
                stood = last["before"] if last["gives"] == "before" else {}
                inside = person.gates.setdefault(node, {})
                for posts, side in inside if last["gives"] != "all" else ():
                    if only in (None, side):
                        inside[posts, side] = stood.get((posts, side), F(0))
                self.give_back(person, node, last["gives"], only)
                self.swing(person, target, day, grants, 1)

    def give_back(self, person: Person, node: str, gives: str, only: Side | None) -> None:
        """What a veto does not give back is not there any more to be taken back."""
        for deed in (*person.deeds.values(), *person.received):
            for trip in deed.trips:
                across = trip["across"].get(node) if trip["who"] == person.name else None
                if across is None or only not in (None, side_of(trip["undo"] or trip["carried"])):
                    continue
                if gives == "all":
                    across["before"] = across["came"]
                    continue
                kept = across["before"] if gives == "before" else F(0)
                across["told"] = across["told"] and kept == across["came"]
                across["came"] = across["before"] = kept

    def repair(self, person: Person | None, event: dict[str, Any]) -> None:
        wrong = person.deeds.get(event["repairs"]) if person else None
        if person is None or wrong is None:
            self.put(event["subject"], event["date"], event["id"], "unknown_target")
            return
        rule = wrong.item.data.get("repair")
        good = True
        if rule and "within" in rule:
            good = event["date"] <= add_length(wrong.event["date"], 2, "month")
        if rule and good:
            good = self.holds(rule.get("when"), event)
        if wrong.repaired or not good:
            self.put(event["subject"], event["date"], event["id"], "repair_refused")
            return
        wrong.repaired = True
        grants: dict[str, Any] = {person.name: {}}
        self.release(
            person,
            [h for h in person.holds if h["event"] == event["repairs"]],
            event["date"],
            grants,
        )
        person.grades = [g for g in person.grades if g["event"] != event["repairs"]]
        if wrong.lasts == "until repaired" and wrong.counted:
            self.take_back(person, wrong, grants)
        elif wrong.lasts.endswith(" after repair"):
            wrong.end = self.end_of(wrong.lasts.removesuffix(" after repair"), event["date"])
        for effect in rule["then"] if rule else ():
            self.effect(person, effect, event, grants)
        self.write(person.name, event["date"], event["id"], "counted", grants)

    def revoke(self, person: Person | None, event: dict[str, Any]) -> None:
        credit = person.deeds.get(event["revokes"]) if person else None
        if person is None or credit is None or not credit.counted:
            self.put(event["subject"], event["date"], event["id"], "unknown_target")
            return
        grants: dict[str, Any] = {person.name: {}}
        self.take_back(person, credit, grants)
        self.write(person.name, event["date"], event["id"], "revoked", grants)

    def redeem(self, person: Person | None, event: dict[str, Any]) -> None:
        reward, day = self.rewards[event["indicator"]], event["date"]
        grants: dict[str, Any] = {event["subject"]: {}}
        number, _, ledger = reward.get("spends", "0").partition(" ")
        price, ledger = F(number) * F(event.get("quantity", "1")), ledger or "total"
        outcome = "redeemed"
        if not self.holds(reward.get("when"), event):
            outcome = "condition_not_met"
        elif person is None:
            outcome = "refused" if "spends" in reward else outcome
        elif person.held(reward["id"]) or person.held("rewards"):
            outcome = "refused"
        else:
            key = (reward["id"], "taken", day.year, day.month)
            floor = self.ledgers[ledger].get("floor", "none")
            if (reward.get("caps") and len(person.lists.get(key, [])) >= 1) or (
                "spends" in reward
                and floor != "none"
                and person.accounts[ledger]["shown"] - price < 0
            ):
                outcome = "refused"
            else:
                if "spends" in reward:
                    self.enter(person, ledger, -price, grants)
                person.lists.setdefault(key, []).append(event["id"])
        if outcome == "redeemed" and "to" in reward:
            for who in self.resolve(event["subject"], "persons", day):
                grants.setdefault(who, {})
        self.write(event["subject"], day, event["id"], outcome, grants)

    # --- rules -------------------------------------------------------------------------------------------

    def rules_after(self, names: list[str], event: dict[str, Any]) -> None:
        found = []
        rules = [rule for rule in self.s.get("rules", ()) if rule["per"] == "event"]
        for name in names:
            person = self.people.get(name)
            for rule in rules if person else ():
                true = self.rule_holds(person, rule, event["date"])
                if true and rule["id"] not in person.true_rules:
                    found.append((rule, person))
                (person.true_rules.add if true else person.true_rules.discard)(rule["id"])
        for rule, person in found:
            grants = {person.name: {}}
            cause = {
                "id": event["id"],
                "date": event["date"],
                "subject": person.name,
                "indicator": rule["id"],
            }
            for effect in rule["then"]:
                self.effect(person, effect, cause, grants)
            self.write(person.name, event["date"], event["id"], "rule", grants)

    def rules_at_end(self, people: list[Person], day: date) -> list[tuple[dict[str, Any], Person]]:
        acting = []
        for rule in self.s.get("rules", ()):
            for person in people:
                ends = rule["per"] != "event" and self.ends(window_of(rule["per"]), day, person)
                if ends and self.rule_holds(person, rule, day):
                    acting.append((rule, person))
        for rule, person in acting:
            event = {
                "id": f"@{rule['id']}@{day}",
                "date": day,
                "subject": person.name,
                "indicator": rule["id"],
            }
            grants = {person.name: {}}
            now = [e for e in rule["then"] if "veto" not in e and "grade" not in e]
            for effect in now:
                self.effect(person, effect, event, grants)
            if now:
                self.write(person.name, day, None, "rule", grants)
        return [(r, p) for r, p in acting if any("veto" in e or "grade" in e for e in r["then"])]

    def rule_holds(self, person: Person, rule: dict[str, Any], day: date) -> bool:
        asking = {"date": day, "subject": person.name}
        return self.fits(person.name, rule.get("for", ["person"]), day) and self.holds(
            rule["when"], asking
        )

    # --- ladders -----------------------------------------------------------------------------------------

    def judge(self, person: Person, ladder: dict[str, Any], day: date) -> str:
        """The level of a day; empty where not rated."""
        if not self.rated(person.name, ladder, day):
            return ""
        names = [level["name"] for level in ladder["levels"]]
        grades = [g["level"] for g in person.grades if g["ladder"] == ladder["id"]]
        if grades:
            return max(grades, key=names.index)
        if person.held(ladder["id"]):
            return str(names[-1])
        earned = self.earned(person, ladder, day)
        if earned is None:
            return ""
        old = (person.levels.get(ladder["id"]) or [""])[-1]
        if old in names:
            was = names.index(old)
            lasts = ladder["levels"][was].get("lasts")
            if earned < was and "up" in ladder:
                earned = max(earned, was - int(ladder["up"]))
            elif earned > was:
                since = person.since[ladder["id"]]
                if lasts and day <= add_length(since, 40, "day"):
                    earned = was
                elif "down" in ladder:
                    earned = min(earned, was + int(ladder["down"]))
        return str(names[earned])

    def rated(self, name: str, ladder: dict[str, Any], day: date) -> bool:
        asking = {"date": day, "subject": name}
        return self.fits(name, ladder.get("for", ["person"]), day) and self.holds(
            ladder.get("when"), asking
        )

    def earned(self, person: Person, ladder: dict[str, Any], day: date) -> int | None:
        figure = self.figure(person.name, ladder["by"], day)
        rest = None
        for number, level in enumerate(ladder["levels"]):
            if not {"at_least", "above", "rank", "when"} & set(level):
                rest = number if rest is None else rest
                continue
            good = True
            if "at_least" in level:
                good = figure >= F(level["at_least"])
            if "above" in level:
                good = figure > F(level["above"])
            if good and "rank" in level:
                good = self.by_place(person, ladder, level["rank"], day)
            if good and self.holds(level.get("when"), {"date": day, "subject": person.name}):
                return number
        return rest

    def by_place(self, person: Person, ladder: dict[str, Any], rank: str, day: date) -> bool:
        ties = ladder["ties"] if isinstance(ladder["ties"], list) else [ladder["ties"]]
        among = ladder.get("among", [])
        mine = self.population(person.name, among, day)
        figures = {}
        for name in self.people:
            if self.rated(name, ladder, day) and self.population(name, among, day) == mine:
                figures[name] = [self.figure(name, f, day) for f in [ladder["by"], *ties[:-1]]]
        own = figures[person.name]
        end, _, text = rank.partition(" ")
        better = [f for f in figures.values() if (f > own if end == "top" else f < own)]
        equal = [f for f in figures.values() if f == own]
        number = F(text.rstrip("%"))
        if text.endswith("%"):
            number = F(Rounding.parse(ladder["round"]).apply(number * len(figures) / 100))
        best, worst = len(better) + 1, len(better) + len(equal)
        return (best if ties[-1] == "all" else worst) <= number

    # --- formulas ----------------------------------------------------------------------------------------

    def figure(self, name: str, figure: str, day: date) -> F:
        ledger = self.ledgers.get(figure, {})
        if "formula" in ledger:
            found = self.formula(ledger["formula"], {"date": day, "subject": name})
            return F(Rounding.parse(ledger["round"]).apply(found))
        person = self.people.get(name)
        if person is None:
            return F(0)
        if figure in person.accounts:
            return F(person.accounts[figure]["shown"])
        return person.figures.get(figure, F(0))

    def holds(
        self, text: str | None, event: dict[str, Any], stretch: Any = None, more: Any = None
    ) -> bool:
        return text is None or bool(self.evaluate(text, event, stretch))

    def formula(self, text: str, event: dict[str, Any]) -> F:
        return F(self.evaluate(text, event, None))

    def evaluate(self, text: str, event: dict[str, Any], stretch: Any) -> Any:
        """Run the text as Python over names and questions; it comes from the tests themselves."""
        day, name = event["date"], event["subject"]
        person = self.people.get(name)
        text = re.sub(
            r"(\w+_of)\((\w+), ([^,()]+)(?:, ([^,()]+))?\)", r"\1('\2', '''\3''', '''\4''')", text
        )
        text = re.sub(r"(mean|highest|lowest|streak)\((\w+),", r"\1('\2',", text)
        text = re.sub(r"throughout\((\w+)\)", r"throughout('\1')", text)
        history = person.history if person else []

        def matching(what: str, window: str) -> list[F]:
            sort = {
                "any": lambda i, v: True,
                "added": lambda i, v: v > 0,
                "deducted": lambda i, v: v < 0,
            }
            test = sort.get(what, lambda i, v: what in i.nodes)
            key = window_of(window)
            return [
                v for d, i, v in history if test(i, v) and self.key(key, d) == self.key(key, day)
            ]

        def parts(figure: str, window: str) -> list[F]:
            first = min(person.period.start, date(day.year, 1, 1)) if person else day
            return [v for d, v in person.parts[figure, window] if d >= first] if person else []

        def streak(ladder: str, level: str) -> int:
            names = [lv["name"] for lv in self.ladders[ladder]["levels"]]
            good, count = names[: names.index(level) + 1], 0
            for held in reversed(person.levels.get(ladder, [])):
                if held not in good:
                    break
                count += 1
            return count

        def others(relation: str, what: str, only: str) -> list[Any]:
            asked = [{"date": day, "subject": n} for n in self.resolve(name, relation, day)]
            return [self.evaluate(what, e, None) for e in asked if self.holds(only or None, e)]

        def latest(what: str) -> F:
            found = [value for _, item, value in history if what in item.nodes]
            return found[-1] if found else F(0)

        def throughout(column: str) -> bool:
            first, last = stretch
            days = [first + timedelta(n) for n in range((last - first).days + 1)]
            return all(self.field(name, column, d) == "是" for d in days)

        since = min((r.get("since", "") for r in self.rows if r["id"] == name), default="")
        names = {
            "total": self.figure(name, "total", day), "quantity": F(event.get("quantity", "0")),
            "level": event.get("level", ""), "month": day.month, "承诺书": event.get("承诺书") == "是",
            "headcount": len(self.members(name, day)), "min": min, "star": "star", "F": F,
            "days_in": (day - (date.fromisoformat(since) if since else self.first)).days + 1,
            "count": lambda w, win: len(matching(w, win)), "sum": lambda w, win: sum(matching(w, win), F(0)),
            "mean": lambda f, w: sum(parts(f, w), F(0)) / len(parts(f, w)) if parts(f, w) else F(0),
            "highest": lambda f, w: max(parts(f, w), default=F(0)), "streak": streak, "latest": latest,
            "throughout": throughout, "sum_of": lambda r, w, o: sum(others(r, w, o), F(0)),
            "mean_of": lambda r, w, o: sum(others(r, w, o), F(0)) / len(others(r, w, o)) if others(r, w, o) else F(0),
            "share_of": lambda r, w, o: F(sum(map(bool, others(r, w, o))), len(others(r, w, o))) if others(r, w, o) else F(0),
            "count_of": lambda r, w, o: sum(map(bool, others(r, w, o))),
        }  # fmt: skip
        return eval(text, {"__builtins__": {}}, names)

    # --- the trace ---------------------------------------------------------------------------------------

    def put(self, subject: str, day: date, event: str | None, outcome: str) -> None:
        self.entries[subject].append((day, event, outcome, F(0), {}))

    def write(
        self,
        subject: str,
        day: date,
        event: str | None,
        outcome: str,
        grants: dict[str, Any],
        others: str = "received",
    ) -> None:
        ordered = [subject, *sorted(set(grants) - {subject})]
        for name in ordered:
            mine = dict(grants.get(name, {}))
            granted = mine.pop("total", F(0))
            what = outcome if name == subject else others
            ledgers = {ledger: amount for ledger, amount in mine.items() if amount}
            self.entries[name].append((day, event, what, granted, ledgers))


def no_more(amount: F, let: F) -> F:
    """What is taken back of an amount, where no more than was let through may be."""
    if amount < 0:
        return min(max(amount, -let), F(0))
    return max(min(amount, -let), F(0))


def new_crossing() -> dict[str, Any]:
    """At a border: what came, what of it before a veto, what went out at once, whether that is all."""
    return {"came": F(0), "before": F(0), "went": F(0), "told": True}


def _mean(mode: str, values: list[F]) -> F:
    ordered = sorted(values)
    if mode == "trimmed_mean" and len(ordered) > 2:
        ordered = ordered[1:-1]
    if mode == "median":
        half = len(ordered) // 2
        ordered = [ordered[half]] if len(ordered) % 2 else ordered[half - 1 : half + 1]
    return sum(ordered, F(0)) / len(ordered)


def _rounding(data: dict[str, Any]) -> Rounding | None:
    return Rounding.parse(data["round"]) if "round" in data else None


def _part(share: str) -> F:
    word = share.split()[0]
    if word.endswith("%"):
        return F(word[:-1]) / 100
    return F(word) if "/" in word else F(1)


def _side(share: str) -> Side | None:
    words = share.split()
    return words[-1] if words[-1] in ("added", "deducted") else None


def lot(seed: str, subject: str) -> int:
    digest = sha256(f"{seed} {subject}".encode()).digest()
    return int.from_bytes(digest) % 10**9
