"""`img2code eval`: how good a back end is, as a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from img2code.cli import types
from img2code.cli.console import progress
from img2code.cli.options import BackendOptions, Command, Parser, add_backend, add_strict

MORE = """
Measured on objects whose code is known: the pictures of a folder, each beside its code (mug.png,
mug.json; --fit also takes the true silhouette, mug.mask.png). With --photographs, a folder whose
list (*.jsonl) has file and label of each picture.
Without a folder, objects that are made up and drawn here, the same ones on every run; that needs
img2code[train] and OpenGL."""
EXAMPLES = (
    "eval",
    "eval --objects 20 --category Mug --all-around",
    "eval my_objects",
    "eval --fit --objects 5 --workers 2",
    "eval --photographs my_photographs",
)


@dataclass(frozen=True)
class Options(BackendOptions):
    folder: Path | None
    photographs: Path | None
    aligned: bool
    strict: bool
    objects: int
    category: list[str] | None
    all_around: bool
    plain: bool
    workers: int
    fit: bool


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("folder", nargs="?", type=types.folder, metavar="DIR", help="pictures and their codes")
    about = "a list of pictures and what they show: how well they are recognised"
    add("--photographs", type=types.folder, metavar="DIR", help=about)
    add_backend(parser)
    about = "a second table by the published protocol: the best of a grid of rotations"
    add("--aligned", action="store_true", help=about)
    about = "what fitting the codes to their pictures gains; with --photographs, of those"
    add("--fit", action="store_true", help=about)
    add_strict(parser)
    add = parser.add_argument_group("objects that are made up here").add_argument
    number = types.whole_number(1)
    add("--objects", type=number, default=100, metavar="N", help="per category (default: 100)")
    about = "only this one; may be given again (default: all)"
    add("--category", type=types.category, action="append", metavar="NAME", help=about)
    add("--all-around", action="store_true", help="seen from behind too, not only from the front")
    add("--plain", action="store_true", help="clean pictures on white")
    about = "processes that share the work (default: 1)"
    add("--workers", type=number, default=1, metavar="N", help=about)


def run(options: Options) -> int:
    import geometry
    from img2code.evaluate import fits, pairs, score

    if options.photographs:
        return _photographs(options, options.photographs)
    names = options.category or geometry.categories()
    front, plain, aligned = not options.all_around, options.plain, options.aligned
    total = pairs.count(options.folder) if options.folder else options.objects * len(names)
    if options.workers > 1 and not options.folder:
        _check_several(options)
        held = (options.backend, names, options.objects, front, plain)
        gained = partial(fits.gains_parallel, *held, options.workers)
        scored = partial(score.evaluate_parallel, *held, aligned, options.workers)
    else:
        reconstructor = options.reconstructor(options.strict)
        examples = (
            pairs.read(options.folder)
            if options.folder
            else score.held_out(names, options.objects, front, plain)
        )
        gained = partial(fits.gains, reconstructor, examples)
        scored = partial(score.evaluate, reconstructor, examples, aligned)
    if options.fit:
        print(fits.table(list(progress(gained(), total, "picture"))))
        return 0
    rows = list(progress(scored(), total, "picture"))
    print(score.table(rows))
    if aligned:
        print()
        print(score.aligned_table(rows))
    return 0


def _check_several(options: Options) -> None:
    """Raises UserError for what several processes do not share."""
    from geometry.errors import UserError

    if options.stats or options.strict or options.settings():
        problem = "--workers: every process would load a model of its own."
        raise UserError(problem, "Leave it out, or the options of the back end.")


def _photographs(options: Options, folder: Path) -> int:
    from img2code import photo_list
    from img2code.evaluate import photographs

    listed = photo_list.read(folder)
    if options.fit:
        from img2code.evaluate import fits

        known = [photograph for photograph in listed if photograph.label]
        gained = fits.photographs(options.reconstructor(options.strict), known)
        print(fits.table(list(progress(gained, len(known), "picture"))))
        return 0
    backend = options.reconstructor(options.strict).backend
    found = list(progress(photographs.recognise(backend, listed), len(listed), "picture"))
    print(photographs.table(found))
    return 0


SUMMARY = "how good a back end is, as a table"
COMMAND = Command("eval", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
