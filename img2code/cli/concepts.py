"""`img2code concepts`: how well texts describe a picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from img2code.cli.options import Command, Parser
from img2code.cli.vision import add_engine, upright

MORE = """
Prints a score per text; they sum to 1. With img2code[vision] texts are compared by their meaning,
without by shared words and synonyms."""
EXAMPLES = (
    'concepts mug.jpg "a blue mug" "a red mug" "a kettle"',
    'concepts mug.jpg mug kettle --engine clip --model CHECKPOINT --json',
)  # fmt: skip


@dataclass(frozen=True)
class Options:
    image: Path
    texts: list[str]
    json: bool
    engine: str
    model: str | None
    device: str | None


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("image", type=Path, metavar="IMAGE", help="a picture")
    add("texts", nargs="+", metavar="TEXT", help="what it may show")
    add("--json", action="store_true", help="as JSON")
    add_engine(parser, "embedded, clip, siglip2")


def run(options: Options) -> int:
    from img2code.vision import load

    picture, _, _ = upright(options.image)
    engine = load("concepts", options.engine, model=options.model, device=options.device)
    scores = engine.score(picture, options.texts)
    if options.json:
        found = dict(zip(scores.texts, scores.scores, strict=True))
        print(json.dumps({"scores": found, "best": scores.best}))
        return 0
    for score, text in sorted(zip(scores.scores, scores.texts, strict=True), reverse=True):
        print(f"{score:6.1%}  {text}")
    return 0


SUMMARY = "how well texts describe a picture"
COMMAND = Command("concepts", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
