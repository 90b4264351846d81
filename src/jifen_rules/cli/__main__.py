"""`python -m jifen_rules.cli` is `jifen`."""

from . import main

main()
