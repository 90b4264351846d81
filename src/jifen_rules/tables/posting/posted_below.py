"""What is no indicator -> the lines under the table.

Categories, repairs, ledgers, rules, levels, rewards.

One line for each thing, which begins with its name; whatever decides points, levels, rewards or
consequences is said in it.
"""

from collections.abc import Iterator
from decimal import Decimal

from ...core.message import N_, Message, Term, Value, msg
from ...core.terms import Window, plain
from ...core.vocabulary import ACCOUNTS
from ...scheme.model import (
    Carried,
    Category,
    Indicator,
    Ledger,
    NetLimit,
    RepairRule,
    Rule,
    Scheme,
)
from .formula_wording import say_formula
from .names import Names, join_sentences
from .posted_ladders import counts_whole, say_ladder
from .posted_rewards import say_reward
from .rule_wording import (
    bases_of,
    say_between,
    say_combines,
    say_consequence,
    say_process,
)
from .terms_wording import (
    say_accounts,
    say_bases,
    say_deadline,
    say_end,
    say_lasting,
    say_least,
    say_most,
    say_rounding,
    say_stretch,
    say_window,
)
from .wording import say_escalation, say_form


def say_below(scheme: Scheme, names: Names) -> Iterator[Message]:
    """Every line, in the order in which a reader asks for them."""
    for category in _categories(scheme):
        parts = list(_category(category, names))
        if parts:
            yield _line(N_("category ({name}): {parts}"), category.label, parts)
    for _, _, item in scheme.walk():
        if item.repair is not None:
            yield _repair(item, item.repair, names)
    for ledger in scheme.ledgers:
        parts = list(_ledger(ledger, names)) or [msg(N_("begins at 0"))]
        yield _line(N_("ledger ({name}): {parts}"), ledger.label, parts)
    for rule in scheme.rules:
        yield _rule(rule, names)
    for ladder in scheme.tiers:
        whole = ladder.by in (None, "total", ACCOUNTS["total"]) and counts_whole(scheme)
        yield from say_ladder(ladder, names, whole=whole)
    for reward in scheme.rewards:
        yield say_reward(reward, names)
    if scheme.process:
        yield say_process(scheme.process)
    if scheme.basis:
        yield msg(N_("basis: {basis}"), basis=scheme.basis)


def _line(template: str, name: str, parts: list[Message]) -> Message:
    return msg(template, name=name, parts=join_sentences(parts, N_("{first}; {rest}")))


# --- categories ---------------------------------------------------------------------------------


def _categories(node: Scheme | Category) -> Iterator[Category]:
    for category in node.categories:
        yield category
        yield from _categories(category)


def _category(category: Category, names: Names) -> Iterator[Message]:
    """Return what of a category does not stand in brackets behind its name."""
    if category.for_:
        yield msg(N_("only for: {whom}"), whom=names.all_of(category.for_))
    if category.base is not None:
        base = category.base
        said: Value = plain(base) if isinstance(base, Decimal) else say_form(base, names)
        yield msg(N_("base points: {base}"), base=said)
    full = category.full
    if full is not None and not (isinstance(full, NetLimit) and full.number and not full.beyond):
        yield say_most(full)
    if category.floor is not None:
        yield say_least(category.floor)
    yield from say_combines(category.combine)
    if category.between is not None:
        yield say_between(*category.between)
    if category.escalate is not None:
        yield msg(N_("by the nth time: {stages}"), stages=say_escalation(category.escalate))
    if category.weight is not None:
        factor = category.weight.factor
        weight = f"{plain(factor * 100)}%" if category.weight.percent else plain(factor)
        yield msg(N_("counts with the weight {weight}"), weight=weight)
    if category.round is not None:
        yield msg(N_("rounding: its figure {rounding}"), rounding=say_rounding(category.round))
    if category.to is not None:
        yield say_accounts(category.to, names)
    if category.lasts is not None:
        yield msg(N_("lasts: {length}"), length=say_lasting(category.lasts, names))
    if category.process is not None:
        yield say_process(category.process)
    yield from say_bases(*bases_of(category))


# --- repairs, ledgers, rules --------------------------------------------------------------------


def _repair(item: Indicator, repair: RepairRule, names: Names) -> Message:
    parts: list[Message] = []
    if repair.within is not None:
        parts.append(say_deadline(repair.within))
    if repair.when:
        parts.append(msg(N_("condition: {formula}"), formula=say_formula(repair.when, names)))
    parts += [say_consequence(effect, names) for effect in repair.then]
    parts = parts or [msg(N_("ends what lasts until repaired"))]
    return _line(N_("when put right ({name}): {parts}"), item.label, parts)


def _ledger(ledger: Ledger, names: Names) -> Iterator[Message]:
    if ledger.for_:
        yield msg(N_("only for: {whom}"), whom=names.all_of(ledger.for_))
    if ledger.formula:
        yield msg(N_("read from: {formula}"), formula=say_formula(ledger.formula, names))
    if ledger.round is not None:
        yield say_rounding(ledger.round)
    if ledger.base is not None:
        base = ledger.base
        said: Value = plain(base) if isinstance(base, Decimal) else say_form(base, names)
        yield msg(N_("begins at {base}"), base=said)
    if ledger.floor is not None:
        yield say_least(ledger.floor)
    if isinstance(ledger.at_period_end, Carried):
        formula = say_formula(ledger.at_period_end.formula, names)
        yield msg(N_("at the period's end is carried: {formula}"), formula=formula)
    elif ledger.at_period_end is not None:
        yield msg(N_("at the period's end: {what}"), what=Term(str(ledger.at_period_end)))
    if ledger.lasts is not None:
        yield msg(N_("what is carried lasts: {length}"), length=say_stretch(ledger.lasts))
    yield from say_bases(*bases_of(ledger))


def _rule(rule: Rule, names: Names) -> Message:
    moment = say_end(rule.per) if isinstance(rule.per, Window) else msg(N_("when is not stated"))
    condition = say_formula(rule.when, names)
    effects = [say_consequence(effect, names) for effect in rule.then]
    parts = [msg(N_("{moment}, if {condition}"), moment=moment, condition=condition)]
    if rule.once is not None:
        parts.append(msg(N_("at most once {window}"), window=say_window(rule.once)))
    if rule.for_:
        parts.append(msg(N_("only for: {whom}"), whom=names.all_of(rule.for_)))
    parts += [*effects, *say_bases(*bases_of(rule))]
    return _line(N_("rule ({name}): {parts}"), rule.label, parts)
