"""The command as a clerk meets it."""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from unicodedata import east_asian_width

import docx
import pytest
from typer.testing import CliRunner, Result

import jifen_rules
from jifen_rules.cli import app
from jifen_rules.cli.commands import COMMANDS

SCHEME = """scheme: a
effective_from: 2024-01-01
subject: household
period: year
at_period_end: clear
floor: none
indicators:
  - {id: 捐款, points: 5, when: "数量 > 0 and count(捐钱, 'year') < 3"}
"""


def test_check_points_at_the_word_with_a_caret_as_wide_as_it_looks(tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(SCHEME, encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(file)])
    assert result.exit_code == 1
    row = next(line for line in result.output.splitlines() if "捐款" in line)
    caret = result.output.splitlines()[result.output.splitlines().index(row) + 1]
    # before 捐钱 stand 46 signs of the file's line, of which 捐款 and 数量 take two columns each
    start = len('  - {id: , points: 5, when: " > 0 and count(') + 2 * len("捐款数量")
    assert caret == " " * 6 + "| " + " " * start + "^^^^"
    assert "nothing here is called '捐钱'" in result.output
    assert "did you mean '捐款'?" in result.output


def sound(tmp_path: Path, comment: str = "") -> str:
    file = tmp_path / "scheme.yaml"
    text = SCHEME.replace("捐钱", "捐款").rstrip("\n")
    text = text.replace(
        "points: 5, when: \"数量 > 0 and count(捐款, 'year') < 3\"",
        "points: 5, then: [{action: 另处罚款, touches: [fine]}]",
    )
    file.write_text(f"{text}   {comment}\n", encoding="utf-8")
    return str(file)


