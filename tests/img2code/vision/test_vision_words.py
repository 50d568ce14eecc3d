"""Texts to wishes, programs to words, colours by name, and how alike texts are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geometry
from geometry.objects import CATEGORIES
from img2code.vision.words import facts, joins, meaning
from img2code.vision.words.colour import colour_of
from img2code.vision.words.lexicon import (
    COLOURS,
    NOUNS,
    PARTS,
    SHAPES,
    counted,
    listed,
    noun_of,
    plural,
    with_article,
)
from img2code.vision.words.wish import MOST, read


def test_a_text_is_read_into_what_it_asks_for() -> None:
    wish = read("a tall blue mug with a square handle, seen from above")
    assert (wish.category, wish.colour, wish.number) == ("Mug", "blue", 1)
    assert wish.sizes == (("height", 1),)
    (part,) = wish.parts
    assert (part.noun, part.shape, part.count) == ("handle", "square", None)
    assert wish.view is not None
    assert wish.unknown == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("four wooden chairs", ("Chair", 4, "", "wood")),
        ("two red kettles", ("Kettle", 2, "red", "")),
        ("a chair in red", ("Chair", 1, "red", "")),
        ("the cabinet is white", ("StorageFurniture", 1, "white", "")),
        ("pliers", ("Pliers", 1, "", "")),
        ("a flash drive made of metal", ("USB", 1, "", "metal")),
        ("ninety-nine mugs", ("Mug", 2, "", "")),
    ],
)
def test_numbers_colours_and_materials(text: str, expected: tuple[str, int, str, str]) -> None:
    wish = read(text)
    assert (wish.category, wish.number, wish.colour, wish.material) == expected


def test_adjectives_belong_to_their_noun() -> None:
    wish = read("a white table with four black legs and no drawers")
    assert wish.colour == "white"
    legs, drawers = wish.parts
    assert (legs.noun, legs.count, legs.colour) == ("leg", 4, "black")
    assert (drawers.noun, drawers.absent) == ("drawer", True)
    assert read("a cabinet with two doors, which are red").parts[0].colour == "red"


def test_what_is_not_known_is_said() -> None:
    wish = read("an astronaut on a horse")
    assert wish.category is None
    assert wish.unknown == ("astronaut", "horse")


@settings(deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    assert 1 <= read(text).number <= MOST


@pytest.mark.parametrize("category", list(CATEGORIES))
def test_every_category_has_a_word_that_reads_back(category: str) -> None:
    noun = noun_of(category)
    assert read(with_article(noun)).category == category
    assert read(f"three {plural(noun)}").number == 3
    assert set(NOUNS) <= set(CATEGORIES)


def test_every_role_has_a_word() -> None:
    told = {role for roles in PARTS.values() for role in roles}
    silent = {
        "glasses", "support", "shaft", "layered shaft", "partition", "baffle", "vessel",
    }  # fmt: skip
    roles = {t.role for category in CATEGORIES.values() for t in category.templates.values()}
    assert roles - told == silent & roles
    assert told <= roles | {"knob"}


@pytest.mark.parametrize("category", list(CATEGORIES))
def test_counts_and_shapes_of_sampled_objects_make_sense(category: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        program = geometry.parse(geometry.sample(category, rng))
        assert all(number > 0 for number in facts.counts(program).values())
        shapes = {facts.shape(part.template) for part in program.parts}
        assert shapes <= {*SHAPES.values(), "splat", ""}
        for motion in facts.motions(program):
            assert motion.number > 0
            assert motion.verb


def test_quartiles_are_what_sampled_objects_have() -> None:
    rng = np.random.default_rng(11)
    program = [geometry.parse(geometry.sample("Mug", rng)) for _ in range(200)]
    tall = [facts.Sizes.of(each).words("Mug").get("height", 0) for each in program]
    assert 0.15 < np.mean(np.array(tall) == 1) < 0.35
    assert 0.15 < np.mean(np.array(tall) == -1) < 0.35


def test_plurals_articles_and_lists() -> None:
    assert plural("shelf") == "shelves"
    assert plural("chest of drawers") == "chests of drawers"
    assert plural("small round knife") == "small round knives"
    assert with_article("oven") == "an oven"
    assert with_article("USB stick") == "a USB stick"
    assert counted(3, "battery") == "three batteries"
    assert listed(["a", "b", "c"]) == "a, b and c"


@pytest.mark.parametrize("name", list(COLOURS))
def test_a_colour_is_named(name: str) -> None:
    rng = np.random.default_rng(0)
    shaded = rng.uniform(0.97, 1.03, (400, 1)) * np.array(COLOURS[name])
    pixels = shaded + rng.normal(0, 3, (400, 3))
    named = colour_of(np.clip(pixels, 0, 255).astype(np.uint8))
    assert named is not None
    assert named.name == name
    assert colour_of(np.zeros((3, 3), np.uint8)) is None


@pytest.mark.parametrize("name", ["red", "orange", "green", "blue", "purple", "turquoise"])
def test_vivid_colours_keep_their_names_in_the_shade(name: str) -> None:
    pixels = np.tile(np.array(COLOURS[name]) * 0.6, (400, 1)).astype(np.uint8)
    named = colour_of(pixels)
    assert named is not None
    assert named.name == name


@pytest.mark.parametrize(
    ("name", "light"),
    [
        ("black", 2.6),  # a lit side that is grey
        ("red", (244, 98, 99)),  # highlights that are pink
        ("pink", (248, 190, 205)),
        ("grey", (240, 240, 240)),
        ("white", 0.62),  # a side in the shade
        ("brown", 1.5),
    ],
)
def test_what_light_makes_of_a_colour_does_not_rename_it(
    name: str, light: float | tuple[int, int, int]
) -> None:
    own = np.array(COLOURS[name], float)
    other = own * light if isinstance(light, float) else np.array(light)
    pixels = np.concatenate([np.tile(own, (260, 1)), np.tile(other, (140, 1))])
    named = colour_of(np.clip(pixels, 0, 255).astype(np.uint8))
    assert named is not None
    assert named.name == name


@pytest.mark.parametrize("counted_noun", sorted(facts.COUNTED), ids=" ".join)
def test_what_is_counted_reads_back(counted_noun: tuple[str, str]) -> None:
    category, noun = counted_noun
    wish = read(f"a {noun_of(category)} with {counted(2, noun)}")
    assert wish.category == category
    (part,) = wish.parts
    assert (part.noun, part.count, wish.unknown) == (noun, 2, ())


def test_meanings_with_embeddings() -> None:
    assert meaning.has_embeddings()
    alike = meaning.similarity(["a cup of tea"], ["a mug", "a chair"])[0]
    assert alike[0] > alike[1]
    assert meaning.nearest_category("something to cut bread with") == "Knife"


def test_meanings_without_embeddings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "has_embeddings", lambda: False)
    assert meaning.nearest_category("a comfortable wooden sofa") == "Chair"
    assert meaning.similarity(["a navy cup"], ["a blue mug"])[0, 0] == 1
    assert meaning.similarity([], ["a"]).shape == (0, 1)


@pytest.mark.parametrize(
    ("category", "clauses"),
    [
        ("Chair", {"the legs are under the seat", "the back rises from the seat"}),
        ("Kettle", {"the cover sits on the body", "the spout is joined to the front of the body"}),
        ("Mug", {"the handle is joined to the front of the body"}),
    ],
)
def test_how_parts_meet_is_told(category: str, clauses: set[str]) -> None:
    told: set[str] = set()
    for seed in range(6):
        program = geometry.parse(geometry.sample(category, np.random.default_rng(seed)))
        known = joins.joins(program)
        for number, part in enumerate(program.parts):
            told.add(joins.clause(facts.counted_noun(program, part), [number], known, program))
    assert clauses <= told
    assert not any(read(clause).unknown for clause in told)


def test_parts_that_do_not_touch_are_not_said_to_meet() -> None:
    code = geometry.sample("Mug", np.random.default_rng(1))
    handle = code["conceptualization"][1]
    assert "Handle" in handle["template"]
    handle["parameters"]["position"][2] += 5.0
    program = geometry.parse(code)
    assert [join for join in joins.joins(program) if join.part == 1] == []
    assert joins.clause("handle", [1], joins.joins(program), program) == ""


def test_handles_on_both_sides_are_not_said_to_be_on_one() -> None:
    rng = np.random.default_rng(2)
    programs = [geometry.parse(geometry.sample("KitchenPot", rng)) for _ in range(30)]
    pairs = [
        (program, number)
        for program in programs
        for number, part in enumerate(program.parts)
        if facts.counted_noun(program, part) == "side handle" and facts.pieces(part, program) == 2
    ]
    assert pairs
    for program, number in pairs:
        assert joins.clause("side handle", [number], joins.joins(program), program) == ""
