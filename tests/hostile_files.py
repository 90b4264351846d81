"""Files made to hurt: each a name, the command it is given to, and what is written before.

`{x}` in a command stands for a file of the folder. Contents are made only when the file is
written, so that the list itself stays small.
"""

import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Content: TypeAlias = str | bytes | Callable[[Path], str | bytes | None]

HEAD = """scheme: demo
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
"""
GOOD = HEAD + "indicators:\n  - {id: a, points: 5}\n  - {id: b, points: {each: {小时: 1}}}\n"
CHECK, SCORE = "check {scheme.yaml}", "score {scheme.yaml} {events} --format json --status count"
ROSTER = SCORE.replace("{events}", "{e.csv}") + " --roster {roster}"
EVENTS = "id,date,subject,indicator\n1,2024-03-01,甲,a\n"


@dataclass(frozen=True)
class Hostile:
    """One attack. `refused` says whether something must be said of it."""

    name: str
    command: str
    files: Mapping[str, Content] = field(default_factory=dict)
    refused: bool = True


def scheme(name: str, content: Content, refused: bool = True) -> Hostile:
    return Hostile(name, CHECK, {"scheme.yaml": content}, refused)


def formula(name: str, text: str, refused: bool = True) -> Hostile:
    quoted = json.dumps(text, ensure_ascii=False)
    return scheme(name, HEAD + f"indicators:\n  - {{id: a, points: 5, when: {quoted}}}\n", refused)


def item(name: str, text: str, refused: bool = True) -> Hostile:
    return scheme(name, f"{HEAD}indicators:\n  - {{id: a, {text}}}\n", refused)


def events(
    name: str, content: Content, kind: str = "jsonl", refused: bool = True, rules: str = GOOD
) -> Hostile:
    file = f"events.{kind}"
    files: dict[str, Content] = {"scheme.yaml": rules, file: content}
    return Hostile(name, SCORE.replace("{events}", f"{{{file}}}"), files, refused)


def row(name: str, refused: bool = True, **values: object) -> Hostile:
    base = {"id": "1", "date": "2024-03-01", "subject": "甲", "indicator": "a"}
    return events(name, json.dumps(base | values) + "\n", refused=refused)


def roster(name: str, content: Content, kind: str = "jsonl", refused: bool = True) -> Hostile:
    file = f"roster.{kind}"
    files: dict[str, Content] = {"scheme.yaml": GOOD, "e.csv": EVENTS, file: content}
    return Hostile(name, ROSTER.replace("{roster}", f"{{{file}}}"), files, refused)


def cases(name: str, content: Content, refused: bool = True) -> Hostile:
    return Hostile(name, "test {.}", {"scheme.yaml": GOOD, "cases.yaml": content}, refused)


def trace(name: str, content: Content) -> Hostile:
    command = "verify {trace} --scheme {scheme.yaml}"
    return Hostile(name, command, {"scheme.yaml": GOOD, "trace": content})


def calendar(name: str, content: Content, kind: str = "csv", refused: bool = True) -> Hostile:
    file = f"days.{kind}"
    files: dict[str, Content] = {"scheme.yaml": GOOD, "e.csv": EVENTS, file: content}
    command = SCORE.replace("{events}", "{e.csv}") + f" --workdays {{{file}}}"
    return Hostile(name, command, files, refused)


def folder(path: Path) -> None:
    path.mkdir()


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


