"""The back end qwen on a tiny checkpoint: prompting, streaming, reading, recovering, batches."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tiny_qwen
from PIL import Image

import geometry
import stats
from geometry import program
from geometry.errors import UserError
from img2code import backends
from img2code.backends.qwen import Qwen
from img2code.cli.main import main
from img2code.errors import GenerationError
from img2code.language import checkpoint, prompt, tokens
from img2code.reconstruct import Reconstructor
from img2code.result import Text
from stats.quantiles import BINS

PICTURE = Image.new("RGB", (112, 112), (200, 30, 30))
OTHER = Image.new("RGB", (112, 112), (30, 30, 200))
CODE = stats.encode(geometry.sample("Ruler", np.random.default_rng(0)))
ANSWER = f"<code>{json.dumps(CODE, separators=(',', ':'))}</code>"


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A checkpoint that has learnt one picture: its category, its code, and the end of the turn."""
    folder = tmp_path_factory.mktemp("taught")
    weights, tokenizer = tiny_qwen.model(seed=1, width=64), tiny_qwen.tokenizer()
    held = checkpoint.load(str(tiny_qwen.save(folder, weights)), "cpu")
    lessons = [
        (held.inputs([PICTURE], [prompt.messages(category)]), tokens.encode(ANSWER, tokenizer))
        for category in ("Ruler", None)
    ]
    tiny_qwen.teach(weights, [(asked, [*ids, held.end]) for asked, ids in lessons])
    return str(tiny_qwen.save(tmp_path_factory.mktemp("saved"), weights))


@pytest.fixture(scope="module")
def free(taught: str) -> Qwen:
    """Decodes without constraints."""
    backend = backends.load("qwen", model=taught, unconstrained=True, device="cpu")
    assert isinstance(backend, Qwen)
    return backend


@pytest.fixture(scope="module")
def random(tmp_path_factory: pytest.TempPathFactory) -> Qwen:
    """Random weights, within the grammar."""
    folder = tiny_qwen.save(tmp_path_factory.mktemp("random"))
    backend = backends.load("qwen", model=str(folder), device="cpu")
    assert isinstance(backend, Qwen)
    return backend


def answers(backend: Qwen, pictures: list[Image.Image], categories: list) -> list[str]:
    texts = [""] * len(pictures)
    for row, piece in backend.generate_batch(pictures, categories):
        texts[row] += piece
    return texts


# ------------------------------------------------------------ without constraints


def test_what_the_model_has_learnt_comes_back_as_a_code(free: Qwen) -> None:
    *texts, _ = events = list(Reconstructor(free).stream(PICTURE, "Ruler"))
    assert all(isinstance(event, Text) for event in texts)
    assert "".join(event.text for event in texts) == ANSWER
    result = events[-1].result
    assert result.raw_text == ANSWER
    assert result.token_code == CODE
    assert result.code == program.parse(stats.decode(CODE)).as_dict()
    assert result.repairs == ()
    ids = tokens.encode(ANSWER, tiny_qwen.tokenizer())
    assert result.tokens in (len(ids), len(ids) + 1)  # with the end of the turn or without


def test_without_a_category_the_model_names_it_first(free: Qwen) -> None:
    assert free._named([PICTURE], [None]) == ["Ruler"]
    assert "".join(free.generate(PICTURE, None)) == ANSWER


