"""Loads Qwen2.5-VL checkpoints with transformers as it is, and makes a model's inputs.

The pictures that come here are already opened, upright and RGB. What qwen-vl-utils would do with
them, scaling to whole patches, the image processor does by itself with the same rule, so that
package is not needed. AutoProcessor wants torchvision, for videos only. Where it is installed the
parts of AutoProcessor are used, else the same classes are loaded one by one, with Pillow behind
the image processor; either way the inputs are put together here.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from geometry.errors import UserError
from img2code.atomic import read_regular
from img2code.extras import install
from img2code.language import folder
from img2code.limits import MAX_CODE_FILE_BYTES

MODEL_TYPE = "qwen2_5_vl"
_LOCK = threading.Lock()
_RESIDENT: dict[tuple[str, str], Checkpoint] = {}


@dataclass(frozen=True)
class Checkpoint:
    """A model on its device with what prepares its inputs; only read, so threads may share it."""

    name: str
    model: Any  # Qwen2_5_VLForConditionalGeneration
    tokenizer: Any  # Qwen2Tokenizer
    image_processor: Any  # Qwen2VLImageProcessor or its variant on Pillow
    chat_template: str

    @property
    def end(self) -> int:
        """The token that ends an answer."""
        return int(self.tokenizer.eos_token_id)

    def inputs(
        self, pictures: Sequence[Image.Image], conversations: Sequence[list[dict[str, Any]]]
    ) -> dict[str, Any]:
        """The tensors of a batch, one picture per conversation, padded on the left.

        input_ids, attention_mask, mm_token_type_ids (B, T); pixel_values (P, 1176), all patches
        of all pictures in a row; image_grid_thw (B, 3), patches per picture. Raises UserError for
        a conversation that does not hold one picture.
        """
        import torch

        seen = self.image_processor(images=list(pictures), return_tensors="pt")
        patches = seen["image_grid_thw"].prod(-1) // self.image_processor.merge_size**2
        rows = [
            self._ids(conversation, count)
            for conversation, count in zip(conversations, patches.tolist(), strict=True)
        ]
        longest = max(map(len, rows))
        padding = self.tokenizer.pad_token_id
        ids = torch.tensor([[padding] * (longest - len(row)) + row for row in rows])
        mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in rows])
        tensors = {
            "input_ids": ids,
            "attention_mask": mask,
            "mm_token_type_ids": (ids == self.model.config.image_token_id).int(),
            "pixel_values": seen["pixel_values"].to(self.model.dtype),
            "image_grid_thw": seen["image_grid_thw"],
        }
        return {name: tensor.to(self.model.device) for name, tensor in tensors.items()}

    def _ids(self, conversation: list[dict[str, Any]], patches: int) -> list[int]:
        """The conversation's tokens, the picture's placeholder once for each of its patches."""
        text = self.tokenizer.apply_chat_template(
            conversation,
            chat_template=self.chat_template,
            tokenize=False,
            add_generation_prompt=True,
        )
        picture = self.model.config.image_token_id
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        if ids.count(picture) != 1:
            problem = f"The prompt holds {ids.count(picture)} pictures; there is one."
            placeholder = self.tokenizer.convert_ids_to_tokens(picture)
            raise UserError(problem, f"Leave {placeholder} out of the system prompt.")
        place = ids.index(picture)
        return ids[:place] + [picture] * patches + ids[place + 1 :]


def load(name: str, device: str | None = None) -> Checkpoint:
    """The checkpoint of a folder or of the hub, resident from the first call on.

    device: as torch names it; by default the GPU where there is one. bfloat16 on a GPU, float32
    on the CPU. Code that comes with a checkpoint is never run. Raises UserError.
    """
    import torch

    if name.startswith(("/", ".", "~")) and not Path(name).is_dir():
        raise UserError(f"There is no folder {name}.", "--model takes a checkpoint's folder.")
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    with _LOCK:
        if (name, device) not in _RESIDENT:
            _RESIDENT[name, device] = _load(name, device)
        return _RESIDENT[name, device]


def _load(name: str, device: str) -> Checkpoint:
    import torch

    try:
        from transformers import AutoConfig, AutoModelForImageTextToText
    except ModuleNotFoundError as error:
        problem = f"The Python package {error.name} is missing, which language models need."
        raise UserError(problem, f"Install it: {install('qwen')}.") from None
    if Path(name).is_dir():
        folder.check(Path(name), device)
    try:
        config = AutoConfig.from_pretrained(name, trust_remote_code=False)
        if config.model_type != MODEL_TYPE:
            problem = f"{name} is a checkpoint of type {config.model_type}."
            raise UserError(problem, f"This back end runs {MODEL_TYPE} (Qwen2.5-VL).")
        tokenizer, image_processor, chat_template = processor_of(name)
        dtype = torch.bfloat16 if torch.device(device).type == "cuda" else torch.float32
        pair: Any = AutoModelForImageTextToText.from_pretrained(
            name,
            config=config,
            dtype=dtype,
            trust_remote_code=False,
            key_mapping=folder.PREFIXES,
            output_loading_info=True,
        )
        model, loaded = pair
        folder.check_tensors(name, loaded)
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        if isinstance(error, UserError):
            raise
        lines = str(error).strip().splitlines() or [type(error).__name__]
        reason = lines[0].rstrip(".")
        problem = f"The checkpoint {name} cannot be loaded: {reason}."
        hint = "It is a folder with config.json and weights, or a name on the Hugging Face hub."
        raise UserError(problem, hint) from error
    return Checkpoint(name, model.to(device).eval(), tokenizer, image_processor, chat_template)


def processor_of(name: str) -> tuple[Any, Any, str]:
    """Tokenizer, image processor and chat template of a checkpoint."""
    import transformers
    from transformers import AutoProcessor, AutoTokenizer, Qwen2_5_VLProcessor
    from transformers.utils import is_torchvision_available

    pillow = transformers.Qwen2VLImageProcessorPil
    settings, _ = pillow.get_image_processor_dict(name)
    old = settings.get("image_processor_type") in folder.OLD_PROCESSORS
    if is_torchvision_available() and not old:
        whole = AutoProcessor.from_pretrained(name, trust_remote_code=False)
        tokenizer, image_processor = whole.tokenizer, whole.image_processor
        chat_template = whole.chat_template
    else:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        # By its class, since "auto" knows no longer what older versions called it.
        kind = transformers.Qwen2VLImageProcessor if is_torchvision_available() else pillow
        image_processor = kind.from_pretrained(name)
        settings, _ = Qwen2_5_VLProcessor.get_processor_dict(name)
        chat_template = settings.get("chat_template")
    chat_template = chat_template or tokenizer.chat_template
    if not isinstance(chat_template, str):
        raise UserError(f"The checkpoint {name} has no chat template.", "Is it a chat model?")
    return tokenizer, image_processor, chat_template


def read_system_prompt(path: str | Path) -> str:
    """The text of a system turn from a file, without its last line break. Raises UserError."""
    try:
        text = read_regular(path, MAX_CODE_FILE_BYTES).decode("utf-8")
        return text.replace("\r\n", "\n").removesuffix("\n")
    except OSError as error:
        problem = f"{path} cannot be read: {error.strerror or error}."
        raise UserError(problem, "Check the path.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is not a text file in UTF-8.", "Save it as UTF-8.") from None
