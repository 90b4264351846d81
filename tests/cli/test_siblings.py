"""Four siblings and more of each kind of odd file that somebody has shown us.

Sixteen kinds of odd files were reported, each with what it must give. For each kind stand here
other files of that kind: what is odd, as a clerk would say it, the file, and what a person who
looks at it expects. Each of them was run against the state before its kind was mended (3ecbc8c),
and gave something else there.

- `score`: the total of each household, then the rows that are named (file and line, or sheet and
  cell, and a word of the reason), then the events that are read and not counted, and why not.
- `draft`: each indicator with its points, then the cells that are left out or not understood.
- `checked`: the name of the problem, and the author's words at its place.

One piece: whoever counts the files of a kind reads all of them here.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from typer.testing import CliRunner

from jifen_rules.cli import app
from made_files import (
    SHEET,
    SheetChange,
    book,
    cell,
    changed,
    control,
    formatted,
    row,
    run,
    table,
    word,
)

KINDS = (
    "open-quote",
    "cut-sign",
    "shown-number",
    "shown-zeros",
    "hidden",
    "word-revisions",
    "word-controls",
    "roster-days",
    "shapes-of-csv",
    "declared-number",
    "declared-yes-no",
    "table-sides",
    "struck-text",
    "error-cells",
    "missing-fact",
    "senseless-figures",
)

HEAD = """scheme: demo
effective_from: 2024-01-01
subject: household
period: year
base: 0
floor: none
at_period_end: clear
"""
RULES = (
    HEAD
    + """fields:
  event: {面积: number, 缺席: number, 合格: yes_no, 何日: date, 词: text}
  subject: {人口: number, 低保: yes_no, 入户: date}
indicators:
  - {id: tidy, name: 整洁, points: 10}
  - {id: litter, name: 乱扔, points: -2}
  - {id: help, name: 助人, points: {each: {小时: 1}}}
  - {id: judged, name: 评议, points: {between: [0, 500]}}
  - {id: land, name: 复耕, points: {formula: 面积 * 2}}
  - {id: people, name: 人口, points: {formula: 人口 * 1}}
  - {id: sound, name: 合格, when: 合格, points: 10}
  - {id: poor, name: 低保, when: 低保, points: 10}
  - {id: poor_all_quarter, name: 全季低保, per: quarter, when: throughout(低保), points: 1}
