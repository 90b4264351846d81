"""`jifen new`, `import` and `export` as a clerk meets them."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from typer.testing import CliRunner

from jifen_rules.cli import app
from jifen_rules.compile import check_plan
from jifen_rules.core.problem import Severity
from jifen_rules.scheme.load import load_scheme
from jifen_rules.scheme.model.amounts import NetLimit
from jifen_rules.tables.start import QUESTIONS, TEMPLATES, start_scheme, usual_answers

TABLE = "某村积分细则,,\n类别,指标,分值\n环境,扫地,+1分/次\n,洗车,看情况\n"


def run(*arguments: str, answers: str = "") -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments), input=answers)
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "t.csv").write_text(TABLE, encoding="utf-8")
    return tmp_path / "t.csv"


# --- import ---------------------------------------------------------------------------------------


def test_import_writes_the_draft_and_tells_each_cell(table: Path) -> None:
    draft = table.with_name("s.yaml")
    code, out, _ = run(
        "import",
        str(table),
        "-o",
        str(draft),
        "--keys",
        "zh",
        "--lang",
        "zh",
        "--from",
        "2024-01-01",
    )
    assert code == 1  # one cell was not understood
    assert "C3 “+1分/次” → 分值: 1" in out
    assert f"{table}:C4: D511 not-understood" in out
    text = draft.read_text("utf-8")
    assert "      # 未读懂（C4）：看情况\n      - {名称: 洗车, 分值: 未载明}" in text
    assert run("check", str(draft))[0] == 0


def test_import_to_the_output_keeps_the_report_apart(table: Path) -> None:
    code, out, err = run(
        "import", str(table), "--lang", "en", "--subject", "person", "--period", "month"
    )
    assert code == 1
    loaded = load_scheme("s.yaml", text=out)
    assert (loaded.scheme.kind, str(loaded.scheme.period.unit)) == ("person", "month")
    assert "4 cells" not in out and "1 place not understood" in err


def test_import_reports_for_programs_too(table: Path) -> None:
    _, out, _ = run(
        "import",
        str(table),
        "-o",
        str(table.with_name("s.yaml")),
        "--format",
        "json",
        "--lang",
        "en",
    )
    report = json.loads(out)
    assert {"cell": "C3", "text": "+1分/次", "became": {"points": "1"}} in report["cells"]
    assert [p["cell"] for p in report["problems"] if p["code"] == "D511"] == ["C4"]


def test_a_table_wholly_understood_ends_well(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("指标,分值\n扫地,每次加1分\n", encoding="utf-8")
    assert run("import", str(tmp_path / "t.csv"))[0] == 0


def test_import_of_what_is_no_table_says_so_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n", encoding="utf-8")
    code, out, err = run("import", str(tmp_path / "t.csv"), "--lang", "en")
    assert (code, out) == (1, "") and f"{tmp_path / 't.csv'}: D506 no-table-found" in err
    assert "没有找到" in run("import", str(tmp_path / "t.csv"), "--lang", "zh")[2]


def test_nothing_is_written_over_without_a_word(table: Path) -> None:
    there = table.with_name("s.yaml")
    there.write_text("mine", encoding="utf-8")
    scheme = table.with_name("x.yaml")
    assert run("new", str(scheme), "--yes")[0] == 0
    for command in (
        ("import", str(table), "-o"),
        ("export", str(scheme), "--format", "md", "-o"),
        ("new", "--yes"),
    ):
        code, _, err = run(*command, str(there), "--lang", "en")
        assert code == 2 and "--force" in err
        assert there.read_text("utf-8") == "mine"
    assert run("import", str(table), "-o", str(there), "--force")[0] == 1
    assert there.read_text("utf-8") != "mine"


# --- export ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["md", "csv", "xlsx", "docx"])
def test_export_writes_by_the_ending_of_the_name(tmp_path: Path, ending: str) -> None:
    scheme, file = tmp_path / "s.yaml", tmp_path / f"t.{ending}"
    assert run("new", str(scheme), "--yes")[0] == 0
    assert run("export", str(scheme), "-o", str(file), "--lang", "zh") == (0, "", "")
    data = file.read_bytes()
    assert data.startswith(
        b"PK" if ending in ("xlsx", "docx") else (b"\xef\xbb\xbf" if ending == "csv" else b"#")
    )


def test_export_to_the_output_is_markdown_in_the_language_asked_for(tmp_path: Path) -> None:
    scheme = tmp_path / "s.yaml"
    assert run("new", str(scheme), "--yes", "--template", "shop")[0] == 0
    assert "| 乱堆乱放 | 每次扣2分 |" in run("export", str(scheme), "--lang", "zh")[1]
    assert "| 乱堆乱放 | -2 each time |" in run("export", str(scheme), "--lang", "en")[1]


def test_export_says_what_is_wrong(tmp_path: Path) -> None:
    scheme = tmp_path / "s.yaml"
    scheme.write_text("pionts: 5\n", encoding="utf-8")
    code, out, err = run("export", str(scheme))
    assert (code, out) == (1, "") and "L101" in err
    assert run("export", str(scheme), "-o", str(tmp_path / "t.pdf"))[0] == 2


def test_without_the_extra_export_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scheme = tmp_path / "s.yaml"
    assert run("new", str(scheme), "--yes")[0] == 0
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)
    code, _, err = run("export", str(scheme), "-o", str(tmp_path / "t.xlsx"), "--lang", "en")
    assert code == 2 and "jifen-rules[excel]" in err


# --- new ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", [template.name for template in TEMPLATES])
def test_a_template_is_one_scheme_in_both_spellings_and_passes_the_check(template: str) -> None:
    plain = []
    for keys in ("en", "zh"):
        text = start_scheme(template, {}, keys)
        assert len(text.splitlines()) <= 45
        loaded = load_scheme("s.yaml", text=text)
        assert loaded.scheme.illustrative
        assert {p.fault.name for p in check_plan(loaded)} == {"figures-invented"}
        plain.append(
            [
                (i.name, i.points if not hasattr(i.points, "by") else None, len(i.caps))
                for _, _, i in loaded.scheme.walk()
            ]
        )
        assert set(usual_answers(template, keys)) == set(QUESTIONS)
    assert plain[0] == plain[1]


def test_new_asks_takes_answers_and_asks_again_where_one_does_not_fit(tmp_path: Path) -> None:
    file = tmp_path / "s.yaml"
    answers = "liuxi\n柳溪村: “积分”\n2024-07-01\nsometimes\nquarter\n50\n0 lost\n\n"
    code, out, err = run("new", str(file), "--lang", "en", answers=answers)
    assert code == 0 and "'sometimes' is not a period" in err and "jifen check" in out
    scheme = load_scheme(file).scheme
    assert (scheme.scheme, scheme.name, str(scheme.base)) == ("liuxi", "柳溪村: “积分”", "50")
    assert (scheme.effective_from.isoformat(), scheme.period.unit) == ("2024-07-01", "quarter")
    assert isinstance(scheme.floor, NetLimit)
    assert (scheme.floor.beyond, scheme.at_period_end) == ("lost", "clear")
    assert "# never below zero" in file.read_text("utf-8")  # comments stay


def test_every_question_has_an_option_and_none_is_asked_then(tmp_path: Path) -> None:
    code, out, _ = run(
        "new",
        "-",
        "--id",
        "a",
        "--name",
        "甲",
        "--from",
        "2024-01-01",
        "--period",
        "year",
        "--base",
        "0",
        "--floor",
        "none",
        "--at-period-end",
        "carry",
        "--template",
        "party",
        "--keys",
        "zh",
    )
    assert code == 0
    assert out.splitlines()[1:4] == ["方案: a", '名称: "甲"', "示例: 是"]
    floor = load_scheme("s.yaml", text=out).scheme.floor
    assert isinstance(floor, NetLimit) and floor.number is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--floor", "0"), "does not say what becomes"),
        (("--from", "2024-13-01"), "is not a date"),
        (("--id", "a b"), "cannot be an id"),
        (("--base", "many"), "is not a number"),
        (("--period", "year\nfoo: 1"), "is not YAML"),
        (("--template", "x"), "there is no template 'x'"),
    ],
)
def test_an_answer_that_does_not_fit_is_a_wrong_call(arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run("new", "-", "--yes", "--lang", "en", *arguments)
    assert (code, out) == (2, "") and said in err


def test_nobody_answering_is_a_wrong_call() -> None:
    code, _, err = run("new", "-", "--lang", "en")
    assert code == 2 and "--yes" in err


def test_new_lists_its_templates_in_both_languages() -> None:
    assert (
        run("new", "--list", "--lang", "en")[1].splitlines()[0].startswith("household: households")
    )
    assert "党员" in run("new", "--list", "--lang", "zh")[1]


@pytest.mark.parametrize("command", ["new", "import", "export"])
def test_help_shows_an_example(command: str) -> None:
    assert f"Example: jifen {command}" in run(command, "--help", "--lang", "en")[1]


def test_from_a_table_to_points_in_three_commands(tmp_path: Path) -> None:
    """A table, the draft, an Excel sheet of events, the scores."""
    book = openpyxl.Workbook()
    for row in (
        ["编号", "日期", "积分对象", "指标"],
        [1, "2024-03-01", "张家", "扫地"],
        [2, "2024-03-02", "张家", "扫地"],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "e.xlsx")
    (tmp_path / "t.csv").write_text(
        "指标,分值,上限\n扫地,每次加二分,每月最高3分\n", encoding="utf-8"
    )
    draft = str(tmp_path / "s.yaml")
    assert run("import", str(tmp_path / "t.csv"), "-o", draft, "--from", "2024-01-01")[0] == 0
    code, out, _ = run("score", draft, str(tmp_path / "e.xlsx"), "--format", "json")
    assert code == 0 and json.loads(out)["scores"][0]["total"] == "3"  # 2 + 2, at most 3 a month


def test_severities_are_those_of_the_exit_code(table: Path) -> None:
    _, out, _ = run("import", str(table), "-o", str(table.with_name("s.yaml")), "--format", "json")
    kinds = {p["code"]: p["severity"] for p in json.loads(out)["problems"]}
    assert kinds["D511"] == Severity.WARNING and kinds["D516"] == Severity.ADVICE


# --- the marked copy, and what is still to be read ------------------------------------------------

SIGNED = "类别,指标,分值,得分\n环境,扫地,+1分/次,\n,洗车,看情况,\n,开会,5,3\n"


def colours(path: Path) -> dict[str, str]:
    """The colour of each filled cell of the first sheet."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return {c.coordinate: str(c.fill.fgColor.rgb)[2:] for c in cells if c.fill.fill_type}


