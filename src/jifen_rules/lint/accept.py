"""Comments that accept findings: `# jifen: ignore J101 because …`.

A comment covers what begins on its line or on the line below it, with everything inside;
before the first key of the file, the whole file. What it accepts stays in the list, with
its reason. A comment that says no reason, names no rule or accepts nothing is a finding.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from ..message import N_, did_you_mean, say
from ..model import SchemeFile
from ..problem import Place, Problem, Severity
from .draft import Draft
from .rule import LintRule

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*jifen\s*[:：]\s*(?:ignore|忽略)\b[ \t]*(?P<rest>.*)$")
_REASON = re.compile(r"\s*(?:because|因为|理由)\s*[:：]?\s*(?P<reason>.*)$")
_CODE = re.compile(r"[^\s,，、]+")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One comment: the codes it names with their places, its reason, the lines it covers."""

    place: Place
    codes: tuple[tuple[str, Place], ...]
    reason: str
    first: int
    last: int

    def covers(self, problem: Problem) -> bool:
        """Whether a finding stands in the lines it is about."""
        place = problem.place
        return place.file == self.place.file and self.first <= place.line <= self.last


def read_acceptances(file: SchemeFile) -> tuple[Acceptance, ...]:
    """Every comment of a scheme, and of those it extends, that accepts findings, in order."""
    found: list[Acceptance] = []
    for name, text in file.texts.items():
        if "jifen" in text:
            found += _of_text(file, name, text.splitlines())
    return tuple(found)


def accept(
    problems: Iterable[Problem], file: SchemeFile, rules: Iterable[LintRule],
    known: Iterable[str],
) -> Iterator[Problem]:  # fmt: skip
    """Give findings with the reasons for which they are accepted, and what is wrong with those.

    `rules` are those that were asked; `known` the codes of all rules there are.
    """
    comments = read_acceptances(file)
    used: set[Place] = set()
    for problem in problems:
        for comment in comments:
            named = [place for code, place in comment.codes if code == problem.code]
            if named and comment.reason and comment.covers(problem):
                used.update(named)
                problem = replace(problem, accepted=comment.reason)
        yield problem
    asked = {rule.code for rule in rules}
    for problem in _slips(comments, used, asked, tuple(known)):
        if problem.code in asked:
            yield problem


def _slips(
    comments: Iterable[Acceptance], used: set[Place], asked: set[str], known: tuple[str, ...]
) -> Iterator[Problem]:
    for comment in comments:
        if not comment.codes:
            yield UNKNOWN_CODE.at(comment.place, code="", hint=_ADD)
        for code, place in comment.codes:
            if code not in known:
                yield UNKNOWN_CODE.at(place, code=code, hint=did_you_mean(code, known, _LOOK))
            elif comment.reason and code in asked and place not in used:
                yield IGNORES_NOTHING.at(place, code=code)
        if comment.codes and not comment.reason:
            yield NO_REASON.at(comment.place, code=", ".join(code for code, _ in comment.codes))


# --- reading the comments ------------------------------------------------------------------------


def _of_text(file: SchemeFile, name: str, rows: list[str]) -> Iterator[Acceptance]:
    items: Mapping[int, tuple[int, int]] | None = None
    head = next((n for n, row in enumerate(rows, 1) if _content(row)), len(rows) + 1)
    for number, row in enumerate(rows, 1):
        match = _COMMENT.search(row) if "jifen" in row else None
        if match is None or _is_text(file, name, number, match.start() + 1):
            continue
        if items is None:
            items = _items(file, name)
        alone = not row[: match.start()].strip()
        below = next((n for n in range(number + 1, len(rows) + 1) if _content(rows[n - 1])), number)
        start = below if alone else number
        first, last = (1, len(rows)) if number < head else items.get(start, (start, start))
        yield _read(Place(name, number, match.start() + 1), match, first, last)


def _content(row: str) -> bool:
    return bool(row.strip()) and not row.lstrip().startswith(("#", "---"))


