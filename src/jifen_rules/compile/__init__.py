"""SchemeFile -> Plan: what the words of a scheme mean together, lowered to the six shapes.

The rooms: `desk` says problems and keeps ids, `values`, `limits`, `effects` and `ladders` lower
their parts, `catalog` walks the scheme. Refuses to know of events.
"""

from .catalog import check_plan, compile_plan, find_ids, read_plan
from .desk import SCALE
from .versions import compile_versions

__all__ = ["SCALE", "check_plan", "compile_plan", "compile_versions", "find_ids", "read_plan"]
