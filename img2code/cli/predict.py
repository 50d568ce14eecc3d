"""`img2code predict`: pictures to codes and meshes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from img2code.cli import types
from img2code.cli.console import progress
from img2code.cli.options import BACKEND, BackendOptions, Command, Parser, add_backend, add_strict

if TYPE_CHECKING:
    from img2code.recognition import Box
    from img2code.reconstruct import Result
    from img2code.results import Outcome

MORE = """
For each picture a folder DIR/<name>/ with generated_code_before_rec.json (tokens),
generated_code.json (lengths and degrees), generated_raw_outputs.txt and mesh.glb. A picture
that fails does not stop the others; the exit status is then 1."""
EXAMPLES = (
    "predict mug.jpg --out results",
    "predict photos/*.jpg --category Chair --report report.jsonl --out results",
    "predict desk.jpg --box 0.1,0.2,0.5,0.9 --out results",
    "predict mug.jpg --backend qwen --model checkpoint --stats stats.json --out results",
    "predict mug.jpg --server http://127.0.0.1:8000 --out results",
)


@dataclass(frozen=True)
class Options(BackendOptions):
    images: list[Path]
    out: Path
    category: str
    box: Box | None
    report: Path | None
    server: str | None
    strict: bool


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("images", nargs="+", type=Path, metavar="IMAGE", help="a picture")
    add("--out", type=Path, required=True, metavar="DIR", help="where the folders go")
    about = "what the pictures show (default: auto, the back end decides)"
    add("--category", type=types.category_or_auto, default=types.AUTO, metavar="NAME", help=about)
    about = (
        "where the object is, in fractions of the picture from 0 to 1 from its left upper corner "
        "(default: what stands out); of all the pictures"
    )
    add("--box", type=types.box, metavar="LEFT,TOP,RIGHT,BOTTOM", help=about)
    about = (
        "one JSON line per picture: path, category, confidence, alternatives, known, box, doubt, "
        "seconds, error, folder"
    )
    add("--report", type=Path, metavar="FILE", help=about)
    about = "let a service (img2code serve) do it; IMG2CODE_API_KEY holds its key, if it has one"
    add("--server", metavar="URL", help=about)
    add_strict(parser)
    add_backend(parser)


def run(options: Options) -> int:
    from img2code.results import predict as outcomes

    options.out.mkdir(parents=True, exist_ok=True)
    report = options.report.open("w", encoding="utf-8") if options.report else nullcontext()
    failed = 0
    with report as lines, _work(options) as work:
        category = None if options.category == types.AUTO else options.category
        results = outcomes(work, options.images, options.out, category)
        for outcome in progress(results, len(options.images), "picture"):
            failed += bool(outcome.error)
            _tell(outcome)
            if lines:
                print(_report_line(outcome), file=lines, flush=True)
    if failed:
        print(f"img2code: {failed} of {len(options.images)} pictures failed.", file=sys.stderr)
    return 1 if failed else 0


@contextmanager
def _work(options: Options) -> Iterator[Callable[[Path, str | None], Result]]:
    """What makes a result of a picture: the back end here, or a service."""
    from geometry.errors import UserError

    if not options.server:
        here = options.reconstructor(options.strict)
        yield lambda picture, category: here.run(picture, category, options.box)
        return
    if options.backend != BACKEND or options.stats or options.settings():
        problem = "--server: the service has its own back end."
        raise UserError(problem, "Leave the options of the back end out, or --server.")
    from img2code.client.client import Client

    with Client(options.server) as client:
        strict, box = options.strict, options.box
        yield lambda picture, category: client.predict(picture, category, strict, box)


def _tell(outcome: Outcome) -> None:
    from tqdm import tqdm

    if outcome.result is None:
        tqdm.write(f"img2code: {outcome.picture}: {outcome.error}", file=sys.stderr)
        return
    result = outcome.result
    parts = len(result.program.parts)
    sure = "" if result.confidence is None else f" ({100 * result.confidence:.0f} %)"
    found = f"{result.category}{sure}, {parts} part{'s' * (parts > 1)}"
    tqdm.write(f"{outcome.picture}: {found}, {outcome.seconds:.2f} s, {outcome.folder}")
    for warning in filter(None, (result.doubt, *result.repairs)):
        tqdm.write(f"img2code: {outcome.picture}: {warning}", file=sys.stderr)


def _report_line(outcome: Outcome) -> str:
    result = outcome.result
    seen = result.recognition if result else None
    return json.dumps(
        {
            "path": str(outcome.picture),
            "category": result.category if result else None,
            "confidence": result.confidence if result else None,
            "alternatives": seen.alternatives if seen else [],
            "known": seen.is_known if seen else None,
            "box": seen.box if seen else None,
            "doubt": (result and result.doubt) or None,
            "seconds": round(outcome.seconds, 3),
            "error": outcome.error or None,
            "folder": None if outcome.error else str(outcome.folder),
        }
    )


SUMMARY = "pictures to codes and meshes"
COMMAND = Command("predict", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