"""
)

Content = str | bytes | Callable[[Path], object]


@dataclass(frozen=True)
class Sibling:
    kind: str
    odd: str
    words: str
    files: Mapping[str, Content]
    gives: tuple[str, ...]
    named: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()


def parts(text: str) -> tuple[str, ...]:
    return tuple(sorted(part.strip() for part in text.split("|") if part.strip()))


def score(
    kind: str,
    odd: str,
    events: Content,
    gives: str,
    named: str = "",
    not_counted: str = "",
    roster: Content = "",
    e: str = "csv",
    r: str = "csv",
    rules: str = RULES,
) -> Sibling:
    """A file of events, of the ending `e`, and it may be a roster, of the ending `r`."""
    words = f"score s.yaml e.{e} --as-of 2024-12-31 --status count --format json"
    files: dict[str, Content] = {"s.yaml": rules, f"e.{e}": events}
    if roster:
        files[f"r.{r}"] = roster
        words += f" --roster r.{r}"
    return Sibling(kind, odd, words, files, parts(gives), parts(named), parts(not_counted))


def draft(
    kind: str, odd: str, content: Content, gives: str, named: str = "", t: str = "csv"
) -> Sibling:
    return Sibling(kind, odd, f"import t.{t}", {f"t.{t}": content}, parts(gives), parts(named))


def checked(odd: str, line: str, name: str, at: str) -> Sibling:
    """One line of a scheme; a key or, with `id:`, an indicator."""
    text = (
        HEAD + f"indicators:\n  - {{{line}}}\n"
        if line.startswith("id:")
        else HEAD + f"indicators:\n  - {{id: a, points: 5}}\n{line}\n"
    )
    return Sibling("senseless-figures", odd, "check s.yaml", {"s.yaml": text}, (f"{name} {at}",))


TOP = "id,date,subject,indicator,quantity,note\n"
ONE = "1,2024-03-01,张家,tidy,,\n"
OPEN = '2,2024-03-02,张家,help,2,"帮邻居收稻\n'
THREE = "3,2024-03-03,李家,tidy,,\n"
FOUR = "4,2024-03-04,李家,litter,,\n"
QUOTED = TOP + ONE + OPEN + THREE + FOUR  # 张家 10 without its broken row, 李家 10 - 2
SHORT = "id,date,subject,indicator\n"
TIDY = "1,2024-03-01,张家,tidy\n2,2024-03-02,李家,tidy\n"
TWO = SHORT + TIDY
BOTH = "张家 10 | 李家 10"

OPEN_QUOTE = [
    score(
        "open-quote",
        "semicolons",
        QUOTED.replace(",", ";"),
        "张家 10 | 李家 8",
        "e.csv:3 quotation",
    ),
    score(
        "open-quote",
        "tabs, as Excel saves a text",
        QUOTED.replace(",", "\t"),
        "张家 10 | 李家 8",
        "e.txt:3 quotation",
        e="txt",
    ),
    score(
        "open-quote",
        "line ends of an old Mac",
        QUOTED.replace("\n", "\r"),
        "张家 10 | 李家 8",
        "e.csv:3 quotation",
    ),
    score(
        "open-quote", "GB18030", QUOTED.encode("gb18030"), "张家 10 | 李家 8", "e.csv:3 quotation"
    ),
    score(
        "open-quote",
        "UTF-16, as Excel saves a text",
        QUOTED.replace(",", "\t").encode("utf-16"),
        "张家 10 | 李家 8",
        "e.txt:3 quotation",
        e="txt",
    ),
    score(
        "open-quote",
        "open in a name of the roster: 张家 is not on it, 李家 is",
        TWO,
        "李家 10",
        "r.csv:2 quotation",
        "1 unknown_subject",
        roster='id,name\n张家,"张家\n李家,李家\n',
    ),
    score(
        "open-quote",
        "open in the id of the first row",
        SHORT + '"1,2024-03-01,张家,tidy\n2,2024-03-02,李家,tidy\n',
        "李家 10",
        "e.csv:2 quotation",
    ),
    score(
        "open-quote",
        "open, and closed by a cell that is quoted three rows on",
        TOP + ONE + OPEN + THREE + '5,2024-03-05,王家,tidy,,"见照片"\n',
        "张家 10 | 李家 10 | 王家 10",
        "e.csv:3 quotation",
    ),
    draft(
        "open-quote",
        "open in a table of rules",
        '内容,分值\n巡逻,"加5分\n扫地,加3分\n',
        "扫地 3",
        "A2 quotation",
    ),
]

CUT_SIGN = [
    score(
        "cut-sign",
        "a GB18030 file that ends in the middle of a sign",
        (TOP + ONE + "2,2024-03-02,李家,help,2,帮邻居收稻").encode("gb18030")[:-1],
        "张家 10",
        "e.csv:3 damaged",
    ),
    score(
        "cut-sign",
        "one bad byte in a name, with the mark of UTF-8",
        TWO.encode("utf-8-sig").replace("李".encode(), b"\xe6\x9d"),
        "张家 10",
        "e.csv:3 damaged",
    ),
    score(
        "cut-sign",
        "one bad byte in a name, semicolons",
        TWO.replace(",", ";").encode().replace("张".encode(), b"\xff"),
        "李家 10",
        "e.csv:2 damaged",
    ),
    score(
        "cut-sign",
        "a roster that ends in the middle of a sign: nobody but 李家 is lost",
        TWO,
        "张家 10",
        "r.csv:3 damaged",
        "2 unknown_subject",
        roster="id,name\n张家,张家\n李家,李家".encode()[:-1],
    ),
    score(
        "cut-sign",
        "JSON Lines with one bad byte",
        '{"id":"1","date":"2024-03-01","subject":"张家","indicator":"tidy"}\n'.encode()
        + b'{"id":"2","date":"2024-03-01","subject":"\xe6\x9d","indicator":"tidy"}\n',
        "张家 10",
        "e.jsonl:2 damaged",
        e="jsonl",
    ),
    score(
        "cut-sign",
        "UTF-16 that ends in the middle of a sign",
        (TOP + ONE + "2,2024-03-02,李家,help,2,稻").encode("utf-16")[:-1],
        "张家 10",
        "e.csv:3 damaged",
    ),
    draft(
        "cut-sign",
        "one bad byte in a table of rules",
        "内容,分值\n扫地,加3分\n".encode() + b"\xe5\xb7,\xe5\x8a\xa05\n",
        "扫地 3",
        "A3 damaged",
    ),
]

CELLS: list[Any] = ["编号", "日期", "积分对象", "指标", "数量", "分值"]
DAY = datetime(2024, 3, 1)


def sheet(*rows: list[Any], change: SheetChange | None = None, head: list[Any] = CELLS) -> Content:
    return lambda path: book(path, head, *rows, change=change)


def hours(value: object, code: str) -> Content:
    """A workbook in which 张家 has so many hours, in a cell of that format."""
    return sheet([1, DAY, "张家", "help", value], change=formatted("E2", code))


SHOWN_NUMBER = [
    score("shown-number", "2.6 in a cell without places", hours(2.6, "0"), "张家 3", e="xlsx"),
    # a half goes up, away from zero, not to the even number
    score("shown-number", "2.5 in a cell without places", hours(2.5, "0"), "张家 3", e="xlsx"),
    # stored as 1.00499999999999989…, of which Excel keeps 1.005
    score("shown-number", "1.005 with two places", hours(1.005, "0.00"), "张家 1.01", e="xlsx"),
    score("shown-number", "a third with two places", hours(1 / 3, "0.00"), "张家 0.33", e="xlsx"),
    score(
        "shown-number",
        "points of a judgement",
        sheet([1, DAY, "张家", "judged", None, 434.99999999999994]),
        "张家 435",
        e="xlsx",
    ),
]


def zeros(subject: object, code: str) -> Content:
    return sheet([1, DAY, subject, "tidy"], change=formatted("C2", code))


def listed(*households: str) -> str:
    return "id,name\n" + "".join(f"{household},{household}\n" for household in households)


SHOWN_ZEROS = [
    score(
        "shown-zeros",
        "twelve places of a code of the county",
        zeros(7, "000000000000"),
        "000000000007 10",
        roster=listed("000000000007"),
        e="xlsx",
    ),
    score(
        "shown-zeros",
        "a letter before",
        zeros(3, r"\H000"),
        "H003 10",
        roster=listed("H003"),
        e="xlsx",
    ),
    score(
        "shown-zeros",
        "signs around",
        zeros(3, '"第"00"户"'),
        "第03户 10",
        roster=listed("第03户"),
        e="xlsx",
    ),
    score(
        "shown-zeros",
        "a group and a house",
        zeros(102, "00-00"),
        "01-02 10",
        roster=listed("01-02"),
        e="xlsx",
    ),
    score(
        "shown-zeros",
        "the roster is the workbook, the events are a CSV",
        SHORT + "1,2024-03-01,0012,tidy\n",
        "0012 10",
        roster=lambda path: book(path, ["编号"], [12], change=formatted("A2", "0000")),
        r="xlsx",
    ),
    score(
        "shown-zeros",
        "ids of events that differ in their zeros are two",
        sheet([7, DAY, "张家", "tidy"], [7, DAY, "张家", "tidy"], change=formatted("A2", "000")),
        "张家 20",
        e="xlsx",
    ),
]


def hide_rows(*numbers: int) -> SheetChange:
    def change(_: object, page: Any) -> None:
        for number in numbers:
            page.row_dimensions[number].hidden = True

    return change


def filtered(_: object, page: Any) -> None:
    page.auto_filter.ref = "A1:D3"
    page.auto_filter.add_filter_column(2, ["张家"])
    page.row_dimensions[3].hidden = True


def folded(_: object, page: Any) -> None:
    page.row_dimensions.group(3, 3, hidden=True)


def very_hidden(made: Any, _: object) -> None:
    other = made.create_sheet("去年")
    for line in (CELLS, [9, DAY, "王家", "tidy"]):
        other.append(line)
    other.sheet_state = "veryHidden"


def flat(path: Path) -> Path:
    book(path, CELLS, *SHEET_ROWS)
    return changed(path, SHEET, '<row r="3"', '<row r="3" ht="0" customHeight="1"')


SHEET_ROWS: list[list[Any]] = [[1, DAY, "张家", "tidy"], [2, DAY, "李家", "tidy"]]
HIDDEN = [
    score(
        "hidden",
        "a row that a filter hides",
        sheet(*SHEET_ROWS, change=filtered),
        "张家 10",
        "e.xlsx:台账!3 hidden",
        e="xlsx",
    ),
    score(
        "hidden",
        "a row that is folded away",
        sheet(*SHEET_ROWS, change=folded),
        "张家 10",
        "e.xlsx:台账!3 hidden",
        e="xlsx",
    ),
    score("hidden", "a row without height", flat, "张家 10", "e.xlsx:台账!3 hidden", e="xlsx"),
    score(
        "hidden",
        "a sheet that Excel's own menu cannot show",
        sheet(*SHEET_ROWS, change=very_hidden),
        BOTH,
        "e.xlsx:去年 hidden",
        e="xlsx",
    ),
    score(
        "hidden",
        "a row of the roster: who is hidden there is not on it",
        TWO,
        "李家 10",
        "r.xlsx:台账!2 hidden",
        "1 unknown_subject",
        roster=lambda path: book(path, ["编号"], ["张家"], ["李家"], change=hide_rows(2)),
        r="xlsx",
    ),
]

WORD_HEAD = row(cell(run("内容")), cell(run("分值")), cell(run("上限")))


def word_table(*lines: str) -> Content:
    return lambda path: word(path.parent, table(WORD_HEAD, *lines), path.name)


def patrol(points: str) -> Content:
    return word_table(row(cell(run("巡逻")), cell(points), cell("")))


INS, DEL = (f'<w:{tag} w:id="1" w:author="a">{{}}</w:{tag}>' for tag in ("ins", "del"))
FROM, TO = (f'<w:{tag} w:id="2" w:author="a">{{}}</w:{tag}>' for tag in ("moveFrom", "moveTo"))


def field(code: str, result: str) -> str:
    """A field as Word keeps it: begin, code, middle, result, end."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    inside = f"<w:r><w:instrText>{code}</w:instrText></w:r>"
    return mark.format("begin") + inside + mark.format("separate") + result + mark.format("end")