DEEP = 100_000
SCHEMES = [
    scheme("nothing", b""),
    scheme("one NUL", b"\0"),
    scheme("NULs between", (GOOD.replace(" ", "\0")).encode()),
    scheme("invalid UTF-8", GOOD.encode() + b"\xff\xfe\xfd"),
    scheme("cut in a sign", GOOD.encode() + "村".encode()[:2]),
    scheme("lone surrogate in bytes", GOOD.encode() + b"# \xed\xa0\x80\n"),
    scheme("lone surrogate as escape", HEAD + 'name: "\\ud800"\n'),
    scheme("surrogate in an id", HEAD + 'indicators: [{id: "\\udcff", points: 5}]\n'),
    scheme("UTF-16", GOOD.encode("utf-16")),
    scheme("UTF-32", GOOD.encode("utf-32")),
    scheme("mark after mark", "\ufeff\ufeff" + GOOD, refused=False),
    scheme("mark in the middle", GOOD.replace("period", "\ufeffperiod")),
    scheme(
        "mixed line breaks",
        GOOD.replace("\n", "\r\n", 2).replace("\nper", "\u2028per").replace("\nfl", "\x85fl"),
        refused=False,
    ),
    scheme("only carriage returns", GOOD.replace("\n", "\r"), refused=False),
    scheme("form feeds", GOOD.replace("\n", "\n\x0c")),
    scheme("escape signs", GOOD + "name: \x1b[2J\n"),
    scheme(
        "billion laughs",
        "a: &a [x, x]\n"
        + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
        ),
    ),
    scheme("alias to itself", "a: &a [*a]\n"),
    scheme("merge keys", "a: &a {x: 1}\nb: {<<: *a}\n"),
    scheme("anchor bomb", lambda _: "".join(f"k{n}: &a{n} 1\n" for n in range(50_000))),
    scheme("tag that runs", "a: !!python/object/apply:os.system [ls]\n"),
    scheme("own tags", "a: !<tag:x> 5\n"),
    scheme("directives", "%YAML 9.9\n%TAG ! tag:x:\n---\n" + GOOD),
    scheme("many directives", lambda _: "%A b\n" * 200_000),
    scheme("many documents", lambda _: "--- x\n" * 100_000),
    scheme("open brackets", lambda _: "[" * DEEP),
    scheme("open braces", lambda _: "{" * DEEP),
    scheme("braces inside braces", lambda _: "a: " + "{b: " * 5_000),
    scheme("closed brackets", lambda _: "]" * DEEP),
    scheme("brackets opened and closed", lambda _: "[" * 50_000 + "]" * 50_000),
    scheme("nested lists", lambda _: "".join(" " * n + "-\n" for n in range(1_500))),
    scheme("dashes on a line", lambda _: "- " * DEEP),
    scheme("question marks", lambda _: "? " * DEEP),
    scheme("mapping as key", "? {a: 1}\n: 2\n"),
    scheme("one long word", lambda _: "x" * 3_900_000),
    scheme("too large", lambda _: "x" * 5_000_000),
    scheme("spaces", lambda _: " " * 3_900_000),
    scheme("line breaks", lambda _: "\n" * 3_900_000),
    scheme("tabs", lambda _: "\t" * 3_900_000),
    scheme("remarks", lambda _: "# x\n" * 900_000),
    scheme("huge key", lambda _: "k" * 2_000_000 + ": 1\n"),
    scheme("huge key without a value", lambda _: GOOD + "{" + "k" * 500_000 + "}"),
    scheme("keys without values", lambda _: GOOD + "name: {" + "a:1, " * 30_000 + "}\n"),
    scheme("unknown keys", lambda _: HEAD + "".join(f"k{n}: 1\n" for n in range(60_000))),
    scheme(
        "keys nearly right", lambda _: HEAD + "indicators:\n" + "  - {id: x, pionts: 5}\n" * 20_000
    ),
    scheme("one key many times", lambda _: HEAD * 10_000),
    scheme(
        "indicators without points", lambda _: HEAD + "indicators:\n" + "  - {id: x}\n" * 40_000
    ),
    scheme(
        "one id many times", lambda _: HEAD + "indicators:\n" + "  - {id: x, points: 1}\n" * 30_000
    ),
    scheme(
        "wrong words",
        lambda _: (
            HEAD
            + "indicators:\n"
            + "".join(
                f"  - {{id: i{n}, points: 1, caps: [{{at_most: w{n}, per: moonth{n}}}]}}\n"
                for n in range(5_000)
            )
        ),
    ),
    scheme(
        "names not known",
        lambda _: (
            HEAD
            + "indicators:\n"
            + "".join(f"  - {{id: i{n}, points: 1, when: nam{n} > 1}}\n" for n in range(5_000))
        ),
    ),
    scheme(
        "targets not known",
        lambda _: (
            HEAD
            + "indicators:\n"
            + "".join(
                f"  - {{id: i{n}, then: [{{veto: t{n}, lasts: ever}}]}}\n" for n in range(3_500)
            )
        ),
    ),
    scheme(
        "accounts not known",
        lambda _: (
            HEAD
            + "indicators:\n"
            + "".join(f"  - {{id: i{n}, points: 1, to: {{acc{n}: whole}}}}\n" for n in range(1_500))
        ),
        refused=False,
    ),
    scheme(
        "everything unknown",
        lambda _: HEAD + "indicators:\n" + "  - {id: x, points: unknown}\n" * 20_000,
    ),
    scheme(
        "categories inside categories",
        HEAD + "".join("  " * n + "categories:\n" + "  " * n + f"- id: c{n}\n" for n in range(18)),
        refused=False,
    ),
    scheme("unclosed quote", lambda _: GOOD + 'name: "' + "x" * 1_000_000),
    scheme("unclosed single quote", lambda _: GOOD + "name: '" + "x\n" * 300_000),
    scheme(
        "block text without end", lambda _: GOOD + "name: |\n" + "  x\n" * 500_000, refused=False
    ),
    scheme("folded text", lambda _: GOOD + "name: >\n" + "  x\n\n" * 300_000, refused=False),
    scheme("escapes", lambda _: GOOD + 'name: "' + "\\u6751" * 300_000 + '"\n', refused=False),
    scheme("full-width colons", lambda _: "名称：甲\n" * 200_000),
    scheme("full-width marks on one row", lambda _: "{名称" + "：甲，名称" * 200_000),
    scheme("no space after colons", lambda _: GOOD + "  - {id: c, points:5}\n" * 20_000),
    scheme("formulas cut by commas", lambda _: GOOD + "  - {id: c, when: max(1, 2, 3" * 3_000),
    scheme("a folder", folder),
    scheme("a link to itself", link("scheme.yaml")),
    scheme("a link to nothing", link("nothing.yaml")),
    scheme("a link without end", link("/dev/zero")),
    scheme("extends itself", "extends: scheme.yaml\n" + GOOD),
    Hostile(
        "extends in a circle",
        CHECK,
        {"scheme.yaml": "extends: b.yaml\n" + HEAD, "b.yaml": "extends: scheme.yaml\n" + GOOD},
    ),
    Hostile(
        "extends a chain",
        CHECK,
        {
            "scheme.yaml": "extends: s0.yaml\n" + HEAD,
            **{f"s{n}.yaml": f"extends: s{n + 1}.yaml\n" + HEAD for n in range(30)},
        },
    ),
    Hostile(
        "extends a folder", CHECK, {"scheme.yaml": "extends: b.yaml\n" + HEAD, "b.yaml": folder}
    ),
    Hostile(
        "extends what has no end",
        CHECK,
        {"scheme.yaml": "extends: b.yaml\n" + HEAD, "b.yaml": link("/dev/zero")},
    ),
    scheme("extends another place", "extends: ../../../../etc/passwd\n" + HEAD),
    scheme("extends a NUL", 'extends: "a\\0.yaml"\n' + HEAD),
    scheme("extends a long name", lambda _: "extends: " + "a" * 10_000 + ".yaml\n" + HEAD),
    scheme(
        "comments that accept",
        lambda _: GOOD + "# jifen: ignore J304 because x\n" * 5_000,
        refused=False,
    ),
    scheme(
        "comments that accept all codes",
        lambda _: GOOD + "# jifen: ignore " + "J999 " * 3_000 + "because x\n",
        refused=False,
    ),
    Hostile(
        "fix of many slips",
        CHECK + " --fix",
        {
            "scheme.yaml": lambda _: (
                HEAD
                + "indicators:\n"
                + "".join(f"  - {{id: i{n}, pionts: 5}}\n" for n in range(500))
            )
        },
        refused=False,
    ),
    Hostile(
        "fix of marks on all rows",
        CHECK + " --diff",
        {"scheme.yaml": lambda _: "名称：甲\n" * 20_000},
    ),
    Hostile(
        "as SARIF",
        CHECK + " --format sarif",
        {"scheme.yaml": lambda _: HEAD + "indicators:\n" + "  - {id: x}\n" * 8_000},
    ),
    Hostile(
        "as JUnit",
        CHECK + " --format junit",
        {"scheme.yaml": lambda _: HEAD + "indicators:\n" + "  - {id: x}\n" * 5_000},
    ),
]

