"""What constrained decoding costs and what jumps over forced text save, on a model of real size.

python benchmarks/constrained.py

The weights are random, the sizes are those of Qwen2.5-VL: on a CPU 2 layers as wide as in the 3B
model, on a GPU the whole 7B model in bfloat16. All three ways write the same sampled code; a model
with random weights would not, so its preferred token is set to the code's at every pass. They take
turns token by token, so that a machine busy with other things slows all of them alike. The prompt
is text alone: reading a picture takes the same time however the answer is decoded. The tokenizer
comes from the package dashscope (requirements/test.txt).
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

import geometry
import stats
from img2code.language import decode, tokens
from img2code.language.constraint import Constraint, State
from img2code.limits import MAX_NEW_TOKENS

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import tiny_qwen

SMALL = {  # the 3B model
    "vocab_size": 151936,
    "hidden_size": 2048,
    "intermediate_size": 11008,
    "num_attention_heads": 16,
    "num_key_value_heads": 2,
}
LARGE = {  # the 7B model
    "vocab_size": 152064,
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
}
TURN = 16  # tokens that each way decodes before the next way's turn
TRIALS = 50  # of a single mask


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--category", default="Mug", choices=geometry.categories())
    parser.add_argument("--seed", type=int, default=0, help="of the sampled code")
    parser.add_argument("--prompt", type=int, default=100, help="tokens of the prompt")
    parser.add_argument("--layers", type=int, help="default: 2 on a CPU, 28 on a GPU")
    options = parser.parse_args()

    tokenizer = tiny_qwen.tokenizer()
    start = time.perf_counter()
    constraint = Constraint(tokenizer, tiny_qwen.END_OF_TURN)
    compiled = time.perf_counter() - start
    model = built(options.layers)
    code = stats.encode(geometry.sample(options.category, np.random.default_rng(options.seed)))
    script = tokens.encode(f"<code>{json.dumps(code)}</code>", tokenizer)
    prompt = torch.arange(1000, 1000 + options.prompt, device=model.device)[None]
    inputs = {"input_ids": prompt, "attention_mask": torch.ones_like(prompt)}

    ways = []
    for name, constrained, jumps in (
        ("unconstrained, token by token", False, False),
        ("constrained, token by token", True, False),
        ("constrained, with jumps", True, True),
    ):
        state = Timed(constraint.start(options.category)) if constrained else None
        scripted = Scripted(model, [*script, tiny_qwen.END_OF_TURN], options.prompt)
        ways.append(Way(name, scripted, state, jumps))
    with torch.inference_mode():
        model(prompt)  # the first pass also allocates
    take_turns(ways, inputs)
    assert all(way.said == script for way in ways)

    config = model.config.text_config
    print(f"{machine(model)}; {config.num_hidden_layers} layers of {config.hidden_size}")
    print(f"{options.category}: {len(script)} tokens behind {options.prompt} of the prompt")
    print("| decoding                      | seconds | passes | ms per pass | faster |")
    print("|-------------------------------|---------|--------|-------------|--------|")
    for way in ways:
        row = f"| {way.name:29} | {way.seconds:7.2f} | {way.model.passes:6} "
        pass_ms = way.seconds / way.model.passes * 1e3
        print(f"{row}| {pass_ms:11.2f} | {ways[0].seconds / way.seconds:5.2f}× |")
    step = ways[0].seconds / ways[0].model.passes
    mask = mask_seconds(constraint, model.device, config.vocab_size)
    print(f"a mask takes {mask * 1e6:.0f} µs: {mask / step:.2%} of a step")
    for way in ways[1:]:
        engine = way.state.seconds
        print(f"{way.name}: the engine takes {engine * 1e3:.1f} ms, {engine / way.seconds:.2%}")
    print(f"the grammars of all categories are compiled in {compiled:.1f} s, once per process")


def built(layers: int | None) -> Any:
    """A Qwen2.5-VL with random weights: small on the CPU, whole on a GPU."""
    from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

    gpu = torch.cuda.is_available()
    sizes = LARGE if gpu else SMALL
    count = layers or (28 if gpu else 2)
    text = {**sizes, "num_hidden_layers": count, "max_window_layers": count}
    text["rope_parameters"] = {
        "rope_type": "default",
        "rope_theta": 1000000.0,
        "mrope_section": [16, 24, 24],
    }
    vision = {"depth": 32 if gpu else 1, "out_hidden_size": sizes["hidden_size"]}
    config = Qwen2_5_VLConfig(text_config=text, vision_config=vision, tie_word_embeddings=not gpu)
    kept = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16 if gpu else torch.float32)
    torch.manual_seed(0)
    try:
        with torch.device("cuda" if gpu else "cpu"):
            return Qwen2_5_VLForConditionalGeneration(config).eval()
    finally:
        torch.set_default_dtype(kept)


class Scripted:
    """A model that prefers the tokens of a script, whatever it computes, and counts its passes."""

    def __init__(self, model: Any, script: Sequence[int], prompt: int) -> None:
        self._model, self._script = model, script
        self._read = -prompt  # tokens of the script
        self.passes = 0

    def __call__(self, **given: Any) -> Any:
        output = self._model(**given)
        self._read += given["input_ids"].shape[1]
        self.passes += 1
        output.logits[0, -1, self._script[self._read]] = torch.finfo(output.logits.dtype).max
        return output


class Timed:
    """A state that adds up the seconds spent in it."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.seconds = 0.0

    def __getattr__(self, name: str) -> Any:
        start = time.perf_counter()
        found = getattr(self._state, name)
        self.seconds += time.perf_counter() - start
        if not callable(found):
            return found

        def timed(*arguments: Any) -> Any:
            start = time.perf_counter()
            result = found(*arguments)
            self.seconds += time.perf_counter() - start
            return result

        return timed


