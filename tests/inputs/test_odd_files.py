"""Files as people have them: what is odd, the bytes, and what each row must give.

One file is `odd("what is odd", bytes or text, events, refused)`. An event is `id date subject
indicator` (a date without its year is of 2024), then what else it says. A refused row is the line,
or the cell, and a word of the reason. All stand here so that a clerk can read them and say whether
they are right.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from jifen_rules import Event, Roster, evaluate_events, load_scheme, read_events, read_roster
from jifen_rules.cli import app
from jifen_rules.inputs.intake import read_event_file
from jifen_rules.session.binding import bind_events, bind_roster
from made_files import SheetChange, book, changed, formatted

HEAD = "id,date,subject,indicator"
ROW = "2024-03-01,张三,tidy"
ONE = "1 2024-03-01 张三 tidy"
TWO = "2 2024-03-01 李四 help"
QUOTE, DAMAGED, DATE, NUMBER = "quotation", "damaged", "date", "number"


@dataclass(frozen=True)
class Odd:
    name: str
    data: bytes
    events: tuple[str, ...]
    refused: tuple[str, ...]
    ending: str = "csv"


def odd(
    name: str, data: str | bytes, events: str = "", refused: str = "", ending: str = "csv"
) -> Odd:
    raw = data.encode() if isinstance(data, str) else data
    return Odd(name, raw, lines(events), lines(refused), ending)


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("|") if line.strip())


def table(*rows: str, head: str = HEAD, end: str = "\n") -> str:
    return end.join([head, *rows, ""])


TIDY, HELP = f"1,{ROW}", "2,2024-03-01,李四,help"
BOTH = f"{ONE}|{TWO}"
CHINESE = table(
    "1,2024年3月1日,张三,整洁", "2,2024年3月1日,李四,助人", head="编号,日期,积分对象,指标"
)
NAMED = "1 2024-03-01 张三 整洁|2 2024-03-01 李四 助人"
NOTE = HEAD + ",note"

QUOTES = [
    odd(
        "a quote that is never closed",
        table(TIDY + ',"a', HELP + ",", head=NOTE),
        TWO,
        f"2 {QUOTE}",
    ),
    odd(
        "a quote that is never closed, in the last row",
        table(TIDY + ",", HELP + ',"a', head=NOTE),
        ONE,
        f"3 {QUOTE}",
    ),
    odd(
        "a quote that the next quoted cell would close",
        table(TIDY + ',"a', HELP + ',"b"', head=NOTE),
        TWO + " note=b",
        f"2 {QUOTE}",
    ),
    odd(
        "a quote opened, one row between, a quote closed",
        table(TIDY + ',"a', HELP + ",", '3,2024-03-01,王五,tidy,b"', head=NOTE),
        TWO + '|3 2024-03-01 王五 tidy note=b"',
        f"2 {QUOTE}",
    ),
    odd(
        "rows between the quotes that lack their last commas",
        table(TIDY + ',"a', HELP, '3,2024-03-01,王五,tidy,b"', head=NOTE),
        TWO + '|3 2024-03-01 王五 tidy note=b"',
        f"2 {QUOTE}",
    ),
    odd(
        "text after a closed quote", table(TIDY + ',"a"b', HELP + ",", head=NOTE), TWO, f"2 {QUOTE}"
    ),
    odd(
        "a quote within a word is a sign",
        table(TIDY + ',5" pipe', head=NOTE),
        ONE + ' note=5" pipe',
    ),
    odd("two quotes are one", table(TIDY + ',"say ""yes"""', head=NOTE), ONE + ' note=say "yes"'),
    odd("a comma between quotes", table(TIDY + ',"a,b"', head=NOTE), ONE + " note=a,b"),
    odd("a blank before the quote", table(TIDY + ', "a,b"', head=NOTE), ONE + " note=a,b"),
    odd(
        "a cell of two lines",
        table(TIDY + ',"a\nb"', HELP + ",", head=NOTE),
        ONE + " note=a\nb|" + TWO,
    ),
    odd(
        "a cell of two lines with line ends of Windows",
        table(TIDY + ',"a\r\nb"', HELP + ",", head=NOTE, end="\r\n"),
        ONE + " note=a\nb|" + TWO,
    ),
    odd(
        "everything between quotes",
        '"id","date","subject","indicator"\n"1","2024-03-01","张三","tidy"\n',
        ONE,
    ),
    odd("an unclosed quote in the first cell", table('"1,' + ROW, HELP), TWO, f"2 {QUOTE}"),
    odd(
        "an unclosed quote in every row",
        table(f'1,{ROW},"a', '2,2024-03-01,李四,help,"b', head=NOTE),
        "",
        f"2 {QUOTE}|3 {QUOTE}",
    ),
    odd(
        "a heading of two lines",
        table(TIDY, head='id,date,"sub\nject",indicator').replace("sub\nject", "积分\n对象"),
        ONE,
    ),
    odd(
        "a cell longer than any limit",
        table(TIDY + "," + "x" * 200_000, HELP + ",", head=NOTE),
        ONE + " note=" + "x" * 200_000 + "|" + TWO,
    ),
    odd(
        "a quoted cell longer than any limit",
        table(TIDY + ',"' + "x" * 200_000 + '"', head=NOTE),
        ONE + " note=" + "x" * 200_000,
    ),
]

