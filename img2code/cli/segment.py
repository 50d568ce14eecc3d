"""`img2code segment`: what belongs together in a picture, as masks and polygons."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from img2code.cli.options import Command, Parser
from img2code.cli.vision import add_engine, upright

if TYPE_CHECKING:
    from img2code.vision import PixelBox, Point

MORE = """
Around points (all of them on one object), in boxes (each its own object), or of the main object:
three masks each, with the overlap that they are expected to have. Coordinates are pixels of the
picture. Without --out polygons are printed as JSON; a folder gets masks and overlays too."""
EXAMPLES = (
    "segment mug.jpg --out segments",
    "segment mug.jpg --point 310,220",
    "segment desk.jpg --box 40,60,220,310 --box 260,80,400,300 --rle",
)


@dataclass(frozen=True)
class Options:
    image: Path
    point: list[Point]
    box: list[PixelBox]
    out: Path | None
    rle: bool
    engine: str
    model: str | None
    device: str | None


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("image", type=Path, metavar="IMAGE", help="a picture")
    about = "a point on the object; may be given again"
    add("--point", type=_numbers(2), action="append", default=[], metavar="X,Y", help=about)
    about = "a box around an object; may be given again"
    edges = "LEFT,TOP,RIGHT,BOTTOM"
    add("--box", type=_numbers(4), action="append", default=[], metavar=edges, help=about)
    add("--out", type=Path, metavar="DIR", help="a folder for masks, overlays, segments.json")
    add("--rle", action="store_true", help="also COCO's run lengths; needs img2code[vision]")
    add_engine(parser, "embedded, sam, sam2")


def _numbers(count: int) -> Any:
    def read(text: str) -> tuple[float, ...]:
        try:
            numbers = tuple(float(each) for each in text.split(","))
        except ValueError:
            numbers = ()
        if len(numbers) != count:
            raise argparse.ArgumentTypeError(f"{text!r} is not {count} numbers with commas between")
        return numbers

    return read


def run(options: Options) -> int:
    from img2code.vision import load
    from img2code.vision.masks import as_dict, coco_rle, png
    from img2code.vision.prompts import prompts

    picture, across, along = upright(options.image)
    size = round(picture.width * across), round(picture.height * along)
    asked = prompts(options.point, options.box, size, (1 / across, 1 / along))
    engine = load("segment", options.engine, model=options.model, device=options.device)
    answers = engine.segment(picture, asked)
    told = []
    for number, segments in enumerate(answers):
        for rank, segment in enumerate(segments):
            entry: dict[str, Any] = {"prompt": number, **as_dict(segment, across, along)}
            if options.rle:
                entry["rle"] = coco_rle(segment.mask)
            told.append(entry)
            if options.out:
                options.out.mkdir(parents=True, exist_ok=True)
                path = options.out / f"mask_{number}_{rank}.png"
                path.write_bytes(png(segment.mask, size))
                _drawn(picture, segment.mask).save(options.out / f"overlay_{number}_{rank}.png")
    text = json.dumps({"width": size[0], "height": size[1], "segments": told})
    if options.out:
        (options.out / "segments.json").write_text(text + "\n", encoding="utf-8")
        for entry in told:
            print(f"prompt {entry['prompt']}: {entry['name'] or 'region'}, IoU {entry['iou']:.2f}")
    else:
        print(text)
    return 0


def _drawn(picture: Any, mask: Any) -> Any:
    from img2code.vision.sheet import highlighted

    return highlighted(picture, [mask])


SUMMARY = "what belongs together in a picture, as masks and polygons"
COMMAND = Command("segment", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
