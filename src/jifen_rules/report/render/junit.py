"""JUnit's XML: suites of checks that passed or failed.

The form is that of the schema junit-10, which Jenkins, GitLab and others read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as xml

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may contain, not even escaped."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: failed with a reason, or passed, perhaps with a remark."""

    name: str
    failure: str | None = None
    detail: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one file."""

    file: str
    checks: tuple[Check, ...]


def junit_document(suites: Iterable[Checks]) -> str:
    """Write suites as one document, one `testsuite` for each file."""
    root = xml.Element("testsuites")
    for suite in suites:
        failed = sum(check.failure is not None for check in suite.checks)
        node = xml.SubElement(
            root,
            "testsuite",
            {
                "name": _clean(suite.file),
                "tests": str(len(suite.checks)),
                "failures": str(failed),
                "errors": "0",
                "skipped": "0",
            },
        )
        for check in suite.checks:
            _add(node, suite.file, check)
    xml.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{xml.tostring(root, encoding="unicode")}\n'


def _add(node: xml.Element, file: str, check: Check) -> None:
    names = {"classname": _clean(file), "name": _clean(check.name)}
    case = xml.SubElement(node, "testcase", names)
    if check.failure is not None:
        about = {"message": _clean(check.failure)} | ({"type": check.kind} if check.kind else {})
        xml.SubElement(case, "failure", about).text = _clean(check.detail)
    elif check.detail:
        xml.SubElement(case, "system-out").text = _clean(check.detail)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
