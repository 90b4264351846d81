"""pytest collects `cases.yaml` files that stand beside a `scheme.yaml`, one item for each case.

Uses public names of the library only; installed with it, it is loaded by pytest itself.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jifen_rules import Case, CaseRunner, JifenError, SchemeFile, load_scheme, read_cases
from jifen_rules.report.render.to_text import render_case


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker that every case of a scheme bears."""
    config.addinivalue_line("markers", "jifen: a case of a point scheme, from a cases.yaml")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of cases that has its scheme beside it."""
    if file_path.name == "cases.yaml" and (file_path.parent / "scheme.yaml").exists():
        return CasesFile.from_parent(parent, path=file_path)
    return None


class CasesFile(pytest.File):
    """One file of cases; its scheme is loaded and compiled once."""

    def collect(self) -> Iterable["CaseItem"]:
        """Yield the cases in their order; names that stand twice are numbered."""
        runner = CaseRunner(load_scheme(self.path.parent / "scheme.yaml"))
        for case, name in _named(read_cases(self.path)):
            item: CaseItem = CaseItem.from_parent(self, name=name)
            item.case, item.runner = case, runner
            item.add_marker("jifen")
            yield item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return a scheme or cases that cannot be read: their problems, with places."""
        if isinstance(excinfo.value, JifenError):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


def _named(cases: Iterable[Case]) -> Iterator[tuple[Case, str]]:
    seen: dict[str, int] = {}
    for case in cases:
        seen[case.name] = seen.get(case.name, 0) + 1
        number = seen[case.name]
        yield case, case.name if number == 1 else f"{case.name} #{number}"


class CaseItem(pytest.Item):
    """One case."""

    case: Case
    runner: CaseRunner

    def runtest(self) -> None:
        """Run the case; it fails with what differs and the entries that led there."""
        outcome = self.runner.run(self.case)
        if not outcome.passed:
            raise CaseFailed(render_case(outcome))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the same text as that of `jifen test`."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, self.case.place.line - 1, self.name


class CaseFailed(Exception):
    """A case that did not give what it expects."""


@pytest.fixture
def jifen_scheme(request: pytest.FixtureRequest) -> SchemeFile:
    """Return the `scheme.yaml` in the folder of the test that asks for it."""
    return load_scheme(request.path.parent / "scheme.yaml")
