"""Checkpoints of language models: loading what is on the disk, and the inputs of the model."""

from __future__ import annotations

import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tiny_qwen
import torch
from PIL import Image
from transformers import Qwen2_5_VLForConditionalGeneration, Qwen2Tokenizer

import geometry
from img2code.errors import UserError
from img2code.language import checkpoint, prompt
from img2code.language.checkpoint import Checkpoint, load, read_system_prompt

RED = Image.new("RGB", (300, 300), (200, 30, 30))
SMALL = Image.new("RGB", (60, 60), (30, 30, 200))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_qwen.save(tmp_path_factory.mktemp("checkpoint"))


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Checkpoint:
    return load(str(folder), "cpu")


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def change(path: Path, **values: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


# ------------------------------------------------------------ loading


def test_a_checkpoint_is_loaded_through_the_real_classes(loaded: Checkpoint) -> None:
    assert type(loaded.model) is Qwen2_5_VLForConditionalGeneration
    assert isinstance(loaded.tokenizer, Qwen2Tokenizer)
    assert type(loaded.image_processor).__name__.startswith("Qwen2VLImageProcessor")
    assert loaded.model.dtype == torch.float32  # on the CPU
    assert not loaded.model.training
    assert loaded.end == tiny_qwen.END_OF_TURN
    true = tiny_qwen.model().state_dict()
    assert all(torch.equal(value, true[key]) for key, value in loaded.model.state_dict().items())


def test_a_checkpoint_is_loaded_once_however_many_ask(copy: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: load(str(copy), "cpu"), range(4)))
    assert all(one is found[0] for one in found)


def test_code_that_comes_with_a_checkpoint_is_never_run(copy: Path) -> None:
    marker = copy / "was_run"
    source = f"open({str(marker)!r}, 'w')\n"
    for name in ("configuration_own", "modeling_own", "processing_own"):
        (copy / f"{name}.py").write_text(source)
    own = {
        "AutoConfig": "configuration_own.OwnConfig",
        "AutoModelForImageTextToText": "modeling_own.OwnModel",
        "AutoProcessor": "processing_own.OwnProcessor",
        "AutoImageProcessor": "processing_own.OwnImageProcessor",
    }
    change(copy / "config.json", auto_map=own)
    change(copy / "preprocessor_config.json", auto_map=own)
    assert type(load(str(copy), "cpu").model) is Qwen2_5_VLForConditionalGeneration
    change(copy / "config.json", model_type="own")
    with pytest.raises(UserError, match="cannot be loaded"):
        load(str(copy), "meta")
    assert not marker.exists()


def test_what_is_no_checkpoint_is_refused_with_a_sentence(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no folder"):
        load(str(tmp_path / "nowhere"))
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UserError, match="empty cannot be loaded"):
        load(str(empty), "cpu")
    (copy / "model.safetensors").unlink()
    with pytest.raises(UserError, match=r"cannot be loaded.*config\.json and weights"):
        load(str(copy), "cpu")
    (copy / "chat_template.jinja").unlink()
    with pytest.raises(UserError, match="no chat template"):
        load(str(copy), "cpu")
    change(copy / "config.json", model_type="qwen2_vl", architectures=[])
    with pytest.raises(UserError, match=r"of type qwen2_vl.*runs qwen2_5_vl"):
        load(str(copy), "cpu")


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(UserError, match=r"transformers is missing.*requirements-qwen\.txt"):
        load(str(tmp_path), "cpu")


def test_a_template_may_stand_in_a_file_of_the_processor(copy: Path) -> None:
    """As older versions of transformers saved it."""
    (copy / "chat_template.jinja").rename(copy / "old")
    template = (copy / "old").read_text()
    (copy / "chat_template.json").write_text(json.dumps({"chat_template": template}))
    assert checkpoint._processor(str(copy))[2] == tiny_qwen.CHAT_TEMPLATE


