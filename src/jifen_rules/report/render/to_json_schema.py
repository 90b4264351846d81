"""The model -> a JSON Schema (draft-07) of a scheme's file, for completion in editors.

Takes the model's own fields, descriptions and words, and the remedies of faults; nothing is written
here again. Says what one place may hold; what places mean together only the check can say
(docs/EDITORS.md lists it). What is the same in several places is a definition, so that it stays
small.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ...core.faults import FAULTS
from ...core.message import N_
from ...core.vocabulary import WORDS, Language
from ...scheme.model import Part, Scheme
from ...scheme.model.grammar import Shape, description_of, fields_of, keys_of, shape_at
from ...syntax.spelling import choices, is_free, pattern
from .language import fault_words, translate
from .snippets import snippets_of

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json]"

DRAFT = "http://json-schema.org/draft-07/schema#"
_NUMERIC = frozenset({"number", "bound", "weight", "steps"})
"""Kinds that may be a bare number of YAML."""
_LOGICAL = frozenset({"yes_no", "id", "slug"})
"""Kinds that may be a bare `true` of YAML."""
_COMPLAINTS: Mapping[str, str] = {
    "number": "not-a-number",
    "steps": "not-a-number",
    "day": "not-a-date",
    "window": "not-a-window",
    "escalate_over": "not-a-window",
    "period": "not-a-period",
    "rounding": "not-a-rounding",
    "share": "not-a-share",
    "lasting": "not-a-length-of-time",
    "deadline": "not-a-deadline",
    "rank": "not-a-rank",
    "unit": "not-an-amount",
    "limit": "not-an-amount",
    "bound": "not-a-bound",
    "id": "not-an-id",
    "slug": "not-an-id",
    "weight": "not-a-weight",
    "combine_over": "combine-not-understood",
}
"""The fault of a scalar that is not of its kind; its remedy is what the editor says."""
_YAML_WORDS: list[Json] = ["string", "number", "boolean"]


def scheme_schema(
    lang: Language, *, keys: Language | None = None, both: bool = False
) -> dict[str, Json]:
    """Return the JSON Schema of a scheme whose keys and fixed words are spelled in `keys`.

    Descriptions are in `lang`, which also is the spelling unless `keys` says another. With `both`,
    either spelling is accepted.
    """
    return _Writer(lang, ("en", "zh") if both else (keys or lang,)).write()


class _Writer:
    """Writes definitions of the parts: those of a local scheme, and what whole ones add."""

    def __init__(self, lang: Language, languages: tuple[Language, ...]) -> None:
        self.lang, self.languages = lang, languages
        self.definitions: dict[str, Json] = {}
        self.open: dict[type[BaseModel], bool] = {}

    def write(self) -> dict[str, Json]:
        whole, local = self.part(Scheme, local=False), self.part(Scheme, local=True)
        extends = self.keys(Scheme, "extends")
        return {
            "$schema": DRAFT,
            "title": translate(N_("A scheme of village points (积分制)"), self.lang),
            "type": "object",
            "defaultSnippets": self.snippets(Scheme),
            "if": {"anyOf": [{"required": [key]} for key in extends]},
            "then": local,
            "else": whole,
            "definitions": dict(sorted(self.definitions.items())),
        }

    def snippets(self, part: type[BaseModel]) -> list[Json]:
        """Return what an editor can put in where a part stands, in each spelling."""
        found = (snippets_of(part.__name__, spelling, self.lang) for spelling in self.languages)
        return [snippet for several in found for snippet in several]

    def part(self, part: type[BaseModel], *, local: bool) -> dict[str, Json]:
        """Return a reference to the definition of a part, which is written if it was not."""
        local = local or not self.opens(part)
        name = part.__name__ if local else f"Whole{part.__name__}"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.definition(part) if local else self.whole(part)
        return {"$ref": f"#/definitions/{name}"}

    def opens(self, part: type[BaseModel]) -> bool:
        """Tell whether a part, or its content, may lack in a local scheme what others need."""
        if part not in self.open:
            self.open[part] = False  # while it is looked at: it may hold itself
            lacks = [*self.needs(part, local=False)] != [*self.needs(part, local=True)]
            self.open[part] = lacks or any(self.opens_at(part, key) for key in fields_of(part))
        return self.open[part]

    def opens_at(self, part: type[BaseModel], key: str) -> bool:
        """Tell whether what stands under a key of a part may lack something in a local scheme."""
        return any(map(self.opens, _parts_in(shape_at(part, key))))

    def definition(self, part: type[BaseModel]) -> dict[str, Json]:
        """Return what a part may hold in a local scheme; most are the same in a whole one."""
        properties: dict[str, Json] = {}
        for key, info in fields_of(part).items():
            first, *others = self.keys(part, key)
            shape = self.shape(shape_at(part, key), local=True)
            properties[first] = {**self.words(part, key, info), **shape}
            for written in others:
                same = f"#/definitions/{part.__name__}/properties/{first}"
                properties[written] = {"$ref": same}
        found: dict[str, Json] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        demands = [self.demand(part, keys) for keys in self.needs(part, local=True)]
        demands += self.not_twice(part)
        if demands:
            found["allOf"] = [*demands]
        if part is not Scheme and (snippets := self.snippets(part)):
            found["defaultSnippets"] = snippets
        return found

    def whole(self, part: type[BaseModel]) -> dict[str, Json]:
        """Return what a part must say beyond that in a whole scheme."""
        missing = {*self.needs(part, local=False)} - {*self.needs(part, local=True)}
        demands = [self.demand(part, keys) for keys in sorted(missing)]
        inner: dict[str, Json] = {
            written: self.shape(shape_at(part, key), local=False)
            for key in fields_of(part)
            if self.opens_at(part, key)
            for written in self.keys(part, key)
        }
        return {"allOf": [self.part(part, local=True), *demands], "properties": inner}

    def not_twice(self, part: type[BaseModel]) -> Iterator[dict[str, Json]]:
        """One key in two spellings is one key."""
        doubled = [keys for key in fields_of(part) if len(keys := self.keys(part, key)) == 2]
        if doubled:
            yield {"not": {"anyOf": [{"required": [*keys]} for keys in doubled]}}

    def needs(self, part: type[BaseModel], local: bool) -> Iterator[tuple[str, ...]]:
        """Return the keys that must be there.

        A local scheme may leave to its template what the template keeps.
        """
        if local and not _is_form(part):
            return
        for key, info in fields_of(part).items():
            if info.is_required():
                yield (key,)
        if issubclass(part, Part):
            yield from part.NEEDS

    def demand(self, part: type[BaseModel], keys: tuple[str, ...]) -> dict[str, Json]:
        spelled = [written for key in keys for written in self.keys(part, key)]
        return {"anyOf": [{"required": [written]} for written in spelled]}

    def keys(self, part: type[BaseModel], key: str) -> tuple[str, ...]:
        """Return the spellings of a key that are accepted."""
        table = keys_of(part)
        written = {"en": key, "zh": table.get(key, key)}
        return tuple(dict.fromkeys(written[language] for language in self.languages))

    def words(self, part: type[BaseModel], key: str, info: FieldInfo) -> dict[str, Json]:
        """Return the other spelling of a key as its title (of two, both), and its description."""
        text = description_of(info)
        chinese = keys_of(part).get(key, key)
        title = chinese if self.languages[0] == "en" else key
        if len(self.languages) == 2:
            title = f"{key} {chinese}"
        return {"title": title, "description": translate(text or "", self.lang)}

    # --- what a place holds ------------------------------------------------------------------

    def shape(self, shape: Shape, local: bool) -> dict[str, Json]:
        """Return a schema of what a shape holds."""
        if shape.anything:
            return {}
        found = [self.scalar(kind) for kind in shape.scalars]
        if shape.unknown:
            found.append({"enum": [self.unknown(one) for one in self.languages]})
        few, many = shape.size
        if shape.item is not None:
            found.append(
                _bounded(
                    {"type": "array", "items": self.shape(shape.item, local)}, "Items", few, many
                )
            )
        if shape.key is not None and shape.value is not None:
            table: dict[str, Json] = {
                "type": "object",
                "additionalProperties": self.shape(shape.value, local),
            }
            table |= self.names(shape.key)
            found.append(_bounded(table, "Properties", few, many))
        found += [self.part(part, local=local) for part in shape.parts]
        return found[0] if len(found) == 1 else {"anyOf": [*found]}

    def unknown(self, language: Language) -> str:
        return "unknown" if language == "en" else WORDS["unknown"]

    def scalar(self, kind: str) -> dict[str, Json]:
        """Return a reference to a kind of scalar, which is written if it was not."""
        if kind not in self.definitions:
            self.definitions[kind] = self.kind(kind)
        return {"$ref": f"#/definitions/{kind}"}

    def kind(self, kind: str) -> dict[str, Json]:
        """Return a scalar of a kind: its pattern, what to write instead, the words to choose."""
        free = is_free(kind) or kind == "price"  # a price is looked at by the check, not the loader
        types: list[Json] = [*_YAML_WORDS] if free else ["string"]
        types += ["number"] if kind in _NUMERIC else ["boolean"] if kind in _LOGICAL else []
        found: dict[str, Json] = {"type": types if len(types) > 1 else types[0]}
        offered = [*dict.fromkeys(w for lang in self.languages for w in choices(kind, lang))]
        if not free:
            found["pattern"] = rf"^\s*(?:{pattern(kind, self.languages)})\s*$"
            if message := self.remedy(kind, offered):
                found["patternErrorMessage"] = message
        if offered:
            found["examples"] = [*offered]
        return found

    def remedy(self, kind: str, offered: Sequence[str]) -> str:
        """Return what the loader would tell to write instead."""
        if kind in _COMPLAINTS:
            return fault_words(FAULTS[_COMPLAINTS[kind]], self.lang)[1]
        text = N_("write one of: {choices}")
        return translate(text, self.lang).format(choices=", ".join(offered)) if offered else ""

    def names(self, key: Shape) -> dict[str, Json]:
        """Return what the keys of a table may be, and those that are offered."""
        patterns = [pattern(kind, self.languages) for kind in key.scalars if not is_free(kind)]
        if not patterns:
            return {}
        return {"propertyNames": {"pattern": rf"^\s*(?:{'|'.join(patterns)})\s*$"}}


def _parts_in(shape: Shape) -> Iterator[type[BaseModel]]:
    """Return the parts that may stand at a place, at any depth of lists and tables."""
    yield from shape.parts
    for inner in (shape.item, shape.value):
        if inner is not None:
            yield from _parts_in(inner)


def _is_form(part: type[BaseModel]) -> bool:
    """Tell whether a part is recognized by its keys, so that a local scheme must have them too."""
    names = fields_of(part)
    return "id" not in names and "scheme" not in names


def _bounded(schema: dict[str, Json], what: str, few: int, many: int | None) -> dict[str, Json]:
    if few:
        schema[f"min{what}"] = few
    if many is not None:
        schema[f"max{what}"] = many
    return schema
