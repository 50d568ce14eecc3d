"""`img2code render`: a code to a picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from img2code.cli import types
from img2code.cli.console import read_code
from img2code.cli.options import Command, Parser

MAX_SIZE = 4096
MORE = """
Seen as its pose says, every part in a colour of its own."""
EXAMPLES = ("render code.json --out mug.png", "render code.json --size 1024 --out mug.png")


@dataclass(frozen=True)
class Options:
    code: Path
    out: Path
    size: int


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("code", type=Path, metavar="CODE.json", help="a code with lengths and degrees")
    path = types.path_with([".png"])
    add("--out", type=path, required=True, metavar="FILE.png", help="the file to write")
    number = types.whole_number(16, MAX_SIZE)
    add("--size", type=number, default=512, metavar="PIXELS", help="width (default: 512)")


def run(options: Options) -> int:
    from dataclasses import replace

    from geometry.cad_parts.body import body
    from geometry.cad_parts.part import CadPart
    from geometry.draw.part_picture import PUBLISHED, draw_part
    from geometry.draw.raster import draw
    from img2code.atomic import atomic_path

    code = read_code(options.code)
    if isinstance(code, CadPart):
        picture = draw_part(body(code.steps), look=replace(PUBLISHED, size=options.size))
    else:
        picture = draw(code, size=options.size)
    with atomic_path(options.out) as temporary:
        picture.save(temporary, format="PNG")
    return 0


COMMAND = Command("render", "a code to a picture", MORE, EXAMPLES, Options, add_options, run)
