"""JSON Schema (draft 2020-12) of codes, derived from the templates' signatures."""

from __future__ import annotations

from typing import Any

from geometry.cad_parts.json_schema import part_schema
from geometry.cad_parts.part import is_category
from geometry.objects import CATEGORIES
from geometry.program import find_category
from geometry.schema.kinds import Kind
from geometry.schema.parameter import LARGEST, MOST, Parameter
from geometry.schema.template import Template

Schema = dict[str, Any]
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_OPTIONAL = ("position", "rotation")


def json_schema(category: str | None = None, tokens: bool = False) -> Schema:
    """The schema of a category's codes, or of all codes.

    tokens: of the token form, in which every parameter number is an integer 2048..3071, instead
    of the recovered form. "CAD part" is a category of its own, which is not among all. Raises
    CodeError for an unknown category.
    """
    if is_category(category):
        return part_schema()
    if category is None:
        schemas = [_code(name, tokens) for name in CATEGORIES]
        return {"$schema": _DRAFT, "title": "img2code", "oneOf": schemas}
    name = find_category(category).name
    return {"$schema": _DRAFT, "title": name, **_code(name, tokens)}


def _code(category: str, tokens: bool) -> Schema:
    templates = find_category(category).templates.values()
    triple = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}
    pose = dict.fromkeys(("global_position", "global_rotation"), triple)
    return {
        "type": "object",
        "properties": {
            "category": {"const": category},
            "pose": {"type": "object", "properties": pose, "additionalProperties": False},
            "conceptualization": {
                "type": "array",
                "minItems": 1,
                "items": {"oneOf": [_part(template, tokens) for template in templates]},
            },
        },
        "required": ["category", "conceptualization"],
    }


def _part(template: Template, tokens: bool) -> Schema:
    return {
        "type": "object",
        "title": f"{template.role}: {template.doc}",
        "properties": {
            "template": {"const": template.name},
            "parameters": {
                "type": "object",
                "properties": {p.name: _parameter(p, tokens) for p in template.parameters},
                "required": [p.name for p in template.parameters if p.name not in _OPTIONAL],
                "additionalProperties": False,
            },
        },
        "required": ["template", "parameters"],
    }


def _parameter(parameter: Parameter, tokens: bool) -> Schema:
    rule = parameter.values
    fewest = rule.lead if rule.block else rule.shortest
    schema: Schema = {"type": "array", "minItems": fewest, "maxItems": rule.length}
    if parameter.meaning:
        schema["description"] = parameter.meaning
    token = {"type": "integer", "minimum": 2048, "maximum": 3071}
    if tokens:
        schema["items"] = token
    elif rule.block or len(set(rule.kinds)) > 1:
        schema["items"] = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
    else:
        schema["items"] = _number(rule.kinds[0])
    return schema


def _number(kind: Kind) -> Schema:
    if kind == "count":
        return {"type": "number", "minimum": -0.5, "maximum": MOST, "description": kind}
    return {"type": "number", "minimum": -LARGEST, "maximum": LARGEST, "description": kind}