@dataclass
class Way:
    """One way to decode the code, and how far it has come."""

    name: str
    model: Scripted
    state: Timed | None
    jumps: bool
    seconds: float = 0.0
    said: list[int] = field(default_factory=list)

    def advance(self, steps: Iterator[list[tuple[int, int]]], tokens: int) -> None:
        """Decode until there are as many tokens, or to the end."""
        start = time.perf_counter()
        while len(self.said) < tokens and (step := next(steps, None)) is not None:
            self.said += [token_id for _, token_id in step]
        self.seconds += time.perf_counter() - start

    def steps(self, inputs: dict[str, torch.Tensor]) -> Iterator[list[tuple[int, int]]]:
        limits = {"eos": tiny_qwen.END_OF_TURN, "max_tokens": MAX_NEW_TOKENS}
        return decode.decode(self.model, inputs, [self.state], jumps=self.jumps, **limits)


def take_turns(ways: Sequence[Way], inputs: dict[str, torch.Tensor]) -> None:
    """Decode with all of them, TURN tokens each at a time, to the end of the code."""
    running = [(way, way.steps(inputs)) for way in ways]
    for goal in range(TURN, MAX_NEW_TOKENS + TURN, TURN):
        for way, steps in running:
            way.advance(steps, goal)


def mask_seconds(constraint: Constraint, device: torch.device, vocabulary: int) -> float:
    """What a mask adds to the choice of a token: made, moved to the device and applied."""
    state = constraint.start(None)
    logits = torch.randn(1, vocabulary, device=device)
    spent = []
    for states in ([None], [state]):
        decode.choose(logits, states)
        start = time.perf_counter()
        for _ in range(TRIALS):
            decode.choose(logits, states)
        spent.append((time.perf_counter() - start) / TRIALS)
    return spent[1] - spent[0]


def machine(model: Any) -> str:
    if model.device.type == "cuda":
        return f"{torch.cuda.get_device_name()}, {model.dtype}"
    return f"{torch.get_num_threads()} cores ({platform.machine()}), {model.dtype}"


if __name__ == "__main__":
    main()
