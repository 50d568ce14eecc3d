"""`img2code sample`: a made-up object of a category, as a code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from img2code.cli import types
from img2code.cli.options import Command, Parser

MORE = """
The same seed gives the same object."""
EXAMPLES = ("sample Mug --seed 7 --out mug.json",)


@dataclass(frozen=True)
class Options:
    category: str
    seed: int
    out: Path


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("category", type=types.category, metavar="CATEGORY", help="for instance Mug")
    add("--seed", type=types.whole_number(0), default=0, metavar="N", help="(default: 0)")
    add("--out", type=Path, required=True, metavar="CODE.json", help="the file to write")


def run(options: Options) -> int:
    import numpy as np

    import geometry
    from geometry.program import dumps
    from img2code.atomic import write_text

    code = geometry.sample(options.category, np.random.default_rng(options.seed))
    write_text(options.out, dumps(code))
    return 0


SUMMARY = "a made-up object of a category, as a code"
COMMAND = Command("sample", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
