"""`img2code caption`: a caption, sentences about regions, a paragraph."""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from img2code.cli import types
from img2code.cli.options import Command, Parser
from img2code.cli.vision import add_engine, upright

MORE = """
One picture: its caption, regions and paragraph. Several: a JSON line for each. Boxes are left, top,
right, bottom in pixels of the picture. The embedded one says what the recovered code carries."""
EXAMPLES = (
    "caption mug.jpg",
    "caption photos/*.jpg --seed 3",
    "caption mug.jpg --engine openai --model gpt-4o --url https://api.openai.com/v1",
)


@dataclass(frozen=True)
class Options:
    images: list[Path]
    seed: int
    json: bool
    url: str | None
    engine: str
    model: str | None
    device: str | None


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("images", nargs="+", type=Path, metavar="IMAGE", help="a picture")
    about = "another one words it otherwise (default: 0)"
    add("--seed", type=types.whole_number(0), default=0, metavar="N", help=about)
    add("--json", action="store_true", help="JSON for a single picture too")
    about = "openai: the server's address, with /v1 (default: the variable OPENAI_BASE_URL)"
    add("--url", metavar="URL", help=about)
    names = "embedded, blip, blip2, llava …, qwen2.5-vl, openai (docs/vision.md)"
    add_engine(parser, names)


def run(options: Options) -> int:
    from geometry.errors import UserError
    from img2code.vision import load

    settings = {"model": options.model, "device": options.device, "url": options.url}
    engine = load("caption", options.engine, **settings)
    failed = 0
    for path in options.images:
        try:
            picture, across, along = upright(path)
            found = engine.describe(picture, options.seed)
        except UserError as error:
            if len(options.images) == 1:
                raise
            print(f"img2code: {path}: {error}", file=sys.stderr)
            failed += 1
            continue
        by = (across, along, across, along)
        boxes = [
            [round(edge * scale) for edge, scale in zip(region.box, by, strict=True)]
            for region in found.regions
        ]
        if options.json or len(options.images) > 1:
            told = dataclasses.asdict(found)
            for region, box in zip(told["regions"], boxes, strict=True):
                region["box"] = box
            print(json.dumps({"path": str(path), **told}), flush=True)
            continue
        print(found.caption)
        for region, box in zip(found.regions, boxes, strict=True):
            print(f"  {','.join(map(str, box))}: {region.sentence}")
        print(found.paragraph)
    return 1 if failed else 0


SUMMARY = "a picture in words: caption, regions, paragraph"
COMMAND = Command("caption", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
