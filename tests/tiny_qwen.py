"""A Qwen2.5-VL checkpoint for tests: the genuine tokenizer, two small layers, random weights.

The vocabulary comes from the package dashscope, which ships it as `qwen.tiktoken`. The folder holds
what a public checkpoint's folder holds, so everything loads through the real classes.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import itertools
import json
import os
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import torch
from tokenizers import AddedToken
from transformers import (
    GenerationConfig,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
)
from transformers.convert_slow_tokenizer import bytes_to_unicode

VOCABULARY = 152064  # rows of the embedding, as in the 7B model; the tokenizer knows fewer
ORDINARY = 151643  # ids below are pieces of text, the others are ADDED
#: The tokens behind the ordinary ones, in the order of their ids: special ones …
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
SPECIAL += ["<|object_ref_start|>", "<|object_ref_end|>", "<|box_start|>", "<|box_end|>"]
SPECIAL += ["<|quad_start|>", "<|quad_end|>", "<|vision_start|>", "<|vision_end|>"]
SPECIAL += ["<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"]
#: … and ones that count as text.
PLAIN = ["<tool_call>", "</tool_call>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"]
PLAIN += ["<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"]
ADDED = (*SPECIAL, *PLAIN)
END_OF_TEXT, END_OF_TURN = 151643, 151645
VISION_START, VISION_END, IMAGE, VIDEO = 151652, 151653, 151655, 151656

# What the template of Qwen2.5-VL writes for pictures and text: turns between <|im_start|> and
# <|im_end|>, a system turn put first where there is none, a picture as one <|image_pad|>.
CHAT_TEMPLATE = """\
{%- for message in messages -%}
{%- if loop.first and message.role != 'system' -%}
{{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' -}}
{%- endif -%}
{{- '<|im_start|>' + message.role + '\\n' -}}
{%- if message.content is string -%}
{{- message.content -}}
{%- else -%}
{%- for item in message.content -%}
{%- if item.type == 'image' -%}
{{- '<|vision_start|><|image_pad|><|vision_end|>' -}}
{%- elif item.type == 'video' -%}
{{- '<|vision_start|><|video_pad|><|vision_end|>' -}}
{%- else -%}
{{- item.text -}}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{{- '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}
{{- '<|im_start|>assistant\\n' -}}
{%- endif -%}
"""


def ranks() -> dict[bytes, int]:
    """The ordinary tokens and their ids."""
    lines = _vocabulary().splitlines()
    return {base64.b64decode(token): int(rank) for token, rank in map(bytes.split, lines)}


def _vocabulary() -> bytes:
    return files("dashscope").joinpath("resources", "qwen.tiktoken").read_bytes()


def merges(known: dict[bytes, int]) -> list[tuple[bytes, bytes]]:
    """The pair that each longer token is merged from, in the order of the ids."""
    return [_last_pair(token, known) for token in known if len(token) > 1]


def _last_pair(token: bytes, known: dict[bytes, int]) -> tuple[bytes, bytes]:
    """Merge with the earlier tokens only, lowest id first, until two pieces are left."""
    pieces = [token[i : i + 1] for i in range(len(token))]
    latest = known[token]
    while len(pieces) > 2:
        ids = [known.get(a + b, latest) for a, b in itertools.pairwise(pieces)]
        place = min(range(len(ids)), key=ids.__getitem__)
        assert ids[place] < latest, f"{token!r} has no merge"
        pieces[place : place + 2] = [pieces[place] + pieces[place + 1]]
    return pieces[0], pieces[1]


@functools.cache
def tokenizer() -> Qwen2Tokenizer:
    """The tokenizer of Qwen2.5-VL, from the vocabulary alone.

    Working out the merges takes seconds, so the result is kept among the machine's temporary
    files, under a name that stands for the vocabulary and for this file.
    """
    source = _vocabulary() + Path(__file__).read_bytes()
    kept = Path(tempfile.gettempdir(), f"qwen-tokenizer-{hashlib.sha256(source).hexdigest()[:16]}")
    if not kept.is_dir():
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            _built().save_pretrained(folder)
            try:
                os.rename(folder, kept)
            except OSError:
                assert kept.is_dir()  # another process was faster
            else:
                os.mkdir(folder)
    return Qwen2Tokenizer.from_pretrained(kept)


def _built() -> Qwen2Tokenizer:
    letters = bytes_to_unicode()

    def text(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    known = ranks()
    built = Qwen2Tokenizer(
        vocab={text(token): rank for token, rank in known.items()},
        merges=[(text(a), text(b)) for a, b in merges(known)],
        model_max_length=131072,
    )
    added = [
        AddedToken(token, special=token not in PLAIN, normalized=False, lstrip=False, rstrip=False)
        for token in ADDED
    ]
    built.add_tokens(added)
    built.eos_token = "<|im_end|>"  # only now, so that it does not get the first id
    built.chat_template = CHAT_TEMPLATE
    return built


def config(width: int = 32, layers: int = 2) -> Qwen2_5_VLConfig:
    """The 7B model's configuration, small: `layers` layers of `width` (a multiple of 32)."""
    heads = width // 16
    return Qwen2_5_VLConfig(
        text_config={
            "vocab_size": VOCABULARY,
            "hidden_size": width,
            "intermediate_size": 2 * width,
            "num_hidden_layers": layers,
            "max_window_layers": layers,
            "num_attention_heads": heads,
            "num_key_value_heads": heads // 2,
            "initializer_range": 0.3,  # so wide that answers depend on the picture
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1000000.0,
                "mrope_section": [2, 3, 3],
            },
            "bos_token_id": END_OF_TEXT,
            "eos_token_id": END_OF_TURN,
        },
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "fullatt_block_indexes": [1],
            "out_hidden_size": width,
            "initializer_range": 0.1,
        },
        image_token_id=IMAGE,
        video_token_id=VIDEO,
        vision_start_token_id=VISION_START,
        vision_end_token_id=VISION_END,
        tie_word_embeddings=False,
    )


def model(seed: int = 0, width: int = 32, layers: int = 2) -> Qwen2_5_VLForConditionalGeneration:
    """A model with random weights, float32, on the CPU; the same seed gives the same model."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        built = Qwen2_5_VLForConditionalGeneration(config(width, layers))
    built.generation_config = GenerationConfig(
        bos_token_id=END_OF_TEXT,
        pad_token_id=END_OF_TEXT,
        eos_token_id=[END_OF_TURN, END_OF_TEXT],
    )
    return built.eval()


def teach(
    weights: Qwen2_5_VLForConditionalGeneration, lessons: Sequence[tuple[dict, list[int]]]
) -> None:
    """Fit the last layer so that the greedy answer to each prompt is the given one.

    lessons: the tensors of a prompt, a batch of one, and the token ids of its answer.
    """
    states, ids = [], []
    for prompt, answer in lessons:
        row = torch.cat([prompt["input_ids"], torch.tensor([answer])], dim=1)
        whole = {"input_ids": row, "attention_mask": torch.ones_like(row)}
        whole["mm_token_type_ids"] = (row == IMAGE).int()
        with torch.no_grad():
            seen = weights.model(**{**prompt, **whole}).last_hidden_state[0]
        states.append(seen[-len(answer) - 1 : -1])
        ids += answer
    used, wanted = torch.unique(torch.tensor(ids), return_inverse=True)
    inputs = torch.cat(states)
    rows = torch.zeros(len(used), inputs.shape[1], requires_grad=True)
    fit = torch.optim.LBFGS([rows], max_iter=300, line_search_fn="strong_wolfe")
    others = torch.zeros(len(inputs), 1)  # every other token's score

    def loss() -> torch.Tensor:
        fit.zero_grad()
        value = torch.nn.functional.cross_entropy(torch.cat([inputs @ rows.T, others], 1), wanted)
        value.backward()
        return value

    fit.step(loss)
    assert loss() < 0.01, "too much to learn for a model of this width"
    with torch.no_grad():
        weights.lm_head.weight.zero_()
        weights.lm_head.weight[used] = rows


def save(folder: Path, weights: Qwen2_5_VLForConditionalGeneration | None = None) -> Path:
    """Write a checkpoint with these weights (random ones by default); returns its folder.

    The picture's side is bounded by 112 pixels: 16 tokens.
    """
    (weights if weights is not None else model()).save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    pictures = {
        "image_processor_type": "Qwen2VLImageProcessor",
        "processor_class": "Qwen2_5_VLProcessor",
        "min_pixels": 56 * 56,
        "max_pixels": 112 * 112,
        "patch_size": 14,
        "temporal_patch_size": 2,
        "merge_size": 2,
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(pictures, indent=2))
    return folder
