"""The command `jifen`, also as `python -m jifen_rules`.

Imports nothing outside the core until it knows that the extra `cli` is installed.
"""

import sys
from collections.abc import Sequence
from typing import Final

from .core.message import N_, msg
from .report.render.language import asked_language, words

_NEEDED: Final = frozenset({"typer", "rich"})
"""The packages of the extra `cli` that the command imports."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command; without the extra `cli`, say what to install and exit with 2."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        from .cli import app

        app(given)
    except ModuleNotFoundError as error:
        if str(error.name).partition(".")[0] not in _NEEDED:
            raise
        text = N_("the command jifen needs more: python -m pip install 'jifen-rules[cli]'")
        print(words(msg(text), asked_language(given)), file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