NUMBERS = [
    item("huge number", f"points: {'9' * 100_000}"),
    item("huge exponent", "points: 1e999999999"),
    item("tiny exponent", "points: 1e-999999999"),
    item("exponent at the edge", "points: 1e999"),
    item("not a number", "points: .nan"),
    item("infinity", "points: .inf"),
    item("hexadecimal", "points: 0xffffffffffffffff"),
    item("sixty digits each", f"points: {{each: {{小时: {'9' * 60}}}}}", refused=False),
    item("digits of other scripts", "points: ٣٤٥", refused=False),
    item("superscripts", "points: 5²"),
    item(
        "bands beyond count",
        "points: {bands: {"
        + ", ".join(f"{n}: {{1 元: 1}}" for n in range(3_000))
        + "}, round: 1 down}",
        refused=False,
    ),
    item(
        "levels beyond count",
        "points: {by: {level: {" + ", ".join(f"l{n}: {n}" for n in range(20_000)) + "}}}",
        refused=False,
    ),
    item(
        "choices beyond count",
        f"points: {{one_of: [{', '.join(str(n) for n in range(20_000))}]}}",
        refused=False,
    ),
    item(
        "escalation beyond count",
        f"points: -1, escalate: {{year: [{', '.join(['x2'] * 20_000)}]}}",
        refused=False,
    ),
    item(
        "escalation that explodes", f"points: -1, escalate: {{year: [x{'9' * 59}]}}", refused=False
    ),
    item(
        "a length of ages", "points: 1, caps: [{at_most: 5 added, per: 9999 years}]", refused=False
    ),
    item("a length of days", "points: 1, lasts: 9999 years", refused=False),
    item("a length too long", "points: 1, lasts: 99999999999 years"),
    item(
        "caps beyond count",
        "points: 1, caps: [" + "{at_most: 5 added, per: year}, " * 4_000 + "]",
        refused=False,
    ),
    scheme("a day before time", GOOD.replace("2024-01-01", "0000-00-00")),
    scheme("a day after time", GOOD.replace("2024-01-01", "99999-01-01")),
    scheme("the last day", GOOD.replace("2024-01-01", "9999-12-31"), refused=False),
    scheme(
        "a length on the last day",
        GOOD.replace("2024-01-01", "9999-12-31").replace(
            "points: 5", "points: 5, caps: [{at_most: 3 times, per: 400 days}]"
        ),
        refused=False,
    ),
    scheme("no such day", GOOD.replace("2024-01-01", "2024-02-30")),
    scheme("a period of no day", GOOD.replace("period: year", "period: year from 02-30")),
    scheme("a period without length", GOOD.replace("period: year", "period: 0 days")),
]

