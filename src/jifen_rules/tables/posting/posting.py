"""A scheme -> the table to be posted: every rule of it in a plain phrase.

Gives messages; a renderer puts them into words and into a file. Refuses nothing: a form
that no phrase of the table can say back is said all the same. What stands beside the
indicators is in `posted_rows`, what stands over and under the table in the two other rooms.
"""

from dataclasses import dataclass

from ...core.message import N_, Message, msg
from ...scheme.model import Reward, Scheme, SchemeFile
from .formula_wording import say_formula
from .names import names_in
from .posted_above import say_above
from .posted_below import say_below
from .posted_rewards import say_reward
from .posted_rows import PostedRow, post_row


@dataclass(frozen=True, slots=True)
class Posting:
    """The table: title, lines above, headings, rows, and lines below."""

    title: str
    above: tuple[Message, ...]
    depth: int
    rows: tuple[PostedRow, ...]
    below: tuple[Message, ...]

    @property
    def headings(self) -> tuple[Message, ...]:
        """The headings, with as many columns of categories as are needed."""
        inner = [
            msg(N_("category, level {number}"), number=str(n)) for n in range(2, self.depth + 1)
        ]
        texts = (
            N_("indicator"),
            N_("points"),
            N_("at most"),
            N_("period"),
            N_("remarks and basis"),
        )
        return (msg(N_("category")), *inner, *(msg(text) for text in texts))


def say_formula_of(scheme: Scheme, text: str) -> Message:
    """Say a condition of a scheme."""
    return say_formula(text, names_in(scheme))


def say_reward_of(scheme: Scheme, reward: Reward) -> Message:
    """Say a reward of a scheme."""
    return say_reward(reward, names_in(scheme))


def post_scheme(file: SchemeFile) -> Posting:
    """Say a scheme as the table that hangs on the wall, in the scheme's own order."""
    scheme = file.scheme
    names = names_in(scheme)
    rows = tuple(post_row(around, item, names) for _, around, item in scheme.walk())
    depth = max((len(row.categories) for row in rows), default=1)
    title = scheme.name or scheme.scheme
    above, below = tuple(say_above(scheme, names)), tuple(say_below(scheme, names))
    return Posting(title, above, max(depth, 1), rows, below)