GONE = "<w:r><w:delText>{}</w:delText></w:r>"
OLD_RULE = row(
    cell(run("旧条款")), cell(run("加9分")), cell(""), props='<w:del w:id="9" w:author="a"/>'
)
PARAGRAPHS = (
    '<w:p><w:pPr><w:rPr><w:del w:id="4" w:author="a"/></w:rPr></w:pPr>'
    + run("加1")
    + "</w:p><w:p>"
    + run("5分")
    + "</w:p>"
)
CHANGES = "tracked changes"
WORD_REVISIONS = [
    draft(
        "word-revisions",
        "2 inserted, and a 0 beside it inserted and deleted again",
        patrol(run("加1") + INS.format(run("2") + DEL.format(GONE.format("0"))) + run("分")),
        "巡逻 12",
        f" {CHANGES}",
        "docx",
    ),
    draft(
        "word-revisions",
        "2 moved here, 9 moved away",
        patrol(run("加") + TO.format(run("2")) + FROM.format(run("9")) + run("5分")),
        "巡逻 25",
        f" {CHANGES}",
        "docx",
    ),
    draft(
        "word-revisions",
        "an insertion within a control",
        patrol(INS.format(control(run("加1"))) + run("5分")),
        "巡逻 15",
        f" {CHANGES}",
        "docx",
    ),
    draft(
        "word-revisions",
        "a simple field, and a link",
        word_table(
            row(
                cell(run("巡逻")),
                cell(f'<w:fldSimple w:instr="= 1">{run("加1")}</w:fldSimple>{run("0分")}'),
                cell(""),
            ),
            row(
                cell(run("扫地")),
                cell(f"<w:hyperlink>{run('加3')}</w:hyperlink>{run('0分')}"),
                cell(""),
            ),
        ),
        "巡逻 10 | 扫地 30",
        t="docx",
    ),
    draft(
        "word-revisions",
        "a smart tag in a smart tag",
        patrol(f"<w:smartTag><w:smartTag>{run('加2')}</w:smartTag></w:smartTag>{run('0分')}"),
        "巡逻 20",
        t="docx",
    ),
    draft(
        "word-revisions",
        "two paragraphs whose mark between them was deleted are one: 15",
        patrol(PARAGRAPHS),
        "巡逻 15",
        f" {CHANGES}",
        "docx",
    ),
    draft(
        "word-revisions",
        "a row that was deleted",
        word_table(OLD_RULE, row(cell(run("巡逻")), cell(run("加5分")), cell(""))),
        "巡逻 5",
        f" {CHANGES}",
        "docx",
    ),
]

