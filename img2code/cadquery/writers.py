"""The models that write CadQuery source for a picture, by the name of their back end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from img2code.cadquery import source
from img2code.limits import MAX_NEW_TOKENS


@dataclass(frozen=True)
class Writer:
    """model: its name. ask: the answer to a picture; raises UserError, GenerationError."""

    model: str
    ask: Callable[[Image.Image], str]


def openai(model: str | None = None, url: str | None = None) -> Writer:
    """A general model on a server that speaks chat completions. Raises UserError."""
    from img2code.vision.caption.server import load

    server = load(model, url)
    return Writer(str(model), lambda picture: server.ask(source.GENERAL, picture))


def cad_coder(
    model: str | None = None, device: str | None = None, most_tokens: int = MAX_NEW_TOKENS
) -> Writer:
    """CAD-Coder, a LLaVA of transformers. model: its folder or name. Raises UserError."""
    from img2code.vision.caption.transformers_models import load

    held = load("llava", model, device)
    return Writer(str(model), lambda picture: held.ask(source.CAD_CODER, picture, most_tokens))


CAD_CODER = "cad-coder"
WRITERS: dict[str, Callable[..., Writer]] = {"openai": openai, CAD_CODER: cad_coder}
