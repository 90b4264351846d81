"""What stands above, beside and below a table -> the head of the scheme, else notes."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from ...core.faults import FAULTS, choices_of
from ...core.message import N_, Term, Value, msg
from ...core.problem import Place, Problem
from ...core.vocabulary import KINDS, WINDOWS, WORDS, english
from ...inputs.sheet import Cell, Sheet
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
    """The head of a draft: the caller's answers, then what tables say, then usual values."""

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
            "name": stem,
            "effective_from": self.answers.today.isoformat(),
            "subject": "household",
            "period": "year",
            "base": "",
            "floor": "unknown",
            "at_period_end": "unknown",
        }
        data: Parts = {}
        answers = asdict(self.answers)
        for key, fallback in usual.items():
            data[key] = answers.get(key, "") or self._said.get(key, "") or fallback
            if key not in self._said and not answers.get(key, "") and fallback:
                self._not_said(key, str(fallback))
        return {key: value for key, value in data.items() if value}

    def _not_said(self, key: str, fallback: str) -> None:
        word = fallback == "unknown" or key in ("subject", "period")
        values: dict[str, Value] = {
            "key": msg(N_("the scoring period")) if key == "period" else Term(key),
            "value": Term(fallback) if word else fallback,
            "hint": msg(BY_OPTION[key] if key in BY_OPTION else choices_of(key)),
        }
        place = Place(self.findings.file)
        self.findings.problems.append(Problem(FAULTS["not-in-the-table"], place, values))


BY_OPTION: Final = {
    "scheme": N_("say it with --id"),
    "name": N_("say it with --name"),
    "effective_from": N_("say it with --from, such as 2024-01-01"),
    "subject": N_("say it with --subject: household, person, party_member, group or village"),
    "period": N_("say it with --period: year, half_year, quarter or month"),
}
"""What the command takes as an option where the table is silent, and how that is said."""

_WORDS: Final[Mapping[str, str]] = {
    "家庭": "户",
    "农户": "户",
    "个人": "个人",
    "人": "个人",
    "每户": "户",
    "每人": "个人",
    "小组": "村民小组",
    "组": "村民小组",
    "年度": "年",
    "自然年": "年",
    "一年": "年",
    "季度": "季",
    "月度": "月",
    "一季度": "季",
    "一个月": "月",
    "每年": "年",
    "每季度": "季",
    "每月": "月",
    "底": "年",
    "终": "年",
    "末": "年",
}
_DAY: Final = r"(\d{4}(?:-\d{1,2}-\d{1,2}|年\d{1,2}月\d{1,2}日))"
_SUBJECT: Final = "(户|家庭|农户|个人|人|党员|村民小组|小组|组|村)"
_PERIOD: Final = "(自然年|年度?|半年|季度?|月度?)"
_PHRASES: Final[tuple[tuple[str, str], ...]] = (
    (
        "base",
        r"(?:每[户人])?(?:每年)?(?:初始|起始)?(?:基础|基准|起始|初始)(?:积?分)(?:值)?(?:均?为|是|:)?(?:每[户人])?(\d{1,9}(?:\.\d{1,6})?)分?",
    ),
    ("subject", rf"积分对象:{_SUBJECT}"),
    ("subject", rf"以{_SUBJECT}为积分对象"),
    ("subject", rf"(?:积分)?(?:以|按){_SUBJECT}为(?:积分)?单位(?:进行)?(?:积分|计分|考核|管理)*"),
    ("period", r"考核周期:(年|半年|季|月)"),
    (
        "period",
        rf"(?:考核周期|积分周期)(?:以|为|:)?(一年|一?季度?|一个月|{_PERIOD[1:-1]})(?:为周期)?",
    ),
    ("period", rf"(?:积分)?(?:按|以)?{_PERIOD}(?:为周期|考核|评定|结算)"),
    ("at_period_end", r"期末处理:(清零|结转|未载明)"),
    (
        "at_period_end",
        r"(?:积分|总分)?(?:(?:每?年[底终末](?:统一)?|每年|按年|当年年底)(?:全部)?(清零)|(?:年[底终末])?(?:余分|剩余积分|积分)?可?(结转)(?:至|到)?(?:下|次)一?年(?:度)?(?:使用)?)",
    ),
    ("floor", r"总分下限:(不设|未载明)"),
    ("floor", r"总分下限:(-?\d{1,9}(?:\.\d{1,6})?(?:余额保留|余额作废))"),
    ("floor", r"(?:总分|积分)?最低(?:为|到)?(\d{1,9}(?:\.\d{1,6})?分)"),
    (
        "effective_from",
        rf"(?:本(?:细则|办法|方案|标准))?(?:生效日期:|自)?{_DAY}(?:起|开始)?(?:正式)?(?:施行|执行|实行|实施|生效)?",
    ),
)

_TABLES: Final = {"subject": KINDS, "period": WINDOWS, "at_period_end": WORDS}


def _head_part(piece: str) -> Parts | None:
    for key, spelled in _PHRASES:
        if found := re.fullmatch(spelled, piece):
            word = next(group for group in found.groups() if group is not None)
            if key == "effective_from":
                day = _day(word)
                return {key: day} if day and piece != word else None
            for zh, en in (("余额保留", " kept"), ("余额作废", " lost"), ("分", " unknown")):
                word = word.replace(zh, en)
            word = _WORDS.get(word, word) if key in ("subject", "period") else word
            data: Parts = {key: english(_TABLES.get(key, WORDS), word)}
            if key == "at_period_end" and re.search("年", piece):
                data["period"] = "year"
            return data
    return None


def _day(text: str) -> str:
    """Return an ISO day; empty where there is none such."""
    year, month, day = (int(part) for part in re.findall(r"\d+", text))
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""
