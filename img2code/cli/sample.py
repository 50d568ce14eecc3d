"""`img2code sample`: a made-up object of a category, as a code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from img2code.cli import types
from img2code.cli.options import Command, Parser

MORE = """
The same seed gives the same object."""
EXAMPLES = ("sample Mug --seed 7 --out mug.json", 'sample "CAD part" --out part.json')


@dataclass(frozen=True)
class Options:
    category: str
    seed: int
    out: Path


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("category", type=types.category_or_part, metavar="CATEGORY", help="for instance Mug")
    add("--seed", type=types.whole_number(0), default=0, metavar="N", help="(default: 0)")
    add("--out", type=Path, required=True, metavar="CODE.json", help="the file to write")


def run(options: Options) -> int:
    import numpy as np

    import geometry
    from geometry.cad_parts import reading
    from geometry.cad_parts.part import is_part
    from geometry.program import dumps
    from img2code.atomic import write_text

    code = geometry.sample(options.category, np.random.default_rng(options.seed))
    text = reading.dumps(reading.parse(code)) if is_part(code) else dumps(code)
    write_text(options.out, text)
    return 0


SUMMARY = "a made-up object of a category, as a code"
COMMAND = Command("sample", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