NAME, POINTS, LIMIT = cell(run("巡逻")), cell(run("加5分")), cell(run("每月10分"))
CAPPED = "巡逻 5, 10 added in a month"
WORD_CONTROLS = [
    draft("word-controls", what, word_table(line), CAPPED, t="docx")
    for what, line in {
        "a name and its points in one control": row(control(NAME + POINTS), LIMIT),
        "the whole row in a control": control(row(NAME, POINTS, LIMIT)),
        "a control in a control": row(NAME, control(control(POINTS)), LIMIT),
        "the first cell": row(control(NAME), POINTS, LIMIT),
        "each cell in a control of its own": row(control(NAME), control(POINTS), control(LIMIT)),
        "marks of a program of the office": row(
            NAME, f"<w:customXml>{POINTS}</w:customXml>", LIMIT
        ),
    }.items()
]


def since(day: str, head: str = "since") -> str:
    return f"id,{head}\n张家,{day}\n李家,\n"


ON_THE_DAY = "1,2024-03-01,张家,tidy\n2,2024-03-02,李家,tidy\n3,2024-02-29,张家,tidy\n"
NOT_YET = "3 unknown_subject"  # 张家 is on the roster from 1 March 2024, event 3 is a day before
ROSTER_DAYS = [
    *(
        score(
            "roster-days",
            day,
            SHORT + ON_THE_DAY,
            BOTH,
            not_counted=NOT_YET,
            roster=since(day),
        )
        for day in ("2024.3.1", "2024年3月1日", "２０２４-３-１", "2024-03-01 08:30")
    ),
    score(
        "roster-days",
        "a day until which somebody is on it",
        SHORT + TIDY + "3,2024-03-05,张家,tidy\n",
        BOTH,
        not_counted="3 unknown_subject",
        roster=since("2024/3/2", "until"),
    ),
    score(
        "roster-days",
        "30 February costs its row alone",
        TWO,
        "李家 10",
        "r.csv:2 date",
        "1 unknown_subject",
        roster=since("2024-02-30"),
    ),
    score(
        "roster-days",
        "a day of the old calendar, in JSON Lines",
        TWO,
        "李家 10",
        "r.jsonl:1 date",
        "1 unknown_subject",
        roster='{"id":"张家","since":"正月初五"}\n{"id":"李家"}\n',
        r="jsonl",
    ),
]

