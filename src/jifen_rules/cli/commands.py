"""The subcommands in the order of `--help`: a sentence on each, and an example.

They are not in the modules of the subcommands, so that `jifen --help` imports none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ..core.message import N_

INTERRUPTED: Final = 130
"""The exit code after Ctrl-C."""


@dataclass(frozen=True, slots=True)
class About:
    """The texts of a subcommand's help, each a message id; `more` has paragraphs."""

    summary: str
    example: str
    more: tuple[str, ...] = ()


GROUP: Final = N_(
    "Rules for village points (积分制): check a scheme, calculate scores, explain every point."
)

COMMANDS: Final[Mapping[str, About]] = MappingProxyType(
    {
        "check": About(
            N_("Report every error in a scheme, and what is unlawful, unfair or unclear in it."),
            "jifen check scheme.yaml --fix",
            (
                N_(
                    "For a sound scheme, a card shows what a good household and an ordinary one "
                    "can reach, and what one bad day costs."
                ),
                N_(
                    "A comment '# jifen: ignore J304 because …' in the scheme accepts a finding; "
                    "it is shown with its reason."
                ),
            ),
        ),
        "explain-rule": About(
            N_("Explain a problem by its code: what it finds, why, and what to write instead."),
            "jifen explain-rule J301",
            (N_("A code or a name, as 'jifen check' prints them."),),
        ),
        "score": About(
            N_("Calculate everybody's scores and tiers, and show the board."),
            "jifen score scheme.yaml events.csv --roster roster.csv --trace trace.jsonl",
            (N_("Several schemes are dated versions of one."),),
        ),
        "explain": About(
            N_("Explain one subject's points, and what is missing for the next tier."),
            "jifen explain scheme.yaml events.csv --roster roster.csv --subject P001",
        ),
        "report": About(
            N_("Write the board for the wall, and each household's statement."),
            "jifen report scheme.yaml events.csv --roster roster.csv --mask -o 公示.html",
            (
                N_(
                    "A file holds the board, and with --part statements what each one gets; a "
                    "folder holds the board and a page for each. The page prints from any browser."
                ),
            ),
        ),
        "ledger": About(
            N_("Write an empty Excel workbook for a scheme's events, with lists to choose from."),
            "jifen ledger scheme.yaml --roster roster.csv -o 台账.xlsx",
            (
                N_(
                    "It has just the columns that the scheme asks for, and a sheet that explains "
                    "them. 'jifen score' and 'jifen report' read it as it is."
                ),
            ),
        ),
        "verify": About(
            N_("Check a trace without the engine, and name the first line that does not hold."),
            "jifen verify trace.jsonl --scheme scheme.yaml --roster roster.csv --events events.csv",
            (
                N_(
                    "With --events, everything is evaluated anew and compared whole. Give it what "
                    "score was given; the last day is that of the trace."
                ),
            ),
        ),
        "test": About(
            N_("Run the test cases beside schemes, in the given folders and all folders below."),
            "jifen test schemes/tongde --coverage",
        ),
        "diff": About(
            N_("List what changed in meaning between two schemes, rule by rule."),
            "jifen diff old.yaml new.yaml --format markdown",
            (
                N_(
                    "Each change says whether it can only raise totals, only lower them, or do "
                    "either. Spelling, layout and comments are no changes."
                ),
                N_("Exits with 0 if nothing changed, 1 if something did, 2 in trouble."),
            ),
        ),
        "impact": About(
            N_("Measure who gains and who loses by a change of rules, and which change did it."),
            "jifen impact old.yaml new.yaml events.csv --roster roster.csv",
            (
                N_(
                    "Both schemes are evaluated whole. Each change is also tried alone upon the "
                    "old scheme; 'only together' is the rest, so that the parts add up exactly."
                ),
            ),
        ),
        "fmt": About(
            N_("Format schemes: one order and layout for all, comments kept."),
            "jifen fmt scheme.yaml --keys zh",
        ),
        "schema": About(
            N_("Print a JSON Schema (draft-07) of schemes, for completion in editors."),
            "jifen schema --keys zh > scheme.schema.json",
        ),
        "new": About(
            N_("Start a scheme from a template; a few questions fill it in."),
            "jifen new scheme.yaml --template household --name 某村积分 --yes",
            (
                N_(
                    "Each question has an option; a question whose option is given is not asked. "
                    "The figures are invented until you put in your own."
                ),
            ),
        ),
        "import": About(
            N_("Turn a table of indicators into a draft scheme, and report each cell."),
            "jifen import 积分表.xlsx -o scheme.yaml --keys zh --marked 核对.xlsx",
            (
                N_(
                    "What could not be interpreted is kept as a note at its place in the draft; "
                    "so is what was assumed. Exits with 1 if anything could not be interpreted."
                ),
                N_(
                    "The report is printed; it goes to the error output if the draft itself is "
                    "printed."
                ),
            ),
        ),
        "export": About(
            N_("Write a scheme as the table to be posted, every rule in a plain phrase."),
            "jifen export scheme.yaml -o 积分公示表.xlsx",
        ),
        "desk": About(
            N_("Open the desk in the browser: draft, check and try a scheme on a page."),
            "jifen desk",
            (
                N_(
                    "The page works without a network and sends nothing; this computer alone can "
                    "reach it. It needs the extra 'desk', or a page built by 'make web'."
                ),
            ),
        ),
    }
)
