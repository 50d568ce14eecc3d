"""A length that is changed: what was as long follows, what stands on a face goes along."""

from __future__ import annotations

import numpy as np
import pytest

from geometry.cad_parts.assemble import part_mesh
from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart, Extrude, Finish, Shell
from geometry.cad_parts.resizing import place, resized
from geometry.cad_parts.rules import normalised
from geometry.cad_parts.sample import sample
from geometry.errors import CodeError
from geometry.export.part_script import dimensions_of, script
from geometry.sketch.loops import Circle, Polygon, Rectangle, RoundedRectangle, Slot
from img2code.parts import editing


def boss() -> CadPart:
    """A block with a cylinder on it, and a hole in the cylinder."""
    block = Extrude("join", "XY", 0.0, 0.3, (Rectangle(0, 0, 1, 1),))
    cylinder = Extrude("join", "XY", 0.3, 0.7, (Circle(0.5, 0.5, 0.3),))
    hole = Extrude("cut", "XY", 0.5, 0.7, (Circle(0.5, 0.5, 0.1),))
    return normalised(CadPart((block, cylinder, hole)))


def test_what_stands_on_a_face_goes_along() -> None:
    part = editing.changed(boss(), "block_height", 60)
    assert part_mesh(part).extents == pytest.approx([100, 100, 100])
    assert [place(part, k)[2] * part.size for k in range(3)] == pytest.approx([0, 60, 80])
    lengths = {each.key: each.value for step in editing.dimensions(part) for each in step.lengths}
    assert lengths["boss_height"] == pytest.approx(40)
    assert lengths["bore_height"] == pytest.approx(20)


def test_the_size_follows_the_largest_extent_and_millimetres_stay() -> None:
    part = editing.changed(boss(), "block_length", 250)
    assert part.size == pytest.approx(250)
    assert part_mesh(part).extents == pytest.approx([250, 100, 70])
    assert editing.changed(part, "size", 125).size == 125


def test_equal_lengths_change_together() -> None:
    corners = [Circle(u, v, 0.05) for u in (0.2, 0.8) for v in (0.2, 0.4)]
    plate = Extrude("join", "XY", 0.0, 0.1, (Rectangle(0, 0, 1, 0.6), *corners))
    part = normalised(CadPart((plate,)))
    wider = editing.changed(part, "plate_bore_radius", 8)
    holes = [loop.radius for loop in wider.steps[0].profile if isinstance(loop, Circle)]
    assert holes == pytest.approx([0.08] * 4)


@pytest.mark.parametrize(
    "step",
    [
        Extrude("join", "XZ", 0.1, 0.5, (Rectangle(0, 0, 1, 0.6),)),
        Extrude("join", "YZ", 0.1, 0.5, (RoundedRectangle(0, 0, 1, 0.6, 0.1),)),
        Extrude("join", "XY", 0.1, 0.5, (Slot(0, 0, 1, 0.4), Circle(0.5, 0.2, 0.1))),
        Extrude("join", "XY", 0.1, 0.5, (Polygon(0.5, 0.5, 0.5, 6, 0.0),)),
        Extrude(
            "join", "XY", 0.0, 0.4, (Rectangle(0, 0, 1, 0.6),), shell=Shell(0.05),
            finishes=(Finish("fillet", "sides", 0.1),),
        ),
    ],
)  # fmt: skip
def test_every_named_length_changes_to_what_the_script_makes_with_it(step: Extrude) -> None:
    """The page and a changed line of the script give the same part."""
    part = normalised(CadPart((step,)))
    names = dimensions_of(part).values
    assert names
    for name, length in names.items():
        after = editing.changed(part, name, 0.9 * length * part.size)
        lines = [
            f"{name} = {0.9 * length:.9f} * size" if line.startswith(f"{name} = ") else line
            for line in script(part).splitlines()
        ]
        defined: dict = {"__name__": "part"}
        exec("\n".join(lines), defined)
        wanted = defined["result"].val().Volume()
        ours = body(after.steps).volume * after.size**3
        assert ours == pytest.approx(wanted, rel=0.004), name


def test_what_would_be_no_part_is_refused_and_says_where() -> None:
    with pytest.raises(CodeError, match="step 2"):
        editing.changed(boss(), "boss_height", 0.001)
    for key, value in (("boss_radius", 0), ("boss_radius", -3), ("size", 0), ("other", 5)):
        with pytest.raises(CodeError):
            editing.changed(boss(), key, value)
    with pytest.raises(CodeError, match="step"):
        editing.without(CadPart(boss().steps[:1]), 1)


def test_steps_and_holes_are_moved() -> None:
    part = boss()
    key = "at 2 0 x"
    was = place(part, 1)[0] * part.size
    after = editing.changed(part, key, was + 5)
    assert place(after, 1)[0] * after.size == pytest.approx(was + 5)
    assert place(after, 0)[0] * after.size == pytest.approx(place(part, 0)[0] * part.size)


def test_all_fields_of_sampled_parts_take_the_value_that_they_have() -> None:
    for seed in range(2):
        part = normalised(sample(np.random.default_rng(seed)))
        before = body(part.steps).volume * part.size**3
        for step in editing.dimensions(part):
            for each in (*step.lengths, *step.positions):
                after = editing.changed(part, each.key, each.value)
                now = body(after.steps).volume * after.size**3
                assert now == pytest.approx(before, rel=1e-3), (seed, each)


def test_two_lengths_never_have_one_name() -> None:
    holes = (Rectangle(0.1, 0.1, 0.3, 0.2), Rectangle(0.5, 0.1, 0.9, 0.4))
    plate = Extrude("join", "XY", 0.0, 0.1, (Rectangle(0, 0, 1, 0.6), *holes))
    named = dimensions_of(normalised(CadPart((plate,))))
    lengths = sorted(value for name, value in named.values.items() if "window" in name)
    assert lengths == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_a_length_that_no_step_has_changes_nothing() -> None:
    part = boss()
    assert body(resized(part, "wall", 0.1, 0.2).steps).volume == pytest.approx(
        body(part.steps).volume
    )
