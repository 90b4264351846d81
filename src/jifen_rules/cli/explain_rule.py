"""`jifen explain-rule`: print what the code of a problem means, and why it matters."""

from typing import Annotated

import typer

from ..core.faults import FAULTS
from ..core.message import N_, did_you_mean, msg
from ..lint import RULES
from ..report.render.to_rule import render_fault, render_rule
from .options import LangOpt
from .output import choose_language, fail


def explain_rule(
    rules: Annotated[
        list[str],
        typer.Argument(metavar=N_("CODE"), help=N_("Codes or names, such as J301.")),
    ],
    lang: LangOpt = None,
) -> None:
    """Print what each rule looks for, why, examples, and the policy behind it."""
    language = choose_language(lang)
    pages = {name: render_fault(f, language) for f in FAULTS.values() for name in (f.code, f.name)}
    pages |= {name: render_rule(r, language) for r in RULES for name in (r.code, r.name)}
    found = []
    for word in rules:
        page = pages.get(word.upper()) or pages.get(word.lower())
        if page is None:
            hint = did_you_mean(word, pages, msg(N_("docs/LINT.md lists the rules")))
            fail(msg(N_("no problem is called '{word}'; {hint}"), word=word, hint=hint), language)
        found.append(page)
    typer.echo("\n\n".join(found))
