"""What a checkpoint's folder holds: said in a sentence where it cannot be loaded as it is.

And what became of its tensors: every one has to find its place, since transformers fills the places
of missing ones with random numbers.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from geometry.errors import UserError

#: What wrappers put before the names of tensors and savers leave there, as patterns: PEFT
#: (base_model.model), DataParallel and DeepSpeed (module), torch.compile (_orig_mod), Lightning
#: (_forward_module, and one more model), FSDP and activation checkpoints (anywhere in a name).
PREFIXES = {
    r"^(?:(?:base_model\.model|module|_orig_mod|_forward_module)\.)+": "",
    r"_fsdp_wrapped_module\.|_checkpoint_wrapped_module\.|_orig_mod\.": "",
    r"^model\.(?=model\.|lm_head\.)": "",
}
#: Image processors of older versions of transformers, which are the ones of Qwen2-VL.
OLD_PROCESSORS = ("Qwen2_5_VLImageProcessor", "Qwen2_5_VLImageProcessorFast")
_QUANTISERS = {
    "bitsandbytes": ("bitsandbytes", "accelerate"),
    "awq": ("awq",),
    "gptq": ("gptqmodel",),
}
_RECOMPUTED = ("rotary_emb.inv_freq", "rotary_pos_emb.inv_freq")  # in old checkpoints
_NAMED = 3  # tensors in an error


def check(folder: Path, device: str) -> None:
    """Raises UserError for a folder that cannot be loaded, with the cause and what to do."""
    config = read(folder / "config.json")
    adapter = read(folder / "adapter_config.json")
    if adapter and not config:
        base = adapter.get("base_model_name_or_path") or "its base model"
        problem = f"{folder} holds an adapter ({adapter.get('peft_type', 'LoRA')}), not a model."
        hint = f"Merge it into {base} with PEFT's merge_and_unload(), and save that with its files."
        raise UserError(problem, hint)
    if not config:
        return  # transformers says it
    _check_quantisation(folder, config, device)
    attention = config.get("_attn_implementation") or config.get("attn_implementation")
    if isinstance(attention, str) and "flash" in attention and not find_spec("flash_attn"):
        problem = f"{folder} asks for {attention}, and the package flash_attn is not installed."
        raise UserError(problem, "Install flash-attn, or remove that line from its config.json.")
    names = {path.name for path in folder.iterdir()}
    if "tokenizer.json" not in names and not {"vocab.json", "merges.txt"} <= names:
        problem = f"{folder} has no tokenizer (tokenizer.json, or vocab.json and merges.txt)."
        raise UserError(problem, "Copy those files from the model that it was trained from.")
    if not names & {"preprocessor_config.json", "processor_config.json"}:
        problem = f"{folder} has no preprocessor_config.json."
        raise UserError(problem, "Copy that file from the model that it was trained from.")


def _check_quantisation(folder: Path, config: Mapping[str, Any], device: str) -> None:
    settings = config.get("quantization_config")
    if not isinstance(settings, Mapping):
        return
    method = str(settings.get("quant_method", "unknown"))
    lacking = [name for name in _QUANTISERS.get(method, ()) if not find_spec(name)]
    if lacking:
        problem = f"{folder} is quantised with {method}, which needs {' and '.join(lacking)}."
        hint = f"pip install {' '.join(lacking)}, or take the checkpoint before it was quantised."
        raise UserError(problem, hint)
    if method == "bitsandbytes" and not device.startswith("cuda"):
        problem = f"{folder} is quantised with {method}, which needs a GPU."
        raise UserError(problem, "Take the checkpoint before it was quantised.")


def check_tensors(name: str, found: Mapping[str, Collection[Any]]) -> None:
    """found: what transformers tells about loading. Raises UserError, which names tensors."""
    missing = sorted(found.get("missing_keys", ()))
    unexpected = [k for k in sorted(found.get("unexpected_keys", ())) if not _recomputed(k)]
    mismatched = sorted(str(entry[0]) for entry in found.get("mismatched_keys", ()))
    if any("lora_" in key for key in unexpected):
        problem = f"The checkpoint {name} holds an adapter that was not merged: {_few(unexpected)}."
        raise UserError(problem, "Save it again behind PEFT's merge_and_unload().")
    told = {"is missing": missing, "is not known": unexpected, "has another shape": mismatched}
    sentences = [f"{_few(keys)} {what}" for what, keys in told.items() if keys]
    if not sentences:
        return
    problem = f"The checkpoint {name} does not fit the model: {'; '.join(sentences)}."
    if missing and all(".visual." in key for key in missing):
        problem += " Its vision tower was not saved."
    raise UserError(problem, "Save the whole model again, under the names that it has by itself.")


def read(path: Path) -> dict[str, Any]:
    """A JSON object of a folder; empty where there is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _recomputed(key: str) -> bool:
    return key.endswith(_RECOMPUTED)


def _few(keys: list[str]) -> str:
    named = ", ".join(keys[:_NAMED])
    return named if len(keys) <= _NAMED else f"{named} … ({len(keys)} tensors)"
