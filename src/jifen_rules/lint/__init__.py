"""Find what is unlawful, unfair, unclear or forgotten in a sound scheme.

Each rule is one file; `RULES` lists them. The input is a scheme without errors. Linting changes
nothing, and no figure depends on it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from ..compile import compile_plan, read_plan
from ..core.problem import Problem, sort_problems
from ..plan import Plan
from ..scheme.load import read_scheme
from ..scheme.model import SchemeFile
from .accept import COMMENT_RULES, accept
from .draft import LintContext
from .rule import LintRule
from .rules import (
    balance_wiped,
    black_list,
    budget_exceeded,
    cap_below_award,
    cap_never_holds,
    catch_all_wrong,
    cell_unread,
    checks_own_work,
    complaint_punished,
    cost_not_bounded,
    credit_made_worse,
    day_costs_a_year,
    debt_grows,
    deduct_at_discretion,
    deduct_outweighs_awards,
    dividend_withheld,
    dividend_without_bound,
    empty_category,
    fine_by_the_village,
    first_come_pot,
    forced_losers,
    home_or_job_lost,
    judged_without_criteria,
    judged_without_evidence,
    ladder_without_use,
    level_had_by_all,
    level_out_of_reach,
    level_passed_over,
    levels_unexplained,
    look_alike_ids,
    material_only,
    mostly_deducts,
    much_unknown,
    name_not_chinese,
    nearly_same_name,
    no_adoption,
    no_objection,
    no_process,
    no_publication,
    no_reward,
    no_second_check,
    nothing_to_earn,
    objection_unanswered,
    one_award_is_enough,
    one_class_only,
    others_bear,
    party_standing_lost,
    penalty_for_ever,
    personal_data_published,
    points_for_inspection,
    private_life_punished,
    protection_without_effect,
    publication_without_length,
    repair_out_of_time,
    same_name,
    self_rating_dominates,
    service_refused,
    subsidy_by_points,
    subsidy_withheld,
    total_without_cap,
    unbounded_quantity,
    unchecked,
    uneven_prices,
    unknown_touches,
    unused_field,
    unused_ledger,
    vague_word,
    veto_without_basis,
    village_rights_lost,
    worth_nothing,
)
from .select import select_rules

RULES: Final[tuple[LintRule, ...]] = (
    subsidy_withheld.RULE,
    subsidy_by_points.RULE,
    dividend_withheld.RULE,
    dividend_without_bound.RULE,
    service_refused.RULE,
    others_bear.RULE,
    black_list.RULE,
    fine_by_the_village.RULE,
    complaint_punished.RULE,
    private_life_punished.RULE,
    village_rights_lost.RULE,
    party_standing_lost.RULE,
    points_for_inspection.RULE,
    penalty_for_ever.RULE,
    balance_wiped.RULE,
    credit_made_worse.RULE,
    personal_data_published.RULE,
    deduct_at_discretion.RULE,
    catch_all_wrong.RULE,
    home_or_job_lost.RULE,
    level_out_of_reach.RULE,
    level_had_by_all.RULE,
    cap_below_award.RULE,
    cap_never_holds.RULE,
    day_costs_a_year.RULE,
    level_passed_over.RULE,
    protection_without_effect.RULE,
    repair_out_of_time.RULE,
    total_without_cap.RULE,
    unbounded_quantity.RULE,
    self_rating_dominates.RULE,
    judged_without_criteria.RULE,
    one_class_only.RULE,
    first_come_pot.RULE,
    deduct_outweighs_awards.RULE,
    forced_losers.RULE,
    one_award_is_enough.RULE,
    no_adoption.RULE,
    no_process.RULE,
    no_publication.RULE,
    no_objection.RULE,
    objection_unanswered.RULE,
    no_second_check.RULE,
    unchecked.RULE,
    checks_own_work.RULE,
    publication_without_length.RULE,
    judged_without_evidence.RULE,
    no_reward.RULE,
    material_only.RULE,
    nothing_to_earn.RULE,
    mostly_deducts.RULE,
    same_name.RULE,
    nearly_same_name.RULE,
    vague_word.RULE,
    levels_unexplained.RULE,
    look_alike_ids.RULE,
    name_not_chinese.RULE,
    unused_field.RULE,
    unused_ledger.RULE,
    ladder_without_use.RULE,
    worth_nothing.RULE,
    much_unknown.RULE,
    unknown_touches.RULE,
    veto_without_basis.RULE,
    empty_category.RULE,
    cell_unread.RULE,
    cost_not_bounded.RULE,
    uneven_prices.RULE,
    budget_exceeded.RULE,
    debt_grows.RULE,
    *COMMENT_RULES,
)
"""All built-in rules, by code. To add your own, give `lint_scheme` more: `RULES + (mine,)`."""


def lint_scheme(file: SchemeFile, rules: Iterable[LintRule] = RULES) -> tuple[Problem, ...]:
    """Return the findings of rules in a scheme, sorted by place.

    A finding that a comment accepts is in the list, with the reason as `accepted`. SchemeError
    where the scheme has mistakes (codes M…).

    >>> from jifen_rules import lint_scheme, load_scheme
    >>> text = '''
    ... scheme: demo
    ... effective_from: 2024-01-01
    ... subject: household
    ... period: year
    ... floor: none
    ... at_period_end: clear
    ... indicators: [{id: litter, name: 乱扔垃圾, points: -2, then: [{action: 上黑榜}]}]
    ... '''
    >>> found = lint_scheme(load_scheme("demo.yaml", text=text))
    >>> [problem.fault.name for problem in found if problem.code == "J107"]
    ['black-list']
    """
    return lint_plan(file, compile_plan(file), rules)


def lint_plan(
    file: SchemeFile, plan: Plan, rules: Iterable[LintRule] = RULES
) -> tuple[Problem, ...]:
    """Lint a scheme whose plan is already compiled."""
    return lint_draft(LintContext(file, plan), rules)


def lint_draft(draft: LintContext, rules: Iterable[LintRule] = RULES) -> tuple[Problem, ...]:
    """Lint a context that may already hold computed parts; the parts computed here stay in it."""
    asked = tuple(rules)
    found = [problem for rule in asked for problem in rule.check(draft)]
    known = {rule.code for rule in (*RULES, *asked)}
    accepted = accept(found, draft.file, asked, sorted(known))
    return tuple(sort_problems(accepted))


def check_file(
    path: Path, rules: Iterable[LintRule] = RULES, text: str | None = None
) -> tuple[tuple[Problem, ...], LintContext | None]:
    """Return all problems of a file: its language, its meaning and, if it is sound, its rules.

    The draft comes with them if it is sound.

    `text` stands for its content.
    """
    loaded, problems = read_scheme(path, text=text)
    if loaded is None:
        return problems, None
    plan, more = read_plan(loaded)
    draft = LintContext(loaded, plan) if plan is not None and not problems else None
    found = lint_draft(draft, rules) if draft is not None else ()
    return tuple(sort_problems((*problems, *more, *found))), draft


__all__ = [
    "RULES",
    "LintContext",
    "LintRule",
    "check_file",
    "lint_draft",
    "lint_plan",
    "lint_scheme",
    "select_rules",
]
