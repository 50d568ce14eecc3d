"""The wheel works by itself: built from the source archive, run outside the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Sequence
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.slow

REPOSITORY = Path(__file__).parents[1]
PACKAGES = ("geometry", "stats", "img2code")
EXAMPLES = sorted(path.name for path in (REPOSITORY / "example_images").glob("*.jpg"))
BUILD_SDIST = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"
#: All three packages are files of our distribution, in this environment and no other.
OURS = """
import sys
from importlib import import_module
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

own = distribution("img2code")
files = {Path(file.locate()).resolve() for file in own.files}
for name in ("geometry", "stats", "img2code"):
    file = Path(import_module(name).__file__).resolve()
    assert file in files, file
    assert file.is_relative_to(Path(sys.prefix).resolve()), file
    assert set(packages_distributions()[name]) == {"img2code"}, name
assert own.version == import_module("img2code").__version__
"""
#: The page finds its opening object, its examples and its texts, and the model rebuilds examples.
PAGE = """
from itertools import islice
from img2code.backends import load
from img2code.page import build_page, opening
from img2code.page.about import PAGES
from img2code.page.gallery import Examples
from img2code.page.shipped import EXAMPLES
from img2code.reconstruct import Reconstructor

reconstructor = Reconstructor(load("embedded"))
shown = build_page(reconstructor).get_config_file()["components"]
assert opening.load(EXAMPLES).picture.is_file()
tabs = {each["props"].get("label") for each in shown if each["type"] == "tabitem"}
assert set(PAGES) <= tabs, tabs
gallery = Examples(EXAMPLES, reconstructor)
print(*(path.name for path in gallery.paths))
made, left = next(islice(gallery.entries(), 3, None))
assert len(made) == 3 and left == len(gallery.paths) - 3
assert all("F1 at 5 %" in dict(entry.figures) for entry in made)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source archive of a copy, so that nothing is left in the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(
        REPOSITORY,
        folder / "checkout",
        ignore=shutil.ignore_patterns(".*", "build", "*.egg-info", "data", "runs", "__pycache__"),
    )
    run([sys.executable, "-c", BUILD_SDIST, str(folder)], folder / "checkout")
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(folder / "unpacked", filter="data")
    (source,) = (folder / "unpacked").iterdir()
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    run([sys.executable, "-m", "pip", "wheel", *options, str(source)], folder)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `python` and `img2code` of a fresh environment with the wheel lie.

    What img2code needs comes from this environment. Its own .pth files, by which an editable
    install is found, are not read there.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=os.name != "nt")
    bin_folder = folder / ("Scripts" if os.name == "nt" else "bin")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run([bin_folder / "python", "-c", ask], folder).strip())
    options = ["--no-deps", "--no-index", "--no-warn-script-location"]
    pip = [sys.executable, "-m", "pip", "--python", str(bin_folder / "python")]
    run([*pip, "install", *options, str(wheel)], folder)
    needed = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    (site / "needed.pth").write_text("\n".join(needed))
    return bin_folder


def run(command: Sequence[str | Path], folder: Path) -> str:
    ran = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def environment() -> dict[str, str]:
    """Nothing in it leads to the checkout."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def test_the_wheel_holds_the_packages_and_what_they_read(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        described = message_from_bytes(content.read(metadata))
    assert {name.split("/")[0] for name in names} == {*PACKAGES, metadata.split("/")[0]}
    for package in PACKAGES:
        files = (path for path in (REPOSITORY / package).rglob("*") if path.is_file())
        ours = {path.relative_to(REPOSITORY) for path in files}
        wanted = {p.as_posix() for p in ours if p.suffix != ".pyc" and p.name != "LOG.md"}
        assert wanted <= names, wanted - names
        assert f"{package}/py.typed" in names
    assert {f"img2code/shipped/example_images/{name}" for name in EXAMPLES} <= names
    assert "img2code/shipped/example_images/cad_parts/frame.png" in names
    assert described["License-Expression"] == "Apache-2.0"
    assert {line.split(",")[0] for line in described.get_all("Project-URL")} >= {"Homepage"}
    assert "# img2code" in str(described.get_payload())
    extras = {"cad", "heic", "mcp", "qwen", "recipes", "vision", "train", "test"}
    assert extras == set(described.get_all("Provides-Extra"))


def test_geometry_and_statistics_come_from_our_distribution(programs: Path, tmp_path: Path) -> None:
    run([programs / "python", "-c", OURS], tmp_path)


def test_a_picture_is_predicted_outside_the_checkout(programs: Path, tmp_path: Path) -> None:
    picture = shutil.copy(REPOSITORY / "example_images" / "mug_teal.jpg", tmp_path)
    run([programs / "img2code", "predict", picture, "--out", "results"], tmp_path)
    code = tmp_path / "results" / "mug_teal" / "generated_code.json"
    run([programs / "img2code", "mesh", code, "--out", "mug.py"], tmp_path)
    assert "cadquery" in (tmp_path / "mug.py").read_text(encoding="utf-8")


def test_the_page_has_its_examples(programs: Path, tmp_path: Path) -> None:
    assert run([programs / "python", "-c", PAGE], tmp_path).split() == EXAMPLES


def test_the_page_is_served(programs: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [programs / "img2code", "app", "--backend", "fake", "--host", "127.0.0.1"],
        cwd=tmp_path,
        env=environment() | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout
        try:
            text = ""
            while not (address := re.search(r"http://127\.0\.0\.1:\d+", text)):
                line = served.stdout.readline()
                assert line, text
                text += line
            answer = httpx.get(address[0], timeout=60)
            assert answer.status_code == 200
            assert "a picture to code to a mesh" in answer.text
        finally:
            served.terminate()