SHAPES = [
    odd("tabs", table(TIDY, HELP).replace(",", "\t"), BOTH, ending="tsv"),
    odd("tabs in a .csv", table(TIDY, HELP).replace(",", "\t"), BOTH),
    odd("semicolons", table(TIDY, HELP).replace(",", ";"), BOTH),
    odd("full-width commas", table(TIDY, HELP).replace(",", "，"), BOTH),
    odd("full-width semicolons", table(TIDY, HELP).replace(",", "；"), BOTH),
    odd("bars", table(TIDY, HELP).replace(",", "|"), BOTH),
    odd("a line sep=;", "sep=;\n" + table(TIDY, HELP).replace(",", ";"), BOTH),
    odd("a line sep= and a tab", "sep=\t\n" + table(TIDY, HELP).replace(",", "\t"), BOTH),
    odd("a full-width comma in one row", table(TIDY, HELP.replace(",", "，")), ONE, "3 date"),
    odd("trailing commas", table(TIDY + ",,", HELP + ","), BOTH),
    odd("trailing commas in the headings too", table(TIDY + ",,", HELP, head=HEAD + ",,"), BOTH),
    odd("a cell too many", table(TIDY + ",,x", HELP), TWO, "2 more cells"),
    odd(
        "a cell under an empty heading",
        table(TIDY + ",x", HELP + ",", head=HEAD + ","),
        TWO,
        "2 under no heading",
    ),
    odd("a cell too few", table("1,2024-03-01,张三", HELP), TWO, "2 indicator"),
    odd(
        "a heading twice",
        table(TIDY + ",help", HELP + ",", head="编号,日期,积分对象,指标,指标"),
        TWO,
        "2 two headings",
    ),
    odd(
        "a heading twice, both saying the same",
        table(TIDY + ",tidy", head="编号,日期,积分对象,指标,指标"),
        ONE,
    ),
    odd(
        "what people call a column stands twice",
        "编号,日期,户主,户主,事项\n1,2024-03-01,张三,李四,tidy\n2,2024-03-01,李四,李四,help\n",
        TWO,
        "2 two headings",
    ),
    odd(
        "a heading in both languages", table(TIDY + ",9", head=HEAD + ",编号"), "", "2 two headings"
    ),
    odd(
        "an unknown heading twice",
        table(TIDY + ",a,b", HELP + ",c,c", head=HEAD + ",x,x"),
        TWO + " x=c",
        "2 two headings",
    ),
    odd("lines of old Macs", table(TIDY, HELP, end="\r"), BOTH),
    odd("lines of Windows", table(TIDY, HELP, end="\r\n"), BOTH),
    odd("blank lines between", table("", TIDY, ",,,", " ", HELP), BOTH),
    odd("no line end at the end", table(TIDY, HELP).rstrip(), BOTH),
    odd("a title above", "三月台账,,,\n" + table(TIDY), ONE),
    odd("a title of two cells above", "台账,村委会,,\n" + table(TIDY), ONE, "1 no row"),
    odd("the headings once more", table(TIDY, HEAD, HELP), BOTH),
    odd(
        "two files in one, each with its mark",
        "\ufeff" + table(TIDY) + "\ufeff" + table(HELP),
        BOTH,
    ),
    odd("only headings", table()),
    odd("nothing", ""),
    odd(
        "blanks around headings and cells",
        table(" 1 , 2024-03-01 , 张三 , tidy ", head=" id , date , subject , indicator "),
        ONE,
    ),
    odd("a table in a .txt", table(TIDY, HELP).replace(",", "\t"), BOTH, ending="txt"),
    odd(
        "JSON Lines in a .txt",
        '{"id":"1","date":"2024-03-01","subject":"张三","indicator":"tidy"}\n',
        ONE,
        ending="txt",
    ),
    odd(
        "a vertical tab is no line end",
        table("1,2024-03-01,张三,tidy,a\x0bb", head=NOTE),
        ONE + " note=a\x0bb",
    ),
    odd(
        "a sign of U+2028 is no line end",
        table("1,2024-03-01,张三,tidy,a\u2028b", head=NOTE),
        ONE + " note=a\u2028b",
    ),
]

