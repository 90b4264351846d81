"""SchemeFile -> Plan: where value forms and limits are told apart and lowered.

Checks what the words mean together (codes M…), all at once; refuses to know of
events. Points become whole numbers of 1/scale.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction

from . import model, vocabulary
from .expression import Formula, Scope, Type, parse_formula
from .faults import FAULTS
from .message import N_, Message, Term, did_you_mean, say
from .model import Category, Indicator, Path, Scheme, SchemeFile, unknown_places
from .plan import (
    Brought,
    Cap,
    Choice,
    Close,
    Combine,
    Computed,
    Defects,
    Effect,
    Fixed,
    Graded,
    Grant,
    Held,
    Judged,
    Ledger,
    Marginal,
    Mark,
    Noted,
    Plan,
    Post,
    QuantityCap,
    Rate,
    Repair,
    Reward,
    Rung,
    Steps,
    Unstated,
    Value,
    Weigh,
)  # fmt: skip
from .problem import Problem, SchemeError, Severity
from .terms import UNKNOWN, Deadline, Exact, Rounding, Unknown, Window, exact, parse_number, plain
from .vocabulary import ACCOUNTS, COLUMNS, FORMULA_NAMES, english

SCALE = 10**6
"""Points are whole millionths inside; what is finer goes on as an exact fraction."""

_EVENT_NAMES: Mapping[str, Type] = {
    "quantity": "number", "level": "text", "place": "text", "role": "text", "rating": "text",
    "points": "number", "evidence": "text", "indicator": "text", "subject": "text",
    "class": "words", "month": "number", "day": "number", "weekday": "number",
}  # fmt: skip


def compile_plan(file: SchemeFile) -> Plan:
    """Lower a scheme to the six shapes. SchemeError carries every problem (codes M…)."""
    lowering = _Lowering(file)
    plan = lowering.plan()
    errors = [p for p in lowering.problems if p.severity is Severity.ERROR]
    if errors:
        raise SchemeError(errors)
    return plan


def check_plan(file: SchemeFile) -> tuple[Problem, ...]:
    """List what the words of a scheme mean wrongly together, and what is not stated, by place."""
    lowering = _Lowering(file)
    lowering.plan()
    unstated = (
        Problem(FAULTS["not-stated"], place, {"key": Term(key)})
        for key, place in unknown_places(file)
    )
    problems = (*lowering.problems, *unstated)
    return tuple(sorted(problems, key=lambda problem: problem.sort_key))


@dataclass(frozen=True, slots=True)
class _Around:
    """What an indicator inherits from the scheme and the categories around it."""

    to: tuple[Mapping[str, object], Path] | None
    lasts: object
    process: tuple[tuple[model.ProcessStep, ...], Path]
    kinds: tuple[tuple[str, ...], ...]
    combines: tuple[Combine, ...]
    unstated: tuple[Mark, ...]


@dataclass(slots=True)
class _Lowering:
    file: SchemeFile
    problems: list[Problem] = field(default_factory=list)
    _ids: dict[str, Path] = field(default_factory=dict)
    _slots: dict[str, Path] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)

    def plan(self) -> Plan:
        scheme = self.file.scheme
        self._ids = self._collect_ids()
        grants = {grant.mark.id: grant for grant in self._grants()}
        if not grants:
            self._say("nothing-to-judge", ())
        self._check_mixed(grants.values())
        deducts = any(_can_deduct(grant) for grant in grants.values())
        ledgers = dict(self._ledgers(deducts))
        ladders = {ladder.key: self._ladder(i, ladder) for i, ladder in enumerate(scheme.tiers)}
        fields = scheme.fields
        rewards = {
            reward.key: self._reward(reward, ("rewards", n), ledgers)
            for n, reward in enumerate(scheme.rewards)
        }
        return Plan(
            scheme.scheme, scheme.name or scheme.scheme, scheme.effective_from, scheme.kind,
            scheme.illustrative, scheme.period, SCALE, grants, ledgers, ladders, rewards,
            {c.key: self._mark(c, p) for p, c in _categories(scheme, ())},
            {name: _type_word(kind) for name, kind in fields.event.items()},
            {name: _type_word(kind) for name, kind in fields.subject.items()},
        )  # fmt: skip

    # --- names ---------------------------------------------------------------------------

    def _collect_ids(self) -> dict[str, Path]:
        scheme = self.file.scheme
        found: dict[str, Path] = {"total": ()}
        named: list[tuple[Path, model.Named]] = [*_categories(scheme, ())]
        named += [(path, indicator) for path, _, indicator in scheme.walk()]
        for key in ("ledgers", "tiers", "rewards"):
            named += [((key, n), item) for n, item in enumerate(getattr(scheme, key))]
        for path, item in named:
            if item.key in found:
                first = self.file.place(found[item.key])
                where = (*path, "id" if item.id else "name")
                self._say("duplicate-id", where, related=first, id=item.key)
            else:
                found[item.key] = path
        return found

    def _mark(self, part: model.Part, path: Path) -> Mark:
        scheme = self.file.scheme
        key = getattr(part, "key", None) or f"@{scheme.scheme}"
        name = getattr(part, "label", "") or scheme.name or scheme.scheme
        return Mark(key, name, self.file.place(path).short, part.basis or "")

    def _say(self, fault: str, path: Path, related: object = None, **values: object) -> None:
        texts = {k: v if isinstance(v, Message) else str(v) for k, v in values.items()}
        texts.setdefault("hint", say(N_("look at the ids of this file")))
        places = (related,) if related is not None else ()
        place = self.file.place(path)
        self.problems.append(Problem(FAULTS[fault], place, texts, places))  # type: ignore[arg-type]

    def _formula(self, text: str | None, path: Path, wanted: Type) -> Formula | None:
        if text is None:
            return None
        scheme = self.file.scheme
        names: dict[str, Type] = dict(_EVENT_NAMES)
        for fields in (scheme.fields.subject, scheme.fields.event):
            for name, kind in fields.items():
                if name != "class":
                    names[name] = _formula_type(kind)
        for path_ in self._ids:
            names.setdefault(path_, "number")
        names.update({ladder.key: "text" for ladder in scheme.tiers})
        figures = frozenset(self._ids) | {"added", "deducted", "any"}
        ladders = {t.key: frozenset(level.key for level in t.levels) for t in scheme.tiers}
        scope = Scope(names, figures, ladders, _is_window)
        formula, problems = parse_formula(text, self.file.place(path), scope, wanted)
        self.problems += problems
        return formula

    # --- indicators ----------------------------------------------------------------------

    def _grants(self) -> Iterator[Grant]:
        scheme = self.file.scheme
        around = _Around(
            (scheme.to, ("to",)) if scheme.to else None, scheme.lasts,
            (scheme.process, ("process",)), (scheme.for_,) if scheme.for_ else (),
            self._combines(scheme, (), grouped=True), tuple(self._unstated(scheme, ())),
        )  # fmt: skip
        root: tuple[Cap | Weigh, ...] = (
            *self._caps(scheme.caps, (), scheme),
            *self._border(scheme, ()),
        )
        yield from self._inside(scheme, (), around, root)

    def _inside(
        self, node: Scheme | Category, path: Path, around: _Around, outer: tuple[Cap | Weigh, ...]
    ) -> Iterator[Grant]:
        for number, indicator in enumerate(node.indicators):
            yield self._grant(indicator, (*path, "indicators", number), around, outer)
        self._check_weights(node, path)
        for number, category in enumerate(node.categories):
            inner_path = (*path, "categories", number)
            inner = _Around(
                (category.to, (*inner_path, "to")) if category.to else around.to,
                category.lasts if category.lasts is not None else around.lasts,
                (category.process, (*inner_path, "process")) if category.process is not None
                else around.process,
                (*around.kinds, category.for_) if category.for_ else around.kinds,
                (*self._combines(category, inner_path, grouped=True), *around.combines),
                (*self._unstated(category, inner_path), *around.unstated),
            )  # fmt: skip
            own: tuple[Cap | Weigh, ...] = (
                *self._limits(category, inner_path),
                *self._border(category, inner_path),
            )
            self._check_nesting(own, outer)
            yield from self._inside(category, inner_path, inner, (*own, *outer))

    def _grant(
        self, item: Indicator, path: Path, around: _Around, outer: tuple[Cap | Weigh, ...]
    ) -> Grant:
        mark = self._mark(item, path)
        value = None if item.points is None else self._value(item.points, (*path, "points"))
        own = self._limits(item, path)
        gate = Weigh(mark, Fraction(1), None)
        self._check_nesting(own, outer)
        to = (item.to, (*path, "to")) if item.to else around.to
        lasts = item.lasts if item.lasts is not None else around.lasts
        steps, steps_path = (
            (item.process, (*path, "process")) if item.process is not None else around.process
        )
        repair = self._repair(item, path, {_lasting(lasts)})
        declare, unstated = self._deadline(steps, steps_path)
        self._check_times(item, value, path)
        return Grant(
            mark, (*around.kinds, *((item.for_,) if item.for_ else ())), value, item.round,
            self._formula(item.when, (*path, "when"), "yes_no"), _needs(value),
            tuple(self._quantity_caps(item, path)),
            (*self._combines(item, path, grouped=False), *around.combines),
            (*own, gate, *outer), self._posts(to), self._effects(item.then, (*path, "then")),
            repair, _lasting(lasts), item.per, *self._process(steps), declare,
            (*self._unstated(item, path), *around.unstated, *unstated),
        )  # fmt: skip

    def _process(self, steps: tuple[model.ProcessStep, ...]) -> tuple[int, Mapping[str, int]]:
        statuses: dict[str, int] = {}
        for number, step in enumerate(steps):
            for word in (step.step, vocabulary.STEPS[step.step], step.id):
                if word:
                    statuses[word] = number
        counts = [n for n, step in enumerate(steps) if step.step == "count"]
        return (counts[0] if counts else len(steps) - 1), statuses

    def _deadline(
        self, steps: tuple[model.ProcessStep, ...], path: Path
    ) -> tuple[Deadline | None, tuple[Mark, ...]]:
        """By when an event must be declared; an unknown deadline holds nobody back."""
        for number, step in enumerate(steps):
            if step.step == "declare" and step.within is not None:
                if isinstance(step.within, Deadline):
                    return step.within, ()
                place = self.file.place((*path, number, "within")).short
                return None, (Mark("declare", "declare", place, "within"),)
        return None, ()

    def _unstated(self, node: Scheme | Category | Indicator, path: Path) -> Iterator[Mark]:
        """Limits that are `unknown`: they do not bind, and the entries say so."""
        mark = self._mark(node, path)
        for number, rule in enumerate(node.caps):
            if isinstance(rule.at_most.number, Unknown) or isinstance(rule.per, Unknown):
                place = self.file.place((*path, "caps", number)).short
                yield Mark(mark.id, mark.name, place, "caps")
        for key in ("floor", "full"):
            bound = getattr(node, key, None)
            if isinstance(bound, Unknown) or (
                isinstance(bound, model.Bound) and isinstance(bound.number, Unknown)
            ):
                yield Mark(mark.id, mark.name, self.file.place((*path, key)).short, key)

    def _repair(self, item: Indicator, path: Path, lasts: set[str]) -> Repair | None:
        if item.repair is None:
            return None
        within = item.repair.within
        stays = any(isinstance(e, model.VetoEffect | model.GradeEffect) for e in item.then)
        if not stays and not lasts & {"until_repaired", "period_after_repair"}:
            self._say("repair-of-nothing", (*path, "repair", "key"), id=item.key)
        return Repair(
            within if isinstance(within, Deadline) else None,
            self._formula(item.repair.when, (*path, "repair", "when"), "yes_no"),
            self._effects(item.repair.then, (*path, "repair", "then")),
        )

    def _effects(self, effects: tuple[model.Consequence, ...], path: Path) -> tuple[Effect, ...]:
        return tuple(
            effect
            for number, written in enumerate(effects)
            for effect in self._effect(written, (*path, number))
        )

    def _effect(self, written: model.Consequence, path: Path) -> Iterator[Effect]:
        place = self.file.place(path).short
        when = self._formula(written.when, (*path, "when"), "yes_no")
        match written:
            case model.VetoEffect():
                yield from self._veto(written, path, when)
            case model.GradeEffect():
                ladder, level = self._level(written.grade, (*path, "grade"))
                mark = Mark(level, level, place, written.basis or "")
                yield Graded(mark, ladder, level, _lasting(written.lasts), when)
            case model.PointsEffect():
                value = self._value(written.points, (*path, "points"))
                to = (written.to, (*path, "to")) if written.to else None
                mark = Mark("then", "then", place, written.basis or "")
                yield Brought(mark, value, self._posts(to), when)
            case model.ActionEffect():
                yield Noted(Mark("action", written.action, place), written.action, when)

    def _veto(self, written: model.VetoEffect, path: Path, when: Formula | None) -> Iterator[Held]:
        targets = () if isinstance(written.veto, Unknown) else written.veto
        for word in targets:
            target = english(ACCOUNTS, english(vocabulary.WORDS, word))
            known = target in self._ids or target == "matter"
            if not known:
                hint = _near(word, self._ids)
                self._say("unknown-target", (*path, "veto"), id=word, hint=hint)
            gives = written.gives if written.gives in ("all", "before", "nothing") else None
            ends = _lasting(written.lasts) not in ("period", "ever")
            if gives is None and ends and written.gives is not UNKNOWN:
                self._say("gives-not-stated", path)
            mark = Mark(target, word, self.file.place(path).short, written.basis or "")
            yield Held(mark, target, _lasting(written.lasts), gives or "nothing", when)  # type: ignore[arg-type]

    def _level(self, word: str | Unknown, path: Path) -> tuple[str, str]:
        if isinstance(word, Unknown):
            return "", ""
        ladder_word, dot, level_word = word.partition(".")
        found = [
            (ladder.key, level.key)
            for ladder in self.file.scheme.tiers
            for level in ladder.levels
            if (dot and (ladder.key, level.key) == (ladder_word, level_word)) or level.key == word
        ]
        if len(found) == 1:
            return found[0]
        fault = "ambiguous-level" if found else "unknown-level"
        levels = [lv.key for ladder in self.file.scheme.tiers for lv in ladder.levels]
        self._say(fault, path, level=word, hint=_near(word, levels))
        return "", ""

    def _posts(self, to: tuple[Mapping[str, object], Path] | None) -> tuple[Post, ...]:
        if to is None:
            return (Post("", "total", Fraction(1), None),)
        posts = []
        ledgers = {"total", *(ledger.key for ledger in self.file.scheme.ledgers)}
        for account, share in to[0].items():
            words = [english(ACCOUNTS, part) for part in account.split(".")]
            ledger = words.pop() if words[-1] in ledgers else "total"
            self._check_account(words, (*to[1], account, "key"), ledgers)
            if isinstance(share, model.Share):
                posts.append(Post(".".join(words), ledger, share.part, share.side))
        return tuple(posts)

    def _check_account(self, words: list[str], path: Path, ledgers: set[str]) -> None:
        """A word that is no ledger and no relation is a role, unless it nearly is one of them."""
        known = (*ledgers, *ACCOUNTS, *ACCOUNTS.values(), *vocabulary.KINDS)
        for word in words:
            if word not in known and (near := get_close_matches(word, known, 1, 0.75)):
                hint = say(N_("did you mean '{word}'?"), word=near[0])
                self._say("unknown-account", path, account=word, hint=hint)

    # --- limits ----------------------------------------------------------------------------

    def _limits(self, item: Indicator | Category, path: Path) -> tuple[Cap, ...]:
        caps = [*self._caps(item.caps, path, item)]
        caps += self._net(item.floor, item.full, path, self._mark(item, path))
        return tuple(sorted(caps, key=self._order))

    def _caps(
        self, rules: tuple[model.CapRule, ...], path: Path, owner: model.Part
    ) -> Iterator[Cap]:
        for number, rule in enumerate(rules):
            where = (*path, "caps", number)
            amount, window = rule.at_most, rule.per
            if isinstance(amount.number, Unknown) or isinstance(window, Unknown):
                continue
            if amount.kind == "quantity":
                continue
            mark = self._mark(owner, path)
            mark = Mark(mark.id, mark.name, self.file.place(where).short, rule.basis or "")
            if amount.kind == "net" and window.name == "length":
                self._say("net-limit-over-length", (*where, "per"))
                continue
            if amount.kind == "net" and amount.beyond is None:
                self._say("beyond-not-stated", (*where, "at_most"), text=amount.text)
            times = amount.kind == "times"
            high = int(amount.number) if times else _scaled(Fraction(amount.number))
            yield Cap(
                self._slot(where), mark, amount.kind, window, high, None, amount.beyond == "lost",
                amount.counted == "highest",
            )  # fmt: skip

    def _net(
        self, floor: model.Bound | Unknown | None, full: model.Bound | Unknown | None,
        path: Path, mark: Mark,
    ) -> Iterator[Cap]:  # fmt: skip
        for key, bound in (("floor", floor), ("full", full)):
            if not isinstance(bound, model.Bound) or bound.number is None:
                continue
            if isinstance(bound.number, Unknown) or bound.beyond is UNKNOWN:
                continue
            place = self.file.place((*path, key)).short
            own = Mark(mark.id, mark.name, place, mark.basis)
            number = _scaled(Fraction(bound.number))
            high, low = (number, None) if key == "full" else (None, number)
            slot = self._slot((*path, key))
            yield Cap(slot, own, "net", Window("period"), high, low, bound.beyond == "lost")
        if isinstance(floor, model.Bound) and isinstance(full, model.Bound):
            least, most = floor.number, full.number
            if isinstance(least, Decimal) and isinstance(most, Decimal) and least > most:
                self._say("limits-upside-down", (*path, "full"), low=least, high=most)

    def _slot(self, path: Path) -> str:
        """Name a limit by where it stands, and remember the place."""
        slot = "/".join(str(part) for part in path)
        self._slots[slot] = path
        return slot

    def _order(self, cap: Cap) -> tuple[int, int]:
        kinds = ("times", "added", "deducted", "net")
        return cap.window.days(self.file.scheme.period.about_days), kinds.index(cap.kind)

    def _quantity_caps(self, item: Indicator, path: Path) -> Iterator[QuantityCap]:
        units = _units(item.points)
        for number, rule in enumerate(item.caps):
            amount, window = rule.at_most, rule.per
            if amount.kind != "quantity" or isinstance(amount.number, Unknown):
                continue
            where = (*path, "caps", number)
            if units and amount.unit not in units:
                known = ", ".join(sorted(units))
                self._say("unknown-unit", (*where, "at_most"), unit=amount.unit, known=known)
            if isinstance(window, Window):
                mark = Mark(item.key, item.label, self.file.place(where).short, rule.basis or "")
                yield QuantityCap(self._slot(where), mark, Fraction(amount.number), window)

    def _border(self, node: Scheme | Category, path: Path) -> tuple[Weigh, ...]:
        weight = node.weight if isinstance(node, Category) else None
        factor = weight.factor if weight else Fraction(1)
        return (Weigh(self._mark(node, path), factor, node.round),)

    def _combines(
        self, node: Scheme | Category | Indicator, path: Path, *, grouped: bool
    ) -> tuple[Combine, ...]:
        mark = self._mark(node, path)
        sides = ("highest", "heaviest")
        return tuple(
            Combine(mark, mode, None if over == "matter" else over, grouped and mode in sides)  # type: ignore[arg-type]
            for mode, over in node.combine.items()
            if not isinstance(over, Unknown)
        )

    def _check_nesting(self, own: tuple[Cap | Weigh, ...], outer: tuple[Cap | Weigh, ...]) -> None:
        """Look outward from a thing: what stands around a net limit, and around a rounding."""
        inner: Cap | None = None
        rounding: Rounding | None = None
        for stage in (*own, *outer):
            if isinstance(stage, Weigh):
                weighed = stage.factor != 1
                rounding = stage.rounding if stage.rounding else None if weighed else rounding
                continue
            where = self._slots[stage.slot]
            where = (*where, "at_most") if "caps" in where else where
            if inner is not None and stage.kind != "net" and stage.slot not in self._said:
                self._said.add(stage.slot)
                self._say("limit-around-net", where, inner=inner.mark.id)
            if stage.kind == "net" and inner is None:
                inner = stage
            bound = stage.high if stage.high is not None else stage.low
            off = rounding is not None and rounding.apply(bound or 0, SCALE) != bound
            if rounding and off and stage.kind != "times" and stage.slot not in self._said:
                self._said.add(stage.slot)
                number = plain(bound or 0, SCALE)
                self._say("bound-off-grid", where, bound=number, step=rounding.step)

    def _check_mixed(self, grants: Iterable[Grant]) -> None:
        """Warn of a group of several indicators that joins adds with deducts."""
        groups: dict[Combine, list[Grant]] = {}
        for grant in grants:
            for combine in grant.combines:
                if not combine.side_only and combine.mark.id != grant.mark.id:
                    groups.setdefault(combine, []).append(grant)
        for combine, inside in groups.items():
            if len({_deducts(grant.value) for grant in inside}) > 1:
                path = (*self._ids.get(combine.mark.id, ()), "combine")
                self._say("mixed-combine", path, mode=combine.mode)

    def _check_weights(self, node: Scheme | Category, path: Path) -> None:
        weights = [c.weight for c in node.categories if c.weight and c.weight.percent]
        total = sum((weight.factor for weight in weights), Fraction(0))
        if weights and total != 1:
            self._say("weights-do-not-add-up", (*path, "categories", "key"), sum=plain(total * 100))

    def _check_times(self, item: Indicator, value: Value | None, path: Path) -> None:
        for number, rule in enumerate(item.caps):
            amount = rule.at_most
            even = isinstance(value, Fixed | None)
            if amount.kind == "times" and amount.counted is None and not even:
                self._say("times-not-stated", (*path, "caps", number, "at_most"), text=amount.text)

    # --- value forms -----------------------------------------------------------------------

    def _value(self, form: object, path: Path) -> Value:
        match form:
            case Unknown():
                return Unstated()
            case model.PerUnit():
                return self._rate(form, path)
            case model.Table():
                rows = [(e, False, p) for e, p in form.at_least.items()]
                rows += [(e, True, p) for e, p in form.above.items()]
                edges = [
                    (Fraction(edge), strict, _scaled(Fraction(points)))
                    for edge, strict, points in rows
                    if not isinstance(points, Unknown)
                ]
                return Steps(tuple(sorted(edges, key=lambda row: row[:2])), form.per)
            case model.Bands():
                return self._bands(form, path)
            case model.By():
                return self._choice(form, path)
            case model.Between():
                low, high = (None if isinstance(b, Unknown) else _scaled(Fraction(b))
                             for b in form.between)  # fmt: skip
                return Judged(low, high)
            case model.FullMarks():
                (unit, cost), *_ = form.each.items()
                each = Fraction(cost) / Fraction(unit.number) * SCALE
                return Defects(_scaled(Fraction(form.full)), each, _scaled(Fraction(form.floor)))
            case model.FormulaForm():
                formula = self._formula(form.formula, (*path, "formula"), "number")
                if formula is None:
                    return Unstated()
                if formula.divides and form.round is None:
                    self._say("division-without-rounding", (*path, "formula"))
                return Computed(formula, form.round)
            case Decimal():
                return Fixed(_scaled(Fraction(form)))
            case _:
                raise TypeError(f"{form!r} is no value form")

    def _rate(self, form: model.PerUnit, path: Path) -> Value:
        (unit, points), *_ = form.each.items()
        if isinstance(points, Unknown):
            return Unstated()
        if unit.number > 1 and form.round is None:
            text = f"{unit.number} {unit.unit}"
            self._say("unknown-unit-amount", (*path, "each", "key"), amount=text)
        return Rate(Fraction(points) * SCALE, Fraction(unit.number), form.per, form.round)

    def _bands(self, form: model.Bands, path: Path) -> Value:
        bands = []
        for edge, rates in form.bands.items():
            (unit, points), *_ = rates.items()
            if isinstance(points, Unknown):
                return Unstated()
            bands.append((Fraction(edge), Fraction(points) * SCALE / Fraction(unit.number)))
        return Marginal(tuple(sorted(bands)), form.round)

    def _choice(self, form: model.By, path: Path) -> Value:
        (written, table), *_ = form.by.items()
        scheme = self.file.scheme
        name = english(COLUMNS, english(FORMULA_NAMES, written))
        of_subject = name in scheme.fields.subject or name == "class"
        known = name in ("level", "place", "role", "rating") or name in scheme.fields.event
        if not of_subject and not known:
            self._say("unknown-field", (*path, "by", written, "key"), name=written)
        values = {
            word: self._value(inner, (*path, "by", written, word)) for word, inner in table.items()
        }
        return Choice(name, of_subject, values)

    # --- ledgers and ladders -----------------------------------------------------------------

    def _ledgers(self, deducts: bool) -> Iterator[tuple[str, Ledger]]:
        scheme = self.file.scheme
        rows: list[tuple[str, Scheme | model.Ledger, Path]] = [("total", scheme, ())]
        rows += [(led.key, led, ("ledgers", n)) for n, led in enumerate(scheme.ledgers)]
        for key, part, path in rows:
            mark = Mark(key, getattr(part, "label", "") or key, self.file.place(path).short)
            if part.at_period_end is None:
                self._say("period-end-not-stated", path, what=key)
            if part.floor is None and deducts:
                self._say("floor-not-stated", path, what=key)
            floor = part.floor if deducts else None
            if isinstance(floor, model.Bound) and floor.number is not None and floor.beyond is None:
                self._say("beyond-not-stated", (*path, "floor"), text=str(part.floor))
            full = part.full if isinstance(part, Scheme) else None
            base = Fixed(0) if part.base is None else self._value(part.base, (*path, "base"))
            limits = tuple(self._net(part.floor, full, path, mark))
            self._check_base(base, limits)
            carries, stated = part.at_period_end == "carry", part.at_period_end is not UNKNOWN
            yield key, Ledger(mark, base, limits, carries, stated)

    def _check_base(self, base: Value, limits: tuple[Cap, ...]) -> None:
        for limit in limits:
            bound = limit.high if limit.high is not None else limit.low
            if isinstance(base, Fixed) and limit.clamp(base.points) != base.points:
                self._say(
                    "base-beyond-limits", self._slots[limit.slot],
                    base=plain(base.points, SCALE), limit=plain(bound or 0, SCALE),
                )  # fmt: skip

    def _ladder(self, number: int, ladder: model.Ladder) -> Close:
        path: Path = ("tiers", number)
        if not ladder.levels:
            self._say("levels-missing", path, id=ladder.key)
        elif all(level.has_test for level in ladder.levels):
            self._say("no-level-for-the-rest", (*path, "levels"), id=ladder.key)
        tested = any(
            level.at_least is not None or level.above is not None for level in ladder.levels
        )
        if tested and ladder.by is None:
            self._say("by-not-stated", path, id=ladder.key)
        if any(level.rank is not None for level in ladder.levels) and ladder.ties is None:
            self._say("rank-without-ties", path)
        figure = english(ACCOUNTS, ladder.by or "total")
        if figure not in self._ids:
            hint = _near(figure, self._ids)
            self._say("unknown-target", (*path, "by"), id=figure, hint=hint)
        rungs = tuple(
            self._rung(level, (*path, "levels", n)) for n, level in enumerate(ladder.levels)
        )
        self._check_rungs(rungs, path)
        return Close(
            self._mark(ladder, path), figure, ladder.for_,
            ladder.per if isinstance(ladder.per, Window) else Window("period"),
            self._formula(ladder.when, (*path, "when"), "yes_no"), rungs,
        )  # fmt: skip

    def _rung(self, level: model.Level, path: Path) -> Rung:
        bound = level.above if level.above is not None else level.at_least
        stated = bound is not UNKNOWN and level.rank is None
        least = None if bound is None or isinstance(bound, Unknown) else _scaled(Fraction(bound))
        if level.rank is not None and level.rank is not UNKNOWN:
            self._say("not-built", (*path, "rank"), text="rank")
        effects = self._effects(level.then, (*path, "then"))
        when = self._formula(level.when, (*path, "when"), "yes_no")
        return Rung(
            level.key,
            self._mark(level, path),
            least,
            level.above is not None,
            when,
            stated,
            effects,
        )

    def _reward(self, reward: model.Reward, path: Path, ledgers: Mapping[str, Ledger]) -> Reward:
        prices = []
        if isinstance(reward.spends, str) and reward.spends is not UNKNOWN:
            number, _, word = reward.spends.strip().partition(" ")
            ledger = english(ACCOUNTS, word.strip() or "total")
            if ledger not in ledgers:
                hint = _near(ledger, ledgers)
                self._say("spends-nothing", (*path, "spends"), text=reward.spends, hint=hint)
            try:
                prices.append((ledger, _scaled(Fraction(parse_number(number)))))
            except ValueError:
                self._say("spends-nothing", (*path, "spends"), text=reward.spends)
        stated = reward.spends is not UNKNOWN
        gives = "" if isinstance(reward.gives, Unknown) else reward.gives
        return Reward(
            self._mark(reward, path), reward.for_, tuple(prices) if stated else None, gives,
            self._formula(reward.when, (*path, "when"), "yes_no"),
            tuple(self._caps(reward.caps, path, reward)),
        )  # fmt: skip

    def _check_rungs(self, rungs: tuple[Rung, ...], path: Path) -> None:
        lowest: Rung | None = None
        for number, rung in enumerate(rungs):
            if rung.least is None or rung.when is not None:
                continue
            if lowest is not None and lowest.least is not None and rung.least >= lowest.least:
                where = (*path, "levels", number)
                self._say("level-never-reached", where, level=rung.name, other=lowest.name)
            lowest = rung


def _scaled(number: Fraction) -> Exact:
    return exact(number * SCALE)


def _categories(node: Scheme | Category, path: Path) -> Iterator[tuple[Path, Category]]:
    for number, category in enumerate(node.categories):
        inner = (*path, "categories", number)
        yield inner, category
        yield from _categories(category, inner)


def _type_word(kind: model.FieldType) -> str:
    return kind if isinstance(kind, str) else "choice"


def _formula_type(kind: model.FieldType) -> Type:
    return kind if kind in ("number", "yes_no") else "text"


def _is_window(text: str) -> bool:
    try:
        Window.parse(text)
    except ValueError:
        return False
    return True


def _lasting(lasts: object) -> str:
    """`period`, `ever`, `until_repaired`, or a window's or length's text."""
    if not isinstance(lasts, model.Lasting):
        return "period"
    return str(lasts.window) if lasts.window is not None else lasts.kind


def _near(word: str, known: Iterable[str]) -> Message:
    return did_you_mean(word, known, say(N_("look at the ids of this file")))


def _units(form: object) -> frozenset[str]:
    if isinstance(form, model.PerUnit | model.FullMarks):
        return frozenset(unit.unit for unit in form.each)
    if isinstance(form, model.Bands):
        return frozenset(unit.unit for rates in form.bands.values() for unit in rates)
    return frozenset()


def _needs(value: Value | None) -> frozenset[str]:
    """What the event must say: quantity, points, or the field of a table."""
    match value:
        case Rate() | Steps() | Marginal() | Defects():
            return frozenset({"quantity"})
        case Judged():
            return frozenset({"points"})
        case Choice(field=name, of_subject=False):
            return frozenset({name})
        case Computed(formula=formula):
            return formula.names & {"quantity", "points"}
        case _:
            return frozenset()


def _can_deduct(grant: Grant) -> bool:
    return _deducts(grant.value) or any(
        isinstance(effect, Brought) and _deducts(effect.value) for effect in grant.effects
    )


def _deducts(value: Value | None) -> bool:
    match value:
        case Fixed(points=points):
            return points < 0
        case Rate(rate=rate):
            return rate < 0
        case Steps(edges=edges):
            return any(points < 0 for _, _, points in edges)
        case Choice(table=table):
            return any(_deducts(inner) for inner in table.values())
        case Judged(low=low):
            return low is None or low < 0
        case Computed():
            return True
        case _:
            return False
