"""A plain grant -> the text of its programs: the stages of `value` and `limits` written out for this one grant.

Knows where a `Layout` keeps each sum; refuses to decide whether a grant is plain, and runs nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import CodeType
from typing import Any, TypeAlias

from ..plan import Cap, Fixed, Grant, Post, Rate, Steps, Weigh
from ..remembered import Remembered
from ..terms import Exact, Rounding, Window, exact
from .limits import weigh
from .plainness import deciding_fields
from .registers import (
    CALENDAR,
    HISTORY,
    SUMS,
    Layout,
    Registers,
    Stream,
    WindowNumbers,
    spans_period,
)
from .state import Side
from .value import amount_of

Turn: TypeAlias = Callable[[Registers, int, int], None]
_SIDES: tuple[Side, Side] = ("added", "deducted")

MAX_REMEMBERED = 100_000
"""So many different inputs of one indicator are remembered with what they ask."""


class Writer:
    """Writes one program, line by line; `names` are the constants it knows."""

    def __init__(self, grant: Grant, layout: Layout, posts: tuple[Post, ...]) -> None:
        self.grant, self.layout, self.plan, self.posts = grant, layout, layout.plan, posts
        self.names: dict[str, Any] = {
            "weigh": weigh, "turn": _turner(layout), "remember": _remember, "each": _each,
        }  # fmt: skip
        self.lines: list[str] = []

    def whole(self, wary: frozenset[str], passing: frozenset[str]) -> str:
        """The way of an event from admission to the ledgers; `wary` and `passing` as in `Conditions`."""
        self._write_asking(wary, passing)
        self._write_stages(0, len(self.grant.path))
        got = self._write_posts()
        self.line(f"return (event, WAY, asked, cuts, {', '.join(got)})")
        return "\n".join(self.lines)

    def short(self, wary: frozenset[str], passing: frozenset[str]) -> str:
        """The way up to what only adds up, where the sum is kept."""
        self._write_asking(wary, passing)
        joint = self.joint()
        self._write_stages(0, joint)
        mouth = self.layout.mouth(self.grant.path[joint:], self.posts)
        self.line(f"r[{mouth}] += x")
        self.line("return (event, WAY, asked, cuts, x)")
        return "\n".join(self.lines)

    def outer(self) -> str:
        """The way from there on."""
        self._begin("asked, cuts, x, r")
        self._write_stages(self.joint(), len(self.grant.path))
        self.line(f"return (cuts, {', '.join(self._write_posts())})")
        return "\n".join(self.lines)

    def function(self, text: str, names: Mapping[str, Any]) -> Any:
        """Make a function of a text that this wrote."""
        known = {**self.names, **names}
        exec(_compiled(text), known)
        return known.pop("program")  # it knows what it stands among; that need not know it

    def joint(self) -> int:
        """The first stage from which on all only adds up: net limits that keep what is beyond, and borders."""
        path = self.grant.path
        for number in range(len(path), 0, -1):
            stage = path[number - 1]
            if isinstance(stage, Weigh):
                if stage.mark.id in self.layout.demands.vetoed:
                    return number
            elif (
                stage.kind != "net"
                or stage.lost
                or not spans_period(stage.window, self.plan.period)
            ):
                return number
        return 0

    def _begin(self, given: str) -> None:
        self.lines = [f"def program({given}):"]

    def _write_asking(self, wary: frozenset[str], passing: frozenset[str]) -> None:
        self._begin("event, r")
        self._write_guard(wary, passing)
        self._write_value()
        self.line("cuts = ()")
        if self.layout.demands.history:
            self.line(f"r[{HISTORY}].append((event.date, GRANT, asked))")

    def _write_stages(self, first: int, end: int) -> None:
        for number in range(first, end):
            stage = self.grant.path[number]
            if isinstance(stage, Cap):
                self._write_cap(number, stage)
            else:
                self._write_border(number, stage)

    def line(self, text: str, deep: int = 1) -> None:
        self.lines.append(" " * deep + text)

    def name(self, value: object) -> str:
        """A name under which the program knows a value; a whole number is its own."""
        if type(value) is int:
            return repr(value) if value >= 0 else f"({value})"
        found = f"K{len(self.names)}"
        self.names[found] = value
        return found

    def _write_guard(self, wary: frozenset[str], passing: frozenset[str]) -> None:
        """Let the general stages have what may be late, is held up, or is not far enough."""
        grant, other = self.grant, set(wary)
        if grant.declare is not None or any(mark.basis == "within" for mark in grant.unstated):
            other.add("declared_on")
        if grant.declarers:
            other |= {"rater", "role"}
        if "matter" in self.layout.demands.vetoed:
            other.add("matter")
        if grant.statuses.get("object", grant.count_step) < grant.count_step:
            other.add("attributes")
        if other or grant.count_step >= 0 or self._said_fields():
            self.line("said = event.said")
        if other:
            names = self.name(frozenset(other))
            self.line(f"if said is not None and not {names}.isdisjoint(said): return None")
        if grant.count_step >= 0:
            self.line("status = '' if said is None else said.get('status', '')")
            self.line(f"if status not in {self.name(passing)}: return None")

    def _said_fields(self) -> list[str]:
        """What decides what an event asks and stands among its seldom fields."""
        wanted = deciding_fields(self.plan, self.grant) or ()
        return [name for name in wanted if name not in _BESIDE]

    def _write_value(self) -> None:
        value, grant = self.grant.value, self.grant
        wanted = deciding_fields(self.plan, grant) or ()
        if isinstance(value, Rate | Steps) and value.window is not None:
            self._write_amount(value, value.window)
            return
        if isinstance(value, Fixed) and not (wanted or grant.rounding or grant.within):
            self.line(f"asked = x = {self.name(value.points)}")
            return
        beside = [_BESIDE[name] for name in _BESIDE if name in wanted]
        said = self._said_fields()
        if said:
            self.line("if said is None: return None")
        needed = [*beside, *(f"said.get({name!r})" for name in said if name in grant.needs)]
        columns = [*filter(_COLUMNS.__contains__, said), "attributes"] if said else []
        parts = [*beside, *(f"said.get({name!r})" for name in columns)]
        self.line(f"key = {parts[0] if len(parts) == 1 else '(' + ', '.join(parts) + ')'}")
        self.line("asked = x = REMEMBERED.get(key)")
        self.line("if asked is None:")
        for part in needed:
            self.line(f"if {part} is None: return None", 2)
        asking = "ask(GRANT, event)"
        if isinstance(value, Rate) and wanted == ("quantity",) and self._is_proportional():
            each = value.each
            asking = f"each(event.quantity, {each.numerator}, {each.denominator})"
        self.line(f"asked = x = remember(REMEMBERED, key, {asking})", 2)
        self.line("if asked is None: return None", 2)

    def _write_amount(self, value: Rate | Steps, window: Window) -> None:
        """What is added up goes from b to a; asked is table(a) - table(b). Of a window gone by nobody asks again."""
        at, worth = self.layout.amount(self.grant.mark.id, value)
        known = self.name(worth)
        self.line("if event.quantity is None: return None")
        self.line(f"x = {self.name(Remembered(amount_of, MAX_REMEMBERED))}[event.quantity]")
        if not spans_period(window, self.plan.period):
            self.line(f"number = {self.name(_NUMBERS[window.name])}[event.date]")
            self.line(
                f"if r[{at}] != number: r[{at}] = number; r[{at + 1}] = 0; r[{at + 2}] = {known}[0]"
            )
        self.line(f"a = r[{at + 1}] = r[{at + 1}] + x")
        self.line(f"y = {known}[a]")
        self.line(f"asked = x = y - r[{at + 2}]")
        self.line(f"r[{at + 2}] = y")

    def _is_proportional(self) -> bool:
        """Whether nothing but a rate decides what is asked."""
        grant, value = self.grant, self.grant.value
        rounds = grant.rounding or (isinstance(value, Rate) and value.rounding)
        return not (rounds or grant.within or grant.when)

    def _write_cap(self, number: int, cap: Cap) -> None:
        if isinstance(self.grant.value, Fixed):
            side = "added" if self.grant.value.points >= 0 else "deducted"
            if cap.kind not in ("net", "times", side):
                return
            self._write_limit(number, cap, 1)
        elif cap.kind in ("added", "deducted"):
            self.line("if asked >= 0:" if cap.kind == "added" else "if asked < 0:")
            self._write_limit(number, cap, 2)
        else:
            self._write_limit(number, cap, 1)

    def _write_limit(self, number: int, cap: Cap, deep: int) -> None:
        if cap.window.name == "event":
            self._write_bound(number, cap, deep)
            return
        at = self.layout.cap(cap)
        if not spans_period(cap.window, self.plan.period):
            numbers = self.name(_NUMBERS[cap.window.name])
            self.line(f"number = {numbers}[event.date]", deep)
            if self.layout.demands.undoes:
                self.line(f"if r[{at}] != number: turn(r, {at}, number)", deep)
            else:
                nothing = None if cap.kind == "times" else 0
                self.line(f"if r[{at}] != number: r[{at}] = number; r[{at + 1}] = {nothing}", deep)
        if cap.kind == "times":
            self._write_times(number, cap, at + 1, deep)
        else:
            self._write_clamp(number, cap, at + 1, "x", deep)

    def _write_bound(self, number: int, cap: Cap, deep: int) -> None:
        """What one event brings, of which nothing was there before."""
        assert cap.high is not None
        upper = cap.kind == "added"
        edge = self.name(cap.high if upper else -cap.high)
        self.line(f"if x {'>' if upper else '<'} {edge}:", deep)
        self.line(f"cuts += (({number}, x, {edge}, 0),)", deep + 1)
        self.line(f"x = {edge}", deep + 1)

    def _write_times(self, number: int, cap: Cap, at: int, deep: int) -> None:
        self.line("if x:", deep)
        self.line(f"seen = r[{at}]", deep + 1)
        self.line(f"if seen is None: seen = r[{at}] = {{}}", deep + 1)
        self.line(f"if len(seen) >= {int(cap.high or 0)}:", deep + 1)
        self.line("seen[event.id] = x", deep + 2)
        self.line(f"cuts += (({number}, x, 0, None),)", deep + 2)
        self.line("x = 0", deep + 2)
        self.line("else: seen[event.id] = x", deep + 1)

    def _write_clamp(self, number: int, cap: Cap, at: int, x: str, deep: int) -> None:
        """A sum at `at` goes from b to a; what is let through is clamp(a) - clamp(b)."""
        upper = cap.high is not None and cap.kind != "deducted"
        bound = cap.low if cap.high is None else -cap.high if cap.kind == "deducted" else cap.high
        edge, beyond = self.name(bound), ">" if upper else "<"
        self.line(f"b = r[{at}]", deep)
        self.line(f"a = r[{at}] = b + {x}", deep)
        test = f"a {beyond} {edge}" + (f" or b {beyond} {edge}" if cap.kind == "net" else "")
        self.line(f"if {test}:", deep)
        self.line(f"let = {edge} if a {beyond} {edge} else a", deep + 1)
        if cap.lost:
            self.line(f"r[{at}] = let", deep + 1)
        room = "0" if cap.kind != "net" else f"{edge} - let" if upper else f"let - {edge}"
        self.line(f"y = let - ({edge} if b {beyond} {edge} else b)", deep + 1)
        self.line(f"if y != {x}: cuts += (({number}, {x}, y, {room}),)", deep + 1)
        self.line(f"{x} = y", deep + 1)

    def _write_border(self, number: int, stage: Weigh) -> None:
        node, layout = stage.mark.id, self.layout
        if node in layout.demands.figures:
            self.line(f"r[{layout.place(layout.figures, node)}] += x")
        if node in layout.demands.vetoed:
            at = layout.place(layout.gates, node)
            added, deducted = (layout.gate(self.grant.posts, s) for s in _SIDES)
            self.line("if asked:")
            self.line(f"gate = r[{at}]", 2)
            self.line(f"if not gate: gate = r[{at}] = {{}}", 2)
            self.line(f"side = {added} if asked > 0 else {deducted}", 2)
            self.line("gate[side] = gate.get(side, 0) + x", 2)
        self._write_weight("x", stage.factor)
        if stage.rounding is not None:
            self._write_rounding(number, stage, stage.rounding)

    def _write_weight(self, x: str, factor: Exact) -> None:
        if factor == 1:
            return
        if factor.denominator == 1:
            self.line(f"{x} *= {factor.numerator}")
            return
        self.line(f"t = {x} * {factor.numerator}")
        self.line(f"{x} = t // {factor.denominator}")
        self.line(
            f"if {x} * {factor.denominator} != t: {x} = weigh(t, {self.name(1 / Fraction(factor.denominator))})"
        )

    def _write_rounding(self, number: int, stage: Weigh, rounding: Rounding) -> None:
        """round(after) - round(before); the sum, and beside it what it was rounded to."""
        layout = self.layout
        at = layout.place(layout.rounded, stage.mark.id, 2)
        step = Fraction(rounding.step) * self.plan.scale
        self.line(f"b = r[{at}]")
        self.line(f"a = r[{at}] = b + x")
        # what is on the grid passes as it is, while the sum stays on one side of zero
        self.line(f"if x % {self.name(exact(step))} or a < 0 or b < 0:")
        self.line(f"b = {self._rounded(step, rounding)}", 2)
        self.line(f"y = b - r[{at + 1}]", 2)
        self.line(f"r[{at + 1}] = b", 2)
        self.line("if y != x:", 2)
        self.line(f"cuts += (({number}, x, y, None),)", 3)
        self.line("x = y", 3)
        self.line(f"else: r[{at + 1}] += x")
        if stage.mark.id in layout.figures:
            self.line(f"r[{layout.place(layout.weighed, stage.mark.id)}] += x")

    def _rounded(self, step: Fraction, rounding: Rounding) -> str:
        """What rounds `a`, written out where the step is whole: as `Rounding.apply`."""
        if step.denominator != 1:
            return f"{self.name(rounding)}.apply(a, {self.plan.scale})"
        one, two = step.numerator, 2 * step.numerator
        match rounding.mode:
            case "half_up":
                return f"(a + a + {one}) // {two} * {one} if a >= 0 else ({one} - a - a) // {two} * -{one}"
            case "down":
                return f"a // {one} * {one} if a >= 0 else -a // {one} * -{one}"
            case _:
                return f"-a // {one} * -{one} if a >= 0 else a // {one} * {one}"

    def _write_posts(self) -> list[str]:
        """Post; gives the names of what reached the total, the total after, and what reached others."""
        number, total, others = len(self.grant.path), "0", []
        after = f"r[{self._inner('total')}]"
        for n, post in enumerate(self.posts):
            got, deep = f"g{n}", 1
            if post.side is not None:
                self.line(f"{got} = None")
                self.line("if asked >= 0:" if post.side == "added" else "if asked < 0:")
                deep = 2
            self.line(f"{got} = x", deep)
            if post.part != 1:
                self.line(f"{got} = weigh(x, {self.name(post.part)})", deep)
            number = self._write_ledger(number, post.ledger, got, deep)
            if post.ledger == "total":
                total = f"{got} or 0" if post.side is not None else got
            else:
                others.append(got)
        return [total, after, *others]

    def _write_ledger(self, number: int, ledger: str, got: str, deep: int) -> int:
        """Step 7; while nothing lies beyond a limit, the sums at all of them are what the ledger holds."""
        at, inner = self.layout.account(ledger), self._inner(ledger)
        limits = self.plan.ledgers[ledger].limits
        if limits and not any(limit.lost for limit in limits):
            bounds = [f"{{0}} >= {self.name(c.low)}" for c in limits if c.low is not None]
            bounds += [f"{{0}} <= {self.name(c.high)}" for c in limits if c.high is not None]
            sums = [f"r[{place}]" for place in range(at, inner + 1)]
            self.line(f"b = {sums[0]}", deep)
            self.line(f"a = b + {got}", deep)
            inside = " and ".join(text.format(x) for x in "ab" for text in bounds)
            self.line(f"if b == {' == '.join(sums[1:])} and {inside}: {' = '.join(sums)} = a", deep)
            self.line("else:", deep)
            deep += 1
        for place, limit in enumerate(limits):
            self._write_clamp(number + place, limit, at + place, got, deep)
        self.line(f"r[{inner}] += {got}", deep)
        return number + len(limits)

    def _inner(self, ledger: str) -> int:
        return self.layout.account(ledger) + len(self.plan.ledgers[ledger].limits)


class Pourer(Writer):
    """Writes how sums that come together go on."""

    def __init__(self, layout: Layout, posts: tuple[Post, ...]) -> None:
        super().__init__(next(iter(layout.plan.grants.values())), layout, posts)

    def pour(self, streams: Sequence[Stream]) -> str:
        """Outermost last: what comes into each stage, and what of it goes on to the next."""
        inflow: dict[str, list[str]] = {}
        stages: dict[str, tuple[int, Cap | Weigh, str]] = {}
        for stream in streams:
            keys = [*map(_key, stream.path), ""]
            inflow.setdefault(keys[0], []).append(f"r[{stream.at}]")
            for number, stage in enumerate(stream.path):
                stages[keys[number]] = (len(keys) - number, stage, keys[number + 1])
        self._begin("r")
        self.line("cuts = ()")
        for key, (_, stage, onward) in sorted(stages.items(), key=lambda pair: -pair[1][0]):
            self.line(f"x = {' + '.join(inflow[key])}")
            if isinstance(stage, Cap):
                self._write_limit(0, stage, 1)
            else:
                self._write_border(0, stage)
            self.line(f"v{len(self.lines)} = x")
            inflow.setdefault(onward, []).append(f"v{len(self.lines) - 1}")
        self.line(f"x = {' + '.join(inflow[''])}")
        self._write_posts()
        return "\n".join(self.lines)


def _key(stage: Cap | Weigh) -> str:
    return f"= {stage.mark.id}" if isinstance(stage, Weigh) else stage.slot


@lru_cache(maxsize=4096)
def _compiled(text: str) -> CodeType:
    return compile(text, "<program>", "exec")


_BESIDE = {"quantity": "event.quantity", "date": "event.date"}
_COLUMNS = frozenset({"time", "level", "place", "points", "rating", "rater", "role", "matter", "status", "to", "note", "evidence", "declared_on", "published_on"})  # fmt: skip
_NUMBERS: Mapping[str, WindowNumbers] = {name: WindowNumbers(name) for name in CALENDAR}


def _remember(known: dict[Any, Exact], key: Any, asked: Exact | None) -> Exact | None:
    if asked is not None:
        if len(known) >= MAX_REMEMBERED:
            known.clear()
        known[key] = asked
    return asked


def _each(quantity: Decimal, rate: int, size: int) -> Exact:
    """So much for each unit, without a detour by fractions where it comes out even."""
    top, bottom = quantity.as_integer_ratio()
    whole, rest = divmod(top * rate, bottom * size)
    return Fraction(top * rate, bottom * size) if rest else whole


def _turner(layout: Layout) -> Turn:
    """A limit meets another window than the one at hand: put the one away, take the other up."""
    slots: dict[int, tuple[str, bool]] = {}

    def turn(registers: Registers, at: int, number: int) -> None:
        if at not in slots:
            slots.update({a: (cap.slot, cap.kind == "times") for a, cap in layout.caps.values()})
        slot, times = slots[at]
        sums = registers[SUMS]
        key = (slot, registers[at])
        if registers[at + 1] or key in sums:
            sums[key] = registers[at + 1]
        registers[at] = number
        registers[at + 1] = sums.get((slot, number), None if times else 0)

    return turn
