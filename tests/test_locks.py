"""The ranges of pyproject.toml, the exact pins of the locks and what is installed agree."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from dataclasses import dataclass
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
GROUPS = PYPROJECT["dependency-groups"]
RUN = PYPROJECT["project"]["dependencies"] + GROUPS["build"]
#: What each lock is made from. A Space's is the one without hashes: pip would then ask for those of
#: what the Space adds, too.
LOCKS = {
    "requirements/run.txt": RUN,
    "requirements/test.txt": RUN + EXTRAS["test"],
    "requirements/audit.txt": GROUPS["audit"],
    "requirements/lock.txt": GROUPS["lock"],
    "requirements.txt": PYPROJECT["project"]["dependencies"] + GROUPS["space"],
}
HASHED = [name for name in LOCKS if name != "requirements.txt"]
#: What is imported under another name than its package's, and what another package brings along.
PACKAGES = {"PIL": "pillow", "gradio_client": "gradio", "OCP": "cadquery", "yaml": "pyyaml"}


@dataclass(frozen=True)
class Pin:
    version: str
    marker: Marker | None
    hashes: int

    @property
    def applies(self) -> bool:
        return self.marker is None or self.marker.evaluate()


def pins(name: str) -> dict[str, Pin]:
    """The packages of a lock."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    found: dict[str, Pin] = {}
    for block in re.findall(r"^[^#\s].*(?:\n    --hash=.*)*", text, re.M):
        stated, *hashes = block.split(" \\\n")
        requirement = Requirement(stated)
        (exact,) = requirement.specifier
        assert exact.operator == "==", stated
        assert requirement.name not in found, stated
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+( ; .+)?", stated), stated
        assert all(re.fullmatch(r"\s+--hash=sha256:[0-9a-f]{64}", one) for one in hashes), stated
        found[requirement.name] = Pin(exact.version, requirement.marker, len(hashes))
    return found


TORCH = pins("requirements/torch.txt")


@pytest.mark.parametrize("name", HASHED)
def test_every_package_has_hashes_and_none_has_several_builds(name: str) -> None:
    found = pins(name)
    assert found
    assert not [package for package, pin in found.items() if not pin.hashes]
    assert not [package for package in found if re.match("torch|nvidia|cuda|triton", package)]


@pytest.mark.parametrize("name", [*LOCKS, "requirements/torch.txt"])
def test_a_lock_names_no_index(name: str) -> None:
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash)", text, re.M)


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_asked_for_is_pinned_within_its_range(name: str) -> None:
    found = pins(name) | (TORCH if name in HASHED else {})
    for line in LOCKS[name]:
        requirement = Requirement(line)
        package = canonicalize_name(requirement.name)
        if package not in {"img2code", "spaces"}:
            assert requirement.specifier.contains(found[package].version), line


def closure(roots: list[str], found: dict[str, Pin]) -> set[str]:
    """All packages that the roots need here, directly or not, each within its range."""
    seen: set[tuple[str, str]] = set()
    left = [(line, "") for line in roots]
    while left:
        line, extra = left.pop()
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        package = canonicalize_name(requirement.name)
        if package == "img2code":
            left += [(each, "") for one in requirement.extras for each in EXTRAS[one]]
            continue
        assert package in found, f"{line} is missing"
        assert requirement.specifier.contains(found[package].version), line
        for wanted in {"", *requirement.extras}:
            if (package, wanted) not in seen:
                seen.add((package, wanted))
                needed = UNIVERSAL_TORCH if package == "torch" else requires(package) or []
                left += [(each, wanted) for each in needed]
    return {package for package, _ in seen}


(METADATA,) = PYPROJECT["tool"]["uv"]["dependency-metadata"]
UNIVERSAL_TORCH = METADATA["requires-dist"]


@pytest.mark.parametrize("name", ["requirements/run.txt", "requirements/test.txt"])
def test_a_lock_holds_all_that_its_packages_need_and_nothing_else(name: str) -> None:
    found = pins(name)
    needed = closure(LOCKS[name], found | TORCH)
    assert needed - {"torch"} == {package for package, pin in found.items() if pin.applies}


def test_what_runs_here_is_what_is_pinned() -> None:
    for package, pin in (pins("requirements/test.txt") | TORCH).items():
        if pin.applies:
            assert version(package).split("+")[0] == pin.version, package


def test_the_locks_agree() -> None:
    run, everything = pins("requirements/run.txt"), pins("requirements/test.txt")
    assert {name: pin.version for name, pin in run.items()}.items() <= {
        name: pin.version for name, pin in everything.items()
    }.items()
    space = pins("requirements.txt")
    assert space["torch"].version == TORCH["torch"].version == METADATA["version"]
    differing = {
        name for name, pin in run.items() if name in space and space[name].version != pin.version
    }
    assert differing == {"pydantic", "pydantic-core"}  # gradio[mcp] wants older ones


def test_torch_needs_on_every_system_what_the_lock_is_made_from() -> None:
    lines = [Requirement(line) for line in requires("torch") or []]
    assert {str(line) for line in lines if line.marker is None} == {
        str(Requirement(line)) for line in UNIVERSAL_TORCH
    }


def test_a_space_gets_what_goes_with_the_extras_of_gradio_that_it_adds() -> None:
    found = pins("requirements.txt")
    assert not any(pin.hashes for pin in found.values())
    for line in requires("gradio") or []:
        requirement = Requirement(line)
        package = canonicalize_name(requirement.name)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": e}) for e in ("mcp", "oauth")):
            assert requirement.specifier.contains(found[package].version), line


def test_what_is_imported_is_asked_for() -> None:
    asked = {
        canonicalize_name(Requirement(line).name)
        for lines in (PYPROJECT["project"]["dependencies"], *EXTRAS.values())
        for line in lines
    }
    asked.add("spaces")  # asked for where there is one
    for path in [REPOSITORY / "app.py", *modules()]:
        for name in imported(path) - sys.stdlib_module_names:
            assert canonicalize_name(PACKAGES.get(name, name)) in asked, f"{path}: {name}"


def modules() -> list[Path]:
    packages = ("geometry", "stats", "img2code")
    return [path for package in packages for path in (REPOSITORY / package).rglob("*.py")]


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, without our own."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).split(".")[0])
    return names - {"geometry", "stats", "img2code"}


def test_no_text_names_a_file_of_requirements_that_is_not_there() -> None:
    texts = ("*.py", "*.md", "docs/*.md", "tools/*.py", "example_images/*.*[dy]", "benchmarks/*.py")
    for path in [*modules(), *(path for text in texts for path in REPOSITORY.glob(text))]:
        for name in re.findall(r"requirements[\w/-]*\.txt", path.read_text(encoding="utf-8")):
            assert (REPOSITORY / name).is_file(), f"{path}: {name}"