def import_marked(table: Path, marked: Path, folder: Path) -> None:
    """Import a table and write its marked copy, in Chinese."""
    draft = str(folder / "s.yaml")
    run("import", str(table), "-o", draft, "--marked", str(marked), "--lang", "zh")


def test_a_marked_copy_of_the_table_comes_back(tmp_path: Path) -> None:
    table, marked = tmp_path / "t.csv", tmp_path / "m.xlsx"
    table.write_text(SIGNED, encoding="utf-8")
    import_marked(table, marked, tmp_path)
    green, yellow, red, grey = "C6EFCE", "FFEB9C", "FFC7CE", "D9D9D9"
    assert colours(marked) == {
        "A2": green,
        "B2": green,
        "C2": green,
        "B3": green,
        "C3": red,
        "B4": green,
        "C4": yellow,
        "D4": grey,
        "D1": grey,
    }
    sheet = openpyxl.load_workbook(marked).worksheets[0]
    assert sheet["C3"].comment is not None and "没有读懂" in sheet["C3"].comment.text
    assert sheet["C2"].comment is None


def test_the_marked_copy_of_a_word_table_is_a_word_table(tmp_path: Path) -> None:
    table, marked = tmp_path / "t.docx", tmp_path / "m.docx"
    document = docx.Document()
    rows = [line.split(",") for line in SIGNED.splitlines()]
    made = document.add_table(len(rows), 4)
    for number, texts in enumerate(rows):
        for column, text in enumerate(texts):
            made.cell(number, column).text = text
    document.save(str(table))
    import_marked(table, marked, tmp_path)
    copy = docx.Document(str(marked))
    shades = [
        [
            cell._tc.xpath("string(w:tcPr/w:shd/@w:fill)")  # noqa: SLF001 - python-docx has no shading
            for cell in row.cells
        ]
        for row in copy.tables[0].rows
    ]
    assert shades[2] == ["", "C6EFCE", "FFC7CE", ""]
    assert [row.cells[2].text for row in copy.tables[0].rows] == [row[2] for row in rows]
    assert any("没有读懂" in comment.text for comment in copy.comments)


