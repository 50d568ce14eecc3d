"""Checkpoints of language models: loading what is on the disk, and the inputs of the model."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tiny_qwen
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import Qwen2_5_VLForConditionalGeneration, Qwen2Tokenizer

import geometry
from geometry.errors import UserError
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


def rename(folder: Path, name: Callable[[str], str | None]) -> None:
    """Writes a folder's weights under other names; those of None are left out."""
    weights = load_file(folder / "model.safetensors")
    saved = {new: value for key, value in weights.items() if (new := name(key))}
    save_file(saved, folder / "model.safetensors", metadata={"format": "pt"})


def flat(key: str) -> str:
    """As transformers 4.49 named it."""
    return key.replace("model.visual.", "visual.").replace("model.language_model.", "model.")


@pytest.mark.parametrize(
    ("prefix", "names"),
    [
        ("base_model.model.", str),
        ("base_model.model.", flat),
        ("module._orig_mod.", flat),
        ("_forward_module.", str),
        ("model.", str),
    ],
)
def test_what_wrappers_put_before_names_is_taken_off(
    copy: Path, prefix: str, names: Callable[[str], str]
) -> None:
    rename(copy, lambda key: prefix + names(key))
    true = tiny_qwen.model().state_dict()
    found = load(str(copy), "cpu").model.state_dict()
    assert all(torch.equal(found[key], value) for key, value in true.items())


def test_a_wrapper_within_names_is_taken_off(copy: Path) -> None:
    rename(copy, lambda key: key.replace(".mlp.", "._checkpoint_wrapped_module.mlp."))
    true = tiny_qwen.model().state_dict()
    found = load(str(copy), "cpu").model.state_dict()
    assert all(torch.equal(found[key], value) for key, value in true.items())


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            lambda key: None if "visual." in key else key,
            r"visual\..*\(\d+ tensors\) is missing.*tower",
        ),
        (lambda key: None if key == "lm_head.weight" else key, r"lm_head\.weight is missing"),
        (lambda key: f"strange.{key}", r"is missing; strange\..* … \(57 tensors\) is not known"),
        (
            lambda key: key.replace("q_proj.weight", "q_proj.lora_A.weight"),
            "adapter that was not merged",
        ),
    ],
)
def test_tensors_without_a_place_are_an_error_that_names_them(
    copy: Path, name: Callable[[str], str | None], sentence: str
) -> None:
    rename(copy, name)
    with pytest.raises(UserError, match=sentence):
        load(str(copy), "cpu")


def test_a_tensor_of_another_shape_is_an_error(copy: Path) -> None:
    weights = load_file(copy / "model.safetensors")
    weights["lm_head.weight"] = weights["lm_head.weight"][:100].clone()
    save_file(weights, copy / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(UserError, match=r"cannot be loaded|another shape"):
        load(str(copy), "cpu")


def test_a_folder_of_an_older_version_is_loaded(copy: Path) -> None:
    template = (copy / "chat_template.jinja").read_text()
    (copy / "chat_template.jinja").unlink()
    (copy / "chat_template.json").write_text(json.dumps({"chat_template": template}))
    change(
        copy / "preprocessor_config.json",
        image_processor_type="Qwen2_5_VLImageProcessor",
        size={"shortest_edge": 3136, "longest_edge": 12544},
    )
    rename(copy, flat)
    held = load(str(copy), "cpu")
    assert type(held.image_processor).__name__.startswith("Qwen2VLImageProcessor")
    inputs = held.inputs([RED.resize((112, 112))], [prompt.messages("Mug")])
    assert inputs["image_grid_thw"].tolist() == [[1, 8, 8]]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (
            lambda copy: [
                (copy / "adapter_config.json").write_text(
                    '{"peft_type": "LORA", "base_model_name_or_path": "Qwen/Base"}'
                ),
                (copy / "config.json").unlink(),
                (copy / "model.safetensors").unlink(),
            ],
            r"holds an adapter \(LORA\), not a model\. Merge it into Qwen/Base",
        ),
        (
            lambda copy: change(
                copy / "config.json",
                quantization_config={"quant_method": "bitsandbytes", "load_in_4bit": True},
            ),
            "quantised with bitsandbytes, which needs bitsandbytes and accelerate.*pip install",
        ),
        (
            lambda copy: change(copy / "config.json", _attn_implementation="flash_attention_2"),
            "asks for flash_attention_2, and the package flash_attn is not installed",
        ),
        (lambda copy: (copy / "tokenizer.json").unlink(), r"no tokenizer \(tokenizer\.json"),
        (
            lambda copy: (copy / "preprocessor_config.json").unlink(),
            r"no preprocessor_config\.json.*Copy that file",
        ),
    ],
    ids=["adapter", "quantised", "flash attention", "tokenizer", "preprocessor"],
)
def test_a_folder_that_cannot_be_loaded_says_why(
    copy: Path, spoil: Callable[[Path], object], sentence: str
) -> None:
    spoil(copy)
    with pytest.raises(UserError, match=sentence) as failure:
        load(str(copy), "cpu")
    assert "\n" not in str(failure.value)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(UserError, match=r"transformers is missing.*img2code\[qwen\]"):
        load(str(tmp_path), "cpu")


def test_a_template_may_stand_in_a_file_of_the_processor(copy: Path) -> None:
    """As older versions of transformers saved it."""
    (copy / "chat_template.jinja").rename(copy / "old")
    template = (copy / "old").read_text()
    (copy / "chat_template.json").write_text(json.dumps({"chat_template": template}))
    assert checkpoint.processor_of(str(copy))[2] == tiny_qwen.CHAT_TEMPLATE


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
