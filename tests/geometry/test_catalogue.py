"""Generated documents are those of today's templates and samplers."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

import geometry

REPOSITORY = Path(__file__).parents[2]
REFERENCE = REPOSITORY / ".." / "shared" / "reference"
#: The categories of the public code format; more may be added, these stay as they are.
PUBLIC = [
    "Bottle",
    "Box",
    "Bucket",
    "Chair",
    "Clip",
    "Dishwasher",
    "Dispenser",
    "Door",
    "Eyeglasses",
    "Faucet",
    "Globe",
    "Kettle",
    "KitchenPot",
    "Knife",
    "Laptop",
    "Microwave",
    "Mug",
    "Oven",
    "Pen",
    "Pliers",
    "Refrigerator",
    "Ruler",
    "Safe",
    "Shampoo",
    "Stapler",
    "StorageFurniture",
    "Switch",
    "Table",
    "Trashcan",
    "USB",
    "Washingmachine",
    "Window",
]
#: Of the names and lengths of all templates; they are a fixed interface and never change.
SCHEMA_HASH = "01a3cd86dd332aa5793c5d9abb69d8bb23c3d2394cbd8bc113b6b1a15d1376cb"
#: Of their order, which is that of the parts of a sampled code and of the network's vocabulary.
ORDER_HASH = "c87c128ebbd0ea28e10795d2bac2a2035f714a4fda4c17ec0d2fdf9180b4277a"


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def schema() -> dict[str, dict[str, dict[str, list[int]]]]:
    """category -> template -> parameter -> accepted numbers of values."""
    return {
        category: {
            name: {p.name: list(range(p.shortest, p.length + 1)) for p in template.parameters}
            for name, template in geometry.templates(category).items()
        }
        for category in PUBLIC
    }


def in_order(given: Mapping[str, Mapping[str, Iterable[str]]]) -> list[object]:
    """[[category, [[template, [parameter, ...]], ...]], ...] as they stand."""
    return [
        [category, [[name, list(parameters)] for name, parameters in templates.items()]]
        for category, templates in given.items()
    ]


def digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def test_names_and_lengths_never_change() -> None:
    assert len(PUBLIC) == 32
    assert sum(len(templates) for templates in schema().values()) == 263
    assert digest(schema()) == SCHEMA_HASH


def test_their_order_never_changes() -> None:
    given = in_order(schema())
    assert hashlib.sha256(json.dumps(given).encode()).hexdigest() == ORDER_HASH


@pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="no ../shared/reference here: the hash above stands for it"
)
def test_the_hash_is_that_of_the_reference() -> None:
    given = json.loads((REFERENCE / "param_dims.json").read_text(encoding="utf-8"))
    lengths = {
        category: {
            name: {parameter: sorted(n) for parameter, n in parameters.items()}
            for name, parameters in templates.items()
        }
        for category, templates in given.items()
    }
    assert digest(lengths) == SCHEMA_HASH


def test_the_catalogue_is_up_to_date() -> None:
    catalogue = tool("catalogue")
    assert catalogue.PATH.read_text(encoding="utf-8") == catalogue.document()


@pytest.mark.parametrize("category", geometry.categories())
def test_the_contact_sheet_is_up_to_date(category: str) -> None:
    """A sheet carries the hash of the sixteen codes and views that it shows."""
    gallery = tool("gallery")
    with Image.open(gallery.PATH / f"{category}.png") as sheet:
        assert sheet.text["inputs"] == gallery.inputs(category)
        assert sheet.size == (gallery.COLUMNS * gallery.TILE, gallery.ROWS * gallery.TILE)