# ------------------------------------------------------------ the prompt


def test_the_question_is_the_one_that_checkpoints_know() -> None:
    assert prompt.question("Ruler") == (
        "Inspect the image, classify the 'Ruler' object, and return its size, shape, and position "
        "in a structured JSON format.\n"
        "Valid Concepts of Ruler: Symmetrical_body, Regular_shaft"
    )


@pytest.mark.parametrize("category", geometry.categories())
def test_the_concepts_stand_in_the_order_of_the_schema(category: str) -> None:
    schema = geometry.json_schema(category)["properties"]["conceptualization"]["items"]["oneOf"]
    names = [part["properties"]["template"]["const"] for part in schema]
    first, second = prompt.question(category).split("\n")
    assert f"classify the '{category}' object, and" in first
    assert second == f"Valid Concepts of {category}: {', '.join(names)}"


def test_without_a_category_the_model_is_asked_for_one() -> None:
    first, second = prompt.question(None).split("\n")
    assert first.startswith("Inspect the image, classify the object, and return its size")
    assert second == f"Valid Categories: {', '.join(geometry.categories())}"
    with pytest.raises(geometry.CodeError, match="Did you mean Mug"):
        prompt.question("Mugg")


def test_the_system_turn_says_what_is_asked_for() -> None:
    for word in ("<code>", "</code>", "JSON", "nothing else", "2048 to 3072", "discretised"):
        assert word in prompt.SYSTEM


def test_a_system_prompt_is_read_as_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "system.txt"
    path.write_text(" You are one.\n\n")
    assert read_system_prompt(path) == " You are one.\n"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"system\.txt is not a text file"):
        read_system_prompt(path)
    with pytest.raises(UserError, match=r"nothing\.txt cannot be read: No such file"):
        read_system_prompt(tmp_path / "nothing.txt")


# ------------------------------------------------------------ the inputs


def test_the_conversation_is_the_one_of_the_chat_template(loaded: Checkpoint) -> None:
    inputs = loaded.inputs([RED.resize((112, 112))], [prompt.messages("Mug", "Be brief.")])
    patches = 8 * 8  # of 14 pixels
    assert inputs["image_grid_thw"].tolist() == [[1, 8, 8]]
    assert inputs["pixel_values"].shape == (patches, 3 * 2 * 14 * 14)
    assert loaded.tokenizer.decode(inputs["input_ids"][0]) == (
        "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n<|vision_start|>"
        + "<|image_pad|>" * (patches // 4)
        + f"<|vision_end|>{prompt.question('Mug')}<|im_end|>\n<|im_start|>assistant\n"
    )
    assert inputs["attention_mask"].all()
    pictures = inputs["input_ids"] == tiny_qwen.IMAGE
    assert torch.equal(inputs["mm_token_type_ids"].bool(), pictures)


def test_a_batch_answers_as_its_pictures_do_one_by_one(loaded: Checkpoint) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (90, 90, 3), dtype=np.uint8)
    pictures = [RED, SMALL, Image.fromarray(noise)]
    asked = [prompt.messages(name) for name in ("Mug", "Table", None)]
    together = loaded.inputs(pictures, asked)
    rows = loaded.model.generate(**together, max_new_tokens=6, do_sample=False)[:, -6:]
    for picture, conversation, row in zip(pictures, asked, rows, strict=True):
        alone = loaded.inputs([picture], [conversation])
        answer = loaded.model.generate(**alone, max_new_tokens=6, do_sample=False)[0, -6:]
        assert torch.equal(answer, row)
    assert len({tuple(row.tolist()) for row in rows}) == 3


def test_a_placeholder_for_pictures_in_the_system_prompt_is_refused(loaded: Checkpoint) -> None:
    with pytest.raises(UserError, match=r"2 pictures.*Leave <\|image_pad\|> out"):
        loaded.inputs([RED], [prompt.messages("Mug", "See <|image_pad|>.")])