def _is_text(file: SchemeFile, name: str, line: int, column: int) -> bool:
    """Whether a place lies inside a word of the scheme, and so is no comment."""
    return any(
        p.line == line and p.column < column < p.column + p.width and p.file == name
        for p in file.places.values()
    )


def _items(file: SchemeFile, name: str) -> Mapping[int, tuple[int, int]]:
    """For each line on which something begins: the lines of the outermost of it."""
    begins: dict[int, tuple[str | int, ...]] = {}
    ends: dict[tuple[str | int, ...], int] = {}
    for path, place in file.places.items():
        if place.file != name or not path:
            continue
        own = path[:-1] if path[-1] == "key" else path
        begins_here = path[-1] == "key" or isinstance(path[-1], int)
        if begins_here and len(own) < len(begins.get(place.line, (*own, ""))):
            begins[place.line] = own
        for length in range(1, len(own) + 1):
            ends[own[:length]] = max(ends.get(own[:length], 0), place.line)
    return {line: (line, ends[path]) for line, path in begins.items()}


def _read(place: Place, match: re.Match[str], first: int, last: int) -> Acceptance:
    rest, offset = match["rest"], match.start("rest") - match.start()
    reason = _REASON.search(rest)
    named = rest[: reason.start()] if reason else rest
    codes = tuple(
        (word[0], place.shifted(offset + word.start(), len(word[0])))
        for word in _CODE.finditer(named)
    )
    whole = Place(place.file, place.line, place.column, len(match[0].rstrip()))
    return Acceptance(whole, codes, reason["reason"].strip() if reason else "", first, last)


# --- what may be wrong with a comment -------------------------------------------------------------


def _asks_nothing(draft: Draft) -> Iterator[Problem]:
    """The comments are looked at once all other findings are known."""
    yield from ()


_ADD = say(N_("write the code: '# jifen: ignore J101 because …'"))
_LOOK = say(N_("look the code up in docs/LINT.md"))
_ACT = (
    "indicators:\n  - {id: act, name: 做好事, points: 5, caps: [{at_most: 1 time, per: year}]}   "
)
_GOOD = (
    "indicators:\n  - {id: act, name: 做好事, points: 5, caps: [{at_most: 1 time, per: year}], "
    "then: [{action: 上黑榜}]}   # jifen: ignore J107 because 村民会议定的名称，实为光荣榜\n"
)

NO_REASON: Final = LintRule(
    code="J901",
    name="ignore-without-reason",
    family="comments",
    severity=Severity.WARNING,
    message=N_("this comment gives no reason for leaving {code} as it is, so it accepts nothing"),
    help=N_("go on with 'because …': the reason is read out with the scheme"),
    why=N_(
        "A finding may be left as it is, but not in silence: whoever reads the check must read why."
    ),
    check=_asks_nothing,
    bad=(_ACT + "«# jifen: ignore J304»\n",),
    good=(_GOOD,),
)
UNKNOWN_CODE: Final = LintRule(
    code="J902",
    name="ignore-of-unknown-code",
    family="comments",
    severity=Severity.WARNING,
    message=N_("no rule of the check has the code '{code}'"),
    help=N_("{hint}"),
    why=N_("A mistyped code would accept nothing, and nobody would notice."),
    check=_asks_nothing,
    bad=(_ACT + "# jifen: ignore «J99» because 已表决\n",),
    good=(_GOOD,),
)
IGNORES_NOTHING: Final = LintRule(
    code="J903",
    name="ignore-of-nothing",
    family="comments",
    severity=Severity.WARNING,
    message=N_("nothing here is found by {code}, so there is nothing to accept"),
    help=N_("take the comment out, or put it on the line of what it is about or just above"),
    why=N_("What has been mended needs no excuse, and a stale one may hide the next mistake."),
    check=_asks_nothing,
    bad=(_ACT + "# jifen: ignore «J304» because 已表决\n",),
    good=(_GOOD,),
)

COMMENT_RULES: Final = (NO_REASON, UNKNOWN_CODE, IGNORES_NOTHING)
