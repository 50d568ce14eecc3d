"""Checks of single values on the command line; each error says what is valid.

What a check needs is imported when it runs, so that --help needs nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

AUTO = "auto"
SIZE = (
    "how large the object really is: its largest extent (95mm), or size, length, width, height, "
    "depth or diagonal with a length in mm, cm, m or in; or usual, as its category usually is"
)


def category(name: str) -> str:
    from geometry.errors import CodeError
    from geometry.names import category_named

    try:
        return category_named(name)
    except CodeError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("'category': ")) from None


def category_or_part(name: str) -> str:
    from geometry.cad_parts.part import CATEGORY, is_category

    return CATEGORY if is_category(name) else category(name)


def category_or_auto(name: str) -> str:
    return AUTO if name.lower() == AUTO else category_or_part(name)


def size(text: str) -> Any:  # a geometry.export.sizes.Wanted, which --help does not import
    from geometry.errors import CodeError
    from geometry.export.sizes import read_size

    try:
        return read_size(text)
    except CodeError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def scale(text: str) -> float:
    from geometry.errors import CodeError
    from geometry.export.sizes import checked_scale

    try:
        return checked_scale(float(text))
    except CodeError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def box(text: str) -> Any:  # an img2code.recognition.Box
    from img2code.boxes import read_box

    try:
        return read_box(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def backend(name: str) -> str:
    from img2code.backends import BACKENDS

    if name not in BACKENDS:
        raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(BACKENDS)}")
    return name


def backend_or_writer(name: str) -> str:
    """A back end, or a model that writes CadQuery only."""
    from img2code.cadquery.writers import WRITERS

    return name if name in WRITERS else backend(name)


def folder(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{name} is not a folder")
    return path


def path_with(suffixes: Collection[str]) -> Callable[[str], Path]:
    """A check for paths with one of these suffixes."""

    def check(name: str) -> Path:
        path = Path(name)
        if path.suffix.lower() not in suffixes:
            valid = ", ".join(suffixes)
            raise argparse.ArgumentTypeError(f"{name} does not end in {valid}")
        return path

    return check


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """A check for whole numbers from `low` up to and including `high`."""

    def check(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if number < low or (high is not None and number > high):
            valid = f"from {low} to {high}" if high is not None else f"{low} or more"
            raise argparse.ArgumentTypeError(f"{text} is not {valid}")
        return number

    return check
