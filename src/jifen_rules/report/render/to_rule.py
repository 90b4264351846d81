"""A kind of problem as a page: what it finds, why, examples, the policy."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from ...core.message import N_, msg
from ...core.problem import Fault
from ...lint import LintRule
from .language import Language, fault_words, quote_words, translate, words
from .to_text import severity_word

FAMILIES: Final = {
    "compliance": N_("Compliance"),
    "feasibility": N_("Feasibility"),
    "fairness": N_("Fairness"),
    "process": N_("Process"),
    "incentives": N_("Incentives"),
    "clarity": N_("Clarity"),
    "budget": N_("Budget"),
    "comments": N_("Comments that accept findings"),
}


@dataclass(frozen=True, slots=True)
class RulePart:
    """A stretch of a page: a text or a piece of a scheme, after its heading if it has one."""

    heading: str
    text: str
    kind: Literal["text", "example"] = "text"


def rule_parts(rule: LintRule, language: Language) -> Iterator[RulePart]:
    """Yield the parts of the page of a lint rule: reason, bad and good examples, policy."""
    yield RulePart(translate(N_("Why"), language), translate(rule.why, language))
    for heading, examples in ((N_("Bad"), rule.bad), (N_("Good"), rule.good)):
        for example in examples:
            yield RulePart(translate(heading, language), example.rstrip(), "example")
    for quote in rule.quotes:
        yield RulePart(translate(N_("The policy"), language), quote_words(quote, language))


def finding_words(rule: LintRule, language: Language) -> tuple[str, str]:
    """Return the sentence of a rule's findings and what to do, an ellipsis for each value."""
    return fault_words(Fault(rule.code, rule.name, rule.message, rule.help), language)


def render_rule(rule: LintRule, language: Language = "en") -> str:
    """Write the page of a lint rule for a terminal."""
    family = translate(FAMILIES[rule.family], language)
    weight = severity_word(rule.severity)
    title = msg(
        N_("{code} {name} ({family}, {severity})"),
        code=rule.code,
        name=rule.name,
        family=family,
        severity=weight,
    )
    lines = [words(title, language), *_about(finding_words(rule, language), language)]
    for part in rule_parts(rule, language):
        if part.kind == "text":
            lines += ["", _after(part.heading, part.text, language)]
        else:
            lines += ["", _after(part.heading, "", language)]
            lines += [f"    {line}" for line in part.text.splitlines()]
    return "\n".join(lines)


def render_fault(fault: Fault, language: Language = "en") -> str:
    """Write what a kind of problem says for a terminal; it has no examples of its own here."""
    title = msg(
        N_("{code} {name} ({severity})"),
        code=fault.code,
        name=fault.name,
        severity=severity_word(fault.severity),
    )
    return "\n".join([words(title, language), *_about(fault_words(fault, language), language)])


def _about(said: tuple[str, str], language: Language) -> Iterator[str]:
    """Yield the sentence of a problem and what to do.

    A remedy that differs each time is left out.
    """
    message, remedy = said
    yield f" {message}"
    if remedy != "…":
        yield " " + _after(translate(N_("help:"), language).rstrip(":："), remedy, language)


def _after(heading: str, text: str, language: Language) -> str:
    """Put a text behind its heading."""
    colon = "：" if language == "zh" else ": "
    return f"{heading}{colon}{text}".rstrip()
