"""`img2code predict`: pictures to codes and meshes."""

from __future__ import annotations

import json
import sys
from argparse import BooleanOptionalAction
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from inspect import signature
from itertools import compress
from operator import not_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from img2code.cli import types
from img2code.cli.console import progress
from img2code.cli.options import BACKEND, BackendOptions, Command, Parser, add_backend, add_strict

if TYPE_CHECKING:
    from geometry.export.sizes import Wanted
    from img2code.cadquery.results import Answered
    from img2code.parts.results import PartOutcome
    from img2code.recognition import Box
    from img2code.result import Fit, Result
    from img2code.result_folders import Outcome, Run

    AnyOutcome = Outcome | PartOutcome | Answered
    Pictures = Sequence[tuple[Path, Path]]  # and the folders of their files

MORE = """
For each picture a folder DIR/<name>/ with generated_code_before_rec.json (tokens),
generated_code.json (lengths and degrees), generated_raw_outputs.txt, mesh.glb, overlay.png (the
object over the picture); recognition.json where the back end says what it saw. Of a CAD part (with
--category "CAD part", or where the picture looks like a CAD program's) part.json, part.py
(CadQuery) and mesh.glb. With --as cadquery (openai, cad-coder) the model is asked for CadQuery
source: its answer.txt, and answer.py .stl .glb .obj where that ran, beside our own part, and
comparison.png of both. A picture that fails does not stop the others; the exit status is then 1."""
EXAMPLES = (
    "predict mug.jpg --out results",
    "predict photos/*.jpg --category Chair --report report.jsonl --html all.html --out results",
    'predict bracket.png --category "CAD part" --size 80mm --out results',
    "predict desk.jpg --box 0.1,0.2,0.5,0.9 --out results",
    "predict desk.jpg --mask desk_mask.png --out results",
    'predict mug.jpg --size "height 95 mm" --out results',
    "predict mug.jpg --backend qwen --model checkpoint --stats stats.json --out results",
    "predict mug.jpg --backend openai --model NAME --url URL --general --revise 3 --out results",
    "predict bracket.png --backend openai --model NAME --url URL --as cadquery --out results",
    "predict mug.jpg --server http://127.0.0.1:8000 --out results",
)


CADQUERY = "cadquery"


@dataclass(frozen=True)
class Options(BackendOptions):
    images: list[Path]
    out: Path
    category: str
    box: Box | None
    size: Wanted | None
    report: Path | None
    html: Path | None
    server: str | None
    strict: bool
    fit: bool
    revise: int
    mask: Path | None
    form: str


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
    about = f"{types.SIZE}; of all the pictures, for mesh.glb, in metres"
    add("--size", type=types.size, metavar='"height 95 mm"|usual', help=about)
    about = (
        "one JSON line per picture: path, category, confidence, alternatives, known, box, doubt, "
        "iou, answers_iou (of --revise), metres (width, height, depth) and kilograms with --size, "
        "seconds, error, folder"
    )
    add("--report", type=Path, metavar="FILE", help=about)
    about = "all results as one HTML file to look at, which needs nothing else"
    add("--html", type=Path, metavar="FILE", help=about)
    about = "let a service (img2code serve) do it; IMG2CODE_API_KEY holds its key, if it has one"
    add("--server", metavar="URL", help=about)
    about = (
        "fit the code to the picture, and draw it there: overlay.png (default: yes; --no-fit is "
        "faster)"
    )
    add("--fit", action=BooleanOptionalAction, default=True, help=about)
    about = (
        "openai: show the model its object over the picture, at most N times, and let it write the "
        "code again; the answer that overlaps best is kept"
    )
    add("--revise", type=types.whole_number(0, 10), default=0, metavar="N", help=about)
    about = (
        "fit to these pixels: a picture of the same shape, white where the object is (one IMAGE)"
    )
    add("--mask", type=Path, metavar="FILE", help=about)
    about = (
        "what the model writes: code, the category's parts and numbers; cadquery, source of a CAD "
        "part, which is run in a sandbox (openai, cad-coder)"
    )
    add("--as", choices=("code", CADQUERY), default="code", dest="form", help=about)
    add_strict(parser)
    add_backend(parser, kind=types.backend_or_writer)