ENCODINGS = [
    odd("UTF-8 with a mark", CHINESE.encode("utf-8-sig"), NAMED),
    odd("GB18030", CHINESE.encode("gb18030"), NAMED),
    odd("UTF-16 with a mark", CHINESE.encode("utf-16"), NAMED),
    odd("UTF-16 of little ends, no mark", CHINESE.encode("utf-16-le"), NAMED),
    odd("UTF-16 of big ends, no mark", CHINESE.encode("utf-16-be"), NAMED),
    odd("UTF-16 of big ends with a mark", b"\xfe\xff" + CHINESE.encode("utf-16-be"), NAMED),
    odd(
        "UTF-16 in a .txt with tabs, as Excel saves it",
        CHINESE.replace(",", "\t").encode("utf-16"),
        NAMED,
        ending="txt",
    ),
    odd(
        "GB18030 that is sound UTF-8 too",
        table("1,2024-03-01,哪伞,tidy").encode("gb18030"),
        "1 2024-03-01 哪伞 tidy",
    ),
    odd("Latin letters in UTF-8", table("1,2024-03-01,Zoë,tidy"), "1 2024-03-01 Zoë tidy"),
    odd(
        "GB18030 signs of four bytes",
        table("1,2024-03-01,㐂三,tidy").encode("gb18030"),
        "1 2024-03-01 㐂三 tidy",
    ),
    odd("UTF-8 cut within a sign", CHINESE.encode()[:-2], "1 2024-03-01 张三 整洁", f"3 {DAMAGED}"),
    odd(
        "one byte wrong in UTF-8",
        table(TIDY + ",\xff", HELP + ",", head=NOTE)
        .encode("utf-8")
        .replace("\xff".encode(), b"\xff"),
        TWO,
        f"2 {DAMAGED}",
    ),
    odd(
        "one byte of a name lost in UTF-8",
        CHINESE.encode().replace("张".encode(), "张".encode()[:2]),
        "2 2024-03-01 李四 助人",
        f"2 {DAMAGED}",
    ),
    odd(
        "one byte wrong in GB18030",
        CHINESE.encode("gb18030").replace("李".encode("gb18030"), b"\xff"),
        "1 2024-03-01 张三 整洁",
        f"3 {DAMAGED}",
    ),
    odd(
        "half a sign before a comma in GB18030",
        CHINESE.encode("gb18030").replace("四".encode("gb18030"), b"\xcb"),
        "1 2024-03-01 张三 整洁",
        f"3 {DAMAGED}",
    ),
    odd(
        "a lost sign from an earlier damage",
        table("1,2024-03-01,张\ufffd,tidy", HELP),
        TWO,
        f"2 {DAMAGED}",
    ),
    odd("a zero byte in a name", table("1,2024-03-01,张\x00三,tidy", HELP), TWO, f"2 {DAMAGED}"),
    odd("zero bytes at the end", table(TIDY, HELP).encode() + b"\0" * 512, BOTH, f"4 {DAMAGED}"),
    odd(
        "damaged JSON Lines",
        b'{"id":"1","date":"2024-03-01","subject":"\xe5\xbc","indicator":"tidy"}\n{"id":"2","date":"2024-03-01","subject":"\xe6\x9d\x8e\xe5\x9b\x9b","indicator":"help"}\n',
        TWO,
        f"1 {DAMAGED}",
        "jsonl",
    ),
    odd(
        "a list of JSON in one line",
        '[{"id":"1","date":"2024-03-01","subject":"张三","indicator":"tidy"}]',
        "",
        "1 one object in each line, and no list around them",
        "json",
    ),
    odd(
        "a list of JSON over several lines",
        '[\n{"id":"1","date":"2024-03-01","subject":"张三","indicator":"tidy"},\n'
        '{"id":"2","date":"2024-03-01","subject":"李四","indicator":"help"}\n]\n',
        TWO,
        "1 one object in each line|2 one object in each line|4 one object in each line",
        "json",
    ),
    odd(
        "JSON Lines in GB18030",
        '{"id":"1","date":"2024-03-01","subject":"张三","indicator":"tidy","note":"打扫院落"}\n'.encode(
            "gb18030"
        ),
        ONE + " note=打扫院落",
        ending="jsonl",
    ),
    odd(
        "JSON Lines in UTF-16",
        '{"id":"1","date":"2024-03-01","subject":"张三","indicator":"tidy"}\n'.encode("utf-16"),
        ONE,
        ending="jsonl",
    ),
]

