"""Both languages say everything: the Chinese catalog is whole, and compiled as it is written."""

import ast
import io
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from jifen_rules.core.faults import FAULTS
from jifen_rules.core.message import Message, Term, msg
from jifen_rules.report.render.language import language_of, translate, words

PACKAGE = Path(__file__).parents[2] / "src" / "jifen_rules"
CATALOG = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "jifen_rules"


def written() -> dict[str, str]:
    with CATALOG.with_suffix(".po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def in_the_code() -> set[str]:
    found = extract_from_dir(str(PACKAGE), keywords={"N_": None})
    faults = {text for fault in FAULTS.values() for text in (fault.message, fault.help)}
    return {message for _, _, message, _, _ in found if isinstance(message, str)} | faults


def test_every_message_of_the_code_is_there_in_chinese() -> None:
    assert in_the_code() == set(written())
    assert [english for english, chinese in written().items() if not chinese] == []


def test_no_message_is_hidden_from_the_tool_that_takes_them_out_of_the_code() -> None:
    """Before Python 3.12 an f-string is one token, and Babel sees no call inside it."""
    calls = {
        str(node.args[0].value)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_"
        if isinstance(node.args[0], ast.Constant)
    }
    assert calls - in_the_code() == set()


def test_a_translation_uses_the_very_values_of_its_message() -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"(?<!\{)\{(\w+)\}", text))

    assert [e for e, chinese in written().items() if names(e) != names(chinese)] == []


def test_the_compiled_catalog_holds_the_messages_of_the_written_one() -> None:
    """Messages are compared, not bytes: the header names the version of the tool that compiled."""
    with CATALOG.with_suffix(".mo").open("rb") as file:
        compiled = {str(m.id): str(m.string) for m in read_mo(file) if m.id}
    assert compiled == written()


def test_a_catalog_of_another_version_of_the_tool_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CATALOG.with_suffix(".po").open("rb") as file:
        catalog = read_po(file)
    monkeypatch.setattr("babel.messages.catalog.VERSION", "99.0")
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    assert b"Babel 99.0" in compiled.getvalue()
    compiled.seek(0)
    assert {str(m.id): str(m.string) for m in read_mo(compiled) if m.id} == written()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=lambda fault: fault.name)
def test_a_fault_is_said_in_chinese(fault: Any) -> None:
    for text in (fault.message, fault.help):
        assert text == "{hint}" or re.search("[\u4e00-\u9fff]", translate(text, "zh"))


def test_fixed_words_come_from_the_vocabulary() -> None:
    assert words(Term("half_year"), "zh") == "半年"
    assert words(Term("2 year"), "zh") == "2年"
    assert words(Term("half_year"), "en") == "half year"
    assert words(msg("{name}", name=Message("{a}", {"a": "x"})), "zh") == "x"


def test_the_language_follows_the_locale() -> None:
    assert language_of({"LANG": "zh_CN.UTF-8"}) == "zh"
    assert language_of({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}) == "en"
    assert language_of({}) == "en"
