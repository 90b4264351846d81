"""What stands above, beside and below a table -> the head of the scheme, else notes."""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from ..faults import FAULTS, choices_of
from ..message import N_, Term, Value, say
from ..problem import Place, Problem
from ..vocabulary import KINDS, WINDOWS, WORDS, english
from ..workbook import Cell, Sheet
from .draft import DraftPart, Parts
from .findings import Findings
from .numerals import plain_signs


@dataclass(frozen=True, slots=True)
class Answers:
    """What a table does not say and the caller does; empty where the caller does not either.

    `today` stands for `effective_from` where nobody states one, and is then an assumption.
    """

    today: date
    scheme: str = ""
    name: str = ""
    subject: str = ""
    period: str = ""
    effective_from: str = ""


@dataclass(slots=True)
class Head:
    """The head of a draft: the caller's answers first, then what the tables say, then usual values."""

    answers: Answers
    findings: Findings
    scheme: DraftPart
    _said: Parts = field(default_factory=dict)

    def take(self, sheet: Sheet, cell: Cell, *, may_name: bool) -> None:
        """Read words outside the lines of a table: the title, words of the head, else a note."""
        found: Parts = {}
        unread = False
        for piece in re.split(r"[;。,\n]", plain_signs(cell.text)):
            part = _head_part(re.sub(r"[\s()]", "", piece))
            found |= part or {}
            unread = unread or (part is None and bool(piece.strip()))
        if unread and may_name and "name" not in self._said:
            found = {"name": " ".join(cell.text.split())}
        elif unread:
            found = {}
            self.findings.unread(self.scheme, sheet, cell, cell.text)
        self._said |= found
        if "subject" in found and not self.answers.subject:
            self.findings.subject = str(found["subject"])
        self.findings.became(sheet, cell, found)

    @property
    def is_named(self) -> bool:
        """Whether a title was found."""
        return "name" in self._said

    def parts(self) -> Parts:
        """Give the keys of the head; what nobody said is a problem of the file."""
        stem = Path(self.findings.file).stem
        usual: Parts = {
            "scheme": stem if re.fullmatch(r"[^\W\d][\w-]{0,79}", stem) else "draft",
            "name": stem, "effective_from": self.answers.today.isoformat(),
            "subject": "household", "period": "year", "base": "", "floor": "unknown",
            "at_period_end": "unknown",
        }  # fmt: skip
        data: Parts = {}
        for key, fallback in usual.items():
            data[key] = getattr(self.answers, key, "") or self._said.get(key, "") or fallback
            if key not in self._said and not getattr(self.answers, key, "") and fallback:
                self._not_said(key, str(fallback))
        return {key: value for key, value in data.items() if value}

    def _not_said(self, key: str, fallback: str) -> None:
        word = fallback == "unknown" or key in ("subject", "period")
        values: dict[str, Value] = {
            "key": Term(key), "value": Term(fallback) if word else fallback,
            "hint": say(_GIVE[key] if key in _GIVE else choices_of(key)),
        }  # fmt: skip
        place = Place(self.findings.file)
        self.findings.problems.append(Problem(FAULTS["not-in-the-table"], place, values))


_GIVE: Final = {
    "scheme": N_("say it with --id"),
    "name": N_("say it with --name"),
    "effective_from": N_("say it with --from, such as 2024-01-01"),
    "subject": N_("say it with --subject: household, person, party_member, group or village"),
    "period": N_("say it with --period: year, half_year, quarter or month"),
}

_TABLES: Final = {"subject": KINDS, "period": WINDOWS, "at_period_end": WORDS}
_PHRASES: Final[tuple[tuple[str, str], ...]] = (
    ("base", r"(?:每户|每人)?(?:初始|起始)?基础(?:积?分)(?:值)?(?:为|是|:)?(\d{1,9}(?:\.\d{1,6})?)分?"),
    ("subject", r"积分对象:(户|家庭|个人|党员|村民小组|村)"),
    ("period", r"考核周期:(年|半年|季|月)"),
    ("at_period_end", r"期末处理:(清零|结转|未载明)"),
    ("floor", r"总分下限:(不设|未载明)"),
    ("floor", r"总分下限:(-?\d{1,9}(?:\.\d{1,6})?(?:余额保留|余额作废))"),
    ("effective_from", r"(?:生效日期:|自)(\d{4}-\d\d-\d\d)(?:起?施行|起?执行)?"),
)  # fmt: skip


def _head_part(piece: str) -> Parts | None:
    for key, spelled in _PHRASES:
        if found := re.fullmatch(spelled, piece):
            word = found.group(1)
            if key == "effective_from" and not _is_day(word):
                return None
            for zh, en in (("余额保留", " kept"), ("余额作废", " lost")):
                word = word.replace(zh, en)
            word = "户" if key == "subject" and word == "家庭" else word
            return {key: english(_TABLES.get(key, WORDS), word)}
    return None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