NAMES = [
    odd(
        "a name in two spellings of Unicode",
        table("1,2024-03-01,Zoë,tidy", "2,2024-03-01,Zoe\u0308,tidy"),
        "1 2024-03-01 Zoë tidy|2 2024-03-01 Zoë tidy",
    ),
    odd("a name with a blank that nobody sees", table("1,2024-03-01,张\u200b三,tidy"), ONE),
    odd("a name with a mark of direction", table("1,2024-03-01,\u202e张三,tidy"), ONE),
    odd("a name with a byte order mark", table("1,2024-03-01,\ufeff张三,tidy"), ONE),
    odd("an id with a soft hyphen", table(f"1\u00ad,{ROW}"), ONE),
    odd("an indicator with a joiner", table("1,2024-03-01,张三,ti\u200ddy"), ONE),
    odd("a name with an escape of the terminal", table("1,2024-03-01,\x1b张三,tidy"), ONE),
    odd("a name on two lines", table('1,2024-03-01,"张\n三",tidy'), ONE),
]


def day(text: str, refused: bool = False) -> Odd:
    row = table(f'1,"{text}",张三,tidy')
    return odd(f"the day {text}", row, "" if refused else ONE, f"2 {DATE}" if refused else "")


DAYS = [
    *map(
        day,
        [
            "2024/3/1",
            "2024.3.1",
            "2024年3月1日",
            "2024年3月1号",
            "20240301",
            "2024-03-01 00:00:00",
            "2024/3/1 0:00",
            "２０２４-３-１",
            "2024 年 3 月 1 日",
            "2024－03－01",
            "2024年3月1日 星期五",
        ],
    ),
    *(
        odd(f"the moment {text}", table(f'1,"{text}",张三,tidy'), f"{ONE} time={time}")
        for text, time in [
            ("2024-03-01 08:30", "08:30"),
            ("2024-03-01T08:30:00", "08:30"),
            ("2024/3/1 8:30:15", "08:30:15"),
            ("2024年3月1日 8：30", "08:30"),
            ("2024-03-01 00:00:01", "00:00:01"),
            ("2024-03-01T08:30:15.123456", "08:30:15"),
        ]
    ),
    *(
        odd(f"the moment {text}", table(f'1,"{text}",张三,tidy'), "", "2 the time of the row")
        for text in ("2024-03-01 25:00", "2024-03-01 24:00", "2024-03-01T09:60:00")
    ),
    odd(
        "a time with the date and one beside it",
        "编号,日期,时间,户主,事项\n"
        "1,2024-03-01 09:30,9:30:00,张三,tidy\n"
        "2,2024-03-01 00:00,9:30,张三,tidy\n"
        "3,2024-03-01 09:30,9:31,张三,tidy\n"
        "4,2024-03-01 09:30,,张三,tidy\n"
        "5,2024-03-01 09:30,0:00,张三,tidy\n",
        "|".join(f"{n} 2024-03-01 张三 tidy time=09:30" for n in (1, 2, 4)),
        "4 the row states two times|6 the row states two times",
    ),
    *(
        day(text, True)
        for text in [
            "2024年3月",
            "正月初一",
            "2024-02-30",
            "45352",
            "3/12/2024",
            "3月1日",
            "2024-13-01",
            "240301",
            "明天",
            "2024-03-01T20:00:00Z",
            "2024-03-01T08:30:00+08:00",
        ]
    ),
    odd(
        "days without a year under a title that names one",
        "2024年积分台账,,,\n" + table("1,3月1日,张三,tidy"),
        ONE,
    ),
    odd(
        "days without a year under titles of two years",
        "2023年至2024年台账,,,\n" + table("1,3月1日,张三,tidy"),
        "",
        f"3 {DATE}",
    ),
]


def number(text: str, shown: str = "") -> Odd:
    row = table(f'{TIDY},"{text}"', head=HEAD + ",quantity")
    return odd(
        f"the number {text}",
        row,
        f"{ONE} quantity={shown}" if shown else "",
        "" if shown else f"2 {NUMBER}",
    )


NUMBERS = [
    number("1,234.5", "1234.5"),
    number("１２", "12"),
    number("1，234", "1234"),
    number("－3", "-3"),
    number("−3", "-3"),
    number("1e3", "1000"),
    number("1e999"),
    number("1e-999"),
    number("3亩"),
    number("1,23"),
    number("NaN"),
    number("1/2"),
    number("九"),
    number("0x10"),
    number("1_000"),
    number("9" * 70),
]