def test_a_random_answer_is_an_error_that_keeps_the_text(
    random: Qwen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("img2code.backends.qwen.MAX_NEW_TOKENS", 12)
    backend = Qwen(random.checkpoint, constrained=False)
    with pytest.raises(GenerationError, match="no code") as failure:
        Reconstructor(backend).run(PICTURE, "Ruler")
    assert failure.value.raw_text == "".join(backend.generate(PICTURE, "Ruler"))
    assert failure.value.raw_text


def test_predict_keeps_the_text_of_an_answer_that_is_no_code(
    random: Qwen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("img2code.backends.qwen.MAX_NEW_TOKENS", 12)
    monkeypatch.chdir(tmp_path)
    PICTURE.save("ruler.png")
    model = ["--backend", "qwen", "--model", random.checkpoint.name, "--unconstrained"]
    assert main(["predict", "ruler.png", "--category", "Ruler", "--out", "out", *model]) == 1
    (kept,) = Path("out/ruler").iterdir()
    assert kept.name == "generated_raw_outputs.txt"
    backend = Qwen(random.checkpoint, constrained=False)
    assert kept.read_text() == "".join(backend.generate(PICTURE, "Ruler"))


def test_an_answer_cut_off_by_the_limit_is_kept_as_far_as_it_goes(
    free: Qwen, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = tokens.encode(ANSWER, tiny_qwen.tokenizer())
    monkeypatch.setattr("img2code.backends.qwen.MAX_NEW_TOKENS", len(ids) - 4)
    result = Reconstructor(free).run(PICTURE, "Ruler")
    assert ANSWER.startswith(result.raw_text)
    assert result.token_code == CODE
    assert "The tag </code> was missing." in result.repairs


def test_closing_the_stream_ends_the_work(free: Qwen) -> None:
    stream = Reconstructor(free).stream(PICTURE, "Ruler")
    assert isinstance(next(stream), Text)
    stream.close()
    assert list(stream) == []


# ------------------------------------------------------------ within the grammar


def test_random_weights_write_a_valid_code(random: Qwen) -> None:
    result = Reconstructor(random).run(PICTURE, "Ruler")
    assert result.category == "Ruler"
    assert result.repairs == ()
    assert result.raw_text.startswith("<code>{")
    assert result.raw_text.endswith("}</code>")
    assert Reconstructor(random).run(PICTURE, "Ruler").raw_text == result.raw_text


def test_any_weights_name_a_category(random: Qwen) -> None:
    categories = ["Mug", None, None]
    named = random._named([PICTURE, OTHER, PICTURE], categories)
    assert named[0] == "Mug"
    assert named[1] in geometry.categories()
    assert random._named([PICTURE], [None]) == [named[2]]


def test_a_batch_writes_what_its_pictures_get_one_by_one(random: Qwen) -> None:
    pictures, categories = [PICTURE, OTHER, PICTURE], ["Ruler", "Ruler", "Clip"]
    together = answers(random, pictures, categories)
    alone = ["".join(random.generate(*each)) for each in zip(pictures, categories, strict=True)]
    assert together == alone
    assert len(set(together)) == 3


# ------------------------------------------------------------ options


def test_a_checkpoint_s_statistics_recover_its_numbers(
    taught: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the command line, with a statistics file of the published form."""
    monkeypatch.chdir(tmp_path)
    PICTURE.save("ruler.png")
    edges = np.linspace(0.5, 1.5, BINS + 1)
    table = {
        template.name: {
            parameter.name: {
                str(index): {"min": 0.5, "max": 1.5, "quantiles": edges.tolist()}
                for index in range(parameter.length)
            }
            for parameter in template.parameters
        }
        for template in geometry.templates("Ruler").values()
    }
    Path("stats.json").write_text(json.dumps({"Ruler": table}))
    model = ["--backend", "qwen", "--model", taught, "--unconstrained", "--stats", "stats.json"]
    asked = ["predict", "ruler.png", "--category", "Ruler", "--out", "results"]
    assert main([*asked, *model]) == 0
    written = json.loads(Path("results/ruler/generated_code.json").read_text())
    assert Path("results/ruler/generated_raw_outputs.txt").read_text() == ANSWER
    for part, true in zip(written["conceptualization"], CODE["conceptualization"], strict=True):
        for name, values in part["parameters"].items():
            bins = np.array(true["parameters"][name]) - stats.FIRST
            assert values == pytest.approx(edges[bins + 1], abs=1e-6)


def test_a_system_prompt_of_one_s_own_replaces_ours(
    random: Qwen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("img2code.backends.qwen.MAX_NEW_TOKENS", 6)
    texts = []
    for content in ("", "Rebuild it.\n", f"{prompt.SYSTEM}\n"):
        path = tmp_path / "system.txt"
        path.write_text(content)
        options = {"system_prompt": path, "unconstrained": True, "device": "cpu"}
        backend = backends.load("qwen", model=random.checkpoint.name, **options)
        texts.append("".join(backend.generate(PICTURE, "Ruler")))
    assert len(set(texts)) == 3
    assert texts[-1] == "".join(
        Qwen(random.checkpoint, constrained=False).generate(PICTURE, "Ruler")
    )


def test_options_are_checked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="needs a checkpoint"):
        backends.load("qwen")
    with pytest.raises(UserError, match="The back end fake has no option 'model'"):
        backends.load("fake", model="x")
    asked = ["predict", "x.png", "--out", str(tmp_path), "--backend", "qwen"]
    assert main([*asked, "--model", "./nowhere"]) == 1
    assert "There is no folder ./nowhere." in capsys.readouterr().err
    asked = ["eval", "--workers", "2", "--backend", "qwen", "--model", "./nowhere"]
    assert main(asked) == 1
    assert "--workers" in capsys.readouterr().err