CHINESE = "编号,日期,积分对象,指标\n" + TIDY
RULE_LINES = "内容,分值\n巡逻,加5分\n扫地,加3分\n"
RULE_FILES: dict[str, Content] = {
    "semicolons": RULE_LINES.replace(",", ";"),
    "tabs, in UTF-16": RULE_LINES.replace(",", "\t").encode("utf-16"),
    "a line that says sep=|": "sep=|\n" + RULE_LINES.replace(",", "|"),
}
SHAPES_OF_CSV = [
    score("shapes-of-csv", "full-width semicolons", CHINESE.replace(",", "；"), BOTH),
    score("shapes-of-csv", "full-width commas", CHINESE.replace(",", "，"), BOTH),
    score("shapes-of-csv", "bars", CHINESE.replace(",", "|"), BOTH),
    score(
        "shapes-of-csv",
        "a first line that tells Excel the separator",
        "sep=;\n" + CHINESE.replace(",", ";"),
        BOTH,
    ),
    score("shapes-of-csv", "tabs in a .csv", CHINESE.replace(",", "\t"), BOTH),
    score(
        "shapes-of-csv",
        "more commas behind one row than behind the others, on a roster too",
        CHINESE.replace("张家,tidy", "张家,tidy,,,"),
        BOTH,
        roster="id,name\n张家,张三,,\n李家,李四\n",
    ),
    score(
        "shapes-of-csv",
        "one column in both languages",
        "id,date,subject,indicator,积分对象\n1,2024-03-01,张家,tidy,李家\n2,2024-03-02,李家,tidy,\n",
        "李家 10",
        "e.csv:2 two headings",
    ),
    score(
        "shapes-of-csv",
        "a roster with semicolons",
        TWO,
        BOTH,
        roster="编号;名称\n张家;张三\n李家;李四\n",
    ),
    score(
        "shapes-of-csv",
        "a roster with a heading twice: who fills both is not on it",
        TWO,
        "李家 10",
        "r.csv:2 two headings",
        "1 unknown_subject",
        roster="户号,户主,户主\n张家,张三,张四\n李家,李四,\n",
    ),
    *(
        draft("shapes-of-csv", f"a table of rules with {what}", content, "扫地 3 | 巡逻 5")
        for what, content in RULE_FILES.items()
    ),
]


def land(size: str, rest: str = "2,2024-03-02,李家,tidy,\n") -> str:
    return f'id,date,subject,indicator,面积\n1,2024-03-01,张家,land,"{size}"\n{rest}'


DECLARED_NUMBER = [
    *(
        score("declared-number", what, land(size), "李家 10", "e.csv:2 number")
        for what, size in {
            "in words": "三",
            "about five": "约5",
            "a comma in the wrong place": "1,23",
            "a fraction": "1/2",
            "a number beyond all numbers": "1e999999",
            "no number": "NaN",
        }.items()
    ),
    score("declared-number", "thousands: 1,234 times 2", land("1,234", ""), "张家 2468"),
    score(
        "declared-number",
        "people on the roster, with their word",
        SHORT + "1,2024-03-01,张家,people\n2,2024-03-01,李家,people\n",
        "李家 2",
        "r.csv:2 number",
        "1 unknown_subject",
        roster="id,人口\n张家,3人\n李家,2\n",
    ),
]


