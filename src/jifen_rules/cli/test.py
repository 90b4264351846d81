"""`jifen test`: run the cases of schemes, and report the rules that no case tests."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from ..cases.reader import read_cases
from ..cases.record import first_line, language_of_keys, record_case
from ..core.message import N_, msg
from ..core.problem import JifenError
from ..inputs.event import event_data
from ..inputs.intake import read_events
from ..inputs.roster import belonging_data
from ..report.render.language import Language
from .inputs import evaluate_files, print_notes
from .options import NAME, AsOfOpt, LangOpt, RosterOpt, one_of
from .output import choose_language, fail, stop, tell
from .suites import CaseFormat, SuiteOptions, run_suites
from .watch import watch_files
from .writing import like_before, write_file

_PathsArg = Annotated[
    list[Path],
    typer.Argument(metavar=N_("FOLDER"), help=N_("Folders with scheme.yaml and cases.yaml.")),
]
_OnlyOpt = Annotated[
    str,
    typer.Option(
        "-k",
        metavar=N_("WORDS"),
        help=N_("Only cases whose names contain these words: 'a and not b'."),
    ),
]
_CoverageOpt = Annotated[
    bool, typer.Option("--coverage", help=N_("List the rules and branches that no case tests."))
]
_MinCoverageOpt = Annotated[
    float,
    typer.Option(metavar=N_("PERCENT"), help=N_("Exit with 1 if less than this is covered.")),
]
_RecordOpt = Annotated[
    Path | None,
    typer.Option(
        metavar=N_("EVENTS"),
        help=N_("Add a case to the folder, with the figures that these events give today."),
    ),
]
_NameOpt = Annotated[str, typer.Option(metavar=NAME, help=N_("Name of the recorded case."))]
_MutateOpt = Annotated[
    bool,
    typer.Option("--mutate", help=N_("Change each rule a little; list what no case notices.")),
]
_MinMutationOpt = Annotated[
    float,
    typer.Option(
        metavar=N_("PERCENT"), help=N_("Exit with 1 if fewer of the small changes are noticed.")
    ),
]
_AgainstOpt = Annotated[
    Path | None,
    typer.Option(
        metavar=N_("OLD"),
        help=N_("An older scheme, or its folder: say which change breaks which case."),
    ),
]
_WatchOpt = Annotated[
    bool,
    typer.Option("--watch", help=N_("Run again whenever a file changes, until interrupted.")),
]
_FormOpt = Annotated[
    CaseFormat,
    typer.Option("--format", metavar=one_of(CaseFormat), help=N_("How results are written.")),
]


def test(
    paths: _PathsArg,
    only: _OnlyOpt = "",
    coverage: _CoverageOpt = False,
    min_coverage: _MinCoverageOpt = 0,
    record: _RecordOpt = None,
    roster: RosterOpt = None,
    as_of: AsOfOpt = "",
    name: _NameOpt = "recorded",
    mutate: _MutateOpt = False,
    min_mutation: _MinMutationOpt = 0,
    against: _AgainstOpt = None,
    watch: _WatchOpt = False,
    form: _FormOpt = CaseFormat.TEXT,
    lang: LangOpt = None,
) -> None:
    """Run cases and print the results."""
    language = choose_language(lang)
    if record is not None:
        if watch:
            fail(
                msg(N_("--watch runs cases and --record adds one: ask for one of the two")),
                language,
            )
        _record(paths[0], record, roster, as_of, name, language)
        return
    asked = SuiteOptions(
        only,
        Fraction(min_coverage) if coverage or min_coverage > 0 else None,
        Fraction(min_mutation) if mutate or min_mutation > 0 else None,
        against,
        form,
    )
    if watch:
        watched = (*paths, against) if against is not None else paths
        watch_files(watched, lambda: run_suites(paths, asked, language), language)
    raise typer.Exit(run_suites(paths, asked, language))


def _record(
    folder: Path,
    events: Path,
    roster: Path | None,
    as_of: str,
    name: str,
    language: Language,
) -> None:
    """Add a case with the current figures to the cases of a folder."""
    done = evaluate_files([folder / "scheme.yaml"], events, roster, as_of, "count", language)
    known, _ = read_events(events)
    rows = [event_data(event) for event in known]
    belongings = (
        [belonging_data(row) for row in done.roster.rows] if done.roster is not None else []
    )
    file = folder / "cases.yaml"
    text = file.read_text("utf-8-sig") if file.exists() else first_line(language)
    case = record_case(name, date.today(), rows, belongings, done.result, language_of_keys(text))
    written = f"{text.rstrip()}\n{case}"
    try:
        read_cases(file, text=written)
    except JifenError as error:
        stop(error.problems, language)
    write_file(file, [like_before(file, written)], language)
    tell(msg(N_("{file}: one case more, to be reviewed"), file=str(file)), language)
    print_notes(done, language)