def test_the_marked_copy_never_takes_the_place_of_another_file(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(SIGNED, encoding="utf-8")
    book = tmp_path / "t.xlsx"
    run("import", str(table), "-o", str(tmp_path / "s.yaml"), "--marked", str(book))
    before = book.read_bytes()
    for marked in (book, tmp_path / "m.docx"):
        code, _, err = run(
            "import", str(book), "-o", str(tmp_path / "x.yaml"), "--marked", str(marked), "--force"
        )
        assert code == 2 and err
    assert book.read_bytes() == before and not (tmp_path / "x.yaml").exists()


def test_the_keys_follow_the_language_unless_they_are_given(table: Path) -> None:
    for lang, keys, first in (
        ("zh", (), "方案:"),
        ("en", (), "scheme:"),
        ("zh", ("--keys", "en"), "scheme:"),
    ):
        _, out, _ = run("import", str(table), "--lang", lang, *keys)
        assert any(line.startswith(first) for line in out.splitlines())


def test_the_check_tells_each_note_that_is_still_unread(table: Path) -> None:
    draft = table.with_name("s.yaml")
    for lang, note in (("zh", "看情况"), ("en", "看情况")):
        run("import", str(table), "-o", str(draft), "--lang", lang, "--force")
        _, out, err = run("check", str(draft), "--lang", "zh")
        assert "J615 cell-unread" in out + err and note in out + err
        lines = draft.read_text("utf-8").splitlines()
        draft.write_text("\n".join(x for x in lines if note not in x), encoding="utf-8")
        _, out, err = run("check", str(draft), "--lang", "zh")
        assert "J615" not in out + err


def test_a_marked_copy_does_not_unfold_what_is_joined_without_end(tmp_path: Path) -> None:
    small, huge = tmp_path / "small.xlsx", tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    for texts in (["指标", "分值"], ["扫地", "每次加1分"], ["注：略"]):
        book.worksheets[0].append(texts)
    book.worksheets[0].merge_cells("A3:B3")
    book.save(small)
    with zipfile.ZipFile(small) as source, zipfile.ZipFile(huge, "w") as target:
        for part in source.namelist():
            data = source.read(part).replace(b'ref="A3:B3"', b'ref="A3:XFD1048576"')
            target.writestr(part, data)
    marked = tmp_path / "m.xlsx"
    run("import", str(huge), "-o", str(tmp_path / "s.yaml"), "--marked", str(marked))
    assert colours(marked)["B2"] == "C6EFCE"


# --- what is read is not written, and an output may be closed -------------------------------------


def test_no_command_writes_over_the_file_it_reads(tmp_path: Path) -> None:
    """Not even with --force: the village's own table or scheme would be lost."""
    table, scheme = tmp_path / "t.csv", tmp_path / "s.yaml"
    table.write_text("指标,分值\n甲,+1\n", "utf-8")
    assert run("import", str(table), "-o", str(scheme))[0] == 0
    for call in (
        ("import", str(table), "-o", str(table), "--force"),
        ("export", str(scheme), "-o", str(scheme), "--format", "md", "--force"),
    ):
        code, _, err = run(*call)
        assert code == 2 and "is read or written already" in err
    assert table.read_text("utf-8") == "指标,分值\n甲,+1\n"
    assert load_scheme(scheme).scheme.indicators[0].name == "甲"


@pytest.mark.parametrize("command", ["check", "export"])
def test_an_output_that_is_closed_from_the_start_is_no_traceback(
    tmp_path: Path, command: str
) -> None:
    scheme = tmp_path / "s.yaml"
    table = tmp_path / "t.csv"
    table.write_text("指标,分值\n甲,+1\n", "utf-8")
    assert run("import", str(table), "-o", str(scheme))[0] == 0
    call = f'exec "{sys.executable}" -m jifen_rules {command} "{scheme}" >&-'
    done = subprocess.run(["sh", "-c", call], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
