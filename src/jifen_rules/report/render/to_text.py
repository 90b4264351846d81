"""Problems, statements and cases as people read them, in English or Chinese."""

import re
import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from ...cases.case import CaseResult
from ...core.message import N_, Message, Term, Value, msg
from ...core.problem import Place, Problem, Severity
from ...core.terms import plain
from ...syntax.lines import text_lines
from ...trace.entry import Outcome
from ..explain import Explanation, Statement
from ..explain.wording import ENTRY_OUTCOMES
from .language import Language, problem_words, quote_words, translate, words

INDENT = "  "
LONG = 200
"""Maximum number of characters of a line, around the caret."""
MOST = 30
"""Maximum number of entries of a failed case."""


def render_problem(
    problem: Problem, text: str, language: Language = "en", *, coloured: bool = False
) -> str:
    """Write one problem: place, the author's own line with a caret, what to do.

    `text` is the content of the file it stands in. The caret counts display width, in
    which a Chinese character takes two columns. `coloured` writes for a terminal.
    """
    place, fault = problem.place, problem.fault
    tone = _TONES[problem.severity] if coloured and not problem.accepted else ""
    message, remedy = problem_words(problem, language)
    name = _painted(f"{fault.code} {fault.name}", tone)
    weight = words(msg(N_(" ({severity})"), severity=severity_word(problem.severity)), language)
    lines = [f"{_printable(place.where)}: {name}{weight}", *_excerpt(place, text, tone)]
    lines.append(f" {_printable(message)}")
    word = _painted(translate(N_("help:"), language), _HELP if coloured else "")
    between = "" if language == "zh" else " "
    lines.append(f" {word}{between}{_printable(remedy)}")
    lines += [f" {quote_words(quote, language)}" for quote in fault.quotes]
    if problem.related:
        others = ", ".join(str(other.line) for other in problem.related)
        lines.append(" " + words(msg(N_("see also line {line}"), line=others), language))
    if problem.accepted:
        accepted = msg(N_("accepted: {reason}"), reason=problem.accepted)
        lines.append(" " + _printable(words(accepted, language)))
    return "\n".join(lines)


