"""What a catalog says: the scheme and its parts, frozen, as the author wrote them.

The rooms: `scalars` reads text, `amounts` a number and a word, `forms` the values, `effects` what
follows, `parts` the items, `ledgers` what is no indicator, `scheme` the whole with its places.
Takes plain data whose keys are English or Chinese; refuses what is not in the language. Knows
nothing of files, events or of how points are worked out.
"""

from .amounts import Lasting, LimitAmount, NetLimit, Rank, Share
from .effects import (
    ActionEffect,
    CapRule,
    Consequence,
    GradeBound,
    GradeEffect,
    PointsEffect,
    VetoEffect,
)
from .forms import (
    FORM_CLASSES,
    FORMS,
    Bands,
    Between,
    By,
    Form,
    FormulaForm,
    FullMarks,
    MaybeForm,
    OneOf,
    Part,
    PerUnit,
    RatedBy,
    Table,
)
from .ledgers import Carried, Ladder, Ledger, Level, Reward, Rule
from .parts import (
    Category,
    Escalate,
    Indicator,
    LastsBy,
    LastsTable,
    Named,
    ProcessStep,
    RepairRule,
)
from .scalars import Path
from .scheme import FieldRule, FieldType, Scheme, SchemeFile, Side, unknown_places

__all__ = [
    "FORMS",
    "FORM_CLASSES",
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
    "Form",
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
    "MaybeForm",
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
    "Side",
    "Table",
    "VetoEffect",
    "unknown_places",
]
