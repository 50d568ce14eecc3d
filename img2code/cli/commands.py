"""What the commands of the command line do: translate arguments, call, print."""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import geometry
from geometry import program
from geometry.errors import UserError
from img2code import limits
from img2code.atomic import read_regular, whole, write_text
from img2code.cli import types
from img2code.cli.arguments import BACKEND, BACKEND_OPTIONS

if TYPE_CHECKING:
    from img2code.reconstruct import Reconstructor, Result
    from img2code.results import Outcome

Item = TypeVar("Item")


def predict(options: argparse.Namespace) -> int:
    from img2code.results import predict as outcomes

    options.out.mkdir(parents=True, exist_ok=True)
    report = options.report.open("w", encoding="utf-8") if options.report else nullcontext()
    failed = 0
    with report as lines, _work(options) as work:
        category = None if options.category == types.AUTO else options.category
        run = outcomes(work, options.images, options.out, category)
        for outcome in _progress(run, len(options.images), "picture"):
            failed += bool(outcome.error)
            _tell(outcome)
            if lines:
                print(_report_line(outcome), file=lines, flush=True)
    if failed:
        print(f"img2code: {failed} of {len(options.images)} pictures failed.", file=sys.stderr)
    return 1 if failed else 0


def _tell(outcome: Outcome) -> None:
    from tqdm import tqdm

    if outcome.result is None:
        tqdm.write(f"img2code: {outcome.picture}: {outcome.error}", file=sys.stderr)
        return
    parts = len(outcome.result.program.parts)
    found = f"{outcome.result.category}, {parts} part{'s' * (parts > 1)}"
    tqdm.write(f"{outcome.picture}: {found}, {outcome.seconds:.2f} s, {outcome.folder}")
    for repair in outcome.result.repairs:
        tqdm.write(f"img2code: {outcome.picture}: {repair}", file=sys.stderr)


def _report_line(outcome: Outcome) -> str:
    return json.dumps(
        {
            "path": str(outcome.picture),
            "category": outcome.result.category if outcome.result else None,
            "seconds": round(outcome.seconds, 3),
            "error": outcome.error or None,
            "folder": None if outcome.error else str(outcome.folder),
        }
    )


def batch(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from img2code.batch import Setup, model_name, read, resume, slots, terminable

    backend = options.backend or ("qwen" if options.model else "embedded")
    tested = read(options.test_set_dir)
    for sentence in tested.passed_over:
        print(f"img2code: passed over: {sentence}", file=sys.stderr)
    root = options.save_dir / model_name(backend, options.model)
    about = {name: _plain(value) for name, value in _backend_options(options).items()}
    setup = Setup(str(root), backend, about, _plain(options.stats), options.strict)
    environments = slots(backend, options.num_gpus, options.workers)
    total = len(tested.tasks)
    with terminable(), resume(tested.tasks, setup, options.retry) as left:
        failed, done = left.failed, total - len(left.left)
        with closing(left.run(environments)) as finished:
            for one in _progress(finished, total, "picture", done):
                failed += bool(one.error)
                if one.error:
                    tqdm.write(f"img2code: {one.task}: {one.error}", file=sys.stderr)
    early = f" ({done} in earlier runs)" if done else ""
    print(f"{root}: {total - failed} of {total} pictures done, {failed} failed{early}")
    if left.failed:
        print(f"img2code: {left.failed} failed earlier; --retry tries again.", file=sys.stderr)
    return 1 if failed else 0


def _plain(value: Any) -> Any:
    """Paths as text, as they go to another process."""
    return str(value) if isinstance(value, Path) else value


def mesh(options: argparse.Namespace) -> int:
    from geometry.errors import ExportWarning
    from geometry.export.write import FOLDER_SUFFIXES, SCENE_EXPORTERS, export

    code = _read(options.code)
    suffix = options.out.suffix.lower()
    if options.posed and suffix not in SCENE_EXPORTERS:
        problem = f"--posed: a {suffix} file holds the object as it stands."
        raise UserError(problem, f"Leave it out, or write {' '.join(SCENE_EXPORTERS)}.")
    size = options.size
    scale = size.scale(geometry.mesh(code).bounds) if size else options.scale
    subject = geometry.build(code, options.segments, posed=True) if options.posed else code
    with_folder = suffix in FOLDER_SUFFIXES
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ExportWarning)
        with nullcontext(options.out) if with_folder else whole(options.out) as path:
            export(subject, path, options.segments, scale=scale, up=options.up)
    for entry in told:
        print(f"img2code: {options.out}: {entry.message}", file=sys.stderr)
    return 0


