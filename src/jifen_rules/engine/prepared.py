"""The versions of a scheme, prepared once for many subjects: routes, layout, what is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..plan import Cap, Fixed, Plan, Versions
from .frames import Layout, WindowKeys
from .retention import Retention
from .routes import RouteMaker
from .rows import RowHead
from .stages import Slots, StageMaker, moved_slots
from .state import Opening

FUSING_PAYS_FROM = 40_000
"""Below so many events, fusing stages costs more than it saves."""


@dataclass(frozen=True)
class PreparedPlan:
    """One version of a scheme with its routes."""

    plan: Plan
    routes: RouteMaker
    quantity_keys: Mapping[str, WindowKeys]
    """The keys of the sums of quantities, by slot."""
    heads: dict[str, RowHead] = field(default_factory=dict)
    """Holds what entries of an indicator have in common."""
    plains: dict[object, Any] = field(default_factory=dict)
    """By kind, classes and ledgers of a subject, the grants for it that are plain, by indicator."""
    openings: dict[object, Opening] = field(default_factory=dict)
    """By period, kind and classes, what a subject begins with, where all begin alike."""

    @cached_property
    def opens_alike(self) -> bool:
        """Tell whether all of a kind and class begin with the same figures, which nobody shares."""
        ledgers, starts = self.plan.ledgers.values(), self.plan.starts
        bases = (*(ledger.base for ledger in ledgers), *(start.value for start in starts))
        parts = (part for start in starts for part in start.path)
        shares = any(isinstance(part, Cap) and part.among for part in parts)
        return not shares and all(isinstance(base, Fixed) for base in bases)


class Prepared:
    """The versions of a scheme, prepared once for many subjects.

    With `keeps`, every contribution is kept, so that something may end it later.
    """

    def __init__(
        self,
        versions: Versions,
        retention: Retention,
        *,
        keeps: bool,
        count: int = 0,
        waits: bool = False,
    ) -> None:
        """Prepare them for so many events, as far as one knows."""
        self.versions, self.retention, self.keeps = versions, retention, keeps
        self.waits = waits and not keeps
        """Tells whether points may wait where they add up: it pays where subjects take several."""
        self._count = count
        self.taken = 0
        """Holds how many plain events were taken."""
        self.slots = Slots()
        self.windows: dict[int, WindowKeys] = {}
        """By the number of a limit, the keys of its windows."""
        self.moved = moved_slots(versions.plans)
        self.layout = Layout(versions, self.moved)
        self._plans: dict[int, PreparedPlan] = {}

    @property
    def fuses(self) -> bool:
        """Tells whether stages of plain events are fused."""
        return max(self._count, self.taken) >= FUSING_PAYS_FROM

    @cached_property
    def keeping(self) -> "Prepared":
        """The same, but every contribution is kept; sums stand at the same places and keys."""
        if self.keeps:
            return self
        found = Prepared(self.versions, self.retention, keeps=True, count=self._count)
        found.slots, found.windows, found.layout = self.slots, self.windows, self.layout
        return found

    def plan(self, number: int) -> PreparedPlan:
        """Return the n-th version, prepared when it is first asked for."""
        found = self._plans.get(number)
        if found is None:
            plan = self.versions.plans[number]
            maker = StageMaker(
                plan,
                self.slots,
                self.retention.figures,
                self.moved,
                self.keeps,
                windows=self.windows,
                layout=self.layout,
                has_versions=len(self.versions.plans) > 1,
            )
            keys = {
                slot: maker.keys(slot, window)
                for slot, window in plan.sum_windows.items()
                if window.name not in ("length", "event")
            }
            found = self._plans[number] = PreparedPlan(plan, RouteMaker(plan, maker), keys)
        return found
