"""Batches over folders: what is read and written, and what survives every kind of end."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from batch_runs import FILES, own, paint, run, some
from PIL import Image
from seeing_backend import FOUND, RANKING, Seeing

import geometry
import stats
from geometry.errors import UserError
from img2code.backends import Wanted, always
from img2code.backends.fake import Fake
from img2code.batch import Setup, model_name, read, resume, slots
from img2code.batch.folders import Results
from img2code.batch.reconstruct import reconstruct
from img2code.batch.worker import work
from img2code.cli.main import main
from img2code.reconstruct import Reconstructor
from img2code.result import Result
from img2code.system import cores
from stats import checkpoint


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return some(tmp_path / "set")


def fake(root: Path, pause: float = 0.0) -> Setup:
    return Setup(str(root), "fake", {"pause": pause})


# ------------------------------------------------------------ what is read


def test_indices_follow_the_sorted_names_of_each_category(pictures: Path) -> None:
    tasks = read(pictures).tasks
    found = [(task.category, task.index, task.picture.name) for task in tasks]
    assert found == [
        ("Chair", 0, "2.webp"),
        ("Mug", 0, "a.JPG"),
        ("Mug", 1, "b.png"),
        ("Mug", 2, "c10.png"),
    ]


def test_what_is_no_picture_of_a_category_is_reported_and_has_no_index(pictures: Path) -> None:
    before = read(pictures).tasks
    paint(pictures / "mugg/a.png")
    (pictures / "Box").mkdir()
    (pictures / "Mug/Thumbs.db").write_bytes(b"x")
    (pictures / "Mug/._a.png").write_bytes(b"x")
    (pictures / "Mug/folder.png").mkdir()
    (pictures / "readme.txt").write_text("x")
    after = read(pictures)
    assert after.tasks == before
    assert after.passed_over == (
        "readme.txt outside of the categories' folders.",
        "Box: no pictures.",
        "Mug: Thumbs.db, folder.png, not pictures.",
        "mugg: no category. Did you mean Mug?",
    )


def test_folders_are_named_as_people_write_categories(pictures: Path) -> None:
    paint(pictures / "mugs/aa.png")
    paint(pictures / "storage_furniture/x.png")
    found = [(task.category, task.index, task.picture.name) for task in read(pictures).tasks]
    assert found[1:] == [
        ("Mug", 0, "a.JPG"),
        ("Mug", 1, "aa.png"),
        ("Mug", 2, "b.png"),
        ("Mug", 3, "c10.png"),
        ("StorageFurniture", 0, "x.png"),
    ]


def test_a_set_without_pictures_says_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "mugg").mkdir()
    with pytest.raises(UserError, match=r"mugg: no category\. Did you mean Mug"):
        read(tmp_path)
    with pytest.raises(UserError, match="is not a folder"):
        read(tmp_path / "missing")


def test_results_are_named_after_the_checkpoint(tmp_path: Path) -> None:
    (tmp_path / "epoch-3").mkdir()
    assert model_name("qwen", str(tmp_path / "epoch-3/../epoch-3") + "/") == "epoch-3"
    assert model_name("qwen", "someone/Model-7B") == "Model-7B"
    assert model_name("openai", "a:b c") == "a_b_c"
    assert model_name("embedded", None) == model_name("embedded", "/") == "embedded"


def test_workers_run_on_gpus_or_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    three = slots("fake", workers=3)
    assert len(three) == 3
    assert three[0]["OMP_NUM_THREADS"] == "1"
    assert three[0]["CUDA_VISIBLE_DEVICES"] == ""
    assert len(slots("fake")) == cores()
    monkeypatch.setattr("img2code.batch.devices._gpus", lambda: ["2", "5"])
    assert [slot["CUDA_VISIBLE_DEVICES"] for slot in slots("qwen")] == ["2", "5"]
    assert slots("qwen", gpus=1) == [{"CUDA_VISIBLE_DEVICES": "2"}]
    assert slots("qwen", gpus=0) == slots("fake")
    for backend, gpus, workers in (("qwen", 3, None), ("qwen", 1, 2), ("fake", 1, None)):
        with pytest.raises(UserError, match="--num_gpus"):
            slots(backend, gpus, workers)


@pytest.fixture
def table() -> dict[str, object]:
    """The statistics of a mug as checkpoints have them."""
    code = geometry.sample("Mug", np.random.default_rng(1))
    part = code["conceptualization"][0]
    return {
        part["template"]: {
            name: [
                {"quantiles": stats.edges("Mug", part["template"], name, index).tolist()}
                for index in range(len(values))
            ]
            for name, values in part["parameters"].items()
        }
    }


@pytest.mark.parametrize("layout", ["all.json", "Mug.json", "nested"])
def test_statistics_come_from_one_file_or_from_one_per_category(
    tmp_path: Path, table: dict[str, object], layout: str
) -> None:
    content = table if layout == "Mug.json" else {"Mug": table}
    name = "Mug.json" if layout == "nested" else layout
    (tmp_path / name).write_text(json.dumps(content))
    for path in (tmp_path, tmp_path / name) if layout != "Mug.json" else (tmp_path,):
        found = checkpoint.read(path)
        assert found.categories == ("Mug",)
        template, parameters = next(iter(table.items()))
        parameter = next(iter(parameters))  # type: ignore[call-overload]
        edges = stats.edges("Mug", template, parameter, 0)
        assert np.array_equal(found.edges("Mug", template, parameter, 0), edges)


def test_a_folder_without_statistics_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no statistics"):
        checkpoint.read(tmp_path)


# ------------------------------------------------------------ what is written


def test_the_command_writes_the_established_layout(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pictures / "Mug/d.png").write_text("not a picture")
    (pictures / "Mug/huge.bmp").write_bytes(b"BM" + b"\0" * (21 * 1024**2))
    command = ["batch", "--test_set_dir", str(pictures), "--save_dir", str(tmp_path / "out")]
    command += ["--backend", "fake", "--workers", "2"]
    assert main(command) == 1
    printed = capsys.readouterr()
    root = tmp_path / "out/fake"
    assert printed.out == f"{root}: 4 of 6 pictures done, 2 failed\n"
    assert "img2code: Mug/d.png: This file is not an image." in printed.err
    for index, name in enumerate(["a.JPG", "b.png", "c10.png"]):
        folder = root / "Mug" / str(index)
        assert {path.name for path in folder.iterdir()} == FILES | {name}
        assert (folder / name).read_bytes() == (pictures / "Mug" / name).read_bytes()
        assert json.loads((folder / "generated_code.json").read_text())["category"] == "Mug"
    assert {path.name for path in (root / "Mug/3").iterdir()} == {"error.txt", "d.png"}
    assert {path.name for path in (root / "Mug/4").iterdir()} == {"error.txt"}
    assert "21.0 MB" in (root / "Mug/4/error.txt").read_text()
    rows = [json.loads(line) for line in (root / "manifest.jsonl").read_text().splitlines()]
    assert [row["state"] for row in rows] == ["done"] * 4 + ["failed"] * 2
    assert rows[4]["error"].startswith("This file is not an image.")
    assert [(row["category"], row["index"]) for row in rows[:2]] == [("Chair", 0), ("Mug", 0)]
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*.json")}
    assert main(command) == 1  # nothing left to do, without a worker
    assert "(6 in earlier runs)" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in root.rglob("*.json")} == before


def manifest(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / "manifest.jsonl").read_text().splitlines()]


def test_the_manifest_says_what_was_recognised(pictures: Path, tmp_path: Path) -> None:
    """Also of pictures that an earlier run has done, and of a back end that does not say."""
    (pictures / "Mug/d.png").write_text("not a picture")
    tasks = read(pictures).tasks
    for backend, known in ((Seeing(), True), (Fake(), False)):
        results = Results(tmp_path / backend.name)
        assert len(list(work(Reconstructor(backend), tasks, results))) == 5
        results.write_manifest(tasks)
        chair, mug, *_, failed = manifest(results.root)
        assert ("confidence" in failed, failed["state"]) == (False, "failed")
        if known:
            assert mug["confidence"] == RANKING[0][1]
            assert mug["alternatives"] == [list(each) for each in RANKING[:3]]
            assert (mug["known"], mug["box"], mug["doubt"]) == (True, list(FOUND), None)
            assert chair["doubt"].startswith("The picture looks like a Mug")
        else:
            empty = {"confidence", "known", "box", "doubt"}
            assert {name for name in mug if mug[name] is None} == empty
            assert mug["alternatives"] == []
        states = [results.state(task) for task in tasks]
        assert states == ["done"] * 4 + ["failed"]
        results.check(tasks)  # a file of ours is not taken for another picture


def test_failures_are_tried_again_when_asked_or_mended(pictures: Path, tmp_path: Path) -> None:
    (pictures / "Mug/b.png").write_text("not yet")
    tasks, setup = read(pictures).tasks, fake(tmp_path / "out")
    assert [one.task.index for one in run(tasks, setup) if one.error] == [1]
    with resume(tasks, setup) as batch:
        assert (list(batch.left), batch.failed) == ([], 1)
    with resume(tasks, setup, retry=True) as batch:
        assert [task.index for task in batch.left] == [1]
    paint(pictures / "Mug/b.png")  # another file: tried again without being asked
    again = run(tasks, setup)
    assert [(one.task.index, one.error) for one in again] == [(1, "")]
    assert {path.name for path in (tmp_path / "out/Mug/1").iterdir()} == FILES | {"b.png"}


def test_a_picture_of_the_same_name_and_size_is_done_again(pictures: Path, tmp_path: Path) -> None:
    for name in ("Mug/b.bmp", "Mug/d.bmp"):
        paint(pictures / name, (1, 2, 3))
    setup = fake(tmp_path / "out")
    run(read(pictures).tasks, setup)
    folder = tmp_path / "out/Mug/1"
    before = (folder / "generated_code.json").read_text()
    size = (pictures / "Mug/b.bmp").stat().st_size
    assert paint(pictures / "Mug/b.bmp", (3, 2, 1)).stat().st_size == size
    again = run(read(pictures).tasks, setup)
    assert [(one.task.picture.name, one.error) for one in again] == [("b.bmp", "")]
    assert (folder / "b.bmp").read_bytes() == (pictures / "Mug/b.bmp").read_bytes()
    assert (folder / "generated_code.json").read_text() != before
    assert run(read(pictures).tasks, setup) == []


def test_everything_is_on_the_disk_before_it_counts(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        flushed.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    results, task = Results(tmp_path / "out"), read(pictures).tasks[0]
    with results.written(task) as folder:
        (folder / "generated_code.json").write_text("{}")
    assert set(flushed[:2]) == {"generated_code.json", task.picture.name}
    assert flushed[2].startswith(f"{task.category}-0-")
    assert flushed[3:] == [task.category, "out"]
    results.write_manifest([task])
    assert flushed[-1] == "manifest.jsonl"


def test_results_of_other_pictures_are_refused(pictures: Path, tmp_path: Path) -> None:
    setup = fake(tmp_path / "out")
    run(read(pictures).tasks, setup)
    paint(pictures / "Mug/z.png")  # the last one: no index changes
    assert [one.task.index for one in run(read(pictures).tasks, setup)] == [3]
    paint(pictures / "Mug/0.png")
    with pytest.raises(UserError, match=r"Mug/0 holds the result of a\.JPG, not of .*0\.png"):
        run(read(pictures).tasks, setup)


def test_the_answer_of_a_failure_is_kept(pictures: Path, tmp_path: Path) -> None:
    task = read(pictures).tasks[0]
    reconstructor = Reconstructor(Fake(["I see a chair."]))
    (one,) = work(reconstructor, [task], Results(tmp_path))
    assert one[2].startswith("The answer")
    assert (tmp_path / "Chair/0/generated_raw_outputs.txt").read_text() == "I see a chair."
    assert (tmp_path / "Chair/0/error.txt").read_text().strip() == one[2]


def test_a_folder_is_there_whole_or_not_at_all(pictures: Path, tmp_path: Path) -> None:
    results, task = Results(tmp_path / "out"), read(pictures).tasks[0]
    with pytest.raises(RuntimeError), results.written(task) as folder:  # noqa: PT012
        (folder / "generated_code.json").write_text("{}")
        raise RuntimeError
    assert results.state(task) == "waiting"
    assert own(tmp_path / "out") == []
    half = tmp_path / "out/.unfinished/Chair-0-1"
    half.mkdir(parents=True)  # as a kill leaves it
    (half / "generated_code.json").write_text("{")
    with results.claimed():
        assert not half.exists()


class Together(Fake):
    """Answers rows in turn; refuses to decode pictures together where one is white."""

    batch = 3

    def generate_batch(
        self,
        pictures: list[Image.Image],
        categories: list[str | None],
        wanted: Wanted = always,
    ) -> Iterator[tuple[int, str]]:
        if any(picture.getpixel((0, 8)) == (254, 254, 254) for picture in pictures):
            raise MemoryError
        rows = [list(self.generate(*row)) for row in zip(pictures, categories, strict=True)]
        for turn in range(max(map(len, rows))):
            yield from ((row, texts[turn]) for row, texts in enumerate(rows) if turn < len(texts))


@pytest.mark.parametrize("memory", [True, False])
def test_pictures_decoded_together_give_what_they_give_alone(pictures: Path, memory: bool) -> None:
    (pictures / "Mug/b.png").write_text("not a picture")
    if not memory:
        paint(pictures / "Mug/c10.png", (254, 254, 254))
    tasks = read(pictures).tasks
    outcomes = dict(reconstruct(Reconstructor(Together()), tasks))
    assert sorted(outcomes) == [0, 1, 2, 3]
    assert "not an image" in str(outcomes.pop(2))
    for position, outcome in outcomes.items():
        alone = Reconstructor(Fake()).run(tasks[position].picture, tasks[position].category)
        assert isinstance(outcome, Result)
        assert outcome.code == alone.code
        assert outcome.raw_text == alone.raw_text