def sound(yes: object) -> str:
    line = {"id": "1", "date": "2024-03-01", "subject": "张家", "indicator": "sound"}
    rest = line | {"id": "2", "subject": "李家", "indicator": "tidy"}
    return "\n".join(json.dumps(each) for each in (line | {"合格": yes}, rest)) + "\n"


def poor(yes: str) -> str:
    return f"id,低保\n张家,{yes}\n李家,否\n"


POOR = SHORT + "1,2024-12-01,张家,poor\n2,2024-12-01,李家,tidy\n"
DECLARED_YES_NO = [
    *(
        score("declared-yes-no", f"{yes!r} on an event", sound(yes), BOTH, e="jsonl")
        for yes in ("√", "有", "对", "Y")
    ),
    *(
        # 10 for being poor now, and 1 for each of four quarters
        score("declared-yes-no", f"{yes} on a roster", POOR, "张家 14 | 李家 10", roster=poor(yes))
        for yes in ("TRUE", "1", "√", "有")
    ),
    *(
        score(
            "declared-yes-no",
            f"{word!r} is neither",
            sound(word),
            "李家 10",
            "e.jsonl:1 yes",
            e="jsonl",
        )
        for word in ("也许", 2, "√×")
    ),
    score(
        "declared-yes-no",
        "a word on a roster that is neither",
        POOR,
        "李家 10",
        "r.csv:2 yes",
        "1 unknown_subject",
        roster=poor("待定"),
    ),
]

TABLE_SIDES = [
    draft(
        "table-sides",
        "awards beside penalties, in other words",
        "奖励事项,分值,惩罚事项,分值\n门前干净,5,乱扔垃圾,2\n好家庭,10,酗酒闹事,5\n",
        "门前干净 5 | 好家庭 10 | 乱扔垃圾 -2 | 酗酒闹事 -5",
    ),
    draft(
        "table-sides",
        "two lines of headings, the upper one joined",
        "加分,,扣分,\n内容,分值,内容,分值\n门前干净,5,乱扔垃圾,2\n好家庭,10,酗酒闹事,5\n",
        "门前干净 5 | 好家庭 10 | 乱扔垃圾 -2 | 酗酒闹事 -5",
    ),
    draft(
        "table-sides",
        "deducts first",
        "扣分项,分值,加分项,分值\n乱扔垃圾,2,门前干净,5\n,,好家庭,10\n",
        "门前干净 5 | 好家庭 10 | 乱扔垃圾 -2",
    ),
    draft(
        "table-sides",
        "stacked, with numbers in front",
        "序号,加分项,分值\n1,门前干净,5\n2,好家庭,10\n序号,扣分项,分值\n1,乱扔垃圾,5\n",
        "门前干净 5 | 好家庭 10 | 乱扔垃圾 -5",
    ),
    draft(
        "table-sides",
        "totals of sections of 30, 30 and 40",
        "序号,内容,分值\n一,卫生,30\n1,门前干净,5\n二,文明,30\n1,好家庭,10\n三,公益,40\n1,义务劳动,3\n",
        "卫生 of 30 | 文明 of 30 | 公益 of 40 | 门前干净 5 | 好家庭 10 | 义务劳动 3",
    ),
]


def struck_cells(_: object, page: Any) -> None:
    for place in page[3]:
        place.font = Font(strike=True)


def hidden_sheet(made: Any, _: object) -> None:
    other = made.create_sheet("作废")
    for line in (["内容", "分值"], ["旧条款", "加70分"]):
        other.append(line)
    other.sheet_state = "hidden"


def rules(*lines: list[Any], change: SheetChange | None = None) -> Content:
    return lambda path: book(path, ["内容", "分值"], *lines, change=change)


