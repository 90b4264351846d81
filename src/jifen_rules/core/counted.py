"""English templates -> sentences: of one thing in the singular, of several in the plural.

A template says what it counts in the plural: `{count} rows could not be used`. Knows no other
language; Chinese has one form for both.
"""

import re
from collections.abc import Mapping

_ONE = frozenset({"1", "+1", "-1"})
COUNTED = (
    "assumptions|cases|cells|changes|columns|days|decimals|deducts|entries|events|files|groups|"
    "half-years|households|indicators|levels|limits|lines|members|months|periods|persons|places|"
    "points|problems|quarters|rows|schemes|scores|things|times|totals|townships|values|villages|"
    "weeks|years"
)
"""Lists what sentences count, in the plural in which templates say it."""
COUNTED_VERBS: Mapping[str, str] = {
    "are": "is",
    "break": "breaks",
    "cost": "costs",
    "count": "counts",
    "do": "does",
    "have": "has",
    "hold": "holds",
    "lie": "lies",
    "stand": "stands",
    "were": "was",
}
"""Lists the verbs that may follow, and what they are of one."""
COUNT = re.compile(
    r"(?P<these>these )?\{(?P<key>\w+)\} (?P<kind>(?:party |small |working )?)"
    rf"(?P<noun>{COUNTED})\b(?! the )(?: (?P<verb>{'|'.join(COUNTED_VERBS)})\b)?"
)
"""Finds a count of a template with what it counts."""


def fill_english(template: str, filled: Mapping[str, str]) -> str:
    """Fill the values in; what is counted once, and its verb, stand in the singular."""
    if not _ONE.isdisjoint(filled.values()):
        template = _of_one(template, filled)
    return template.format_map(filled)


def _of_one(template: str, filled: Mapping[str, str]) -> str:
    """Put what an English template counts into the singular where the count is one."""

    def singular(count: re.Match[str]) -> str:
        these, key, kind, noun, verb = count.groups()
        if filled.get(key) not in _ONE:
            return count.group()
        one = noun.removesuffix("s").replace("entrie", "entry")
        said = f"{'this ' if these else ''}{{{key}}} {kind}{one}"
        return f"{said} {COUNTED_VERBS[verb]}" if verb else said

    return COUNT.sub(singular, template)
