"""The calls of the page, without a browser: they answer what the commands print.

Also `jifen desk`.
"""

import base64
import http.client
import json
from collections.abc import Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from jifen_rules.cli import app, desk as command
from jifen_rules.desk import CALLS, answer
from jifen_rules.desk.calls import find_call
from jifen_rules.desk.completion import completions
from shards import thorough
from snippets import TRY_OUT as DRAFT

ROWS = [
    {"id": str(day), "date": f"2024-03-0{day}", "subject": "张家", "indicator": "志愿服务"}
    for day in (1, 2, 3)
]


def ask(call: str, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer(call, json.dumps({"text": DRAFT, **given})))
    return found


def test_every_call_has_its_function() -> None:
    assert [name for name in CALLS if not callable(find_call(name))] == []
    with pytest.raises(KeyError):
        find_call("nothing")


def test_a_mistake_has_a_remedy_that_is_written_in() -> None:
    text = DRAFT.replace("志愿服务, 分值", "志愿服务, 分直")
    (problem,) = [p for p in ask("check", text=text)["problems"] if p["edits"]]
    assert (problem["line"], problem["weight"]) == (10, "错误")
    assert ask("mend", text=text, edits=problem["edits"]) == {"text": DRAFT}
    assert ask("mend_all", text=text) == {"text": DRAFT, "count": 1}
    assert ask("check", text=text)["card"] is None


def test_a_sound_draft_has_the_card_of_the_command(tmp_path: Path) -> None:
    file = tmp_path / "scheme.yaml"
    file.write_text(DRAFT, "utf-8")
    run = CliRunner().invoke(
        app, ["check", str(file), "--card", "--format", "json", "--lang", "zh"]
    )
    printed = json.loads(run.stdout)
    found = ask("check", file=str(file))
    (card,) = printed["cards"]
    assert found["card"] == {key: value for key, value in card.items() if key != "file"}
    plain = [{k: v for k, v in p.items() if k != "weight"} for p in found["problems"]]
    assert plain == printed["problems"]


def test_events_give_the_scores_and_the_reason_of_each_point(tmp_path: Path) -> None:
    """3 x 5 under a cap of 12 a year: 100 + 5 + 5 + 2 = 112; the digest is the command's."""
    found = ask("score", rows=ROWS, status="count")
    ((board),) = found["boards"]
    assert [(r["place"], r["name"], r["total"]) for r in board["rows"]] == [(1, "张家", "112")]
    entries = ask("statement", subject="张家")["entries"]
    assert [entry["granted"] for entry in entries] == ["5", "5", "2"]
    assert [bool(entry["reasons"]) for entry in entries] == [False, False, True]
    scheme, events = tmp_path / "scheme.yaml", tmp_path / "events.jsonl"
    scheme.write_text(DRAFT, "utf-8")
    events.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), "utf-8")
    line = ["score", str(scheme), str(events), "--status", "count", "--format", "json"]
    printed = json.loads(CliRunner().invoke(app, line).stdout)
    assert printed["digest"] == found["digest"]
    given = ask("score", events=str(events), status="count")
    assert given["digest"] == found["digest"]
    assert "112" in ask("report")["html"]
    assert "112" not in ask("report", part="statements", period="2024", mask=True)["title"]
    assert base64.b64decode(ask("report", format="xlsx")["data"])[:2] == b"PK"
    assert "112" in base64.b64decode(ask("report", format="csv")["data"]).decode()


def test_rows_that_cannot_be_used_are_told_and_cost_nothing_else() -> None:
    bad = {"id": "4", "date": "2024-13-01", "subject": "张家", "indicator": "志愿服务"}
    other = {"id": "5", "date": "2024-03-01", "subject": "张家", "indicator": "没有这一项"}
    found = ask("score", rows=[*ROWS, bad, other], status="count")
    assert found["boards"][0]["rows"][0]["total"] == "112"
    assert any("2024-13-01" in note for note in found["notes"])
    assert [one["event"] for one in found["not_counted"]] == ["5"]


def test_what_stops_a_call_is_one_sentence() -> None:
    assert ask("score", rows=ROWS, as_of="yesterday")["error"] == (
        "“yesterday”不是日期，请写成 2024-12-31 这样"
    )
    assert ask("score", roster="gone.csv", lang="en")["error"] == "gone.csv: there is no such file"
    assert ask("export", format="odt", lang="en")["error"] == "'odt' is no kind of table"
    assert ask("book", text="方案: x")["problems"]


def test_pickers_come_from_the_scheme() -> None:
    found = ask("book")
    columns = {column["name"]: column for column in found["columns"]}
    assert columns["indicator"]["words"] == ["志愿服务", "乱倒垃圾"]
    assert [deed["points"] for deed in found["deeds"]] == ["每次加5分", "每次扣2分"]


@thorough
def test_two_drafts_are_compared() -> None:
    """With room for 15 the third help brings 5 instead of 2: one rises."""
    new = DRAFT.replace("12 加分", "15 加分")
    (change,) = ask("diff", old=DRAFT, text=new)["changes"]
    assert (change["kind"], change["line"], change["tendency"]) == ("changed", 10, "只会提高总分")
    found = ask("impact", old=DRAFT, text=new, rows=ROWS, status="count")
    assert (found["gainers"], found["losers"]) == (1, 0)
    assert "+3" in found["html"]