LEDGERS = [
    odd(
        "headings of a village, no ids",
        "序号,时间,户主姓名,加分事项,得分\n1,2024-03-01,张三,整洁,5\n2,2024-03-02,李四,助人,3\n",
        "o.csv:00002 2024-03-01 张三 整洁 points=5|o.csv:00003 2024-03-02 李四 助人 points=3",
    ),
    odd(
        "a total row",
        "日期,姓名,项目,分值\n2024-03-01,张三,整洁,5\n合计,,,5\n",
        "o.csv:00002 2024-03-01 张三 整洁 points=5",
    ),
    odd(
        "a total row that says so in another cell",
        "日期,姓名,项目,分值\n2024-03-01,张三,整洁,5\n,小计,,5\n",
        "o.csv:00002 2024-03-01 张三 整洁 points=5",
    ),
    odd(
        "what stands below a table",
        "日期,户主,事项,分数\n2024-03-01,张三,整洁,5\n填表人：王会计,,,审核人：李书记\n"
        "备注：以上积分已公示,,,\n村委会（盖章）,,,2024年4月1日\n",
        "o.csv:00002 2024-03-01 张三 整洁 points=5",
    ),
    odd(
        "a row that lost its day is no foot, whatever its note says",
        "日期,户主,事项,备注\n,张三,整洁,补记：三月\n三月：初,张三,整洁,\n",
        "",
        f"2 {DATE}|3 {DATE}",
    ),
    odd("marks after headings", "编号*,日期（必填）,户主,事项：\n1,2024-03-01,张三,tidy\n", ONE),
    odd("blanks within headings", "编 号,日 期,积分 对象,指 标\n1,2024-03-01,张三,tidy\n", ONE),
    odd(
        "our words are stronger than other words",
        "编号,日期,积分对象,姓名,指标\n1,2024-03-01,H1,张三,tidy\n",
        "1 2024-03-01 H1 tidy 姓名=张三",
    ),
    odd(
        "a time beside a date is a time",
        "编号,日期,时间,户主,事项\n1,2024-03-01,9:30,张三,tidy\n",
        ONE + " time=09:30",
    ),
    odd(
        "one row without an id",
        table(TIDY, ",2024-03-01,李四,help"),
        ONE + "|o.csv:00003 2024-03-01 李四 help",
    ),
]

TABLES = [*QUOTES, *SHAPES, *ENCODINGS, *NAMES, *DAYS, *NUMBERS, *LEDGERS]


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.name)
def test_an_odd_file_gives_its_rows_and_names_the_others(tmp_path: Path, file: Odd) -> None:
    path = tmp_path / f"o.{file.ending}"
    path.write_bytes(file.data)
    read = read_event_file(path)
    assert tuple(map(said, read.events)) == file.events
    assert len(read.refused) == len(file.refused), read.refused
    for row, wanted in zip(read.refused, file.refused):
        line, _, reason = wanted.partition(" ")
        assert row.place is not None and (str(row.place.line), reason in row.reason) == (
            line,
            True,
        ), row


def said(event: Event) -> str:
    own = [event.id, str(event.date), event.subject, event.indicator]
    for name in ("quantity", "points"):
        value = getattr(event, name)
        own += [f"{name}={value:f}"] if value is not None else []
    own += [f"{name}={getattr(event, name)}" for name in ("time", "note") if getattr(event, name)]
    return " ".join([*own, *(f"{k}={v}" for k, v in event.attributes)])


def test_there_are_more_than_a_hundred() -> None:
    assert len({file.name for file in TABLES}) == len(TABLES) > 100


# --- Excel --------------------------------------------------------------------------------------

TOP = ["编号", "日期", "积分对象", "指标", "数量"]
GOOD: list[Any] = [1, datetime(2024, 3, 1), "张三", "tidy"]


SHOWN = [
    (7, "000", "subject", "007"),
    (9, '"户"000', "subject", "户009"),
    (1234567, "0", "subject", "1234567"),
    (2.6, "0", "quantity", "3"),
    (33.333333, "0.00", "quantity", "33.33"),
    (434.99999999999994, "General", "quantity", "435"),
    (0.30000000000000004, "General", "quantity", "0.3"),
    (5, '0"分"', "quantity", "5"),
    (1234.5, "#,##0.00", "quantity", "1234.5"),
    (5, '"¥"#,##0.00', "quantity", "5"),
    (-5, "0;[Red]-0", "quantity", "-5"),
    (-5, "0_);(0)", "quantity", "-5"),
    (0, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "quantity", "0"),
    (-1.5, '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ * "-"??_ ;_ @_ ', "quantity", "-1.5"),
    (45352, "yyyy-mm-dd", "date", "2024-03-01"),
    (45352, 'm"月"d"日"', "date", "2024-03-01"),
    (45352.354166667, "yyyy/m/d h:mm", "date", "2024-03-01"),
    (45352, 'yyyy"年"m"月"d"日";@', "date", "2024-03-01"),
    (45352, "[$-804]aaaa", "date", None),
    (45352, 'yyyy"年"m"月"', "date", None),
    (45352, "General", "date", None),
    (0.5, "# ?/?", "quantity", None),
    (12345, "0.00E+00", "quantity", None),
    (5, "[DBNum1]0", "quantity", None),
    (5, ";;;", "quantity", "None"),
    (12345, "0,", "quantity", None),
    (0.3, "0%", "quantity", None),
    (320102199001011234, "0", "subject", None),
    (13800000000, "General", "subject", "13800000000"),
    (True, "General", "subject", None),
    (-1, "yyyy-mm-dd", "date", None),
]
COLUMN = {"date": "B2", "subject": "C2", "quantity": "E2"}


