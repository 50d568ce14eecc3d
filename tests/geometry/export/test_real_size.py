"""Real sizes: known dimensions in words, usual ones, masses that can be believed, every format."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import numpy as np
import pytest
import trimesh

import geometry
from geometry.errors import CodeError
from geometry.export.cad import run
from geometry.export.mass import UNKNOWN, Matter, mass
from geometry.export.real import (
    RealSize,
    in_words,
    kilograms,
    lengths_in_words,
    mass_in_words,
    real_size,
)
from geometry.export.sizes import USUAL, Size, read_size
from geometry.export.usual import SOLID, usual
from geometry.export.usual import USUAL as TABLE
from geometry.export.write import ROBOT_EXPORTERS, export

REPOSITORY = Path(__file__).parents[3]
MUG = geometry.sample("Mug", np.random.default_rng(3))
BOX = {
    "category": "Table",
    "conceptualization": [
        {"template": "Regular_desktop", "parameters": {"size": [3.0, 1.0, 2.0]}},
    ],
}


def tool(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, REPOSITORY / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ------------------------------------------------------------ in words


@pytest.mark.parametrize(
    ("text", "measure", "metres"),
    [
        ("height 95 mm", "height", 0.095),
        ("Height: 9.5cm", "height", 0.095),
        ("height = 95mm", "height", 0.095),
        ("  length\t1.2 m ", "length", 1.2),
        ("diagonal 15.6 in", "diagonal", 0.39624),
        ("size 1e3 mm", "size", 1.0),
        ("95 mm", "size", 0.095),
    ],
)
def test_a_known_dimension_is_read(text: str, measure: str, metres: float) -> None:
    size = read_size(text)
    assert size == Size(measure, pytest.approx(metres))
    assert read_size(str(size)) == Size(measure, pytest.approx(metres))


@pytest.mark.parametrize("text", ["usual", " Usual "])
def test_the_usual_size_has_a_name(text: str) -> None:
    assert read_size(text) == USUAL


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "found '', expected a number with one of mm, cm, m, in"),
        ("height", "found 'height', expected a number with one of"),
        ("height mm", "expected a number with one of"),
        ("height 95", "or usual"),
        ("height 95 ft", "expected a number with one of mm, cm, m, in"),
        ("height95mm", "expected a number with one of"),
        ("high 95 mm", "found 'high', expected one of size, length, width, height"),
        ("dept 95 mm", "Did you mean depth?"),
        ("usul", "Did you mean usual?"),
        ("height 9,5 cm", "expected a number with one of"),
        ("height -95 mm", "a length above zero"),
        ("height 1e400 mm", "a length above zero"),
        ("height 1.2.3 mm", "expected a number with one of"),
        ("height 95 mm wide", "expected a number with one of"),
        ("x" * 500, "xxx..."),
    ],
)
def test_what_is_no_size_is_refused_with_what_is(text: str, says: str) -> None:
    with pytest.raises(CodeError) as refused:
        read_size(text)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize(
    ("wanted", "scale"),
    [
        ("width 1.5 m", 0.5),
        ("height 10 cm", 0.1),
        ("depth 4 m", 2),
        ("length 3 m", 1),
        ("6 m", 2),
        (f"diagonal {14**0.5} m", 1),
    ],
)
def test_one_dimension_gives_all(wanted: str, scale: float) -> None:
    size = real_size(BOX, wanted)
    assert size.scale == pytest.approx(scale)
    assert size.extents == pytest.approx([3 * scale, scale, 2 * scale])


def test_sizes_that_no_object_has_are_refused() -> None:
    with pytest.raises(CodeError, match="a factor from"):
        real_size(BOX, "height 1e-9 mm")
    flat = {**BOX, "conceptualization": [{"template": "Regular_desktop", "parameters": {}}]}
    flat["conceptualization"][0]["parameters"] = {"size": [1.0, 0.0, 1.0]}
    with pytest.raises(CodeError):
        real_size(flat, "height 1 m")


def test_lengths_and_masses_in_words() -> None:
    assert lengths_in_words([0.1271, 0.095, 0.0094]) == "127 × 95 × 9.4 mm"
    assert lengths_in_words([1.2849, 0.75, 0.0801]) == "1.28 × 0.75 × 0.0801 m"
    masses = {0.00912: "9.1 g", 0.0951: "95 g", 0.348: "350 g", 0.999: "1 kg", 12.4: "12 kg"}
    assert {kilos: mass_in_words(kilos) for kilos in masses} == masses
    size = RealSize(1.0, (0.1, 0.2, 0.3), UNKNOWN, "wood")
    assert in_words(size, 1.5) == "100 × 200 × 300 mm, about 1.5 kg (wood)"
    assert in_words(size, 0.0) == "100 × 200 × 300 mm"


# ------------------------------------------------------------ masses


def test_a_skin_is_all_that_weighs() -> None:
    volume, area = 6.0, 22.0
    assert mass(BOX, Matter(100)) == pytest.approx(100 * volume)
    assert mass(BOX, Matter(100, 0.01)) == pytest.approx(100 * 0.01 * area)
    assert mass(BOX, Matter(100, 5.0)) == pytest.approx(100 * volume)
    assert mass(BOX, Matter(100, 0.01), 0.1) == pytest.approx(100 * 0.01 * area / 100)
    assert mass(BOX, Matter(100, 0.01), 1e-3) == pytest.approx(100 * volume / 1e9)


@pytest.mark.parametrize("category", geometry.categories())
def test_sampled_objects_of_usual_size_weigh_what_real_ones_do(category: str) -> None:
    known = usual(category)
    assert known.material
    assert known.density > 0
    assert 0 < known.skin <= SOLID
    masses = tool("usual_sizes").masses(category)
    least, most = known.weighs
    assert least <= np.median(masses) <= most
    quarter, most_of_half = np.percentile(masses, [25, 75])
    assert least / 1.25 <= quarter <= most_of_half <= 1.25 * most


def test_the_table_has_each_category_and_is_up_to_date() -> None:
    assert set(TABLE) == set(geometry.categories())
    sizes = tool("usual_sizes")
    sizes.masses = lambda category: [1.0]  # measured by the test above
    page = sizes.PATH.read_text(encoding="utf-8")
    for written, made in zip(page.splitlines(), sizes.document().splitlines(), strict=True):
        if written.startswith("| ") and "kg/m³" not in written:
            written, made = (line.rsplit(" | ", 1)[0] for line in (written, made))
        assert written == made


def test_a_category_without_a_usual_size_is_refused() -> None:
    with pytest.raises(CodeError, match=r"Did you mean Mug\?"):
        usual("Mugg")


# ------------------------------------------------------------ files


@pytest.mark.parametrize("suffix", [".stl", ".ply", ".obj", ".glb"])
def test_meshes_have_the_size_in_their_unit(suffix: str, tmp_path: Path) -> None:
    shape = trimesh.load(export(MUG, tmp_path / f"mug{suffix}", size="height 95 mm"), force="mesh")
    printed = suffix in (".stl", ".ply")
    assert shape.extents[2 if printed else 1] == pytest.approx(95 if printed else 0.095, rel=1e-4)


@pytest.mark.parametrize("suffix", ROBOT_EXPORTERS)
def test_mechanisms_have_the_mass_of_their_material(suffix: str, tmp_path: Path) -> None:
    for category in ("Mug", "Refrigerator"):
        code = geometry.sample(category, np.random.default_rng(4))
        size = real_size(code, "usual")
        text = export(code, tmp_path / f"o{suffix}", size=size).read_text(encoding="utf-8")
        root = ElementTree.fromstring(text)
        masses = [e.get("value", e.get("mass", e.text)) for e in root.iter("mass")]
        masses += [e.get("mass") for e in root.iter("inertial") if e.get("mass")]
        assert sum(map(float, masses)) == pytest.approx(kilograms(code, size), rel=0.02)


def test_without_a_size_nothing_is_said_of_the_material(tmp_path: Path) -> None:
    scaled = export(MUG, tmp_path / "scaled.urdf", scale=0.06).read_text(encoding="utf-8")
    value = ElementTree.fromstring(scaled).find(".//mass").get("value")
    assert float(value) <= mass(MUG, UNKNOWN, 0.06) * 1.01


def test_cad_is_in_millimetres_with_z_up(tmp_path: Path) -> None:
    wanted = 1000 * np.array(real_size(MUG, "height 95 mm").extents)[[0, 2, 1]]
    script = export(MUG, tmp_path / "mug.py", size="height 95 mm").read_text(encoding="utf-8")
    assert "millimetres" in script
    made = run(script)
    for box in (made["result"].val().BoundingBox(), made["assembly"].toCompound().BoundingBox()):
        assert [box.xlen, box.ylen, box.zlen] == pytest.approx(wanted, rel=1e-3)
    path = export(MUG, tmp_path / "mug.step", size="height 95 mm")
    box = made["cq"].importers.importStep(str(path)).combine().val().BoundingBox()
    assert [box.xlen, box.ylen, box.zlen] == pytest.approx(wanted, rel=1e-3)


def test_a_scene_takes_the_size_of_its_code(tmp_path: Path) -> None:
    scene, size = geometry.build(MUG, 64), real_size(MUG, "height 95 mm")
    shape = trimesh.load(export(scene, tmp_path / "mug.stl", size=size), force="mesh")
    assert shape.extents[2] == pytest.approx(95, rel=1e-4)
    with pytest.raises(CodeError, match="Give the real_size of the code"):
        export(scene, tmp_path / "mug.stl", size="usual")


def test_a_size_and_a_scale_are_too_much(tmp_path: Path) -> None:
    with pytest.raises(CodeError, match="one of the two"):
        export(MUG, tmp_path / "mug.stl", size="usual", scale=2.0)