def sample(options: argparse.Namespace) -> int:
    import numpy as np

    code = geometry.sample(options.category, np.random.default_rng(options.seed))
    write_text(options.out, program.dumps(code))
    return 0


def render(options: argparse.Namespace) -> int:
    from geometry.draw.raster import draw

    picture = draw(_read(options.code), size=options.size)
    with whole(options.out) as temporary:
        picture.save(temporary, format="PNG")
    return 0


def evaluate(options: argparse.Namespace) -> int:
    from img2code.evaluate import score as evaluation
    from img2code.evaluate.pairs import count, read

    names = options.category or geometry.categories()
    if options.folder:
        total = count(options.folder)
        reconstructor = _reconstructor(options)
        run = evaluation.evaluate(reconstructor, read(options.folder), options.aligned)
    elif options.workers > 1:
        if options.stats or options.strict or _backend_options(options):
            problem = "--workers: every process would load a model of its own."
            raise UserError(problem, "Leave it out, or the options of the back end.")
        total = options.objects * len(names)
        settings = (not options.all_around, options.plain, options.aligned, options.workers)
        run = evaluation.evaluate_parallel(options.backend, names, options.objects, *settings)
    else:
        total = options.objects * len(names)
        held = evaluation.held_out(names, options.objects, not options.all_around, options.plain)
        run = evaluation.evaluate(_reconstructor(options), held, options.aligned)
    rows = list(_progress(run, total, "picture"))
    print(evaluation.table(rows))
    if options.aligned:
        print()
        print(evaluation.aligned_table(rows))
    return 0


def app(options: argparse.Namespace) -> int:
    from threading import Event

    from img2code.page import serve

    served, _, _ = serve(
        _reconstructor(options),
        server_name=options.host,
        server_port=options.port,
        mcp=options.mcp,
        prevent_thread_lock=True,
    )
    try:
        Event().wait()
    finally:
        served.get_blocks().close(verbose=False)
    return 0


def serve(options: argparse.Namespace) -> int:
    from img2code.service.access import access_for
    from img2code.service.server import serve as run

    names = (options.allow_host, options.allow_origin, options.trusted_proxy)
    access = access_for(options.host, os.environ, *names, options.rate)
    settings = (options.host, options.port, options.page, access, options.limit_concurrency)
    run(lambda: _reconstructor(options), *settings)
    return 0


@contextmanager
def _work(options: argparse.Namespace) -> Iterator[Callable[[Path, str | None], Result]]:
    """What makes a result of a picture: the back end here, or a service."""
    if not options.server:
        yield _reconstructor(options).run
        return
    if options.backend != BACKEND or options.stats or _backend_options(options):
        problem = "--server: the service has its own back end."
        raise UserError(problem, "Leave the options of the back end out, or --server.")
    from img2code.client.client import Client

    with Client(options.server) as client:
        yield lambda picture, category: client.predict(picture, category, options.strict)


def _reconstructor(options: argparse.Namespace) -> Reconstructor:
    from img2code.backends import load
    from img2code.reconstruct import Reconstructor
    from stats import read_checkpoint

    statistics = read_checkpoint(options.stats) if options.stats else None
    backend = load(options.backend, **_backend_options(options))
    return Reconstructor(backend, statistics, getattr(options, "strict", False))


def _backend_options(options: argparse.Namespace) -> dict[str, Any]:
    """What was said about the back end; the rest is left to it."""
    given = {name: getattr(options, name) for name in BACKEND_OPTIONS}
    return {name: value for name, value in given.items() if value is not None}


def _read(path: Path) -> program.Program:
    """The program of a code; errors name the file."""
    try:
        content = read_regular(path, limits.MAX_CODE_FILE_BYTES)
        if len(content) > limits.MAX_CODE_FILE_BYTES:
            problem = f"{path}: a code has at most {limits.MAX_CODE_FILE_BYTES // 1024**2} MB."
            raise UserError(problem, "Is it a code?")
        return program.parse(content)
    except geometry.CodeError as error:
        raise UserError(f"{path}: {error}") from None


def _progress(items: Iterable[Item], total: int, unit: str, done: int = 0) -> Iterator[Item]:
    """The items, with a bar on stderr where that is a terminal; `done` of all were there before."""
    from tqdm import tqdm

    settings = {"unit": f" {unit}s", "disable": None, "leave": False}
    yield from tqdm(items, total=total, initial=done, **settings)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "predict": predict,
    "batch": batch,
    "mesh": mesh,
    "sample": sample,
    "render": render,
    "eval": evaluate,
    "serve": serve,
    "app": app,
}