@pytest.mark.parametrize(("value", "code", "column", "shown"), SHOWN)
def test_a_cell_is_what_its_author_sees(
    tmp_path: Path, value: object, code: str, column: str, shown: str | None
) -> None:
    row = [*GOOD, None]
    row[TOP.index({"date": "日期", "subject": "积分对象", "quantity": "数量"}[column])] = value
    file = book(
        tmp_path / "e.xlsx", TOP, row, [2, *GOOD[1:]], change=formatted(COLUMN[column], code)
    )
    events, bad = read_events(file)
    if shown is None:
        assert [e.id for e in events] == ["2"]
        assert [row.place.cell for row in bad if row.place] == [f"台账!{COLUMN[column]}"]
    else:
        assert (str(getattr(events[0], column)), bad) == (shown, ())


@pytest.mark.parametrize(
    ("code", "time"),
    [("yyyy/m/d h:mm", "08:30"), ("yyyy-mm-dd hh:mm:ss", "08:30"), ("yyyy-mm-dd", "")],
)
def test_the_time_that_a_cell_shows_with_its_day_is_the_time(
    tmp_path: Path, code: str, time: str
) -> None:
    """8:30 is 510 of the 1440 minutes of a day; a time that the format hides is none."""
    row = [1, 45352 + 510 / 1440, "张三", "tidy"]
    file = book(tmp_path / "e.xlsx", TOP, row, change=formatted("B2", code))
    (event,), bad = read_events(file)
    assert (str(event.date), event.time, bad) == ("2024-03-01", time, ())


def test_a_day_in_the_own_format_of_chinese_excel_is_a_day(tmp_path: Path) -> None:
    """3月23日, as it is typed, is stored in format 58, which stands in no file."""
    file = book(tmp_path / "e.xlsx", TOP, GOOD, change=formatted("B2", 'm"月"d"日"'))
    changed(file, "xl/styles.xml", '<xf numFmtId="165"', '<xf numFmtId="58"')
    (event,), bad = read_events(file)
    assert (str(event.date), bad) == ("2024-03-01", ())


def test_days_of_1904_are_days(tmp_path: Path) -> None:
    """45352 - 1462 = 43890 days after 1 January 1904 are 1 March 2024."""
    row = [1, 43890, "张三", "tidy"]
    file = book(tmp_path / "e.xlsx", TOP, row, change=formatted("B2", "yyyy-mm-dd"))
    changed(file, "xl/workbook.xml", "<workbookPr/>", '<workbookPr date1904="1"/>')
    (event,), _ = read_events(file)
    assert str(event.date) == "2024-03-01"


def strike(_: Workbook, sheet: Worksheet) -> None:
    sheet["C2"].font = Font(strike=True)


def hide_row(_: Workbook, sheet: Worksheet) -> None:
    sheet.row_dimensions[2].hidden = True


def hide_sheet(made: Workbook, _: Worksheet) -> None:
    other = made.create_sheet("旧")
    for row in (TOP, [9, "2024-03-01", "王五", "help"]):
        other.append(row)
    other.sheet_state = "veryHidden"


def error(_: Workbook, sheet: Worksheet) -> None:
    sheet["C2"] = "#N/A"


def formula(_: Workbook, sheet: Worksheet) -> None:
    sheet["E2"] = "=1+1"


@pytest.mark.parametrize(
    ("change", "ids", "cell", "word"),
    [
        (strike, ["2"], "台账!C2", "struck"),
        (hide_row, ["2"], "台账!2", "hidden"),
        (hide_sheet, ["1", "2"], "旧", "hidden"),
        (error, ["2"], "台账!C2", "error"),
        (formula, ["2"], "台账!E2", "formula"),
    ],
)
def test_what_nobody_sees_or_can_be_no_value_is_named_and_not_data(
    tmp_path: Path, change: SheetChange, ids: list[str], cell: str, word: str
) -> None:
    events, bad = read_events(book(tmp_path / "e.xlsx", TOP, GOOD, [2, *GOOD[1:]], change=change))
    assert [event.id for event in events] == ids
    assert [(row.place.cell, word in row.reason) for row in bad if row.place] == [(cell, True)]


def test_a_hidden_column_is_read_and_told(tmp_path: Path) -> None:
    def hide(_: Workbook, sheet: Worksheet) -> None:
        sheet.column_dimensions["E"].hidden = True

    read = read_event_file(book(tmp_path / "e.xlsx", TOP, [*GOOD, 3], change=hide))
    assert (str(read.events[0].quantity), [n.place.cell for n in read.notices]) == (
        "3",
        ["台账!E1"],
    )


