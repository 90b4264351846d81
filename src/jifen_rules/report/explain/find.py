"""A name or an id -> the subject, or a message about an unknown one."""

from collections.abc import Sequence

from ...core.message import N_, Message, did_you_mean, msg
from ...core.values import name_key
from ...inputs.roster import Roster
from ...trace.entry import Result
from .entries import Explanation


def find_subject(roster: Roster | None, result: Result, asked: str) -> tuple[str, ...]:
    """Return the ids that a word may mean: an id itself, else all subjects with that name.

    Blanks are ignored: 张　三 is 张三.
    """
    known = {score.subject for score in result.scores} | {e.subject for e in result.rejected}
    if asked in known or (roster is not None and asked in roster.subjects):
        return (asked,)
    key = name_key(asked)
    alike = tuple(sorted(s for s in known if name_key(s) == key))
    if alike or roster is None:
        return alike
    exact = tuple(s for s in roster.subjects if roster.name(s) == asked)
    return exact or tuple(s for s in roster.subjects if name_key(roster.name(s)) == key)


def unknown_subject(
    roster: Roster | None, result: Result, asked: str, refused: Sequence[Explanation]
) -> Message:
    """Say that a subject is unknown, and which ones may be meant.

    If all its events were refused, say so.
    """
    if refused:
        return msg(
            N_("{name} has {count} events, and none counts:"), name=asked, count=str(len(refused))
        )
    names = {score.subject for score in result.scores}
    if roster is not None:
        names |= {roster.name(subject) for subject in names}
    hint = did_you_mean(asked, sorted(names), msg(N_("the board of 'jifen score' lists everybody")))
    return msg(N_("nothing is known of '{name}'; {hint}"), name=asked, hint=hint)