FORMULAS = [
    formula("powers of powers", "9 ** 9 ** 9 ** 9"),
    formula("a chain of plus", "+".join(["1"] * 100_000)),
    formula("a short chain of plus", "+".join(["1"] * 150)),
    formula("a chain of signs", "-" * 100_000 + "1"),
    formula("signs within length", "-" * 280 + "1"),
    formula("a chain of not", "not " * 20_000 + "1"),
    formula("nested conditions", "1 if 1 else " * 20_000 + "1"),
    formula("conditions within length", "1 if 1 else " * 24 + "1", refused=False),
    formula("open brackets in a formula", "(" * 100_000),
    formula("brackets within length", "(" * 149 + "1" + ")" * 149, refused=False),
    formula("brackets over the parser's", "(" * 250 + "1"),
    formula("lists inside lists", "[" * 140 + "]" * 140),
    formula("a giant word", "'" + "x" * 1_000_000 + "' == 'y'"),
    formula("a word repeated", "'x' * 999999999 == 'y'"),
    formula("a giant number", "9" * 1_000_000 + " > 1"),
    formula("a number within length", "9" * 290 + " > 1"),
    formula("multiplied numbers", "*".join(["999999999999"] * 20) + " > quantity", refused=False),
    formula("attribute access", "quantity.__class__.__mro__"),
    formula("attributes of words", "'x'.format(quantity)"),
    formula("import", "__import__('os').system('ls')"),
    formula("lambda", "(lambda: 1)()"),
    formula("comprehension", "[x for x in range(10**9)]"),
    formula("walrus", "(x := 5)"),
    formula("formatted text", "f'{quantity}'"),
    formula("bytes", "b'x' == b'x'"),
    formula("complex numbers", "1j > 0"),
    formula("ellipsis", "..."),
    formula("shift", "1 << 99999999"),
    formula("starred", "max(*[1, 2])"),
    formula("keywords", "max(1, key=2)"),
    formula("NUL in a formula", "1\0+1"),
    formula("line breaks in a formula", "1 +\n1"),
    formula("surrogate in a formula", "\ud800"),
    formula("unicode that changes under normalization", "ｑｕａｎｔｉｔｙ > ㎏"),
    formula("invalid escape", "'\\d' == '\\N{X}'"),
    formula("leading zeros", "007 + 08"),
    formula("underscored digits", "1_0_0 > 1"),
    formula("chained comparison", " < ".join(["1"] * 120)),
    formula("chained or", " or ".join(["quantity > 1"] * 22)),
    formula("words in a row", "a b c d " * 30),
    formula("regex-hostile", "a" * 250 + "!"),
    formula("counts of counts", "count(count(count(a, 'year'), 'year'), 'year')"),
    formula("division by what is nothing", "1 / (quantity - quantity)"),
    item("a length of digits and letters", f"points: 1, lasts: {'1' * 50_000}{'年' * 50_000}"),
    item(
        "an amount of spaces",
        f"points: 1, caps: [{{at_most: '20{' ' * 200_000}x', per: year}}]",
        refused=False,
    ),
    item("a rank of digits", f"points: 1, within: {'9' * 100_000} days"),
]

