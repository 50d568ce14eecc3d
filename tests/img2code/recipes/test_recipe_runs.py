"""Runs of recipes: rows fail alone, runs go on where they stopped, nothing is lost or doubled."""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from geometry.errors import UserError
from img2code.cli.main import main
from img2code.recipes import folders, ledger, run, spec
from img2code.recipes.modules import load_modules

STEPS = str(Path(__file__).parents[2] / "recipe_steps.py")
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    load_modules([STEPS])
    return tmp_path


@pytest.fixture
def write(here: Path) -> Write:
    def write(*steps: dict[str, Any], name: str = "r.yaml", **keys: Any) -> Path:
        recipe = {"meta_path": "rows.jsonl"} | keys | {"steps": list(steps)}
        (here / name).write_text(yaml.safe_dump(recipe, sort_keys=False))
        return here / name

    return write


def texts(*found: str) -> None:
    Path("rows.jsonl").write_text("".join(json.dumps({"text": each}) + "\n" for each in found))


def told(**config: Any) -> dict[str, Any]:
    return {"type": "TextGenerator", "name": "Told", "config": {"log": "log"} | config}


def go(recipe: Path, **options: Any) -> run.Report:
    return run.run(spec.load(recipe), modules=[STEPS], **options)


def lines(path: str | Path) -> list[Any]:
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def log() -> list[str]:
    found = Path("log").read_text().splitlines() if Path("log").exists() else []
    return [line for line in found if not line.startswith("loaded")]