CASES = """cases:
  - name: 每年最多加十二分
    as_of: 2024-12-31
    events: [2024-03-01 甲 help, 2024-03-02 甲 help, 2024-03-03 甲 help]
    expect: {totals: {甲: 112}}
  - name: 不符的一例
    as_of: 2024-12-31
    events: [2024-03-01 甲 help]
    expect: {totals: {甲: 104}}
"""


def test_cases_are_run_and_what_none_tries_is_listed() -> None:
    found = ask("cases", cases=CASES)
    assert [case["passed"] for case in found["cases"]] == [True, False]
    assert "105" in found["cases"][1]["text"]
    assert "litter" in {point["id"] for point in found["missing"]}
    assert ask("cases", cases="cases: [{name: 无日期}]")["problems"]


@thorough
def test_a_table_becomes_a_draft_and_a_draft_the_posted_table() -> None:
    table = Path(__file__).parent.parent / "examples" / "clerk" / "积分表.xlsx"
    found = ask("import", table=str(table), today="2026-01-01")
    assert found["unread"] == 0 and found["text"].startswith("# 由 积分表.xlsx 转成的草稿")
    # nobody has options or folders in the page
    assert "--" not in found["report"] and "examples/" not in found["report"]
    assert "如与村里的规定不同，请在草案里改" in found["report"]
    assert ask("check", text=found["text"])["card"]
    marked = ask("marked", table=str(table), today="2026-01-01")
    assert base64.b64decode(marked["data"])[:2] == b"PK"
    assert marked["name"] == "积分表-核对.xlsx"
    for form, begin in (("md", b"#"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        assert base64.b64decode(ask("export", format=form)["data"]).startswith(begin)
    assert base64.b64decode(ask("ledger")["data"])[:2] == b"PK"


def test_a_template_with_answers_and_one_that_does_not_fit() -> None:
    found = ask("templates", lang="zh")
    assert [one["name"] for one in found["templates"]] == ["household", "party", "shop"]
    assert [*found["templates"][0]["usual"]] == [*found["questions"]]
    assert (
        '名称: "东村积分"' in ask("new", template="household", answers={"name": "东村积分"})["text"]
    )
    assert ask("new", template="household", answers={"period": "fortnight"})["problems"]


def test_the_layout_and_the_spelling_of_keys_change() -> None:
    text = ask("format", keys="en")["text"]
    assert text.startswith("scheme: try-out\nname: 试点村积分\n")
    assert ask("format", text=text, keys="zh")["text"].startswith(
        "方案: try-out\n名称: 试点村积分\n"
    )


@pytest.mark.parametrize(
    ("before", "offered", "left_out"),
    [
        ("scheme: x\nper", "period", "scheme"),
        ("scheme: x\nperiod: ", "year", "period"),
        ("方案: x\n考核周期: ", "年", "year"),
        ("indicators:\n  - {id: a, na", "name", "id"),
        ("indicators:\n  - {id: a, caps: [{at_most: 1 times, per: ", "year", "at_most"),
        (
            "categories:\n  - id: x\n    indicators:\n      - id: a\n        points: {ea",
            "each",
            "id",
        ),
        ("process:\n  - {step: ", "declare", "step"),
        ("方案: x\n指标:\n  - id: a\n    名", "名称", "id"),
    ],
)
def test_completion_offers_what_may_stand_there(before: str, offered: str, left_out: str) -> None:
    words = [option["word"] for option in completions(before, len(before), "zh")]
    assert offered in words
    assert left_out not in words


# --- the command ----------------------------------------------------------------------------------


def test_without_a_page_the_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = CliRunner().invoke(app, ["desk", "--page", str(tmp_path)])
    assert run.exit_code == 2
    assert run.stderr == f"{tmp_path} holds no built page; 'make web' builds one\n"
    monkeypatch.setattr(command, "__file__", str(tmp_path / "a" / "b" / "c" / "desk.py"))
    run = CliRunner().invoke(app, ["desk", "--lang", "zh"])
    assert run.exit_code == 2
    assert run.stderr.startswith("网页还没有安装：")


@pytest.fixture
def served(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    (tmp_path / "index.html").write_text("<!DOCTYPE html>", "utf-8")
    (tmp_path / "inside").mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(command.PageHandler, directory=tmp_path))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_page_is_served_under_its_policy_and_nothing_is_listed(
    served: ThreadingHTTPServer, tmp_path: Path
) -> None:
    def get(path: str) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", served.server_port, timeout=5)
        line.request("GET", path)
        found = line.getresponse()
        found.read()
        line.close()
        return found

    page = get("/")
    assert page.status == 200
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert get("/inside/").status == 404
    taken = ["desk", "--page", str(tmp_path), "--no-browser", "--port", str(served.server_port)]
    run = CliRunner().invoke(app, taken)
    assert run.exit_code == 2
    assert run.stderr == f"port {served.server_port} cannot be used; name another with --port\n"


def test_the_page_and_the_command_have_one_policy() -> None:
    """The command adds who may frame the page, which a page cannot say of itself."""
    page = Path(__file__).parent.parent / "web" / "src" / "index.html"
    said = command.POLICY.removesuffix("; frame-ancestors 'self'")
    assert f'content="{said}"' in page.read_text("utf-8")