LINE = '{"id": "%d", "date": "2024-03-01", "subject": "%s", "indicator": "a"}\n'


def _many(subjects: int) -> str:
    return "".join(LINE % (number, f"s{number % subjects}") for number in range(3_000))


EVENT_FILES = [
    events("no events", b"", refused=False),
    events("NULs", b"\0" * 100_000),
    events("invalid bytes", bytes(range(256)) * 50),
    events("nested arrays", lambda _: "[" * DEEP + "\n"),
    events("nested arrays that close", lambda _: "[" * 50_000 + "]" * 50_000 + "\n"),
    events("nested objects", lambda _: '{"a":' * DEEP + "\n"),
    events(
        "nested note",
        lambda _: (LINE % (1, "甲")).replace('"a"}', '"a", "note": ' + "[" * 900 + "]" * 900 + "}"),
        refused=False,
    ),
    events("a long line", lambda _: '{"note": "' + "x" * 10_000_000 + '"}\n'),
    events("a long line without end", lambda _: '{"note": "' + "x" * 3_000_000),
    events("a huge integer", lambda _: '{"id": "1", "quantity": ' + "9" * 500_000 + "}\n"),
    events("a key twice", '{"id": "1", "id": "2"}\n'),
    events("no object", '5\n"x"\n[1]\nnull\ntrue\n'),
    events(
        "NaN and Infinity", '{"quantity": NaN}\n{"quantity": Infinity}\n{"quantity": -Infinity}\n'
    ),
    events("two objects on a line", (LINE % (1, "甲")).strip() * 2),
    events("an object over lines", '{\n"id": "1"\n}\n'),
    events("surrogates in JSON", (LINE % (1, "甲")).replace("甲", "\\ud800")),
    events("surrogate key", '{"\\udfff": "x", "id": "1"}\n'),
    events("one id many times", lambda _: "".join(LINE % (1, f"s{n}") for n in range(6_000))),
    events("many keys", lambda _: "{" + ", ".join(f'"k{n}": {n}' for n in range(60_000)) + "}\n"),
    events("a huge key", lambda _: '{"' + "k" * 900_000 + '": 1}\n'),
    events(
        "voids in a circle",
        "".join(
            json.dumps(
                {
                    "id": str(n),
                    "date": "2024-03-01",
                    "subject": "甲",
                    "indicator": "a",
                    "voids": str((n + 1) % 500),
                }
            )
            + "\n"
            for n in range(500)
        ),
    ),
    events(
        "a chain of voids",
        lambda _: "".join(
            json.dumps(
                {
                    "id": str(n),
                    "date": "2024-03-01",
                    "subject": "甲",
                    "indicator": "a",
                    "voids": str(n - 1),
                }
            )
            + "\n"
            for n in range(3_000)
        ),
    ),
    events(
        "a chain of corrections",
        lambda _: "".join(
            json.dumps(
                {
                    "id": str(n),
                    "date": "2024-03-01",
                    "subject": "甲",
                    "indicator": "a",
                    "corrects": str(n - 1),
                }
            )
            + "\n"
            for n in range(2_000)
        ),
    ),
    events(
        "all void one",
        lambda _: "".join(
            json.dumps(
                {
                    "id": str(n),
                    "date": "2024-03-01",
                    "subject": "甲",
                    "indicator": "a",
                    "voids": "0",
                }
            )
            + "\n"
            for n in range(3_000)
        ),
    ),
    events("subjects without number", lambda _: _many(3_000), refused=False),
    events(
        "a subject of many",
        lambda _: (
            json.dumps(
                {
                    "id": "1",
                    "date": "2024-03-01",
                    "subject": ",".join(f"s{n}" for n in range(100_000)),
                    "indicator": "a",
                }
            )
            + "\n"
        ),
        refused=False,
    ),
    events(
        "a list of subjects",
        lambda _: (
            json.dumps(
                {
                    "id": "1",
                    "date": "2024-03-01",
                    "subject": [f"s{n}" for n in range(50_000)],
                    "indicator": "a",
                }
            )
            + "\n"
        ),
        refused=False,
    ),
    events(
        "named by many",
        lambda _: (
            json.dumps(
                {
                    "id": "1",
                    "date": "2024-03-01",
                    "subject": "甲",
                    "indicator": "a",
                    "to": ",".join(f"s{n}" for n in range(100_000)),
                }
            )
            + "\n"
        ),
        refused=False,
        rules=GOOD.replace("points: 5", "points: 5, to: {named: whole}"),
    ),
    events(
        "periods of days over ages",
        "".join(
            LINE.replace("2024-03-01", day) % (n, "甲")
            for n, day in enumerate(("2024-01-01", "2223-12-31"))
        ),
        refused=False,
        rules=GOOD.replace("period: year", "period: 1 days"),
    ),
    events(
        "months over ages",
        LINE % (1, "甲") + (LINE % (2, "甲")).replace("2024", "2223"),
        refused=False,
        rules=GOOD.replace("period: year", "period: month"),
    ),
    events(
        "a day mistyped by ages",
        LINE % (1, "甲") + (LINE % (2, "甲")).replace("2024", "9999"),
        refused=False,
    ),
    row("a day after time", date="10000-01-01"),
    row("a day before time", date="0000-01-01"),
    row("the first day", date="0001-01-01"),
    row("the last day of all", date="9999-12-31", refused=False),
    row("a day with a zone", date="2024-03-01T00:00:00+99:99"),
    row("a week day", date="2024-W10-5", refused=False),
    row("a day of other digits", date="２０２４-03-01", refused=False),
    row("a day that is a list", date=["2024", 3]),
    row("a day of nothing", date=None),
    row("a time beyond the day", time="99:99"),
    row("a subject of nothing", subject=""),
    row("an indicator of nothing", indicator=""),
    row("an indicator that is an object", indicator={"a": 1}),
    row("a huge quantity", indicator="b", quantity="9" * 100_000),
    row("an exponent", indicator="b", quantity="1e999999999"),
    row("an infinite quantity", indicator="b", quantity="Infinity"),
    row("a quantity that is a list", indicator="b", quantity=[1]),
    row("a quantity at the edge", indicator="b", quantity="1e60", refused=False),
    row("a quantity below nothing", indicator="b", quantity="-1e-60", refused=False),
    row("NULs in names", subject="\0", refused=False),
    row("turned text", subject="\u202egnp.exe", refused=False),
    row("a subject as long as a book", subject="x" * 900_000, refused=False),
    row("a word for words", status="ｃｏｕｎｔ" * 1000, refused=False),
    row("voids itself", voids="1"),
    row("corrects itself", corrects="1"),
    row("revokes itself", revokes="1"),
    row("repairs what is not there", repairs="x" * 10_000),
    events("headings only", "id,date,subject,indicator\n", "csv", refused=False),
    events(
        "a hundred thousand columns",
        lambda _: (
            ",".join(f"c{n}" for n in range(DEEP))
            + "\n"
            + ",".join("1" for n in range(DEEP))
            + "\n"
        ),
        "csv",
    ),
    events(
        "columns on every row",
        lambda _: "id,date,subject,indicator\n" + ("1," * 1_000 + "\n") * 500,
        "csv",
    ),
    events(
        "an unclosed quote",
        lambda _: 'id,date,subject,indicator\n1,2024-03-01,"甲' + ",x\n" * 200_000,
        "csv",
    ),
    events(
        "a field beyond the reader's limit",
        lambda _: "id,date,subject,indicator\n" + "x" * 200_000 + ",2024-03-01,甲,a\n",
        "csv",
        refused=False,
    ),
    events(
        "only commas",
        lambda _: "id,date,subject,indicator\n" + "," * 1_000_000,
        "csv",
        refused=False,
    ),
    events("only quotes", lambda _: '"' * 1_000_000, "csv", refused=False),
    events("carriage returns", "id,date,subject,indicator\r1,2024-03-01,甲,a\r2,x,乙,a\r", "csv"),
    events("NULs in CSV", b"id,date\0,subject,indicator\n1,2024-03-01,\0,a\n", "csv"),
    events(
        "one heading twice",
        "id,id,date,subject,indicator\n1,2,2024-03-01,甲,a\n",
        "csv",
        refused=False,
    ),
    events(
        "both spellings of a heading",
        "id,编号,date,subject,indicator\n1,2,2024-03-01,甲,a\n",
        "csv",
        refused=False,
    ),
    events("neither UTF-8 nor GB18030", b"\x80\x81\xff\n\xff\xff,\x80\n", "csv"),
    events("UTF-16 events", EVENTS.encode("utf-16"), "csv", refused=False),
    events(
        "formulas of a spreadsheet",
        EVENTS + '=cmd|"/c calc"!A1,2024-03-01,@SUM(1),a\n',
        "csv",
        refused=False,
    ),
    events(
        "blank rows",
        lambda _: "id,date,subject,indicator\n" + ",,,\n" * 100_000,
        "csv",
        refused=False,
    ),
    events("no workbook", b"PK\x03\x04" + b"\0" * 1_000, "xlsx"),
    events("a workbook of nothing", b"", "xlsx"),
    events("a folder of events", folder),
    events("a link of events to itself", link("events.jsonl")),
]