def test_an_excel_file_under_another_name_is_one(tmp_path: Path) -> None:
    (event,), _ = read_events(book(tmp_path / "e.xlsx", TOP, GOOD).rename(tmp_path / "e.csv"))
    assert event.subject == "张三"


# --- with the scheme and the roster at hand -------------------------------------------------------

SCHEME = load_scheme(
    "s.yaml",
    text="""scheme: a
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
fields: {event: {面积: number, 何日: date, 机械: yes_no}, subject: {人口: number, 低保: yes_no}}
indicators:
  - {id: tidy, name: 整洁, points: 5}
  - {id: help, name: 助人, points: 2}
  - {id: help2, name: 助人, points: 3}
""",
)


def bind(**said: object) -> tuple[list[str], list[str]]:
    roster = read_roster(
        [{"id": "H1", "name": "张三"}, {"id": "H2", "name": "李四"}, {"id": "H3", "name": "李四"}]
    )
    row = {"id": "1", "date": "2024-03-01", "subject": "H1", "indicator": "tidy", **said}
    events, bad = bind_events([SCHEME], roster, read_events([row])[0])
    return [said_of(event) for event in events], [row.reason for row in bad]


def said_of(event: Event) -> str:
    return said(event).split(" ", 2)[2]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ({"indicator": "整洁"}, "H1 tidy"),
        ({"indicator": "整 洁"}, "H1 tidy"),
        ({"subject": "张三"}, "H1 tidy"),
        ({"subject": "张　三"}, "H1 tidy"),
        ({"indicator": "没有的"}, "H1 没有的"),
        ({"subject": "王五"}, "王五 tidy"),
        ({"indicator": "助人"}, ""),
        ({"subject": "李四"}, ""),
        ({"机械": "√"}, "H1 tidy 机械=是"),
        ({"机械": "有"}, "H1 tidy 机械=是"),
        ({"机械": "对"}, "H1 tidy 机械=是"),
        ({"机械": "Y"}, "H1 tidy 机械=yes"),
        ({"机械": "TRUE"}, "H1 tidy 机械=yes"),
        ({"机械": "1"}, "H1 tidy 机械=yes"),
        ({"机械": True}, "H1 tidy 机械=yes"),
        ({"机械": 1.0}, "H1 tidy 机械=yes"),
        ({"机械": "无"}, "H1 tidy 机械=否"),
        ({"机械": "×"}, "H1 tidy 机械=否"),
        ({"机械": 0}, "H1 tidy 机械=no"),
        ({"机械": "也许"}, ""),
        ({"机械": 2}, ""),
        ({"机械": float("nan")}, "H1 tidy"),
        ({"机械": None}, "H1 tidy"),
        ({"面积": "3亩"}, ""),
        ({"面积": "1,234"}, "H1 tidy 面积=1234"),
        ({"面积": 3.0}, "H1 tidy 面积=3"),
        ({"面积": "1e999999999"}, ""),
        ({"面积": "３"}, "H1 tidy 面积=3"),
        ({"何日": "2024年3月1号"}, "H1 tidy 何日=2024-03-01"),
        ({"何日": "明天"}, ""),
        ({"何日": datetime(2024, 3, 1)}, "H1 tidy 何日=2024-03-01"),
    ],
)
def test_names_and_declared_fields_are_read_with_the_scheme_at_hand(
    row: dict[str, object], found: str
) -> None:
    events, reasons = bind(**row)
    assert events == ([found] if found else []) and len(reasons) == (not found)


@pytest.mark.parametrize(
    ("text", "ids", "refused"),
    [
        ("id,name,since\n张家,张家,2024/1/1\n李家,李家,正月\n", ["张家"], 1),
        ('id,name\n张家,"张家\n李家,李家\n', ["李家"], 1),
        ("序号,户主,人口\n1,张三,3\n2,李四,2\n合计,,5\n", ["张三", "李四"], 0),
        ("户主,人口\n张三,3\n合计,3\n", ["张三"], 0),
        ("户主,人口\n张三,3\n张三,2\n李四,1\n", ["李四"], 2),
        ("id,人口\nH1,三\nH2,3\n", ["H2"], 1),
        ("id,低保\nH1,√\nH2,也许\n", ["H1"], 1),
        ("id;name\nH1;张三\n", ["H1"], 0),
        ("id,name,name\nH1,张三,李四\nH2,王五,王五\n", ["H2"], 1),
    ],
)
def test_a_bad_row_of_a_roster_costs_itself(
    tmp_path: Path, text: str, ids: list[str], refused: int
) -> None:
    path = tmp_path / "r.csv"
    path.write_text(text, "utf-8")
    roster: Roster = bind_roster([SCHEME], read_roster(path, {"人口", "低保"}))
    assert ([*roster.subjects], len(roster.refused)) == (sorted(ids), refused)
    assert all(row.place for row in roster.refused)


