"""Two schemes -> what changed, and what the change does to a village.

The rooms: `parts` is a scheme as a flat table, `edits` what leads from one table to another,
`plain_plan`, `values` and `direction` prove which way an edit can move figures, `wording` says a
value, `diff` puts it together; `measure` evaluates it on events, again only for those whom
`touched` finds, and `impact` is what comes of it. Writes nothing.
"""

from .diff import diff_schemes
from .direction import Bearing, Direction
from .impact import EventImpact, GroupImpact, Impact, Side, SubjectImpact
from .measure import measure_impact
from .scheme_diff import Change, SchemeDiff

__all__ = [
    "Bearing",
    "Change",
    "Direction",
    "EventImpact",
    "GroupImpact",
    "Impact",
    "SchemeDiff",
    "Side",
    "SubjectImpact",
    "diff_schemes",
    "measure_impact",
]
