"""Comments that accept findings: `# jifen: ignore J101 because …`.

A comment covers what begins on its line or on the next line, with everything inside. Before the
first key, it covers the whole file. An accepted finding stays in the list, with the reason. A
comment without a reason, without a rule, or that accepts nothing is itself a finding.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from ..core.message import N_, did_you_mean, msg
from ..core.problem import Place, Problem, Severity, sort_problems
from ..scheme.model import SchemeFile
from .draft import LintContext
from .rule import LintRule

_MARK = re.compile(r"#\s*jifen\s*[:：]")
_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*jifen\s*[:：]\s*(?:ignore|忽略)\b[ \t]*(?P<rest>.*)$")
_REASON = re.compile(r"(?:because|因为|理由)\s*[:：]?\s*(?P<reason>.*)$")
_CODE = re.compile(r"[^\s,，、]+")
MOST_GUESSES: Final = 20
"""Maximum number of unknown codes for which the nearest known code is suggested."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """One comment: its codes with their places, its reason, and the lines it covers.

    The lines of two comments are nested or disjoint, never overlapping.
    """

    place: Place
    codes: tuple[tuple[str, Place], ...]
    reason: str
    first: int
    last: int


MAX_COMMENTS = 1_000
MAX_CODES = 100
"""Maximum number of comments per file, and of codes per comment; further ones are not read."""


def read_acceptances(file: SchemeFile) -> tuple[Acceptance, ...]:
    """Return the comments that accept findings, of a scheme and those it extends, in order."""
    found: list[Acceptance] = []
    for name, text in file.texts.items():
        if _MARK.search(text):
            found += islice(_of_text(file, name, text.splitlines()), MAX_COMMENTS)
    return tuple(found)


def accept(
    problems: Iterable[Problem],
    file: SchemeFile,
    rules: Iterable[LintRule],
    known: Iterable[str],
) -> Iterator[Problem]:
    """Return the findings with the reasons that accept them, and the problems of the comments.

    `rules` are the rules that were run; `known` are the codes of all rules.
    """
    comments, findings = read_acceptances(file), tuple(problems)
    used: set[Place] = set()
    offers: dict[tuple[str, str], list[tuple[Acceptance, Place]]] = {}
    for comment in comments:
        for code, place in comment.codes if comment.reason else ():
            offers.setdefault((comment.place.file, code), []).append((comment, place))
    for key, group in _by_code(findings).items():
        yield from _accepted(group, offers.get(key, ()), used)
    asked = {rule.code for rule in rules}
    for problem in _slips(comments, used, asked, tuple(known)):
        if problem.code in asked:
            yield problem


def _by_code(findings: Iterable[Problem]) -> Mapping[tuple[str, str], list[Problem]]:
    """Return findings by file and code, each group by line."""
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in sort_problems(findings):
        found.setdefault((problem.place.file, problem.code), []).append(problem)
    return found


def _accepted(
    findings: Iterable[Problem], offers: Iterable[tuple[Acceptance, Place]], used: set[Place]
) -> Iterator[Problem]:
    """Go down the lines once; the innermost comment around a finding gives the reason."""
    waiting = sorted(offers, key=lambda offer: (-offer[0].first, offer[0].last))
    around: list[tuple[Acceptance, Place]] = []
    for problem in findings:
        line = problem.place.line
        while waiting and waiting[-1][0].first <= line:
            around.append(waiting.pop())
        while around and around[-1][0].last < line:
            around.pop()
        if not around:
            yield problem
            continue
        comment, place = around[-1]
        used.add(place)
        yield replace(problem, accepted=comment.reason)


def _slips(
    comments: Iterable[Acceptance], used: set[Place], asked: set[str], known: tuple[str, ...]
) -> Iterator[Problem]:
    guesses = 0
    for comment in comments:
        if not comment.codes:
            yield UNKNOWN_CODE.at(comment.place, code="", hint=_ADD)
        for code, place in comment.codes:
            if code not in known:
                guesses += 1
                hint = did_you_mean(code, known, _LOOK) if guesses <= MOST_GUESSES else _LOOK
                yield UNKNOWN_CODE.at(place, code=code, hint=hint)
            elif comment.reason and code in asked and place not in used:
                yield IGNORES_NOTHING.at(place, code=code)
        if comment.codes and not comment.reason:
            yield NO_REASON.at(comment.place, code=", ".join(code for code, _ in comment.codes))


# --- reading the comments ------------------------------------------------------------------------


def _of_text(file: SchemeFile, name: str, rows: list[str]) -> Iterator[Acceptance]:
    items, inside = _items(file, name), _texts(file, name)
    head = next((n for n, row in enumerate(rows, 1) if _content(row)), len(rows) + 1)
    below = len(rows) + 1
    found = []
    for number in range(len(rows), 0, -1):
        row = rows[number - 1]
        match = _COMMENT.search(row) if "jifen" in row else None
        if match is not None and not _is_text(inside.get(number, ()), match.start() + 1):
            start = number if row[: match.start()].strip() else below
            first, last = (1, len(rows)) if number < head else items.get(start, (start, start))
            found.append(_read(Place(name, number, match.start() + 1), match, first, last))
        if _content(row):
            below = number
    yield from reversed(found)


def _content(row: str) -> bool:
    return bool(row.strip()) and not row.lstrip().startswith(("#", "---"))


def _texts(file: SchemeFile, name: str) -> Mapping[int, list[Place]]:
    """Return the words of each line."""
    found: dict[int, list[Place]] = {}
    for place in file.places.values():
        if place.file == name and place.width > 1:
            found.setdefault(place.line, []).append(place)
    return found


def _is_text(words: Iterable[Place], column: int) -> bool:
    """Tell whether a column lies inside a scalar of its line, and so starts no comment."""
    return any(word.column < column < word.column + word.width for word in words)


def _items(file: SchemeFile, name: str) -> Mapping[int, tuple[int, int]]:
    """Map each line on which something begins to the lines of the outermost of it."""
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
        for word in islice(_CODE.finditer(named), MAX_CODES)
    )
    whole = Place(place.file, place.line, place.column, len(match[0].rstrip()))
    return Acceptance(whole, codes, reason["reason"].strip() if reason else "", first, last)


# --- what may be wrong with a comment -------------------------------------------------------------


def _asks_nothing(draft: LintContext) -> Iterator[Problem]:
    """Find nothing: the comments are checked after all rules have run."""
    yield from ()


_ADD = msg(N_("write the code: '# jifen: ignore J101 because …'"))
_LOOK = msg(N_("look the code up in docs/LINT.md"))
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