SWEEP, OLD = ["扫地", "加3分"], ["旧条款", "加50分"]
STRUCK = "<w:strike/>"
STRUCK_TEXT = [
    draft(
        "struck-text",
        "a row that a filter hides, in an Excel file that was named .csv",
        rules(SWEEP, OLD, change=hide_rows(3)),
        "扫地 3",
        "台账!A3 hidden",
    ),
    draft(
        "struck-text",
        "a row that a filter hides",
        rules(SWEEP, OLD, change=hide_rows(3)),
        "扫地 3",
        "台账!A3 hidden",
        "xlsx",
    ),
    draft(
        "struck-text",
        "a whole row struck",
        rules(SWEEP, OLD, change=struck_cells),
        "扫地 3",
        "台账!A3 struck | 台账!B3 struck",
        "xlsx",
    ),
    draft(
        "struck-text",
        "10 struck and 5 written behind it: 5",
        rules(
            SWEEP,
            ["改过的", CellRichText("每次加", TextBlock(InlineFont(strike=True), "10"), "5分")],
        ),
        "扫地 3 | 改过的 5",
        "台账!B3 struck",
        "xlsx",
    ),
    draft(
        "struck-text",
        "a hidden sheet of old rules",
        rules(SWEEP, change=hidden_sheet),
        "扫地 3",
        "作废 hidden",
        "xlsx",
    ),
    draft(
        "struck-text",
        "a rule struck in Word",
        word_table(
            row(cell(run("旧条款", STRUCK)), cell(run("加50分", STRUCK)), cell("")),
            row(cell(run("扫地")), cell(run("加3分")), cell("")),
        ),
        "扫地 3",
        "表1!A2 struck | 表1!B2 struck",
        "docx",
    ),
    draft(
        "struck-text",
        "5 struck twice in Word, 4 written behind it",
        patrol(run("加") + run("5", "<w:dstrike/>") + run("4分")),
        "巡逻 4",
        "表1!B2 struck",
        "docx",
    ),
    draft(
        "struck-text",
        "hidden words in Word",
        patrol(run("加") + run("5", "<w:vanish/>") + run("6分")),
        "巡逻 6",
        "表1!B2 hidden",
        "docx",
    ),
]

ERROR_CELLS = [
    *(
        score(
            "error-cells",
            f"{error} as a name, saved in a CSV",
            SHORT + f"1,2024-03-01,{error},tidy\n2,2024-03-02,李家,tidy\n",
            "李家 10",
            "e.csv:2 error",
        )
        for error in ("#REF!", "#VALUE!", "#NAME?", "########")
    ),
    score(
        "error-cells",
        "#N/A pasted as a word into a sheet",
        sheet([1, DAY, " #N/A", "tidy"], [2, DAY, "李家", "tidy"]),
        "李家 10",
        "e.xlsx:台账!C2 error",
        e="xlsx",
    ),
    score(
        "error-cells",
        "#N/A as an id of the roster, and as a name there",
        TWO,
        "李家 10",
        "r.csv:2 error | r.csv:4 error",
        "1 unknown_subject",
        roster="id,name\n#N/A,张家\n李家,李家\n王家,#REF!\n",
    ),
    score(
        "error-cells",
        "#DIV/0! as an id, #N/A as an indicator",
        SHORT + "#DIV/0!,2024-03-01,张家,tidy\n3,2024-03-01,王家,#N/A\n2,2024-03-02,李家,tidy\n",
        "李家 10",
        "e.csv:2 error | e.csv:3 error",
    ),
]

ASKED = (
    HEAD
    + """fields:
  event: {缺席: number, 合格: yes_no, 何日: date, 词: text}
  subject: {人口: number, 低保: yes_no}
indicators:
"""
)


def asks(what: str, points: str, roster: Content = "") -> Sibling:
    """An indicator that asks for something of which the cell is blank: nothing for it, ever."""
    return score(
        "missing-fact",
        what,
        "id,date,subject,indicator,quantity,level,合格,何日,缺席\n1,2024-03-01,张家,a,,,,,\n",
        "张家 0",
        not_counted="1 missing_value",
        roster=roster,
        rules=ASKED + f"  - {{id: a, {points}}}\n",
    )


BLANKS = "id,人口,低保\n张家,,\n"
MISSING_FACT = [
    asks("people whom the roster does not say", "points: {formula: 人口 * 2}", BLANKS),
    asks("not poor, where nobody says so", "points: 5, when: not 低保", BLANKS),
    asks("one of two values", "points: {formula: 5 if 合格 else 1}"),
    asks("the larger of two", 'points: {formula: "max(缺席, 3)"}'),
    asks("a level that is not the worst", "points: 5, when: level != '差'"),
    asks("a quantity that is not 0", "points: 5, when: not quantity == 0"),
    asks("a word that is none of two", "points: 5, when: \"词 != '差' and 词 != '劣'\""),
    asks("fewer than two absences and no fault", "points: 5, when: 缺席 < 2 and not 合格"),
]