def test_steps_follow_each_other_and_other_columns_survive(write: Write) -> None:
    rows = [{"words": "a", "n": 1, "deep": {"x": [1, None]}}, {"words": "b", "code": "007"}]
    Path("rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    report = go(write(told(), told(ending="?"), text_key="words"))
    assert (report.rows, report.failed) == (2, 0)
    assert lines(report.result) == [
        {"words": "a!?", "n": 1, "deep": {"x": [1, None]}, "source_text": "a"},
        {"words": "b!?", "code": "007", "source_text": "b"},
    ]
    base = Path("intermediate_results")
    assert lines(base / "step_0_preprocess_format/result.jsonl")[0]["text"] == "a"
    assert lines(base / "step_1_TextGenerator_Told/result.jsonl")[1]["text"] == "b!"


@pytest.mark.parametrize(
    ("name", "content", "column"),
    [
        ("t.csv", 'id,text\n007,a\n8,"b\nc"\n', "id"),
        ("t.tsv", "id\ttext\n007\ta\n8\tb\n", "id"),
        ("t.json", '[{"text": "a", "id": "007"}, {"text": "b", "id": 8}]', "id"),
        ("t.txt", "a\n\nb\n", None),
    ],
)
def test_tables_of_every_kind(write: Write, name: str, content: str, column: str | None) -> None:
    Path(name).write_text(content)
    found = lines(go(write(told(), meta_path=name)).result)
    assert [row["text"][-1] for row in found] == ["!", "!"]
    if column:
        assert found[0][column] == "007"


def test_parquet_and_folders_of_pictures(write: Write) -> None:
    import pyarrow
    from pyarrow.parquet import write_table

    write_table(pyarrow.table({"text": ["a", "b"], "n": [1, 2]}), "t.parquet")
    found = lines(go(write(told(), meta_path="t.parquet")).result)
    assert [(row["text"], row["n"]) for row in found] == [("a!", 1), ("b!", 2)]
    for name in ("p/one.png", "p/deep/two.jpg", "p/notes.md"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("x")
    for source in ("p", "p/**/*"):
        recipe = spec.load(
            write({"type": "Filter", "config": {"column": "image", "value": "x"}}, meta_path=source)
        )
        assert recipe.meta_folder == Path("p")
        assert [row for _, row in spec.tables.rows(source)] == [
            {"image": "deep/two.jpg"},
            {"image": "one.png"},
        ]


def test_a_bad_row_is_an_error_of_that_row_alone(write: Write) -> None:
    Path("rows.jsonl").write_text(
        '{"text": "a"}\n\n{"text": \n[1]\n{"other": 1}\n{"text": "bad"}\n'
    )
    report = go(write(told(fails="bad"), told(ending="?")))
    rows = lines(report.result)
    assert report.failed == 5
    assert rows[0]["text"] == "a!?"
    errors = [row["error"] for row in rows[1:]]
    assert [set(error) for error in errors] == [{"where", "what", "hint"}] * 5
    assert ["line" in error["where"] for error in errors] == [True] * 5
    assert "blank" in errors[0]["what"]
    assert errors[4] == {
        "where": "line 6, TextGenerator Told",
        "what": "This text cannot be told.",
        "hint": "Change it.",
    }
    assert log() == ["a!", "a!?"]


def test_rows_of_a_batch_fail_alone(write: Write) -> None:
    texts("a", "b", "bad", "c")
    together = {"type": "TextGenerator", "name": "Together", "config": {"batch_size": 4}}
    rows = lines(go(write(together)).result)
    assert [row.get("text") for row in rows] == ["a!", "b!", "bad", "c!"]
    assert ["error" in row for row in rows] == [False, False, True, False]


def test_results_that_are_no_json_are_errors_of_their_rows(write: Write) -> None:
    texts("a")
    (row,) = lines(go(write({"type": "TextGenerator", "name": "Shapeless"})).result)
    assert "no JSON" in row["error"]["what"]


def test_retry_tries_failed_rows_alone_again(write: Write) -> None:
    texts("a", "bad", "c")
    recipe = write(told(fails="bad"))
    assert go(recipe).failed == 1
    assert go(recipe).failed == 1
    assert Counter(log()) == {"a!": 1, "c!": 1}
    Path("log.mended").touch()
    report = go(recipe, retry=True)
    assert report.failed == 0
    assert Counter(log()) == {"a!": 1, "c!": 1, "bad!": 1}
    assert [row["text"] for row in lines(report.result)] == ["a!", "bad!", "c!"]


def test_a_changed_step_makes_itself_and_what_follows_anew_and_keeps_what_was(write: Write) -> None:
    texts("a", "b")
    first = go(write(told(), told(ending="?"), told(ending=".")))
    before = first.result.read_bytes()
    second = go(write(told(), told(ending="+"), told(ending=".")))
    made = ("a!", "b!", "a!?", "b!?", "a!?.", "b!?.", "a!+", "b!+", "a!+.", "b!+.")
    assert Counter(log()) == Counter(made)
    assert [step.ran for step in second.steps] == [0, 2, 2]
    assert second.result.parent == Path("results.2")
    assert first.result.read_bytes() == before
    third = go(write(told(), told(ending="?"), told(ending=".")))
    assert third.result == first.result
    assert [step.ran for step in third.steps] == [0, 0, 0]


def test_what_changes_no_result_makes_nothing_anew(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_KEY", "k")
    texts("a", "b")
    go(write(told()))
    report = go(write(told(batch_size=2, workers=2, api_key="${A_KEY}")))
    assert report.steps[0].ran == 0


def test_added_and_moved_rows_keep_their_results_and_doubles_have_their_own(write: Write) -> None:
    texts("a", "b", "a")
    recipe = write(told())
    go(recipe)
    assert Counter(log()) == {"a!": 2, "b!": 1}
    texts("new", "b", "a", "a", "a")
    report = go(recipe)
    assert Counter(log()) == {"a!": 3, "b!": 1, "new!": 1}
    assert [row["text"] for row in lines(report.result)] == ["new!", "b!", "a!", "a!", "a!"]


def test_a_picture_that_was_replaced_makes_its_row_anew(write: Write) -> None:
    Path("a.png").write_bytes(b"one")
    Path("rows.jsonl").write_text('{"image": "a.png", "text": "a"}')
    status = Path("a.png").stat()
    reads = {"type": "Reconstructor", "config": {"backend": "fake"}}
    recipe = write(reads)
    go(recipe)
    Path("a.png").write_bytes(b"two")
    os.utime("a.png", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert go(recipe).steps[0].ran == 1


def test_files_have_names_of_their_own_whatever_is_added(write: Write) -> None:
    texts("A red chair", "a red chair!")
    written = {"type": "ImageGenerator", "name": "Written"}
    go(write(written))
    texts("x", "a red chair!", "A red chair")
    report = go(write(written))
    rows = lines(report.result)
    found = [(report.result.parent / row["image"]).read_text() for row in rows]
    assert found == ["x", "a red chair!", "A red chair"]
    assert len({row["image"] for row in rows}) == 3
    assert all(row["image"].startswith("generated_images/") for row in rows)


def test_fresh_begins_anew_beside_and_is_then_continued(write: Write) -> None:
    texts("a")
    recipe = write(told())
    first = go(recipe)
    second = go(recipe, fresh=True)
    assert (first.result.parent, second.result.parent) == (Path("results"), Path("results.2"))
    assert go(recipe).result == second.result
    assert log() == ["a!", "a!"]


def test_results_of_others_stay_as_they_are(write: Write) -> None:
    texts("a")
    Path("results").mkdir()
    Path("results/result.jsonl").write_text("mine")
    assert go(write(told())).result == Path("results.2/result.jsonl")
    assert Path("results/result.jsonl").read_text() == "mine"


def test_filters_take_rows_out(write: Write) -> None:
    Path("rows.csv").write_text("caption,n\na b c,1\na,2\na b,3\n")
    few = {"type": "Filter", "config": {"column": "caption", "min_words": 2}}
    large = {"type": "Filter", "config": {"column": "n", "compare": ">", "value": 1}}
    report = go(write(few, large, meta_path="rows.csv", text_key="caption"))
    assert lines(report.result) == [{"caption": "a b", "n": "3"}]


def test_a_step_that_cannot_be_loaded_stops_the_run_and_marks_no_row(write: Write) -> None:
    texts("a", "b")
    recipe = write(told(), {"type": "TextGenerator", "name": "Unloadable"})
    with pytest.raises(UserError, match="Unloadable cannot be loaded: There is no model"):
        go(recipe)
    assert sorted(log()) == ["a!", "b!"]
    (left,) = Path("intermediate_results").glob("*Unloadable")
    assert (left / "ledger.jsonl").read_text() == ""


def test_a_worker_that_dies_stops_the_run_and_the_same_command_continues(write: Write) -> None:
    texts("a", "b", "deadly", "c")
    config = {"log": "log", "fails": "deadly", "workers": 2}
    recipe = write({"type": "TextGenerator", "name": "Dies", "config": config})
    command = [sys.executable, "-m", "img2code", "run", str(recipe), "--steps", STEPS]
    died = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert died.returncode == 1
    assert "a worker has ended" in died.stderr
    assert "the same command continues" in died.stderr
    Path("log.mended").touch()
    assert subprocess.run(command, capture_output=True, timeout=300).returncode == 0
    found = [row["text"] for row in lines("results/result.jsonl")]
    assert found == ["a!", "b!", "deadly!", "c!"]


def test_a_second_run_of_the_same_folder_is_refused(write: Write) -> None:
    texts("a")
    recipe = write(told())
    with folders.held(Path("intermediate_results")), pytest.raises(UserError, match="another run"):
        go(recipe)
    assert go(recipe).failed == 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_models_are_loaded_once_per_worker_and_step(write: Write) -> None:
    texts(*map(str, range(40)))
    go(write(told()))
    loaded = [line for line in Path("log").read_text().splitlines() if line.startswith("loaded")]
    assert len(loaded) == 1
    go(write(told(ending="?", workers=2, seconds=0.02)))
    loaded = [line for line in Path("log").read_text().splitlines() if line.startswith("loaded")]
    assert len(loaded) == len(set(loaded)) <= 3
    assert len(log()) == 80
    gc.collect()  # Daft leaves the pipes of its processes open


@pytest.mark.slow
def test_killed_at_any_moment_nothing_is_lost_and_nothing_doubled(write: Write) -> None:
    """The short form of `python tests/drill/kills.py`."""
    count = 60
    texts(*(f"row {number}" for number in range(count)))
    recipe = write(
        told(seconds=0.02), told(ending="?", seconds=0.02), told(ending=".", seconds=0.02)
    )
    rng = random.Random(4)
    command = [sys.executable, "-m", "img2code", "run", str(recipe), "--steps", STEPS]
    kills = 0
    for _ in range(30):
        running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        begun = len(log())
        while running.poll() is None and len(log()) == begun:
            time.sleep(0.02)
        time.sleep(rng.uniform(0, 0.8))
        if running.poll() is not None:
            break
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        kills += 1
    assert running.communicate(timeout=300)[1] is not None
    assert running.returncode == 0
    assert kills >= 3
    rows = lines("results/result.jsonl")
    assert [row["text"] for row in rows] == [f"row {number}!?." for number in range(count)]
    again = sum(times - 1 for times in Counter(log()).values())
    assert again <= 3 * kills  # what was under way at a kill


def test_ledgers_skip_a_line_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    with ledger.Ledger(path) as book:
        for key in range(5000):
            book.add(key, {"values": {"n": key}})
        book.add(3, {"error": "late"})
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"key": "00000000000000')
    with ledger.Ledger(path) as book:
        assert book.state(3) is False
        assert book.state(4) is True
        assert book.state(5000) is None
        assert book.get(4999) == {"key": f"{4999:016x}", "values": {"n": 4999}}
        book.add(5000, {"values": {}})
    assert path.read_bytes().startswith(whole)
    with ledger.Ledger(path) as book:
        assert book.state(5000) is True


def test_a_full_disk_keeps_what_was_written(tmp_path: Path) -> None:
    """/dev/full refuses every byte, as a full disk does."""
    book = ledger.Ledger(tmp_path / "ledger.jsonl")
    book.add(1, {"values": {}})
    real = book._file
    book._file = Path("/dev/full").open("ab", buffering=0)  # noqa: SIM115
    with pytest.raises(OSError, match="No space"):
        book.add(2, {"values": {}})
    book._file.close()
    book._file = real
    book.close()
    with ledger.Ledger(tmp_path / "ledger.jsonl") as book:
        assert (book.state(1), book.state(2)) == (True, None)


def test_the_command_says_what_became_of_the_rows(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    texts("a", "bad")
    recipe = write(told(fails="bad"))
    assert main(["run", str(recipe), "--steps", STEPS]) == 3
    said = capsys.readouterr().out
    assert "2 rows, 1 failed" in said
    assert "1 × This text cannot be told." in said
    page = Path("results/report.html").read_text()
    assert "This text cannot be told." in page
    assert "http" not in page.split("<h2>Recipe")[0]
    Path("log.mended").touch()
    assert main(["run", str(recipe), "--steps", STEPS, "--retry", "--save_folder", "s"]) == 0
    assert [row["text"] for row in lines("s/result.jsonl")] == ["a!", "bad!"]


def test_check_tells_the_plan_and_runs_nothing(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    texts("a", "b")
    assert main(["run", str(write(told())), "--steps", STEPS, "--check"]) == 0
    said = capsys.readouterr().out
    assert "2 rows with text" in said
    assert "step 1, TextGenerator Told: The text and an ending." in said
    assert "reads text; writes text" in said
    assert log() == []
    assert not Path("intermediate_results").exists()
