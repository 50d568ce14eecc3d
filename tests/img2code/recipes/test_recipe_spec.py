"""Recipes are checked whole before anything runs, each fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from img2code.recipes import spec
from img2code.recipes.modules import load_modules

STEPS = str(Path(__file__).parents[2] / "recipe_steps.py")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    load_modules([STEPS])
    Path("rows.csv").write_text("text,n\na,1\n")


def problems(text: str) -> list[tuple[int, str]]:
    Path("r.yaml").write_text(text)
    with pytest.raises(spec.RecipeError) as found:
        spec.load("r.yaml")
    assert all(
        f"r.yaml:{each.line}: " in str(found.value) for each in found.value.problems if each.line
    )
    return [(each.line, each.text) for each in found.value.problems]


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    found = problems(
        """meta_path: rows.cvs
sav_folder: out
meta_folder: nowhere
steps:
  - type: TextGenrator
    name: Told
  - type: TextGenerator
    name: Tolt
  - type: TextGenerator
    name: Told
    config:
      endign: x
      seconds: long
      ending: ${NO_SUCH_KEY}
  - type: VideoCaptioner
    name: X
  - type: other
  - name: Told
  - 3
"""
    )
    text = dict(found)
    assert "no table" in text[1]
    assert "Did you mean save_folder?" in text[2]
    assert "no folder nowhere" in text[3]
    assert "Did you mean TextGenerator?" in text[5]
    assert "Did you mean Told?" in text[8]
    assert "Did you mean ending?" in text[12]
    assert "a number is wanted" in text[13]
    assert "NO_SUCH_KEY is not set" in text[14]
    assert "Videos are not read yet" in text[15]
    assert "Valid types" in text[17]
    assert "has no type" in text[18]
    assert "a step has type, name and config" in text[19]


ANY = "  - {type: Filter, config: {column: n, value: 1}}"


@pytest.mark.parametrize(
    ("head", "step", "line", "said"),
    [
        ("meta_path: rows.csv", "", 0, "steps are missing"),
        ("meta_path: rows.csv\nmeta_path: x", ANY, 2, "stands twice"),
        ("- a", None, 1, "a recipe is a mapping"),
        ("a: [", None, 1, "not valid YAML"),
        ("text_key: text", ANY, 0, "meta_path is missing"),
        ("meta_path: rows.csv", "  - {type: Reconstructor}", 3, "reads image"),
        ("meta_path: rows.csv", ANY.replace("n,", "m,"), 3, "reads m: no earlier step makes it"),
        ("meta_path: rows.csv", ANY.replace(", value: 1", ""), 3, "needs value, min_words"),
        ("meta_path: rows.csv", ANY.replace("column: n,", ""), 3, "needs column"),
        ("meta_path: rows.csv", ANY.replace("value: 1", "value: 1, workers: 0"), 3, "at least 1"),
        ("meta_path: rows.csv", "  - {type: Filter, config: 3}", 3, "keys and values are wanted"),
        ("meta_path: nothing.csv", ANY, 1, "no file nothing.csv"),
        ("meta_path: rows.csv\nid_key: x", ANY, 2, "no row has a column 'x'"),
        ("meta_path: rows.csv\nrunner: slurm", ANY, 2, "runner is"),
    ],
)
def test_each_fault_names_its_line(head: str, step: str | None, line: int, said: str) -> None:
    text = head if step is None else f"{head}\nsteps:\n{step}\n"
    assert any(at == line and said in what for at, what in problems(text)), problems(text)


def test_a_step_may_read_what_an_earlier_one_makes() -> None:
    Path("r.yaml").write_text(
        "meta_path: rows.csv\nsteps:\n"
        "  - {type: ImageGenerator, name: Written}\n  - {type: Reconstructor}\n"
        "  - {type: Renderer, config: {weight: 64}}\n"
    )
    recipe = spec.load("r.yaml")
    assert [planned.step.kind for planned in recipe.steps] == [
        "ImageGenerator",
        "Reconstructor",
        "Renderer",
    ]
    assert recipe.steps[2].config.width == 64  # type: ignore[attr-defined]
    assert any("'weight' was read as 'width'" in warning for warning in recipe.warnings)


def test_keys_of_servers_and_foreign_code_are_warned_of_once() -> None:
    Path("r.yaml").write_text(
        "meta_path: rows.csv\nsteps:\n  - type: TextGenerator\n    name: Told\n    config:\n"
        "      tensor_parallel_size: 2\n      max_model_len: 4096\n      trust_remote_code: true\n"
    )
    recipe = spec.load("r.yaml")
    assert len(recipe.warnings) == 2
    assert "tensor_parallel_size, max_model_len" in recipe.warnings[0]
    assert "trust_remote_code is ignored" in recipe.warnings[1]


def test_variables_of_the_environment_are_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDING", "?!")
    Path("r.yaml").write_text(
        "meta_path: rows.csv\nsteps:\n  - {type: TextGenerator, name: Told, "
        "config: {ending: 'a${ENDING}'}}\n"
    )
    assert spec.load("r.yaml").steps[0].config.ending == "a?!"  # type: ignore[attr-defined]


def test_keys_that_are_given_override_the_file() -> None:
    Path("r.yaml").write_text(
        "meta_path: nothing.csv\nsteps: [{type: Filter, config: {column: n, value: 1}}]"
    )
    recipe = spec.load("r.yaml", {"meta_path": "rows.csv", "save_folder": "out"})
    assert (recipe.meta_path, recipe.save_folder) == ("rows.csv", Path("out"))
