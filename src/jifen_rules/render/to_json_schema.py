"""The model -> a JSON Schema (draft-07) of a scheme's file, for completion in editors.

Takes the model's own fields, descriptions and words; nothing is written here again. Says what one
place may hold; what places mean together only the check can say (docs/EDITORS.md lists it).
"""

from collections.abc import Iterator
from typing import TypeAlias

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ..message import N_
from ..model import Part, Scheme
from ..model.grammar import Shape, fields_of, keys_of, shape_at
from ..spelling import choices, is_free, pattern
from ..vocabulary import WORDS, Language
from .language import translate

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json]"

DRAFT = "http://json-schema.org/draft-07/schema#"
_NUMERIC = frozenset({"number", "bound", "weight", "steps"})
"""Kinds that may be a bare number of YAML."""
_LOGICAL = frozenset({"yes_no", "id", "slug"})
"""Kinds that may be a bare `true` of YAML."""
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
    """Writes definitions of the parts: whole ones, and those of a local scheme, which lack keys."""

    def __init__(self, lang: Language, languages: tuple[Language, ...]) -> None:
        self.lang, self.languages = lang, languages
        self.definitions: dict[str, Json] = {}

    def write(self) -> dict[str, Json]:
        whole, local = self.part(Scheme, local=False), self.part(Scheme, local=True)
        extends = self.keys(Scheme, "extends")
        return {
            "$schema": DRAFT,
            "title": translate(N_("A scheme of village points (积分制)"), self.lang),
            "type": "object",
            "if": {"anyOf": [{"required": [key]} for key in extends]},
            "then": local,
            "else": whole,
            "definitions": dict(sorted(self.definitions.items())),
        }

    def part(self, part: type[BaseModel], *, local: bool) -> dict[str, Json]:
        """A reference to the definition of a part, which is written if it was not."""
        name = f"Local{part.__name__}" if local else part.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.definition(part, local)
        return {"$ref": f"#/definitions/{name}"}

    def definition(self, part: type[BaseModel], local: bool) -> dict[str, Json]:
        properties: dict[str, Json] = {}
        for key, info in fields_of(part).items():
            inner = self.shape(shape_at(part, key), local)
            for written in self.keys(part, key):
                properties[written] = {**self.words(part, key, info), **inner}
        found: dict[str, Json] = {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
        }
        demands = [self.demand(part, keys) for keys in self.needs(part, local)]
        demands += self.not_twice(part)
        return found | ({"allOf": [*demands]} if demands else {})

    def not_twice(self, part: type[BaseModel]) -> Iterator[dict[str, Json]]:
        """One key in two spellings is one key."""
        for key in fields_of(part):
            if len(keys := self.keys(part, key)) == 2:
                yield {"not": {"required": [*keys]}}

    def needs(self, part: type[BaseModel], local: bool) -> Iterator[tuple[str, ...]]:
        """The keys that must be there; a local scheme may leave to its template what it keeps."""
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
        """The spellings of a key that are accepted."""
        table = keys_of(part)
        written = {"en": key, "zh": table.get(key, key)}
        return tuple(dict.fromkeys(written[language] for language in self.languages))

    def words(self, part: type[BaseModel], key: str, info: FieldInfo) -> dict[str, Json]:
        """The other spelling of a key as its title, and its description in the reader's language."""
        text = info.description or next(
            (inner.description for inner in info.metadata if getattr(inner, "description", None)),
            "",
        )
        spelled = self.lang if len(self.languages) == 2 else self.languages[0]
        title = keys_of(part).get(key, key) if spelled == "en" else key
        return {"title": title, "description": translate(text or "", self.lang)}

    # --- what a place holds ------------------------------------------------------------------

    def shape(self, shape: Shape, local: bool) -> dict[str, Json]:
        """A schema of what a shape holds."""
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
        """A scalar of a kind: its pattern, and the words that may be chosen."""
        free = is_free(kind) or kind == "price"  # a price is looked at by the check, not the loader
        types: list[Json] = [*_YAML_WORDS] if free else ["string"]
        types += ["number"] if kind in _NUMERIC else ["boolean"] if kind in _LOGICAL else []
        found: dict[str, Json] = {"type": types if len(types) > 1 else types[0]}
        if not free:
            found["pattern"] = rf"^\s*(?:{pattern(kind, self.languages)})\s*$"
        offered = [word for language in self.languages for word in choices(kind, language)]
        if offered:
            found["examples"] = [*dict.fromkeys(offered)]
        return found

    def names(self, key: Shape) -> dict[str, Json]:
        """What the keys of a table may be, and those that are offered."""
        patterns = [pattern(kind, self.languages) for kind in key.scalars if not is_free(kind)]
        if not patterns:
            return {}
        return {"propertyNames": {"pattern": rf"^\s*(?:{'|'.join(patterns)})\s*$"}}


def _is_form(part: type[BaseModel]) -> bool:
    """Whether a part is told from others by its keys, so that even a local scheme must say them."""
    names = fields_of(part)
    return "id" not in names and "scheme" not in names


def _bounded(schema: dict[str, Json], what: str, few: int, many: int | None) -> dict[str, Json]:
    if few:
        schema[f"min{what}"] = few
    if many is not None:
        schema[f"max{what}"] = many
    return schema