SENSELESS_FIGURES = [
    checked(
        "no more than -5 may be added",
        "id: a, points: 5, caps: [{at_most: -5 added, per: year}]",
        "limit-below-zero",
        "-5 added",
    ),
    checked(
        "a limit on the deducts of the whole scheme",
        "caps: [{at_most: -20 deducted, per: year}]",
        "limit-below-zero",
        "-20 deducted",
    ),
    checked(
        "one point for each 0 yuan", "id: a, points: {each: {0 元: 1}}", "unit-of-zero", "0 元"
    ),
    checked(
        "full marks to which each fault adds 3",
        "id: a, points: {full: 10, each: {处: 3}}",
        "defect-adds",
        "{处: 3}",
    ),
    checked(
        "half a time a year",
        "id: a, points: 5, caps: [{at_most: 0.5 times, per: year}]",
        "times-not-whole",
        "0.5 times",
    ),
    checked(
        "a price of half a point below nothing",
        "rewards: [{id: r, spends: -0.5, gives: 肥皂}]",
        "price-below-zero",
        "-0.5",
    ),
    checked(
        "the second time takes off twice what the first gave",
        "id: a, points: 5, escalate: {year: [x1, x-2]}",
        "escalation-below-zero",
        "{year: [x1, x-2]}",
    ),
]

SIBLINGS = [
    *OPEN_QUOTE,
    *CUT_SIGN,
    *SHOWN_NUMBER,
    *SHOWN_ZEROS,
    *HIDDEN,
    *WORD_REVISIONS,
    *WORD_CONTROLS,
    *ROSTER_DAYS,
    *SHAPES_OF_CSV,
    *DECLARED_NUMBER,
    *DECLARED_YES_NO,
    *TABLE_SIDES,
    *STRUCK_TEXT,
    *ERROR_CELLS,
    *MISSING_FACT,
    *SENSELESS_FIGURES,
]


def test_each_kind_has_at_least_four_siblings_and_none_stands_twice() -> None:
    count = Counter(sibling.kind for sibling in SIBLINGS)
    assert set(count) == set(KINDS) and min(count.values()) >= 4, count
    assert len({(sibling.kind, sibling.odd) for sibling in SIBLINGS}) == len(SIBLINGS)


@pytest.mark.parametrize("sibling", SIBLINGS, ids=lambda each: f"{each.kind}: {each.odd}")
def test_an_odd_file_gives_what_a_person_sees_in_it(
    sibling: Sibling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, content in sibling.files.items():
        path = tmp_path / name
        if callable(content):
            content(path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
    done = CliRunner().invoke(app, [*sibling.words.split(), "--lang", "en"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    command = sibling.words.split()[0]
    if command == "check":
        assert done.exit_code == 1 and sibling.gives[0] in [*problems(done.stdout, sibling)]
        return
    gives, named, not_counted = (scored if command == "score" else drafted)(done)
    assert (gives, [place for place, _ in named], not_counted) == (
        sibling.gives,
        [place_of(one) for one in sibling.named],
        sibling.not_counted,
    )
    for (_, said), wanted in zip(named, sibling.named, strict=True):
        assert wanted.removeprefix(place_of(wanted)).strip() in said
    assert command == "import" or done.exit_code == bool(sibling.named)


def place_of(named: str) -> str:
    return "" if named.startswith(CHANGES) else named.partition(" ")[0]


Found = tuple[tuple[str, ...], list[tuple[str, str]], tuple[str, ...]]


def scored(done: Any) -> Found:
    """The totals, the rows named on the screen, the events that are read and not counted."""
    result = json.loads(done.stdout)
    totals = sorted(f"{each['subject']} {each['total']}" for each in result["scores"])
    named = re.findall(r"^  (\S+:\S+): (.*)", done.stderr, re.MULTILINE)
    refused = sorted(
        f"{each['event']} {each['outcome']}"
        for each in result.get("rejected", ())
        if each["outcome"] != "unreadable"
    )
    return tuple(totals), sorted(named), tuple(refused)


def drafted(done: Any) -> Found:
    """The indicators, and the cells of which the draft says that they are left out."""
    remarks = re.findall(r"# (?:not understood|in the table)(?: \((\S*)\))?:? (.*)", done.stdout)
    return tuple(sorted(indicators(yaml.safe_load(done.stdout)))), sorted(remarks), ()


def indicators(part: Mapping[str, Any]) -> Iterator[str]:
    for item in part.get("indicators", ()):
        caps = [f", {cap['at_most']} in a {cap['per']}" for cap in item.get("caps", ())]
        yield f"{item['name']} {item['points']}" + "".join(caps)
    for inner in part.get("categories", ()):
        if "full" in inner:
            yield f"{inner['name']} of {str(inner['full']).split()[0]}"
        yield from indicators(inner)


def problems(said: str, sibling: Sibling) -> Iterator[str]:
    """Each problem of a scheme, with the author's words at its place."""
    lines = str(sibling.files["s.yaml"]).splitlines()
    for line, column, name in re.findall(r"^s\.yaml:(\d+):(\d+): \S+ (\S+)", said, re.M):
        wanted = sibling.gives[0].partition(" ")[2]
        yield f"{name} {lines[int(line) - 1][int(column) - 1 :][: len(wanted)]}"