ROSTERS = [
    roster("a roster of NULs", b"\0" * 1_000),
    roster("an empty roster", b"", refused=False),
    roster("a nested roster", lambda _: "[" * DEEP),
    roster("a roster without ids", '{"name": "甲"}\n', refused=False),
    roster(
        "a roster of one id",
        lambda _: '{"id": "甲", "kind": "household"}\n' * 20_000,
        refused=False,
    ),
    roster(
        "a member of itself",
        '{"id": "甲", "kind": "household", "household": "甲"}\n',
        refused=False,
    ),
    roster(
        "members in a circle",
        "".join(
            json.dumps({"id": str(n), "kind": "person", "household": str((n + 1) % 1_000)}) + "\n"
            for n in range(1_000)
        ),
        refused=False,
    ),
    roster(
        "days upside down",
        '{"id": "甲", "kind": "household", "since": "2024-12-31", "until": "2024-01-01"}\n',
        refused=False,
    ),
    roster("days beyond time", '{"id": "甲", "kind": "household", "since": "99999-01-01"}\n'),
    roster("a kind nobody knows", '{"id": "甲", "kind": "' + "x" * 100_000 + '"}\n', refused=False),
    roster("invalid bytes in a roster", bytes(range(256)), "csv"),
    roster(
        "a roster of many columns",
        lambda _: ",".join(f"c{n}" for n in range(DEEP)) + "\n1\n",
        "csv",
    ),
    roster("an unclosed quote in a roster", lambda _: 'id,kind\n"' + "x,\n" * 100_000, "csv"),
    roster(
        "a household of thousands",
        lambda _: (
            "".join(
                json.dumps({"id": f"p{n}", "kind": "person", "household": "甲"}) + "\n"
                for n in range(5_000)
            )
            + '{"id": "甲", "kind": "household"}\n'
        ),
        refused=False,
    ),
    roster("surrogates in a roster", '{"id": "\\ud800", "kind": "household"}\n', refused=False),
    roster("a folder of a roster", folder),
]

