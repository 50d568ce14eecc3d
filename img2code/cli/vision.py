"""Options that the commands of understanding and creation share: which back end, on what device."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from img2code.cli.options import Parser

if TYPE_CHECKING:
    from PIL import Image

DEFAULT = "embedded"


def add_engine(parser: Parser, names: str) -> None:
    """--engine, --model, --device. names: of the back ends, for the help."""
    add = parser.add_argument_group("back end").add_argument
    about = f"{names} (default: {DEFAULT}, which comes along)"
    add("--engine", default=DEFAULT, metavar="NAME", help=about)
    about = "the checkpoint's folder, or its name on the hub; of a server: the model's name"
    add("--model", metavar="PATH_OR_NAME", help=about)
    add("--device", metavar="NAME", help="as torch names it, such as cpu or cuda:1")


def upright(path: Path) -> tuple[Image.Image, float, float]:
    """The upright picture, and by how much it was scaled down, across and along.

    Raises ImageError.
    """
    from img2code import image

    opened = image.open_image(path)
    picture = image.upright(opened)
    width, height = image.original_size(opened)
    return picture, width / picture.width, height / picture.height
