"""BLIP to Qwen2.5-VL as captioners: presets of one class, through the stock ones of transformers.

Phi-3 Vision is not in transformers 5, and the processor of its successor, Phi-4 Multimodal, wants
torchvision: those can be had through an OpenAI-compatible server (`caption/server.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image

from img2code.language.checkpoint import Checkpoint, processor_of
from img2code.vision import Description
from img2code.vision.caption import asking
from img2code.vision.checkpoints import device_for, precision_for, pretrained, required

MOST_TOKENS = {asking.CAPTION: 60, asking.REGIONS: 400, asking.PARAGRAPH: 220}


@dataclass(frozen=True)
class Family:
    """model: its class in transformers. prompt: how a question is put where no chat template says.

    asks: whether it answers questions at all; what does not says its caption only.
    """

    model: str
    prompt: str = "USER: <image>\n{} ASSISTANT:"
    asks: bool = True


FAMILIES = {
    "blip": Family("BlipForConditionalGeneration", "", asks=False),
    "blip2": Family("Blip2ForConditionalGeneration", "Question: {} Answer:"),
    "llava": Family("LlavaForConditionalGeneration"),
    "llava-next": Family("LlavaNextForConditionalGeneration"),
    "llava-onevision": Family("LlavaOnevisionForConditionalGeneration"),
    "mllama": Family("MllamaForConditionalGeneration", "<|image|><|begin_of_text|>{}"),
    "qwen2-vl": Family("Qwen2VLForConditionalGeneration"),
    "qwen2.5-vl": Family("Qwen2_5_VLForConditionalGeneration"),
}


class Transformer:
    """A resident vision-language checkpoint."""

    def __init__(self, family: str, model: Any, processor: Any, most_tokens: int | None) -> None:
        """most_tokens: of an answer; by default enough for what is asked."""
        self.name, self._family = family, FAMILIES[family]
        self._model, self._processor, self._most = model, processor, most_tokens

    def describe(self, picture: Image.Image, seed: int = 0) -> Description:
        """Caption, regions, paragraph; of a model that takes no questions the caption, twice."""
        shown = picture.convert("RGB")
        if not self._family.asks:
            caption = self._answer(shown, asking.CAPTION)
            return Description(caption, (), caption)
        return asking.describe(lambda question: self._answer(shown, question), picture.size)

    def _answer(self, picture: Image.Image, question: str) -> str:
        return self.ask(question, picture, self._most or MOST_TOKENS[question])

    def ask(
        self,
        question: str,
        picture: Image.Image,
        most_tokens: int,
        sampling: Mapping[str, float] | None = None,
    ) -> str:
        """The answer to a question of one's own.

        sampling: temperature, top_p, … as `generate` of transformers takes them; greedy without.
        """
        import torch

        inputs = self._inputs(picture, question)
        start = 0 if "input_ids" not in inputs else inputs["input_ids"].shape[1]
        settings = dict(sampling or {}) | {"do_sample": bool(sampling)}
        with torch.inference_mode():
            written = self._model.generate(**inputs, max_new_tokens=most_tokens, **settings)
        # an encoder-decoder's answer does not begin with what it was asked
        fresh = written[0, start:] if self._repeats(inputs, written) else written[0]
        answer: str = self._processor.decode(fresh, skip_special_tokens=True)
        return answer.strip()

    def _inputs(self, picture: Image.Image, question: str) -> Any:
        settings: dict[str, Any] = {"images": picture, "return_tensors": "pt"}
        if text := self._put(question):
            settings["text"] = text
        return self._processor(**settings).to(self._model.device, self._model.dtype)

    def _repeats(self, inputs: Any, written: Any) -> bool:
        """Whether an answer begins with the tokens of its question."""
        if "input_ids" not in inputs:
            return False
        asked = inputs["input_ids"][0]
        return written.shape[1] >= len(asked) and bool((written[0, : len(asked)] == asked).all())

    def _put(self, question: str) -> str:
        """A question as the model was trained to be asked."""
        if not self._family.asks:
            return ""
        if getattr(self._processor, "chat_template", None):
            content = [{"type": "image"}, {"type": "text", "text": question}]
            turns = [{"role": "user", "content": content}]
            text: str = self._processor.apply_chat_template(turns, add_generation_prompt=True)
            return text
        return self._family.prompt.format(question)


class Qwen(Transformer):
    """Qwen2-VL and Qwen2.5-VL, whose processor wants torchvision, for videos only."""

    def __init__(self, family: str, checkpoint: Checkpoint, most_tokens: int | None) -> None:
        super().__init__(family, checkpoint.model, checkpoint.tokenizer, most_tokens)
        self._checkpoint = checkpoint

    def _inputs(self, picture: Image.Image, question: str) -> Any:
        content = [{"type": "image"}, {"type": "text", "text": question}]
        return self._checkpoint.inputs([picture], [[{"role": "user", "content": content}]])


def load(
    family: str,
    model: str | None = None,
    device: str | None = None,
    most_tokens: int | None = None,
) -> Transformer:
    """model: a checkpoint's folder, or its name on the hub. Raises UserError."""
    import transformers
    from transformers import AutoProcessor

    path, where = required(model, family), device_for(device)
    kind = getattr(transformers, FAMILIES[family].model)
    held = pretrained(kind, path, dtype=precision_for(where)).to(where).eval()
    if family.startswith("qwen"):
        parts = processor_of(path)
        return Qwen(family, Checkpoint(path, held, *parts), most_tokens)
    if family == "llava-onevision":
        return Transformer(family, held, _pictures_only(path), most_tokens)
    return Transformer(family, held, pretrained(AutoProcessor, path), most_tokens)


def _pictures_only(path: str) -> Any:
    """LLaVA-OneVision's processor without its part for videos, which alone wants torchvision."""
    import transformers

    class PicturesOnly(transformers.LlavaOnevisionProcessor):
        def check_argument_for_proper_class(self, argument_name: str, argument: Any) -> Any:
            if argument_name == "video_processor":
                return None
            return super().check_argument_for_proper_class(argument_name, argument)

    pictures = pretrained(transformers.LlavaOnevisionImageProcessorPil, path)
    tokenizer = pretrained(transformers.AutoTokenizer, path)
    said, _ = PicturesOnly.get_processor_dict(path)
    return PicturesOnly.from_args_and_dict([pictures, tokenizer, None], said)