CASE = (
    "cases:\n  - name: x\n    as_of: 2024-12-31\n    events: [%s]\n    expect: {totals: {甲: 5}}\n"
)
CASES = [
    cases("cases of NULs", b"\0\0"),
    cases("cases in no UTF-8", b"\xff\xfe"),
    cases("cases that are a list", "- a\n- b\n"),
    cases("nested cases", lambda _: "cases: " + "[" * DEEP),
    cases("cases with aliases", "a: &a [x]\ncases: [*a, *a]\n"),
    cases(
        "laughing cases",
        "a: &a [x, x]\n"
        + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
        ),
    ),
    cases("cases with tags", "cases: !!python/name:os.system\n"),
    cases("cases too large", lambda _: "cases:\n" + "# x\n" * 2_000_000),
    cases("an event of one word", CASE % "x"),
    cases("a day of no calendar", CASE % "2024-02-31 甲 a"),
    cases(
        "an event of many words",
        lambda _: CASE % ("2024-03-01 甲 a " + "x=1 " * 50_000),
        refused=False,
    ),
    cases("a huge figure", (CASE % "2024-03-01 甲 a").replace("甲: 5", "甲: " + "9" * 5_000)),
    cases("as of no day", (CASE % "2024-03-01 甲 a").replace("2024-12-31", "x")),
    cases("as of the end of time", (CASE % "2024-03-01 甲 a").replace("2024-12-31", "9999-12-31")),
    cases("expects what nobody knows", (CASE % "2024-03-01 甲 a").replace("totals", "x" * 1_000)),
    cases("expects a list", (CASE % "2024-03-01 甲 a").replace("{totals: {甲: 5}}", "[1, 2]")),
    cases("a folder of cases", folder),
]

