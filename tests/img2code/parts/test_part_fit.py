"""Pictures of CAD parts become parts: simple ones are found again, and all are valid."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import geometry_parts as made_parts
import numpy as np
import pytest
from PIL import Image

from geometry.cad_parts.body import body
from geometry.cad_parts.part import CadPart
from geometry.cad_parts.reading import parse
from geometry.cad_parts.rules import first_fault, keeps_for_kernels
from geometry.draw.part_camera import ISOMETRIC, PartCamera
from geometry.draw.part_picture import PUBLISHED, Look, draw_part
from geometry.errors import UserError
from img2code.cli.main import main
from img2code.parts import cameras, features
from img2code.parts.fit import Effort, Fitted, fit, fits
from img2code.parts.library import Library, load, view
from img2code.parts.picture import look
from img2code.parts.recognise import looks_like_cad, measures
from img2code.parts.score import unit
from img2code.parts.sizes import sized

EXAMPLES = Path(__file__).parents[3] / "example_images"
QUICK = Effort(candidates=24, kept=3, first=40, second=120, third=40)


@cache
def library() -> Library:
    return load()


def picture(part: CadPart, camera: PartCamera = ISOMETRIC, how: Look = PUBLISHED) -> Image.Image:
    return draw_part(body(part.steps), camera, how)


def answer(shown: Image.Image) -> Fitted:
    *_, last = fits(shown, library(), effort=QUICK)
    return last


@pytest.mark.slow
def test_simple_parts_come_back() -> None:
    found = []
    for make in made_parts.SIMPLE:
        part = make()
        fitted = fit(picture(part), library())
        assert keeps_for_kernels(fitted.part.steps)
        found.append(unit(body(fitted.part.steps).manifold, body(part.steps).manifold))
    assert np.mean(found) > 0.6
    assert max(found) > 0.95


def test_every_state_on_the_way_is_a_part_and_the_last_one_is_the_best() -> None:
    states = list(fits(picture(made_parts.plate()), library(), effort=QUICK))
    assert all(first_fault(state.part.steps) is None for state in states)
    assert [state.work for state in states] == sorted(state.work for state in states)
    assert states[-1].work == 1.0
    assert 0 <= states[-1].confidence <= 1


def test_the_same_picture_gives_the_same_part() -> None:
    shown = picture(made_parts.plate())
    assert answer(shown).part == answer(shown).part


def test_the_crop_changes_nothing_that_is_looked_at() -> None:
    shown = picture(made_parts.plate())
    wide = Image.new("RGB", (510, 470), "white")
    wide.paste(shown, (59, 3))
    looked, other = look(shown), look(wide)
    assert looked is not None
    assert other is not None
    one, another = looked.target(96), other.target(96)
    assert np.abs(one.mask - another.mask).max() < 1e-3
    assert (one.edges == another.edges).mean() > 0.995


@pytest.mark.parametrize(("azimuth", "elevation"), [(-45, 35.26), (-30, 25), (-60, 45)])
def test_straight_edges_say_where_the_camera_is(azimuth: float, elevation: float) -> None:
    shown = picture(made_parts.plate(), PartCamera(azimuth, elevation))
    looked = look(shown)
    assert looked is not None
    first = cameras.seen_from(looked).likely[0]
    assert first.azimuth == pytest.approx(azimuth, abs=3)
    assert first.elevation == pytest.approx(elevation, abs=3)


def test_an_empty_picture_is_refused() -> None:
    with pytest.raises(UserError, match="no part to be seen"):
        fit(Image.new("RGB", (100, 100), "white"), library())


def test_the_library_finds_its_own_parts() -> None:
    near = [library().nearest(view(library().part(k)), 3) for k in range(0, len(library()), 2000)]
    assert all(found[0][1] < 0.2 for found in near)


def test_line_width_and_greys_change_the_features_little() -> None:
    part = made_parts.plate()
    maps = []
    for how in (PUBLISHED, Look(size=600, line=3.0), Look(line=0.0, light=(-0.5, 0.8, 0.4))):
        looked = look(picture(part, how=how))
        assert looked is not None
        maps.append(features.of_target(looked.target(features.SIZE)))
    other = features.of_target(look(picture(made_parts.ring())).target(features.SIZE))  # type: ignore[union-attr]
    vectors = features.vector(np.stack([*maps, other]))
    near = [float(np.linalg.norm(vectors[0] - one)) for one in vectors[1:3]]
    assert max(near) < 0.7 * float(np.linalg.norm(vectors[0] - vectors[3]))


def test_parts_are_told_from_objects() -> None:
    assert all(looks_like_cad(picture(make())) for make in made_parts.SIMPLE)
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    assert not looks_like_cad(Image.fromarray(noise))
    red = picture(made_parts.plate(), how=Look(tint=(90.0, -40.0, -40.0)))
    assert not looks_like_cad(red)


@pytest.mark.parametrize("size", [(1000, 667), (667, 1001), (2047, 31), (513, 512)])
def test_pictures_of_any_size_are_looked_at(size: tuple[int, int]) -> None:
    shown = picture(made_parts.plate()).resize(size)
    assert all(np.isfinite(measures(shown)))


def test_sizes_are_largest_extents() -> None:
    from geometry.export.sizes import read_size

    assert sized(made_parts.plate(), read_size("80mm")).size == pytest.approx(80)
    with pytest.raises(UserError, match="largest extent"):
        sized(made_parts.plate(), read_size("height 80 mm"))


def test_predict_writes_code_script_and_mesh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture(made_parts.ring()).save(tmp_path / "ring.png")
    (tmp_path / "bad.png").write_bytes(b"no picture")
    out, report = tmp_path / "results", tmp_path / "report.jsonl"
    arguments = [str(tmp_path / "ring.png"), str(tmp_path / "bad.png"), "--out", str(out)]
    more = ["--category", "CAD part", "--size", "80mm", "--report", str(report)]
    assert main(["predict", *arguments, *more]) == 1
    assert "CAD part" in capsys.readouterr().out
    assert sorted(path.name for path in (out / "ring").iterdir()) == [
        "mesh.glb",
        "part.json",
        "part.py",
    ]
    assert parse((out / "ring" / "part.json").read_text()).size == 80
    assert len(report.read_text().splitlines()) == 2


def test_pictures_of_parts_and_objects_are_told_of_in_the_order_given(tmp_path: Path) -> None:
    part, mug, bad = tmp_path / "ring.png", EXAMPLES / "mug_teal.jpg", tmp_path / "bad.png"
    picture(made_parts.ring()).save(part)
    bad.write_bytes(b"no picture")
    report = tmp_path / "report.jsonl"
    more = ["--no-fit", "--report", str(report), "--out", str(tmp_path / "results")]
    assert main(["predict", *map(str, (mug, part, bad, part, mug)), *more]) == 1
    told = [json.loads(line) for line in report.read_text().splitlines()]
    assert [line["path"] for line in told] == [str(each) for each in (mug, part, bad, part, mug)]
    assert [line["category"] for line in told] == ["Mug", "Part", None, "Part", "Mug"]


def test_commands_take_parts(tmp_path: Path) -> None:
    code = tmp_path / "part.json"
    assert main(["sample", "CAD part", "--seed", "5", "--out", str(code)]) == 0
    assert main(["mesh", str(code), "--size", "50mm", "--out", str(tmp_path / "part.stl")]) == 0
    assert main(["render", str(code), "--out", str(tmp_path / "part.png")]) == 0
    assert main(["mesh", str(code), "--posed", "--out", str(tmp_path / "part.glb")]) == 1
