"""What the page's Python cannot do, as skips of pytest: each for its reason, nothing else.

A browser starts no process and no thread, and some packages have no build for it. `-p
page_platform` loads this.
"""

from collections.abc import Generator
from traceback import format_tb
from typing import Any

import pytest

ABSENT = {"docx", "jsonschema", "lxml", "pyarrow", "resource", "ssl", "venv", "xmlschema"}
"""Modules that have no build for this platform, or stand upon one that has none."""
CANNOT = {
    OSError: "emscripten does not support processes",
    RuntimeError: "can't start new thread",
    NotImplementedError: "emscripten does not support processes",
}
"""What the interpreter raises where it is asked for a process or a thread."""

NOT_HERE = {
    "test_check.py::test_every_format_says": "the library is not installed here",
    "test_mechanics.py::test_the_page_is_the_one": "signatures are spelled as Python 3.11 does",
    "test_check.py::test_a_terminal_sees": "there is no terminal",
    "test_intake.py::test_a_file_that_cannot_be_read_twice": "there are no pipes with names",
    "test_odd_files.py::test_days_of_1904": "openpyxl writes other XML where there is no lxml",
    "test_workbook.py::test_a_hostile_file_ends_in_a_problem_within_a_second": "it is slower",
    "test_verify.py::test_the_example_year_holds_in_less_than_a_second": "it is slower",
    "test_a_mask_leaves_no_name_on_the_page[m.docx]": "there is no python-docx",
    "test_a_mask_leaves_no_name_in_any_format[o.docx]": "there is no python-docx",
    "test_what_is_mended[lf-tabs": "PyYAML without libyaml takes no tab after a comma",
    "test_what_is_mended[crlf-tabs": "PyYAML without libyaml takes no tab after a comma",
}
"""Tests that cannot hold here, by a part of their name, and why."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot hold here."""
    for item in items:
        for name, why in NOT_HERE.items():
            if name in item.nodeid:
                item.add_marker(pytest.mark.skip(why))


def reason(error: BaseException | None) -> str:
    """Say what of the platform an error comes from, itself or by what it was raised from."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name in ABSENT:
            return f"there is no {error.name} here"
        for kind, words in CANNOT.items():
            if isinstance(error, kind) and words in str(error):
                return words
        if isinstance(error, OSError) and "/multiprocessing/" in "".join(
            format_tb(error.__traceback__)
        ):
            return "there are no pipes between processes"
        error = error.__cause__ or error.__context__
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: Any) -> Generator[None, Any, Any]:
    """Skip a test that asks for what is not here."""
    try:
        return (yield)
    except Exception as error:
        if found := reason(error):
            pytest.skip(found)  # `reason` says what this platform lacks; see CANNOT and ABSENT
        raise


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup() -> Generator[None, Any, Any]:
    """Skip a test one of whose fixtures asks for what is not here."""
    try:
        return (yield)
    except Exception as error:
        if found := reason(error):
            pytest.skip(found)  # `reason` says what this platform lacks; see CANNOT and ABSENT
        raise


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Leave out a module that imports what is not here."""
    report: Any = yield
    call = getattr(report, "call", None)
    error = call.excinfo.value if call is not None and call.excinfo is not None else None
    if report.outcome == "failed" and (found := reason(error)):
        report.outcome = "skipped"
        report.longrepr = (str(collector.path), 1, f"Skipped: {found}")
    return report