# --- a ledger, from end to end -------------------------------------------------------------------

VILLAGE = """scheme: a
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
indicators:
  - {id: tidy, name: 院落整洁, points: {between: [0, 10]}}
  - {id: help, name: 邻里互助, points: {between: [0, 10]}}
"""


def test_a_ledger_as_a_village_keeps_it_scores_and_its_two_mistakes_are_named_by_cell(
    tmp_path: Path,
) -> None:
    """张三 5 + 3 = 8, 李四 4; a day that is none and points that are none cost their rows alone."""
    file = book(
        tmp_path / "台账.xlsx",
        ["2024年积分台账"],
        ["序号", "日期", "户主", "事项", "分数"],
        [1, "3月23日", "张三", "院落整洁", 5],
        [2, "3月24日", "李四", "邻里互助", 4],
        [3, "3月32日", "李四", "院落整洁", 5],
        [4, "3月25日", "王五", "院落整洁", "五分"],
        [5, "3月26日", "张三", "邻里互助", 3],
        ["合计", None, None, None, 17],
    )
    (tmp_path / "s.yaml").write_text(VILLAGE, "utf-8")
    (tmp_path / "r.csv").write_text("户号,户主\nH1,张三\nH2,李四\nH3,王五\n", "utf-8")
    rejected = tmp_path / "rejected.jsonl"
    run = CliRunner().invoke(
        app,
        [
            "score",
            str(tmp_path / "s.yaml"),
            str(file),
            "--roster",
            str(tmp_path / "r.csv"),
            "--format",
            "json",
            "--rejected",
            str(rejected),
            "--lang",
            "en",
        ],
    )
    totals = {s["subject"]: s["total"] for s in json.loads(run.stdout)["scores"]}
    assert (run.exit_code, totals) == (1, {"H1": "8", "H2": "4", "H3": "0"})
    assert "台账!B5" in run.stderr and "台账!E6" in run.stderr and "adds others up" in run.stderr
    rows = [json.loads(line) for line in rejected.read_text("utf-8").splitlines()]
    assert [row["place"].rpartition(":")[2] for row in rows] == ["台账!B5", "台账!E6"]


def test_a_mistyped_year_does_not_move_the_day_of_the_board(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(VILLAGE, "utf-8")
    row = "{0},{1},张三,tidy,5"
    text = table(
        row.format(1, "2024-03-01"),
        row.format(2, "2024-04-01"),
        row.format(3, "2042-03-01"),
        head=HEAD + ",points",
    )
    (tmp_path / "e.csv").write_text(text, "utf-8")
    run = CliRunner().invoke(
        app,
        [
            "score",
            str(tmp_path / "s.yaml"),
            str(tmp_path / "e.csv"),
            "--format",
            "json",
            "--lang",
            "en",
        ],
    )
    assert (run.exit_code, json.loads(run.stdout)["as_of"]) == (1, "2024-04-01")
    assert "e.csv:4" in run.stderr and "2042-03-01" in run.stderr


@pytest.mark.parametrize("output", ["s.yaml", "e.csv", "no/t.jsonl", "."])
def test_no_output_is_an_input_and_one_that_cannot_be_is_said_before_the_work(
    tmp_path: Path, output: str
) -> None:
    (tmp_path / "s.yaml").write_text(VILLAGE, "utf-8")
    (tmp_path / "e.csv").write_text(table(TIDY), "utf-8")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    run = CliRunner().invoke(
        app,
        [
            "score",
            str(tmp_path / "s.yaml"),
            str(tmp_path / "e.csv"),
            "--trace",
            str(tmp_path / output),
        ],
    )
    assert (run.exit_code, run.stdout) == (2, "")
    assert before == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_fmt_keeps_the_mark_and_the_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(
        b"\xef\xbb\xbf" + VILLAGE.replace("\n", "\r\n").replace("scheme: a", "scheme:   a").encode()
    )
    CliRunner().invoke(app, ["fmt", str(path)])
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfscheme: a\r\n") and data.count(b"\n") == data.count(
        b"\r\n"
    )


def test_a_declared_field_keeps_its_name_though_people_call_a_column_so(tmp_path: Path) -> None:
    """得分 is no `points` where the scheme declares it: 7 of the field, and 5 points."""
    text = VILLAGE.replace("floor: none", "floor: none\nfields: {event: {得分: number}}").replace(
        "points: {between: [0, 10]}}\n  - {id: help",
        'points: {formula: "得分 * 2"}}\n  - {id: help',
    )
    scheme = load_scheme("s.yaml", text=text)
    row = {"id": "1", "date": "2024-03-01", "subject": "H1", "indicator": "tidy", "得分": "7"}
    result = evaluate_events(scheme, None, [row], date(2024, 12, 31))
    assert [score.total for score in result.scores] == [14]
