"""`img2code paint`: texts to pictures, each with its code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from img2code.cli import types
from img2code.cli.options import Command, Parser
from img2code.cli.vision import add_engine

MORE = """
One picture per object that a text asks for: "four wooden chairs" makes four. Writes NAME.png and,
by the embedded one, NAME.json with the code of what is in it, which `mesh` and `render` take. Words
that could not be satisfied are said on stderr."""
EXAMPLES = (
    'paint "a tall blue mug with a square handle" --out mugs',
    'paint "four wooden chairs" "a white table with black legs" --seed 7 --out scene',
    'paint "a red mug" --layout mug.jpg --out mugs',
)
MOST_SIZE = 1024


@dataclass(frozen=True)
class Options:
    texts: list[str]
    out: Path
    layout: Path | None
    seed: int
    size: int
    engine: str
    model: str | None
    device: str | None


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("texts", nargs="+", metavar="TEXT", help="what is to be painted")
    add("--out", type=Path, required=True, metavar="DIR", help="the folder to write to")
    about = "a picture whose object's place and view, and shape if the text allows it, are kept"
    add("--layout", type=Path, metavar="IMAGE", help=about)
    add("--seed", type=types.whole_number(0), default=0, metavar="N", help="(default: 0)")
    number = types.whole_number(64, MOST_SIZE)
    add("--size", type=number, default=512, metavar="PIXELS", help="width (default: 512)")
    add_engine(parser, "embedded, stable-diffusion, sd3, flux, controlnet")


def run(options: Options) -> int:
    from geometry.program import dumps
    from img2code.vision import load

    layout = None
    if options.layout:
        from img2code.cli.vision import upright

        layout, _, _ = upright(options.layout)
    engine = load("paint", options.engine, model=options.model, device=options.device)
    options.out.mkdir(parents=True, exist_ok=True)
    number = 0
    for text in options.texts:
        for painting in engine.paint(text, layout, options.seed, options.size):
            number += 1
            path = options.out / f"{number:03}.png"
            painting.picture.save(path)
            if painting.program is not None:
                path.with_suffix(".json").write_text(dumps(painting.program), encoding="utf-8")
            print(f"{path}: {text}")
            for note in painting.notes:
                print(f"img2code: {path}: {note}", file=sys.stderr)
    return 0


SUMMARY = "texts to pictures, each with its code"
COMMAND = Command("paint", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
