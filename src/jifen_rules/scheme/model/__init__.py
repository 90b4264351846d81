"""What a catalog says: the scheme and its parts, frozen, as the author wrote them.

The rooms: `scalars` reads text, `amounts` a number and a word, `forms` the values, `parts`
what a scheme is made of, `scheme` the whole with its places. Takes plain data whose keys are
English or Chinese; refuses what is not in the language. Knows nothing of files, events or of
how points are worked out.
"""

from .amounts import Lasting, LimitAmount, NetLimit, Rank, Share
from .forms import Bands, Between, By, FormulaForm, FullMarks, OneOf, Part, PerUnit, RatedBy, Table
from .parts import (
    ActionEffect,
    CapRule,
    Carried,
    Category,
    Consequence,
    Escalate,
    GradeBound,
    GradeEffect,
    Indicator,
    Ladder,
    LastsBy,
    LastsTable,
    Ledger,
    Level,
    Named,
    PointsEffect,
    ProcessStep,
    RepairRule,
    Reward,
    Rule,
    VetoEffect,
)
from .scalars import FORMS, Path
from .scheme import FieldRule, FieldType, Scheme, SchemeFile, unknown_places

__all__ = [
    "FORMS",
    "ActionEffect",
    "Bands",
    "Between",
    "By",
    "CapRule",
    "Carried",
    "Category",
    "Consequence",
    "Escalate",
    "FieldRule",
    "FieldType",
    "FormulaForm",
    "FullMarks",
    "GradeBound",
    "GradeEffect",
    "Indicator",
    "Ladder",
    "Lasting",
    "LastsBy",
    "LastsTable",
    "Ledger",
    "Level",
    "LimitAmount",
    "Named",
    "NetLimit",
    "OneOf",
    "Part",
    "Path",
    "PerUnit",
    "PointsEffect",
    "ProcessStep",
    "Rank",
    "RatedBy",
    "RepairRule",
    "Reward",
    "Rule",
    "Scheme",
    "SchemeFile",
    "Share",
    "Table",
    "VetoEffect",
    "unknown_places",
]