def _excerpt(place: Place, text: str, tone: str) -> list[str]:
    if place.cell or place.line < 1 or not text:
        return []
    begin, stop = text_lines(text).bounds(place.line)
    at, end = place.column - 1, place.column - 1 + place.width
    cut, mark = 0, ""
    if stop - begin > LONG:  # a long row is never copied whole: it may have thousands of problems
        cut = max(0, min(at - LONG // 2, stop - begin - LONG))
        stop = begin + cut + LONG
        mark = "…" if cut else ""
        end = min(end, cut + LONG)
        at, end = at - cut + len(mark), end - cut + len(mark)
    row = _printable(mark + text[begin + cut : stop])
    before, marked = row[:at], row[at:end]
    number = f"{place.line:>5} | "
    pad = " " * (len(number) - 2) + "| "
    caret = _painted("^" * max(columns(marked), 1), tone)
    return [number + row, pad + " " * columns(before) + caret]


def severity_word(severity: Severity) -> Message:
    """Return the word of a severity."""
    return msg(_SEVERITIES[severity])


_SEVERITIES = {
    Severity.ERROR: N_("error"),
    Severity.WARNING: N_("warning"),
    Severity.ADVICE: N_("advice"),
}
_TONES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.ADVICE: "1;36"}
_HELP = "32"
_NOT_ASCII = re.compile("[^\x00-\x7f]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters with which a file could control the terminal."""


def _painted(text: str, tone: str) -> str:
    return f"\x1b[{tone}m{text}\x1b[0m" if tone else text


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("\ufffd", text).replace("\t", " ")


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes; a Chinese character takes two."""
    others = _NOT_ASCII.findall(text)
    return len(text) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in others)


# --- statements --------------------------------------------------------------------------------


def render_explanation(line: Explanation, language: Language = "en") -> str:
    """Write one entry: its sentence, and below it why it is not what was asked."""
    reasons = [INDENT + words(reason, language) for reason in line.reasons]
    return "\n".join((words(line.sentence, language), *reasons))


def render_statement(statement: Statement, language: Language = "en") -> str:
    """Write the statement of one subject for one period."""
    score = statement.score
    is_named = statement.name != statement.subject
    head = msg(
        N_("{name} ({subject}), {scheme}, {period}")
        if is_named
        else N_("{name}, {scheme}, {period}"),
        name=statement.name,
        subject=statement.subject,
        scheme=statement.scheme,
        period=score.period.label,
    )
    total = msg(
        N_("base {base}, entries {sum}, total {total}"),
        base=plain(score.base),
        sum=plain(Fraction(score.total) - Fraction(score.base)),
        total=plain(score.total),
    )
    entries = [render_explanation(line, language) for line in statement.lines]
    blocks = [
        [words(head, language), words(total, language)],
        _block(N_("Tier"), [words(tier, language) for tier in statement.tiers], language),
        _block(N_("Entries"), entries or [translate(N_("none"), language)], language),
        _block(
            N_("Categories and ledgers"),
            [words(text, language) for text in statement.figures],
            language,
        ),
        _block(N_("Caps"), [words(text, language) for text, _ in statement.rooms], language),
        _block(N_("Could help"), [words(text, language) for text in statement.chances], language),
        _block(N_("To note"), [words(text, language) for text in statement.notes], language),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _block(title: str, lines: list[str], language: Language) -> list[str]:
    if not lines:
        return []
    inner = [INDENT + row for line in lines for row in line.split("\n")]
    return [translate(title, language), *inner]


# --- cases -------------------------------------------------------------------------------------


def render_case(outcome: CaseResult, language: Language = "en") -> str:
    """Write a failed case: its place and name, and each difference."""
    place = outcome.case.place
    lines = [f"{place.file}:{place.line}: {outcome.case.name}"]
    for difference in outcome.differences:
        text = msg(
            N_("{figure}: expected {expected}, found {found}"),
            figure=_figure(difference.figure),
            expected=_found(difference.expected),
            found=_found(difference.found),
        )
        lines.append(INDENT + words(text, language))
    if outcome.differences:
        lines += [INDENT + words(text, language) for text in _trail(outcome)]
    return "\n".join(lines)


_FIGURES: Final = MappingProxyType(
    {
        "totals": N_("totals"),
        "tiers": N_("tiers"),
        "ledgers": N_("ledgers"),
        "categories": N_("categories"),
        "rights": N_("rights"),
        "actions": N_("actions"),
        "entries": N_("entries"),
        "received": N_("received"),
        "shares": N_("shares"),
        "notes": N_("notes"),
        "granted": N_("granted"),
        "boards": N_("boards"),
        "problems": N_("problems"),
    }
)
"""What a case expects, by the key that says it."""
_OF_ENTRY: Final = MappingProxyType(
    {
        "granted": N_("entries {event} granted"),
        "asked": N_("entries {event} asked"),
        "outcome": N_("entries {event} outcome"),
    }
)
"""What a case expects of an entry."""
_STEPS: Final = MappingProxyType(
    {
        "quantity_cap": N_("cap on the quantity"),
        "round_asked": N_("rounding of one event"),
        "warning": N_("a warning alone"),
        "share": N_("share"),
    }
)
"""Kinds of steps that are no key of the language."""
_FOUND: Final = MappingProxyType(
    {
        "none": N_("none"),
        "no score": N_("no score"),
        "no entry": N_("no entry"),
        "no rule says these words": N_("no rule says these words"),
    }
)
"""What may stand in place of a figure."""


def _figure(text: str) -> Message:
    """Say which figure differs: its kind, and whose it is."""
    kind, _, whose = text.partition(" ")
    event, _, part = whose.rpartition(" ")
    if kind == "entries" and part in _OF_ENTRY:
        return msg(_OF_ENTRY[part], event=event)
    named = msg(_FIGURES[kind]) if kind in _FIGURES else kind
    return msg("{kind} {whose}" if whose else "{kind}", kind=named, whose=whose)


def _found(text: str) -> Value:
    return msg(_FOUND[text]) if text in _FOUND else text


def _step(kind: str) -> Value:
    """Say what changed the points of an entry."""
    return msg(_STEPS[kind]) if kind in _STEPS else Term(kind, is_key=True)


def _outcome(outcome: Outcome) -> Message:
    """Say the outcome of an event, in one word if it counts."""
    return msg(N_("counted") if outcome is Outcome.COUNTED else ENTRY_OUTCOMES[outcome])


def _trail(outcome: CaseResult) -> Iterator[Message]:
    """Return the entries that led to a figure, each with the place of its rule."""
    for entry in outcome.result.entries[:MOST]:
        name = entry.event or (entry.date.isoformat() if entry.date else "")
        rule, *limits = outcome.rules.get(entry.indicator, ("",))
        yield msg(
            N_(
                "{name} {subject} {indicator} ({place}): {outcome}, asked {asked}, granted "
                "{granted}"
            ),
            name=name,
            subject=entry.subject,
            indicator=entry.indicator,
            place=rule,
            outcome=_outcome(entry.outcome),
            asked=plain(entry.asked),
            granted=plain(entry.granted),
        )
        for step in entry.steps:
            if step.before is not None and step.after is not None:
                yield msg(
                    N_("  {kind} ({place}): {before} becomes {after}"),
                    kind=_step(step.kind),
                    place=step.place,
                    before=plain(step.before),
                    after=plain(step.after),
                )
        if limits:
            yield msg(N_("  limits on its way: {places}"), places=", ".join(limits))
    for ladder in dict.fromkeys(d.figure.split()[-1] for d in outcome.differences):
        if ladder in {name for score in outcome.result.scores for name in score.tiers}:
            places = ", ".join(outcome.rules.get(ladder, ()))
            yield msg(N_("the levels of {id}: {places}"), id=ladder, places=places)
    if len(outcome.result.entries) > MOST:
        yield msg(N_("and {count} more"), count=str(len(outcome.result.entries) - MOST))