def test_check_also_says_what_is_unlawful_and_quotes_the_policy(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", sound(tmp_path), "--lang", "zh"])
    assert result.exit_code == 1
    assert "8:57: J108 fine-by-the-village" in result.output
    assert "第二部分第四点：“要特别指出的是，" in result.output
    assert result.output.endswith("错误 1 处，警告 3 处，建议 1 处，已说明理由保留 0 处\n")


def test_check_asks_the_rules_that_are_selected(tmp_path: Path) -> None:
    file = sound(tmp_path)
    for options in (["--select", "J999"], ["--ignore", "nonsense"]):
        result = CliRunner().invoke(app, ["check", file, *options, "--lang", "en"])
        assert result.exit_code == 2 and f"is called '{options[1]}'" in result.output
    result = CliRunner().invoke(app, ["check", file, "--ignore", "J,", "--lang", "en", "--no-card"])
    assert (result.exit_code, result.output) == (0, f"{file}: no problems\n")
    result = CliRunner().invoke(
        app, ["check", file, "--select", "process,J301", "--format", "json"]
    )
    assert [one["code"] for one in json.loads(result.output)] == [
        "J301",
        "J401",
        "J402",
    ]


def test_what_makes_check_fail_can_be_raised(tmp_path: Path) -> None:
    file = sound(tmp_path)
    for options, code in (([], 0), (["--fail-on", "warning"], 1), (["--fail-on", "advice"], 1)):
        run = CliRunner().invoke(app, ["check", file, "--select", "J401", *options])
        assert run.exit_code == code


def test_what_is_accepted_is_shown_and_does_not_fail(tmp_path: Path) -> None:
    file = sound(tmp_path, "# jifen: ignore J108 because 县司法局已复函同意")
    command = [
        "check",
        file,
        "--select",
        "J108",
        "--fail-on",
        "advice",
        "--lang",
        "en",
        "--no-card",
    ]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0
    assert " accepted: 县司法局已复函同意\n" in result.output
    assert result.output.endswith("errors 0, warnings 0, to consider 0, accepted 1\n")


def test_score_gives_the_same_bytes_whatever_the_order_of_the_lines(tmp_path: Path) -> None:
    scheme, events, trace = (tmp_path / name for name in ("s.yaml", "e.jsonl", "t.jsonl"))
    scheme.write_text(SCHEME.replace("捐钱", "捐款"), encoding="utf-8")
    lines = [
        (
            f'{{"id": "e{n}", "date": "2024-01-0{n}", "subject": "A", "indicator": "捐款", '
            f'"quantity": 1}}'
        )
        for n in range(1, 6)
    ]
    outputs = []
    for order in (lines, lines[::-1]):
        events.write_text("\n".join(order), encoding="utf-8")
        command = [
            "score",
            str(scheme),
            str(events),
            "--format",
            "json",
            "--as-of",
            "2024-12-31",
            "--trace",
            str(trace),
        ]
        outputs.append((CliRunner().invoke(app, command).output, trace.read_text("utf-8")))
    assert outputs[0] == outputs[1]
    # the condition counts what came before: three times 5, then no more
    (row,) = json.loads(outputs[0][0])["scores"]
    assert row["total"] == "15"
    rows = [json.loads(text) for text in outputs[0][1].splitlines()]
    granted = [row["granted"] for row in rows if row["event"]]
    assert granted == ["5", "5", "5", "0", "0"]


GOOD = SCHEME.replace("捐钱", "捐款")
EVENTS = "编号,日期,积分对象,指标,数量\ne1,2024-01-01,甲,捐款,3\ne2,2024-01-02,甲,唱歌,1\n"


def folder(tmp_path: Path) -> list[str]:
    """A scheme and events on disk, as the arguments that name them."""
    (tmp_path / "s.yaml").write_text(GOOD, "utf-8")
    (tmp_path / "e.csv").write_text(EVENTS, "utf-8")
    return [str(tmp_path / "s.yaml"), str(tmp_path / "e.csv")]


def test_explain_as_json_has_sentences(tmp_path: Path) -> None:
    run = ["explain", *folder(tmp_path), "--subject", "甲", "--format", "json", "--lang", "zh"]
    data = json.loads(CliRunner().invoke(app, run).stdout)
    assert data["score"]["total"] == "5"
    assert [row["sentence"] for row in data["entries"]] == [
        "2024-01-01 捐款（数量 3）：+5 分",
        "2024-01-02 唱歌（数量 1）：未计入，方案中没有这项指标，或者它到期自动计分，不用登记",
    ]


def test_score_as_csv_and_table(tmp_path: Path) -> None:
    arguments = folder(tmp_path)
    csv = CliRunner().invoke(app, ["score", *arguments, "--format", "csv", "--lang", "zh"]).stdout
    assert csv == "\ufeff积分对象,名称,周期,基础分,总分\n甲,甲,2024,0,5\n"
    table = CliRunner().invoke(app, ["score", *arguments, "--lang", "en"]).stdout
    assert "甲" in table and "no such indicator 1" in table


def test_score_says_whose_events_do_not_count_and_why(tmp_path: Path) -> None:
    """A mistyped name is in no statement: only the board can tell of it, up to twenty of them."""
    scheme, events = folder(tmp_path)
    (tmp_path / "r.csv").write_text("编号,姓名\n甲,甲家\n", "utf-8")
    more = "".join(f"x{n:02},2024-02-01,申,捐款,1\n" for n in range(21))
    Path(events).write_text(EVENTS + more, "utf-8")
    call = ["score", scheme, events, "--roster", str(tmp_path / "r.csv"), "--lang", "zh"]
    lines = CliRunner().invoke(app, call).stdout.splitlines()
    start = lines.index("明细 23 条；未计入 22 条：不在名册上 21、方案没有这个指标 1")
    told = "未计入，方案中没有这项指标，或者它到期自动计分，不用登记"
    assert lines[start + 1] == f"  e2 甲家 2024-01-02 唱歌（数量 1）：{told}"
    assert lines[start + 2].startswith("  x00 申 2024-02-01 捐款（数量 1）：未计入，")
    # 22 events, of which 20 are shown
    assert lines[start + 20].startswith("  x18 ") and "另有 2 条" in lines[start + 21]


def test_a_day_that_nobody_named_is_said_to_be_what_it_is(tmp_path: Path) -> None:
    scheme, events = folder(tmp_path)
    for text, said in (
        (EVENTS, "统计截至 2024-01-02（最后一条记录的日期）"),
        (EVENTS.splitlines()[0] + "\n", "没有任何记录，统计截至 2024-01-01（方案生效日期）"),
    ):
        Path(events).write_text(text, "utf-8")
        assert said in CliRunner().invoke(app, ["score", scheme, events, "--lang", "zh"]).stderr
    run = CliRunner().invoke(
        app, ["score", scheme, events, "--as-of", "2225-01-01", "--lang", "zh"]
    )
    assert (run.exit_code, run.stderr) == (2, "2225-01-01 距方案生效超过 200 年，请核对日期\n")


def test_a_table_shows_only_the_top(tmp_path: Path) -> None:
    arguments = folder(tmp_path)
    (tmp_path / "e.csv").write_text(EVENTS + "e3,2024-01-03,乙,捐款,3\n", "utf-8")
    table = CliRunner().invoke(app, ["score", *arguments, "--top", "1", "--lang", "en"]).stdout
    assert "and 1 more" in table


def test_what_cannot_be_written_is_said_and_ends_a_command_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme, events = folder(tmp_path)
    slip = tmp_path / "slip.yaml"
    slip.write_text(GOOD.replace("indicators:", "indicator:"), "utf-8")
    (tmp_path / "scheme.yaml").write_text(GOOD, "utf-8")

    def refuse(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr("os.fsync", refuse)
    missing = tmp_path / "none" / "trace.jsonl"
    cases = tmp_path / "cases.yaml"
    for command, file in (
        (["score", scheme, events, "--trace", str(missing)], missing),
        (["score", scheme, events, "--trace", str(tmp_path)], tmp_path),
        (["export", scheme, "-o", str(tmp_path / "t.md")], tmp_path / "t.md"),
        (["check", str(slip), "--fix"], slip),
        (["fmt", scheme], scheme),
        (["test", str(tmp_path), "--record", events], cases),
    ):
        run = CliRunner().invoke(app, [*command, "--lang", "en"])
        assert run.exit_code == 2, (command, run.output)
        assert f"{file} cannot be written" in run.output
        assert isinstance(run.exception, SystemExit)
    assert slip.read_text("utf-8") == GOOD.replace("indicators:", "indicator:")  # as it was
    assert not [*tmp_path.glob(".*.part")]


def test_a_bad_scheme_ends_every_command_with_its_problems(tmp_path: Path) -> None:
    arguments = folder(tmp_path)
    (tmp_path / "s.yaml").write_text(SCHEME, "utf-8")
    for command in (["score", *arguments], ["explain", *arguments, "--subject", "甲"]):
        result = CliRunner().invoke(app, [*command, "--lang", "en"])
        assert result.exit_code == 1 and "M203 unknown-name" in result.output


def test_nobody_of_that_name(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["explain", *folder(tmp_path), "--subject", "丙", "--lang", "en"]
    )
    assert (result.exit_code, "nothing is known of '丙'" in result.output) == (2, True)


def test_events_without_a_status_under_a_process_are_said_once(tmp_path: Path) -> None:
    arguments = folder(tmp_path)
    (tmp_path / "s.yaml").write_text(GOOD + "process: [{step: count}]\n", "utf-8")
    waiting = CliRunner().invoke(app, ["score", *arguments, "--lang", "en"])
    assert "1 event has no status and cannot count yet" in waiting.output
    counted = CliRunner().invoke(app, ["score", *arguments, "--status", "计入", "--format", "csv"])
    assert "甲,2024,0,5" in counted.stdout


def test_a_step_that_the_process_has_not_is_said(tmp_path: Path) -> None:
    """已计入 looks like 计入 and never counts."""
    scheme, events = folder(tmp_path)
    Path(scheme).write_text(GOOD + "process: [{step: declare}, {step: count, id: 定案}]\n", "utf-8")
    text = (
        "编号,日期,积分对象,指标,数量,环节\n1,2024-01-01,甲,捐款,3,已计入\n"
        "2,2024-01-02,甲,捐款,3,{}\n"
    )
    for word, others in (("计入", []), ("定案", []), ("count", []), ("通过", ["通过"])):
        Path(events).write_text(text.format(word), "utf-8")
        said = CliRunner().invoke(app, ["score", scheme, events, "--lang", "zh"]).stderr
        wrong = [line for line in said.splitlines() if "不是程序里的环节（申报、定案）" in line]
        assert [line.split("”")[0] for line in wrong] == [f"“{w}" for w in ["已计入", *others]]
    Path(scheme).write_text(GOOD, "utf-8")  # without a process a status is nothing
    assert "环节" not in CliRunner().invoke(app, ["score", scheme, events, "--lang", "zh"]).stderr


def test_a_column_nobody_declared_is_said(tmp_path: Path) -> None:
    arguments = folder(tmp_path)
    (tmp_path / "e.csv").write_text(EVENTS.replace("数量", "天气"), "utf-8")
    output = CliRunner().invoke(app, ["score", *arguments, "--lang", "en"]).output
    assert "the column '天气' is neither an event's own nor declared" in output


def test_events_from_the_input(tmp_path: Path) -> None:
    scheme, _ = folder(tmp_path)
    line = (
        '{"id": "e1", "date": "2024-01-01", "subject": "甲", "indicator": "捐款", "quantity": 1}\n'
    )
    run = CliRunner().invoke(
        app, ["score", scheme, "-", "--format", "csv", "--lang", "en"], input=line
    )
    assert run.stdout == "\ufeffsubject,name,period,base,total\n甲,甲,2024,0,5\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["score", "-", "e.csv"],
        ["explain", "-", "e.csv", "--subject", "甲"],
        ["report", "-", "e.csv", "-o", "r.html"],
        ["impact", "-", "s.yaml", "e.csv"],
        ["impact", "s.yaml", "-", "e.csv"],
        ["diff", "-", "s.yaml"],
        ["diff", "s.yaml", "-"],
        ["verify", "t.jsonl", "--scheme", "-"],
        ["verify", "t.jsonl", "--scheme", "-", "--events", "e.csv"],
        ["export", "-"],
        ["ledger", "-", "-o", "l.xlsx"],
        ["fmt", "-"],
        ["check", "-"],
    ],
    ids=" ".join,
)
def test_every_command_reads_a_scheme_from_the_input(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says the same of the input as of the file."""
    folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(app, ["score", "s.yaml", "e.csv", "--trace", "t.jsonl"])
    run = CliRunner().invoke(app, [*arguments, "--lang", "en"], input=GOOD)
    assert run.exit_code == 0 and run.exception is None, run.output


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["score", "-", "-"], "the input (-) can be read only once"),
        (["diff", "-", "-"], "the input (-) can be read only once"),
        (["check", "-", "-"], "the input (-) can be read only once"),
        (["fmt", "-", "-"], "the input (-) can be read only once"),
        (["impact", "s.yaml", "-", "-"], "the input (-) can be read only once"),
        (["score", "s.yaml", "e.csv", "--roster", "-"], "this is not read from the input (-)"),
        (["verify", "-", "--scheme", "s.yaml"], "this is not read from the input (-)"),
        (["test", "-"], "this is not read from the input (-)"),
    ],
    ids=lambda it: " ".join(it) if isinstance(it, list) else "",
)
def test_what_is_not_read_from_the_input_is_said_in_a_sentence(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder(tmp_path)
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, [*arguments, "--lang", "en"], input=GOOD)
    assert run.exit_code == 2 and run.output.startswith(said) and run.output.count("\n") == 1


def test_cases_pass_and_fail(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "s.yaml").rename(tmp_path / "scheme.yaml")
    case = (
        "given: {as_of: 2024-12-31}\ncases:\n  - name: 一次\n"
        "    events: [2024-01-01 甲 捐款 quantity=1]\n"
    )
    (tmp_path / "cases.yaml").write_text(case + "    expect: {totals: {甲: 6}}\n", "utf-8")
    run = CliRunner().invoke(app, ["test", str(tmp_path), "--lang", "en"])
    assert run.exit_code == 1
    assert "cases.yaml:3: 一次\n  totals 甲 2024: expected 6, found 5" in run.output
    assert "0 passed, 1 failed" in run.output


def jifen(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env=environment)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_follows_the_language_and_shows_an_example_and_defaults(command: str) -> None:
    english, chinese = jifen(command, "--help"), jifen(command, "-h", "--lang", "zh")
    assert english.exit_code == chinese.exit_code == 0
    assert english.stdout.startswith(f"Usage: jifen {command} [OPTIONS]")
    assert chinese.stdout.startswith(f"用法：jifen {command} [选项]")
    for text, example in ((english.stdout, "Example:"), (chinese.stdout, "示例：")):
        assert example in text and COMMANDS[command].example in text
    assert "[default: the locale's]" in english.stdout
    assert "[默认：按系统语言]" in chinese.stdout
    assert jifen(command, "--help", LC_ALL="zh_CN.UTF-8").stdout == chinese.stdout


def prose(text: str) -> list[str]:
    """The words of a Chinese help, without options, what they take, commands and file kinds."""
    text = re.sub(r"示例：.*", "", text)
    text = re.sub(r"#? ?jifen: ignore J304 because …|--?[a-z-]+|[\w*|-]*\|[\w|-]+|\.\w+", "", text)
    text = re.sub(
        r"“[^”]*”|^  \w+  |\w+（[^）]*）|[\w.-]+\.(yaml|jsonl)|用法：jifen \w*",
        "",
        text,
        flags=re.M,
    )
    return re.findall(r"[A-Za-z]{2,}", text)


KEPT = {
    "JSON",
    "Lines",
    "CSV",
    "Excel",
    "Schema",
    "draft",
    "bash",
    "zsh",
    "fish",
    "jifen",
    "text",
    "table",
    "error",
    "household",
    "statements",
    "recorded",
    "cases",
    "en",
    "md",
    "scheme",
    "yaml",
}
"""Names of formats and shells, and values that are written as they stand."""


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_no_english_sentence_is_left_in_a_chinese_help(command: str) -> None:
    shown = jifen(*filter(None, [command]), "--help", "--lang", "zh").stdout
    assert {word for word in prose(shown) if word not in {*KEPT, *COMMANDS}} == set()


@pytest.mark.parametrize("width", ["60", "80", "200"])
def test_help_fits_the_terminal_where_chinese_takes_two_columns(width: str) -> None:
    for command in ("check", "new"):
        for line in jifen(command, "--help", "--lang", "zh", COLUMNS=width).stdout.splitlines():
            if "示例" not in line:  # a command is never broken
                columns = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)
                assert columns <= min(int(width), 100), line


WRONG_CALLS = [
    (["score", "s.yaml"], "the command takes SCHEME… EVENTS", "参数不全，应为：方案… 事件表"),
    (["explain", "s", "e"], "--subject is missing", "缺少 --subject"),
    (
        ["check", "s", "--hlep"],
        "there is no option --hlep; did you mean '--help'?",
        "没有 --hlep 这个选项",
    ),
    (
        ["check", "s", "--format", "xml"],
        "--format takes text|json|sarif|github|junit, not 'xml'",
        "--format 应填text|json|sarif|github|junit，不能填“xml”",
    ),
    (["score", "s", "e", "--top=x"], "--top takes NUMBER, not 'x'", "--top 应填整数，不能填“x”"),
    (
        ["score", "s", "e", "--workers", "0"],
        "--workers takes a number from 1, not '0'",
        "不小于 1 的整数",
    ),
    (
        ["score", "s", "e", "--as-of", "May"],
        "--as-of takes a day such as 2024-12-31 or 2024年12月31日, not 'May'",
        "--as-of 应填日期，例如 2024-12-31 或 2024年12月31日，不能填“May”",
    ),
    (["export", "s", "--output"], "--output needs a value after it", "--output 后面要填值"),
    (["schema", "--both=1"], "--both takes no value", "--both 后面不能填值"),
    (["schema", "x"], "'x' is one argument too many", "多了一个参数“x”"),
    (["scor"], "there is no command 'scor'; did you mean 'score'?", "没有“scor”这个命令；是不是"),
    (["export", "none.yaml"], "none.yaml: there is no such file", "none.yaml"),
    (
        ["verify", "none.jsonl", "--scheme", "none.yaml"],
        "none.yaml: there is no such file",
        "none.yaml",
    ),
    (["import", "none.csv"], "none.csv: there is no such file", "找不到文件 none.csv"),
    (["export", "."], ". is a folder; name a file in it", ". 是文件夹，请写出其中的文件"),
    (["import", "."], ". is a folder; name a file in it", ". 是文件夹，请写出其中的文件"),
    (["score", ".", "none.csv"], ". is a folder; name a file in it", ". 是文件夹"),
]


@pytest.mark.parametrize(
    ("call", "english", "chinese"), WRONG_CALLS, ids=[" ".join(row[0]) for row in WRONG_CALLS]
)
def test_a_wrong_call_is_explained_in_the_language_and_exits_with_2(
    call: list[str], english: str, chinese: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for lang, said in (("en", english), ("zh", chinese)):
        run = jifen("--lang", lang, *call)
        assert run.exit_code == 2 and said in run.stderr, run.output
        assert run.stdout == "" and "Traceback" not in run.stderr
    assert not re.search("Usage|Error|Try|Missing|Invalid", run.stderr)


def test_a_mistyped_file_is_asked_for_by_the_name_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "积分表.xlsx").touch()
    run = jifen("--lang", "zh", "import", str(tmp_path / "积分表.xls"))
    assert (run.exit_code, run.stderr.strip()) == (
        2,
        f"找不到文件 {tmp_path / '积分表.xls'}；是不是 {tmp_path / '积分表.xlsx'}？",
    )


def test_without_arguments_the_help_is_printed_and_the_call_is_wrong() -> None:
    run = jifen()
    assert (run.exit_code, run.stdout) == (2, "") and "Commands:" in run.stderr


def test_the_version_has_one_source() -> None:
    assert jifen("--version").stdout == f"jifen {jifen_rules.__version__}\n"
    assert version("jifen-rules") == jifen_rules.__version__


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "jifen_rules", "--version"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == f"jifen {jifen_rules.__version__}\n"


class Interrupted:
    """A member of a class at whose making somebody presses Ctrl-C."""

    def __set_name__(self, owner: type, name: str) -> None:
        raise KeyboardInterrupt


@pytest.mark.parametrize("moment", ["in a function", "as a class is made"])
def test_ctrl_c_ends_with_130_at_any_moment(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a subcommand is imported, classes are made."""

    def read(_: str) -> None:
        if moment == "in a function":
            raise KeyboardInterrupt
        type("Made", (), {"member": Interrupted()})

    monkeypatch.setattr("jifen_rules.cli._read", read)
    result = CliRunner().invoke(app, ["check"])
    assert (result.exit_code, result.output) == (130, "")


def test_another_error_of_the_program_is_not_taken_for_ctrl_c(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(_: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("jifen_rules.cli._read", read)
    assert str(CliRunner().invoke(app, ["check"]).exception) == "broken"


@pytest.mark.parametrize(("lang", "said"), [("en", "needs more"), ("zh", "还需安装")])
def test_without_the_extra_the_command_says_what_to_install(lang: str, said: str) -> None:
    """`sys.modules[…] = None` is a package that is not installed."""
    code = (
        f"import sys; sys.modules['typer'] = None; import jifen_rules.__main__ as m; "
        f"m.main(['--lang', '{lang}'])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")
    (line,) = run.stderr.splitlines()
    assert said in line and line.endswith("python -m pip install 'jifen-rules[cli]'")


def test_without_an_extra_each_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme, events = folder(tmp_path)
    sheet, table = tmp_path / "e.xlsx", tmp_path / "t.docx"
    sheet.write_bytes(b"PK")
    document = docx.Document()  # which is read without more; to mark it takes python-docx
    for row, texts in zip(document.add_table(2, 2).rows, (("指标", "分值"), ("打扫", "5分"))):
        for cell, text in zip(row.cells, texts):
            cell.text = text
    document.save(str(table))
    for package in ("openpyxl", "docx"):
        monkeypatch.setitem(sys.modules, package, None)
    for extra, call in (
        ("excel", ["score", scheme, str(sheet)]),
        ("excel", ["explain", scheme, str(sheet), "--subject", "甲"]),
        ("excel", ["score", scheme, events, "--roster", str(sheet)]),
        ("excel", ["test", str(tmp_path), "--record", str(sheet)]),
        ("excel", ["import", str(sheet)]),
        ("word", ["import", str(table), "--marked", str(tmp_path / "m.docx")]),
        ("excel", ["export", scheme, "-o", str(tmp_path / "o.xlsx")]),
        ("word", ["export", scheme, "-o", str(tmp_path / "o.docx")]),
    ):
        (tmp_path / "scheme.yaml").write_text(GOOD, "utf-8")
        run = jifen(*call, "--lang", "en")
        assert run.exit_code == 2, (call, run.output)
        assert f"python -m pip install 'jifen-rules[{extra}]'" in run.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_options_and_choices(shell: str) -> None:
    def complete(line: str) -> str:
        words = line.split(" ")
        asked = {
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
            "_TYPER_COMPLETE_ARGS": line,
            "_JIFEN_COMPLETE": f"complete_{shell}",
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        }
        return CliRunner().invoke(app, [], env=asked, prog_name="jifen").stdout

    assert "score" in complete("jifen sc")
    assert "--roster" in complete("jifen score --ro")
    assert "sarif" in complete("jifen check --format sa")
    script = CliRunner().invoke(
        app, [], env={"_JIFEN_COMPLETE": f"source_{shell}"}, prog_name="jifen"
    )
    assert "_JIFEN_COMPLETE" in script.stdout and shell in script.stdout


def test_the_board_comes_first_and_unreadable_rows_last_with_their_reasons(tmp_path: Path) -> None:
    scheme, events = folder(tmp_path)
    Path(events).write_text(EVENTS + "e3,2024-02-30,甲,捐款,1\n", "utf-8")
    command = [sys.executable, "-m", "jifen_rules", "score", scheme, events, "--lang", "en"]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = run.stdout.splitlines()
    assert lines[0] == "Board 2024"
    assert lines[-2] == "1 row could not be used:"
    assert "2024-02-30" in lines[-1] and "a date of the row cannot be read" in lines[-1]


def test_a_row_that_cannot_be_used_is_shown_with_the_names_of_its_columns(tmp_path: Path) -> None:
    scheme, events = folder(tmp_path)
    Path(events).write_text(EVENTS + "e3,3月5日,甲,捐款,1\n", "utf-8")
    run = CliRunner().invoke(app, ["score", scheme, events, "--lang", "zh"])
    last = run.stderr.splitlines()[-1]
    assert "日期没有写年份：请写成" in last and "在表头上面的标题里写明年份" in last
    assert last.endswith("［日期 3月5日、编号 e3、指标 捐款、数量 1、积分对象 甲］")


def test_every_output_of_an_illustrative_scheme_says_so(tmp_path: Path) -> None:
    """The figures of the shipped ones are invented.

    Nobody may take an output of theirs for real.
    """
    shop = Path(__file__).parents[2] / "schemes" / "illustrative" / "revive-shop"
    events = tmp_path / "e.csv"
    events.write_text("id,date,subject,indicator\n1,2024-03-01,甲,harmony\n", encoding="utf-8")
    files = [str(shop / "scheme.yaml"), str(events), "--lang", "en"]
    for command in (
        ["check", files[0], "--lang", "en"],
        ["check", files[0], "--format", "json"],
        ["test", str(shop), "--lang", "en"],
        ["score", *files],
        ["score", *files, "--format", "json"],
        ["score", *files, "--format", "csv"],
        ["explain", *files, "--subject", "甲"],
        ["explain", *files, "--subject", "甲", "--format", "json"],
    ):
        run = CliRunner().invoke(app, command)
        assert run.exit_code == 0
        assert "illustrative" in run.output, command


def test_cases_of_all_folders_below(tmp_path: Path) -> None:
    shop = Path(__file__).parents[2] / "schemes" / "illustrative"
    run = CliRunner().invoke(app, ["test", str(shop), "--lang", "en"])
    assert run.exit_code == 0
    assert run.output.count("scheme.yaml: the figures of this scheme are invented") == 6
    assert "0 failed" in run.output
    empty = CliRunner().invoke(app, ["test", str(tmp_path), "--lang", "en"])
    assert (empty.exit_code, "holds no cases.yaml" in empty.output) == (2, True)
