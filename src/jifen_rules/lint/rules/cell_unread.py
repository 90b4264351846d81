"""A draft made from a table still contains text that was not understood."""

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Final

from ...core.message import N_
from ...core.problem import Place, Problem, Severity
from ..draft import LintContext
from ..rule import LintRule

NOTE: Final = re.compile(
    r"\s*# (?:未读懂|not understood)(?=[（ (]|:)[^:：]{0,200}[:：]\s*(.{0,200})"
)
"""The note that `jifen import` leaves above what it could not read."""


def check(draft: LintContext) -> Iterator[Problem]:
    """Find each note about a cell that was not understood."""
    for file, lines in draft.rows.items():
        for number, line in enumerate(lines, 1):
            if found := NOTE.match(line):
                place = Place(file, number, line.index("#") + 1, len(line) - line.index("#"))
                yield RULE.at(place, text=found.group(1))


RULE: Final = LintRule(
    code="J615",
    name="cell-unread",
    family="clarity",
    severity=Severity.WARNING,
    message=N_("the table says '{text}', and the draft does not have it yet"),
    help=N_("write it in the scheme, or decide against it, and then delete this note"),
    why=N_("What a table says and a draft leaves out is a rule that nobody voted on."),
    check=check,
    bad=(
        dedent("""\
            indicators:
              «# not understood (C5): 每季度限3次，农忙时除外»
              - {id: work, name: 义务劳动, points: 5}
            """),
        dedent("""\
            indicators:
              «# 未读懂（积分表!C5）：每季度限3次，农忙时除外»
              - {id: work, name: 义务劳动, points: 5}
            """),
    ),
    good=(
        dedent("""\
            indicators:
              # 推定（C5）“5”：每发生一次计一次
              - {id: work, name: 义务劳动, points: 5}
            """),
    ),
)
