"""Loads published checkpoints through the stock classes of transformers and diffusers.

By a folder or a name on the hub, when they are first needed, never with code of their own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from geometry.errors import UserError
from img2code.extras import install


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No progress bars of transformers meanwhile."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def pretrained(kind: Any, model: str, **settings: Any) -> Any:
    """A model or processor of a stock class. Raises UserError where it cannot be loaded.

    kind: a class with `from_pretrained`.
    """
    try:
        with quiet():
            return kind.from_pretrained(model, **settings)
    except (OSError, ValueError, KeyError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        problem = f"{model}: no {kind.__name__} can be loaded from there: {first.rstrip('.')}."
        hint = "Name a checkpoint's folder, or its name on the hub, of the family that was chosen."
        raise UserError(problem, hint) from error


def required(model: str | None, family: str) -> str:
    """The checkpoint that was named. Raises UserError where none was."""
    if not model:
        problem = f"{family} needs a checkpoint."
        raise UserError(problem, "Name its folder, or its name on the hub.")
    return model


def device_for(device: str | None) -> str:
    """As torch names it; by default a GPU where there is one."""
    import torch

    return device or ("cuda" if torch.cuda.is_available() else "cpu")


def precision_for(device: str) -> Any:
    """Half precision on a GPU, full precision elsewhere."""
    import torch

    return torch.bfloat16 if device.startswith("cuda") else torch.float32


def free(device: str | None) -> None:
    """Give back what a model that was let go has left in memory."""
    import gc

    gc.collect()
    if device_for(device).startswith("cuda"):
        import torch

        torch.cuda.empty_cache()


def missing_extra(package: str) -> UserError:
    return UserError(
        f"The Python package {package} is missing.", f"Install it: {install('vision')}."
    )
