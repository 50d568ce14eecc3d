"""The field *Real size*: what it makes of what visitors write, and the files that follow."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh

import geometry
from geometry.articulation import articulate
from geometry.export.sizes import USUAL
from geometry.program import parse
from img2code.page.real_size import OFF, sized
from img2code.page.sessions import VIEW, Sessions
from img2code.result import Result


@pytest.fixture(scope="module")
def result() -> Result:
    code = geometry.sample("Laptop", np.random.default_rng(1))
    return Result(parse(code), {}, "", 0, 0.0, 0.0, ())


@pytest.mark.parametrize("text", [OFF, "", "  ", None, 7, ["usual"]])
def test_without_a_size_nothing_is_said(text: Any, result: Result) -> None:
    assert sized(result, text) == (None, "")


def test_a_size_is_shown_with_the_mass(result: Result) -> None:
    for text in (USUAL, "width 340 mm", "WIDTH=34cm"):
        size, said = sized(result, text)
        assert size
        assert size.extents[0] == pytest.approx(0.34)
        assert re.search(r">340 × [\d.]+ × [\d.]+ mm, about [\d.]+ kg \(aluminium\)<", said)


@pytest.mark.parametrize("text", ["tall", "height 95", "<script>", "9" * 10_000])
def test_what_is_no_size_is_said_and_leaves_the_codes_own(text: str, result: Result) -> None:
    size, said = sized(result, text)
    assert size is None
    assert "own size" in said
    assert "<script>" not in said
    assert len(said) < 600


@pytest.mark.parametrize("moved", [False, True])
def test_the_files_follow_but_not_the_code_nor_the_view(result: Result, moved: bool) -> None:
    joint = next(link.joint for link in articulate(result.program) if link.joint)
    values = {joint.name: joint.limits[1] / 2} if moved else {}
    sessions = Sessions()
    plain = sessions.write("plain", result, values)
    size, _ = sized(result, "width 34 cm")
    assert size
    files = sessions.write("sized", result, values, size)
    for suffix in (".json", ".tokens.json"):
        assert Path(files[suffix]).read_bytes() == Path(plain[suffix]).read_bytes()
    assert Path(files[VIEW]).read_bytes() == Path(plain[VIEW]).read_bytes()
    for suffix in (".glb", ".obj", ".stl"):
        before, after = (trimesh.load(f[suffix], force="mesh").extents for f in (plain, files))
        assert after == pytest.approx(size.scale * before, rel=1e-3)
    assert "millimetres" in Path(files[".py"]).read_text()
    with zipfile.ZipFile(files[".urdf.zip"]) as archive:
        text = archive.read("laptop.urdf").decode()
    masses = sum(map(float, re.findall(r'<mass value="([^"]+)"', text)))
    assert 1 < masses < 4
