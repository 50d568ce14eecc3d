"""`img2code batch`: folders of pictures to codes, by several processes."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from img2code.cli import types
from img2code.cli.console import progress
from img2code.cli.options import BACKEND, BackendOptions, Command, Parser, add_backend, add_strict

MORE = """
DIR has one folder per category with pictures inside. What becomes of each goes to
OUT/<model>/<category>/<index>/, where the index counts the sorted file names from 0: the picture,
generated_code_before_rec.json (tokens), generated_code.json (lengths and degrees),
generated_raw_outputs.txt and mesh.glb, or error.txt; recognition.json where the back end says what
it saw. A folder is there whole or not at all: however a run was interrupted, the same command goes
on from there. OUT/<model>/manifest.jsonl lists every picture, with what was recognised. One process
per GPU, or per CPU core. The exit status is 1 while pictures have errors."""
EXAMPLES = (
    "batch --test_set_dir objects --save_dir results",
    "batch --test_set_dir objects --save_dir results --model_path checkpoint --num_gpus 4",
    "batch --test_set_dir objects --save_dir results --retry",
)


@dataclass(frozen=True)
class Options(BackendOptions):
    """Without a back end it is qwen where there is a model, else the embedded one."""

    test_set_dir: Path
    save_dir: Path
    num_gpus: int | None
    workers: int | None
    retry: bool
    strict: bool


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("--test_set_dir", type=Path, required=True, metavar="DIR", help="the pictures")
    add("--save_dir", type=Path, required=True, metavar="OUT", help="where the results go")
    about = "processes on GPUs (default: one for each that is there; 0: the CPU)"
    add("--num_gpus", type=types.whole_number(0), metavar="N", help=about)
    about = "processes without a GPU (default: one per core; openai: 8 requests at once)"
    add("--workers", type=types.whole_number(1), metavar="N", help=about)
    about = "try pictures again that failed in an earlier run"
    add("--retry", action="store_true", help=about)
    add_strict(parser)
    about = "the same as --model; the back end is then qwen unless --backend says otherwise"
    add("--model_path", dest="model", metavar="PATH", help=about)
    about = "the folder of the model's statistics: one .json file, or a <category>.json for each"
    add("--stats_dir", dest="stats", type=types.folder, metavar="DIR", help=about)
    add_backend(parser, backend=None)


def run(options: Options) -> int:
    from tqdm import tqdm

    from img2code.batch import Setup, model_name, read, resume, slots, terminable

    backend = options.backend or ("qwen" if options.model else BACKEND)
    tested = read(options.test_set_dir)
    for sentence in tested.passed_over:
        print(f"img2code: passed over: {sentence}", file=sys.stderr)
    root = options.save_dir / model_name(backend, options.model)
    about = {name: _plain(value) for name, value in options.settings().items()}
    setup = Setup(str(root), backend, about, _plain(options.stats), options.strict)
    environments = slots(backend, options.num_gpus, options.workers)
    total = len(tested.tasks)
    with terminable(), resume(tested.tasks, setup, options.retry) as left:
        failed, done = left.failed, total - len(left.left)
        with closing(left.run(environments)) as finished:
            for one in progress(finished, total, "picture", done):
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


SUMMARY = "folders of pictures to codes, by several processes"
COMMAND = Command("batch", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
