"""Categories by the names that people write, wherever a category may stand."""

from __future__ import annotations

import argparse

import numpy as np
import pytest

import geometry
from geometry import program
from geometry.errors import CodeError
from geometry.names import category_named
from img2code.cli import types
from img2code.language.answer import read

WRITTEN = {
    "Pen": "Pen",
    "mug": "Mug",
    "Mugs": "Mug",
    "washing machine": "Washingmachine",
    "Washing Machines": "Washingmachine",
    "storage_furniture": "StorageFurniture",
    "STORAGE FURNITURE": "StorageFurniture",
    "kitchen-pots": "KitchenPot",
    "eye glasses": "Eyeglasses",
    "knives": "Knife",
    "boxes": "Box",
    "switches": "Switch",
    "usbs": "USB",
    "plier": "Pliers",
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_name_is_understood_as_people_write_it(written: str) -> None:
    assert category_named(written) == WRITTEN[written]
    assert types.category(written) == WRITTEN[written]


@pytest.mark.parametrize("name", geometry.categories())
def test_every_category_is_understood_in_every_form(name: str) -> None:
    for written in (name, name.lower(), name.upper(), f"{name}s", f" {name} "):
        assert category_named(written) == name


@pytest.mark.parametrize("written", ["", "s", "glass", "Mugg", "Sofa", "mug table", 7, None])
def test_what_means_no_single_category_is_refused(written: object) -> None:
    with pytest.raises(CodeError, match="expected one of Bottle"):
        category_named(written)
    with pytest.raises(argparse.ArgumentTypeError, match="Did you mean Mug"):
        types.category("Mugg")


def test_codes_and_schemas_keep_the_name_of_the_category() -> None:
    code = geometry.sample("mugs", np.random.default_rng(0))
    assert code["category"] == "Mug"
    assert program.parse({**code, "category": "MUG"}).as_dict() == code
    assert geometry.json_schema("mug") == geometry.json_schema("Mug")
    assert types.category_or_auto("Auto") == types.AUTO


def test_an_answer_that_writes_it_otherwise_is_repaired_and_says_so() -> None:
    row = {"outer_size": [2802, 2261, 2462], "inner_size": [2848, 2275, 2486]}
    row |= {"position": [2048] * 3, "rotation": [2048] * 3}
    part = {"template": "Cylindrical_Body", "parameters": row}
    pose = {"global_position": [0, 0, 0], "global_rotation": [0, 0, 0]}
    text = program.dumps({"category": "mugs", "pose": pose, "conceptualization": [part]})
    for asked in (None, "Mug"):
        code, repairs = read.read(text, asked)
        assert code["category"] == "Mug"
        assert any("'mugs'" in sentence for sentence in repairs)
