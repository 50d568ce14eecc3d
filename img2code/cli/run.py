"""`img2code run`: a data-set pipeline from its recipe."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from img2code.cli.options import Command, Parser

if TYPE_CHECKING:
    from img2code.recipes.run import Report
    from img2code.recipes.spec import Recipe

MORE = """
A recipe is YAML: meta_path (a table, a folder of pictures, a pattern), steps, where results go. All
that is wrong with it is told before anything runs. The same command continues where a run was
stopped. A row that fails carries its error and does not stop the others; the exit
status is then 3."""
EXAMPLES = (
    "run captions.yaml",
    "run captions.yaml --check",
    "run captions.yaml --meta_path photos/ --save_folder captions --retry",
    "run captions.yaml --ray ray://head:10001",
)
FAILED_ROWS = 3
_KEYS = {
    "meta_path": "CSV, TSV, Parquet, JSON, JSONL, text, a folder of pictures, or a pattern",
    "meta_folder": "where relative paths of pictures start",
    "base_folder": "where the steps work (default: intermediate_results)",
    "save_folder": "where the result goes (default: results)",
    "image_key": "the column with paths of pictures (default: image)",
    "text_key": "the column with texts (default: text)",
    "video_key": "the column with videos, which no step reads yet",
    "id_key": "the column that tells rows apart (default: their content)",
    "runner": "native or ray (default: native)",
}


@dataclass(frozen=True)
class Options:
    recipe: Path
    check: bool
    fresh: bool
    retry: bool
    steps: list[Path]
    ray: str | None
    meta_path: str | None
    meta_folder: str | None
    base_folder: str | None
    save_folder: str | None
    image_key: str | None
    text_key: str | None
    video_key: str | None
    id_key: str | None
    runner: str | None


def add_options(parser: Parser) -> None:
    add = parser.add_argument
    add("recipe", type=Path, metavar="RECIPE", help="a YAML file")
    add(
        "--check",
        action="store_true",
        help="tell what would be done, and what is wrong; run nothing",
    )
    add("--fresh", action="store_true", help="begin anew, beside the results that are there")
    add("--retry", action="store_true", help="try the rows again that have failed")
    about = "a Python file with steps of your own"
    add("--steps", type=Path, action="append", default=[], metavar="FILE", help=about)
    add("--ray", metavar="ADDRESS", help="run on a cluster of Ray, e.g. ray://head:10001")
    keys = parser.add_argument_group("keys of the recipe, instead of what it says").add_argument
    for key, about in _KEYS.items():
        keys(f"--{key}", metavar="VALUE", help=about)


def run(options: Options) -> int:
    from img2code.recipes import registry, report, spec
    from img2code.recipes import run as running
    from img2code.recipes.modules import load_modules

    modules = [str(path.resolve()) for path in options.steps]
    registry.load_steps()
    load_modules(modules)
    given = {key: getattr(options, key) for key in _KEYS if getattr(options, key) is not None}
    if options.ray:
        given["runner"] = options.ray
    recipe = spec.load(options.recipe, given)
    for warning in recipe.warnings:
        print(f"img2code: {warning}", file=sys.stderr)
    if options.check:
        print(plan(recipe))
        return 0
    with Bars() as told:
        done = running.run(recipe, options.fresh, options.retry, modules, told)
    report.write(done, done.result.parent / "report.html")
    print(summary(done))
    return FAILED_ROWS if done.failed else 0


def plan(recipe: Recipe) -> str:
    """What a recipe would do, step by step."""
    from img2code.recipes import tables

    rows = sum(1 for _ in tables.rows(recipe.meta_path))
    columns = sorted(tables.columns(recipe.meta_path))
    lines = [f"{recipe.meta_path}: {rows:,} rows with {', '.join(columns)}"]
    for number, planned in enumerate(recipe.steps, 1):
        step, config = planned.step, planned.config
        reads = ", ".join(sorted({*step.reads, *config.columns()})) or "nothing"
        writes = ", ".join(sorted(step.writes)) or "nothing"
        where = getattr(config, "device", None) or "its own choice"
        lines.append(f"step {number}, {step.title}: {step.summary}")
        lines.append(
            f"    reads {reads}; writes {writes}; {config.workers} worker"
            f"{'s' * (config.workers > 1)}, {config.batch_size} at a time; device: {where}"
        )
    lines.append(f"steps work in {recipe.base_folder}, the result goes to {recipe.save_folder}")
    return "\n".join(lines)


def summary(done: Report) -> str:
    failed = f", {done.failed:,} failed" if done.failed else ""
    lines = [f"{done.rows:,} rows{failed} in {done.seconds:.1f} s: {done.result}"]
    for step in done.steps:
        for what, count in step.causes.most_common(3):
            lines.append(f"  {step.title}: {count:,} × {what}")
    if done.failed:
        lines.append("  Each such row says why in its column error; --retry tries them again.")
    lines.append(f"Look at {done.result.parent / 'report.html'}")
    return "\n".join(lines)


class Bars:
    """A bar per step on a terminal, with its rate, what is left, and the failures."""

    def __init__(self) -> None:
        self.title = ""
        self.bar: object = None

    def __enter__(self) -> Callable[[str, int, int, int], None]:
        return self.told

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        from tqdm import tqdm

        if isinstance(self.bar, tqdm):
            self.bar.close()

    def told(self, title: str, done: int, failed: int, total: int) -> None:
        from tqdm import tqdm

        if title != self.title or not isinstance(self.bar, tqdm):
            self.close()
            self.title = title
            settings = {"unit": " rows", "disable": None, "desc": title}
            self.bar = tqdm(total=total, initial=done, **settings)
        assert isinstance(self.bar, tqdm)
        self.bar.update(done - self.bar.n)
        if failed:
            self.bar.set_postfix(failed=failed, refresh=False)


SUMMARY = "a data-set pipeline from its recipe"
COMMAND = Command("run", SUMMARY, MORE, EXAMPLES, Options, add_options, run)
