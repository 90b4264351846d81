"""Calls about a draft: what is wrong with it, what mends it, what can be written next."""

from pathlib import Path

from ..analysis.monotone import find_dips
from ..analysis.rewrite import format_scheme
from ..core.faults import FAULTS
from ..core.problem import Edit, Place, Problem, Severity
from ..lint import RULES, LintContext, check_file
from ..plan import Versions
from ..report.render.language import Language, words
from ..report.render.to_card import card_data
from ..report.render.to_rule import render_fault, render_rule
from ..report.render.to_text import severity_word
from ..syntax.remedy import apply_edits, fix_text
from .asked import Answer, CallData
from .completion import completions


def check(asked: CallData) -> Answer:
    """Give every problem of the draft, and its card where no error stands in it."""
    problems, draft = check_file(Path(asked.file), RULES, asked.draft)
    found: Answer = {"problems": [_problem(problem, asked) for problem in problems], "card": None}
    errors = [p for p in problems if p.severity is Severity.ERROR and not p.accepted]
    if draft is not None:
        scheme = draft.file.scheme
        found |= {"name": scheme.name or scheme.scheme, "id": scheme.scheme}
        if not errors:
            found["card"] = _card(draft, asked)
    return found


def _problem(problem: Problem, asked: CallData) -> Answer:
    weight = words(severity_word(problem.severity), asked.lang)
    return {**problem.to_dict(asked.lang), "weight": weight}


def _card(draft: LintContext, asked: CallData) -> Answer:
    dips = find_dips(Versions((draft.plan,)))
    return dict(card_data(draft.plan, draft.reach, dips, asked.lang))


def mend(asked: CallData) -> Answer:
    """Write the edits of one problem into the draft."""
    edits = [
        Edit(Place(edit["file"], edit["line"], edit["column"], edit["width"]), edit["text"])
        for edit in asked.given["edits"]
    ]
    return {"text": apply_edits(asked.draft, [edits])}


def mend_all(asked: CallData) -> Answer:
    """Put right everything that takes no decision."""
    path = Path(asked.file)
    done = fix_text(asked.file, asked.draft, lambda text: check_file(path, RULES, text)[0])
    return {"text": done.text, "count": len(done.problems)}


def format_(asked: CallData) -> Answer:
    """Lay the draft out anew, in the spelling that is asked for."""
    keys = asked.text("keys")
    lang: Language | None = "zh" if keys == "zh" else "en" if keys == "en" else None
    return {"text": format_scheme(asked.file, text=asked.draft, lang=lang)}


def complete(asked: CallData) -> Answer:
    """Give what may be written at a place of the draft."""
    return {"options": completions(asked.draft, int(asked.given["at"]), asked.lang)}


def explain_rule(asked: CallData) -> Answer:
    """Explain a problem by its code."""
    code = asked.text("code")
    for rule in RULES:
        if rule.code == code:
            return {"text": render_rule(rule, asked.lang)}
    pages = {fault.code: fault for fault in FAULTS.values()}
    return {"text": render_fault(pages[code], asked.lang) if code in pages else ""}
