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

from jifen_rules.core.counted import COUNT
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


# --- one event, two events ------------------------------------------------------------------------


def without_counts(text: str) -> str:
    return COUNT.sub("", text)


def test_whatever_a_sentence_counts_is_known_in_the_singular() -> None:
    """A new sentence that counts something else fails here: then enter it in COUNTED."""
    found = {
        word
        for text in map(without_counts, in_the_code())
        for word in re.findall(r"\{\w+\} (?:\w+ )?(?<!of )([\w-]+s)\b", text)
    }
    assert found - NOT_COUNTED == set()


NOT_COUNTED = {
    *("adds", "as", "asks", "becomes", "begins", "brings", "checks", "comes", "counts", "ends"),
    *("follows", "goes", "has", "holds", "is", "joins", "lasts", "lets", "lies", "means", "needs"),
    *("opens", "others", "stands", "starts", "takes", "this", "times", "was"),
}
"""Words that follow a value, end with s and are not what is counted."""


def test_the_verb_after_a_count_is_known_of_one() -> None:
    """A new sentence in which another word follows a count fails here: a verb is to be entered."""
    follows = {
        word
        for text in in_the_code()
        for count in COUNT.finditer(text)
        if count["verb"] is None
        for word in re.findall(r"\A ([a-z]+)", text[count.end() :])
    }
    assert follows - BESIDE_A_COUNT == set()


BESIDE_A_COUNT = {
    *("a", "after", "at", "could", "covered", "deep", "derived", "down", "missing", "not"),
    *("noticed", "of", "or", "to", "up", "with", "and", "in"),
}
"""Words that are the same after one and after several."""


@pytest.mark.parametrize(
    "template, one, two",
    [
        ("{n} rows could not be used:", "1 row could not be used:", "2 rows could not be used:"),
        ("{n} entries", "1 entry", "2 entries"),
        ("{n} events have no status", "1 event has no status", "2 events have no status"),
        ("these {n} points do not count", "this 1 point does not count", None),
        ("{n} party members", "1 party member", "2 party members"),
        ("within {n} working days", "within 1 working day", "within 2 working days"),
        ("{n} times the points", "1 times the points", "2 times the points"),
        ("{n} half-years", "1 half-year", "2 half-years"),
        ("{m} of {n} scores are touched", "3 of 1 score is touched", None),
    ],
)
def test_one_is_counted_in_the_singular(template: str, one: str, two: str | None) -> None:
    assert words(msg(template, n="1", m="3"), "en") == one
    assert words(msg(template, n="+1", m="3"), "en") == one.replace("1", "+1")
    assert two is None or words(msg(template, n="2", m="3"), "en") == two
    assert "1" in words(msg(template, n="1", m="3"), "zh")
