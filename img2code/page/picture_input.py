"""The page's picture input: hands on the path of an uploaded file, and nothing else."""

from __future__ import annotations

import os
import stat
from abc import ABCMeta
from pathlib import Path
from typing import Any

import gradio as gr

NOT_UPLOADED = "This file was not uploaded here. Choose the picture again."


class WithoutStub(type(gr.Image)):  # type: ignore[misc]
    """Gradio's own metaclass writes a .pyi file beside each module with a new component."""

    def __new__(cls, name: str, bases: tuple[type, ...], attributes: dict[str, Any]) -> type:
        return ABCMeta.__new__(cls, name, bases, attributes)


class PictureInput(gr.Image, metaclass=WithoutStub):
    """gr.Image, whose file stays closed until `open_image` reads it.

    gr.Image would decode the file before any check of ours, and answer in its own words. This is
    a class, not an override on one component, because every session works on a copy of it.
    """

    def get_block_name(self) -> str:
        """Which component of the browser shows it."""
        return "image"

    def preprocess(self, payload: Any) -> str | None:
        """The path of the uploaded file, None where there is none. Raises gr.Error."""
        if payload is None:
            return None
        return uploaded_path(payload.path, self.GRADIO_CACHE)


def uploaded_path(path: str, folder: str) -> str:
    """`path` with links followed, where that is a regular file inside `folder`; never opened.

    Raises gr.Error, which tells neither the path nor whether there is something.
    """
    try:
        resolved = Path(os.path.realpath(path))
        inside = resolved.is_relative_to(os.path.realpath(folder))
        regular = inside and stat.S_ISREG(os.lstat(resolved).st_mode)
    except (OSError, ValueError):  # a name that is too long, or holds a null character
        regular = False
    if not regular:
        raise gr.Error(NOT_UPLOADED, print_exception=False)
    return str(resolved)