def run(options: Options) -> int:
    from img2code.result_folders import Outcome, folders

    options.out.mkdir(parents=True, exist_ok=True)
    report = options.report.open("w", encoding="utf-8") if options.report else nullcontext()
    pictures = list(zip(options.images, folders(options.images, options.out), strict=True))
    failed, reported = 0, list[Outcome]()
    with report as lines, _outcomes(options, pictures) as outcomes:
        for outcome in progress(outcomes, len(pictures), "picture"):
            failed += bool(outcome.error)
            _tell(outcome)
            if lines:
                print(json.dumps(_report(outcome)), file=lines, flush=True)
            if options.html and isinstance(outcome, Outcome):
                reported.append(outcome)
    if options.html and reported:
        _write_html(options.html, reported)
    if failed:
        print(f"img2code: {failed} of {len(pictures)} pictures failed.", file=sys.stderr)
    return 1 if failed else 0


@contextmanager
def _outcomes(options: Options, pictures: Pictures) -> Iterator[Iterator[AnyOutcome]]:
    """What becomes of each picture, in their order. Raises UserError."""
    from img2code.backends import BACKENDS

    if options.form == CADQUERY or options.backend not in BACKENDS:
        yield _answers(options, pictures)
        return
    are_parts = _are_parts(options)
    parts = _cad_parts(options, list(compress(pictures, are_parts)))
    others = list(compress(pictures, map(not_, are_parts)))
    with _work(options) if others else nullcontext() as work:
        objects = _objects(options, others, work) if work else iter(())
        yield (next(parts if is_part else objects) for is_part in are_parts)


def _answers(options: Options, pictures: Pictures) -> Iterator[AnyOutcome]:
    """Asks a model for CadQuery source."""
    from geometry.errors import UserError
    from img2code.cadquery.results import predict
    from img2code.cadquery.writers import WRITERS

    if options.backend not in WRITERS:
        problem = f"The back end {options.backend} writes no CadQuery."
        raise UserError(problem, f"Take --backend {' or '.join(WRITERS)}.")
    given = options.settings()
    given.pop("general", None)  # every model is asked as one that was never trained on codes
    writer = WRITERS[options.backend]
    known = signature(writer).parameters
    elsewhere = (options.server, options.box, options.mask, options.revise, options.stats)
    if any(elsewhere) or options.strict or options.html or not given.keys() <= known.keys():
        problem = "--as cadquery asks for a CAD part in the whole picture, once."
        valid = ", ".join(f"--{name}" for name in ("model", "url") if name in known)
        raise UserError(problem, f"Give {valid}, --size, --report and --out only.")
    return predict(writer(**given), pictures, options.size)


def _are_parts(options: Options) -> list[bool]:
    """Which pictures show CAD parts; the others show objects of the other categories."""
    from geometry.cad_parts.part import CATEGORY

    elsewhere = options.backend != BACKEND or options.server or options.box or options.mask
    if options.category != types.AUTO or elsewhere:
        return [options.category == CATEGORY] * len(options.images)
    from img2code.parts.recognise import shows_part

    return [shows_part(picture) for picture in options.images]


def _cad_parts(options: Options, pictures: Pictures) -> Iterator[AnyOutcome]:
    """Fits CAD parts."""
    from geometry.errors import UserError
    from img2code.parts.results import predict

    if pictures and (options.server or options.box or options.mask or options.revise):
        problem = "CAD parts are fitted here, in the whole picture."
        raise UserError(
            problem, "Leave --server, --box, --mask and --revise out, or crop the picture."
        )
    return predict(pictures, options.size)