SEALED = '{"trace": 2, "event": "1"}\n'
TRACES = [
    trace("an empty trace", b""),
    trace("a trace of NULs", b"\0" * 1_000),
    trace("a trace in no UTF-8", b"\xff\xfe{}\n"),
    trace("a nested trace", lambda _: "[" * DEEP + "\n"),
    trace("a nested object in a trace", lambda _: '{"trace":' * DEEP + "\n"),
    trace("numbers as lines", "1\n2\n"),
    trace("a line of no version", '{"trace": 99}\n'),
    trace("a cut line", SEALED),
    trace("a trace of surrogates", '{"trace": 2, "event": "\\ud800"}\n'),
    trace("a huge number in a trace", lambda _: '{"trace": ' + "9" * 100_000 + "}\n"),
    trace("a long line in a trace", lambda _: '{"trace": "' + "x" * 10_000_000 + '"}\n'),
    trace("a folder of a trace", folder),
]

CALENDARS = [
    calendar("a calendar of NULs", b"\0", refused=False),
    calendar("a day that is neither", "date,kind\n2024-01-01,party\n"),
    calendar("a day that is none", "date,kind\n2024-13-01,rest\n"),
    calendar("a nested calendar", lambda _: "[" * DEEP + "\n", "jsonl"),
    calendar(
        "all days are days off",
        lambda _: (
            "date,kind\n"
            + "".join(
                f"{y}-{m:02}-{d:02},rest\n"
                for y in range(2000, 2040)
                for m in range(1, 13)
                for d in range(1, 29)
            )
        ),
        refused=False,
    ),
    calendar("a folder of a calendar", folder),
]


def _broken(text: bytes, seed: int) -> bytes:
    """A file with a few changes of a fuzzer: stretches cut, doubled, exchanged, overwritten."""
    chance = random.Random(seed)
    data = bytearray(text)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        size = chance.choice([1, 1, 2, 8, 40])
        match chance.randrange(5):
            case 0:
                del data[at : at + size]
            case 1:
                data[at:at] = data[at : at + size] * chance.choice([1, 2, 50])
            case 2:
                data[at : at + size] = bytes(chance.randrange(256) for _ in range(size))
            case 3:
                data[at:at] = chance.choice(MARKS)
            case _:
                data[at : at + size] = chance.choice(MARKS)
    return bytes(data)


MARKS = [
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b": ",
    b",",
    b"#",
    b"&a",
    b"*a",
    b"!!x",
    b"'",
    b'"',
    b"\n",
    b"\r",
    b"\t",
    b"\0",
    b"\xff",
    b"- ",
    b"? ",
    b"| ",
    b"%",
    b"---\n",
    "：".encode(),
    "，".encode(),
    b"9" * 80,
    b"1e999",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
    b"\\ud800",
    b"unknown",
    b"extends: scheme.yaml\n",
    b"  ",
    b"**",
    b"((((",
    b"null",
    b"true",
]


def fuzzed(seeds: Path) -> Iterator[Hostile]:
    """Broken copies of sound files, the same every time."""
    texts = sorted(seeds.glob("*/scheme.yaml"))
    for number in range(40):
        text = texts[number % len(texts)].read_bytes()
        yield scheme(f"fuzzed scheme {number}", _broken(text, number), refused=False)
    lines = "".join(LINE % (n, f"s{n}") for n in range(20)).encode()
    table = (EVENTS + "".join(f"{n},2024-03-0{n},乙,b\n" for n in range(2, 9))).encode()
    for number in range(15):
        yield events(f"fuzzed events {number}", _broken(lines, number), refused=False)
        yield events(f"fuzzed table {number}", _broken(table, number), "csv", refused=False)
        yield cases(
            f"fuzzed cases {number}",
            _broken((CASE % "2024-03-01 甲 a").encode(), number),
            refused=False,
        )


def kept(regressions: Path) -> Iterator[Hostile]:
    """Files that once broke something: `<kind>-<what>.<suffix>`."""
    make = {"scheme": scheme, "cases": cases}
    for path in sorted(regressions.glob("*-*")):
        kind = path.stem.partition("-")[0]
        data = path.read_bytes()
        if kind == "trace":
            yield trace(f"kept {path.stem}", data)
        elif kind in make:
            yield make[kind](f"kept {path.stem}", data, False)
        else:
            made = events if kind == "events" else roster if kind == "roster" else calendar
            yield made(f"kept {path.stem}", data, path.suffix[1:], refused=False)


def write(content: Content, path: Path) -> None:
    """Put a file, or what stands in its place, on the disk."""
    made = content(path) if callable(content) else content
    if isinstance(made, str):
        path.write_text(made, "utf-8", errors="surrogatepass", newline="")
    elif made is not None:
        path.write_bytes(made)


def arguments(case: Hostile, folder_: Path) -> list[str]:
    """The words of its command."""
    return [
        os.path.normpath(folder_ / word[1:-1]) if word.startswith("{") else word
        for word in case.command.split()
    ]