def _objects(options: Options, pictures: Pictures, work: Run) -> Iterator[AnyOutcome]:
    """Reconstructs objects."""
    from img2code.result_folders import predict

    category = None if options.category == types.AUTO else options.category
    paths, into = [path for path, _ in pictures], [folder for _, folder in pictures]
    return predict(work, paths, options.out, category, options.size, into)


@contextmanager
def _work(options: Options) -> Iterator[Callable[[Path, str | None], Result]]:
    """What makes a result of a picture: the back end here, or a service."""
    from geometry.errors import UserError

    if options.mask and (len(options.images) > 1 or not options.fit):
        problem = "--mask is the mask of one picture, which is fitted to it."
        raise UserError(problem, "Give one IMAGE, and leave --no-fit out.")
    if not options.server:
        here = options.reconstructor(options.strict, options.revise)
        yield lambda picture, category: here.run(picture, category, options.box, _fit(options))
        return
    if options.backend != BACKEND or options.stats or options.settings() or options.revise:
        problem = "--server: the service has its own back end."
        raise UserError(problem, "Leave the options of the back end out, or --server.")
    from img2code.client.client import Client

    with Client(options.server) as client:
        wish = (options.strict, options.box, options.fit, options.mask)
        yield lambda picture, category: client.predict(picture, category, *wish)


def _fit(options: Options) -> Fit:
    """Whether the code is fitted, and to which pixels. Raises ImageError."""
    if not options.mask:
        return options.fit
    from img2code.fit.mask import drawn
    from img2code.image import open_image
    from img2code.result import Fitting

    (picture,) = options.images
    return Fitting(drawn(open_image(picture), open_image(options.mask)))


def _tell(outcome: AnyOutcome) -> None:
    from tqdm import tqdm

    from img2code.result_folders import Outcome

    if not isinstance(outcome, Outcome):
        tqdm.write(str(outcome), file=sys.stderr if outcome.error else sys.stdout)
        return
    if outcome.result is None:
        tqdm.write(f"img2code: {outcome.picture}: {outcome.error}", file=sys.stderr)
        return
    result = outcome.result
    parts = len(result.program.parts)
    sure = "" if result.confidence is None else f" ({100 * result.confidence:.0f} %)"
    found = f"{result.category}{sure}, {parts} part{'s' * (parts > 1)}"
    if result.overlaps:
        written = ", ".join(f"{overlap:.0%}" for overlap in result.overlaps)
        found = f"{found}, answers overlap {written}"
    if result.fitted:
        found = f"{found}, overlap {100 * result.fitted.overlap:.0f} %"
    if outcome.size and outcome.kilograms is not None:
        from geometry.export.real import in_words

        found = f"{found}, {in_words(outcome.size, outcome.kilograms)}"
    tqdm.write(f"{outcome.picture}: {found}, {outcome.seconds:.2f} s, {outcome.folder}")
    for warning in filter(None, (result.doubt, *result.repairs)):
        tqdm.write(f"img2code: {outcome.picture}: {warning}", file=sys.stderr)


def _write_html(path: Path, outcomes: list[Outcome]) -> None:
    from img2code.atomic import write_text
    from img2code.report import Reported, document

    entries = [
        Reported(outcome.picture.name, outcome.result, outcome.picture)
        for outcome in outcomes
        if outcome.result
    ]
    write_text(path, document(entries))


def _report(outcome: AnyOutcome) -> dict[str, Any]:
    from img2code.result_folders import Outcome, recognised

    if not isinstance(outcome, Outcome):
        return outcome.report()
    result = outcome.result
    return {
        "path": str(outcome.picture),
        "category": result.category if result else None,
        **recognised(result),
        "iou": round(result.fitted.overlap, 4) if result and result.fitted else None,
        "answers_iou": [round(each, 4) for each in result.overlaps] if result else [],
        "metres": outcome.size.extents if outcome.size else None,
        "kilograms": outcome.kilograms,
        "seconds": round(outcome.seconds, 3),
        "error": outcome.error or None,
        "folder": None if outcome.error else str(outcome.folder),
    }


SUMMARY = "pictures to codes and meshes"
COMMAND = Command("predict", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
