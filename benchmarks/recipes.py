"""What a recipe costs beside the work of its steps: milliseconds a row, peak memory.

    python benchmarks/recipes.py [--rows 100000] [--pictures N] [--ray N]

The same fake step in a plain loop and as a recipe, of rows that take 0 and 50 ms; peak memory of
1,000 rows and of --rows; then, with --pictures, the embedded reconstruction of so many copies of
the example pictures beside `img2code predict`; with --ray, so many rows of 50 ms on one and on two
workers of a local Ray. Each run is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
STEPS = ROOT / "tests" / "recipe_steps.py"
_MEASURED = """
import resource, sys, time
from img2code.cli.main import main
began = time.perf_counter()
status = main(sys.argv[1:])
print("measured", time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
sys.exit(status)
"""


def recipe(folder: Path, rows: int, seconds: float, workers: int = 1) -> Path:
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as file:
        for number in range(rows):
            file.write(json.dumps({"text": f"a chair, the {number}th of them", "n": number}) + "\n")
    path = folder / "recipe.yaml"
    path.write_text(
        f"meta_path: {folder}/rows.jsonl\nbase_folder: {folder}/steps\nsave_folder: {folder}/out\n"
        "steps:\n  - type: TextGenerator\n    name: Told\n"
        f"    config: {{seconds: {seconds}, workers: {workers}}}\n"
    )
    return path


def measured(*arguments: str) -> tuple[float, float]:
    """Seconds and peak megabytes of a command, without the start of Python."""
    command = [sys.executable, "-c", _MEASURED, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    _, seconds, kilobytes = ran.stdout.strip().splitlines()[-1].split()
    return float(seconds), float(kilobytes) / 1024


def in_a_loop(rows: int, seconds: float) -> float:
    """The same step without anything around it."""

    def run(text: str) -> dict[str, str]:
        time.sleep(seconds)
        return {"text": text + "!"}

    began = time.perf_counter()
    for number in range(rows):
        run(f"a chair, the {number}th of them")
    return time.perf_counter() - began


def of_rows(rows: int, seconds: float) -> tuple[float, float, float]:
    """Seconds of the loop and of the recipe, peak megabytes of the recipe."""
    with tempfile.TemporaryDirectory() as name:
        path = recipe(Path(name), rows, seconds)
        told, megabytes = measured("run", str(path), "--steps", str(STEPS))
    return in_a_loop(rows, seconds), told, megabytes


def of_pictures(count: int) -> None:
    found = sorted((ROOT / "example_images").glob("*.jpg"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pictures").mkdir()
        for number in range(count):
            source = found[number % len(found)]
            (folder / "pictures" / f"{number:05d}.jpg").write_bytes(source.read_bytes())
        pictures = [str(path) for path in sorted((folder / "pictures").iterdir())]
        runs: dict[str, Callable[[], tuple[float, float]]] = {
            "recipe": lambda: measured("run", str(_of_pictures(folder, 1))),
            "recipe, two workers": lambda: measured("run", str(_of_pictures(folder, 2))),
            "predict": lambda: measured(
                "predict", *pictures, "--no-fit", "--out", str(folder / "predicted")
            ),
        }
        print("\n| pictures | seconds | pictures per second | peak MB |\n|---|---|---|---|")
        for title, run in runs.items():
            seconds, megabytes = run()
            print(f"| {title} | {seconds:.1f} | {count / seconds:.2f} | {megabytes:.0f} |")


def _of_pictures(folder: Path, workers: int) -> Path:
    path = folder / f"recipe_{workers}.yaml"
    path.write_text(
        f"meta_path: {folder}/pictures\nbase_folder: {folder}/steps_{workers}\n"
        f"save_folder: {folder}/out_{workers}\n"
        f"steps:\n  - {{type: Reconstructor, config: {{workers: {workers}}}}}\n"
    )
    return path


def on_ray(rows: int) -> None:
    """Rows of 50 ms on one and on two workers of a local Ray, without what a single row takes."""
    print("\n| workers of Ray | seconds of one row | of all | rows per second |\n|---|---|---|---|")
    for workers in (1, 2):
        seconds = []
        for count in (1, rows):
            with tempfile.TemporaryDirectory() as name:
                path = recipe(Path(name), count, 0.05, workers)
                options = ("--steps", str(STEPS), "--ray", "ray")
                seconds.append(measured("run", str(path), *options)[0])
        first, whole = seconds
        rate = (rows - 1) / (whole - first)
        print(f"| {workers} | {first:.1f} | {whole:.1f} | {rate:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--pictures", type=int, default=0)
    parser.add_argument("--ray", type=int, default=0, metavar="ROWS")
    options = parser.parse_args()
    if options.ray:
        on_ray(options.ray)
        return
    start = median(of_rows(1, 0)[1] for _ in range(3))
    print(f"start and end of a run: {start:.2f} s\n")
    print("| rows | ms each | loop s | recipe s | more per row, ms | more | peak MB |")
    print("|---|---|---|---|---|---|---|")
    for rows, seconds in ((1000, 0.05), (1000, 0.0), (options.rows, 0.0)):
        loop, told, megabytes = of_rows(rows, seconds)
        more = told - start - loop
        relative = f"{more / loop:.1%}" if seconds else "–"
        print(
            f"| {rows:,} | {1000 * seconds:.0f} | {loop:.2f} | {told:.2f} | "
            f"{1000 * more / rows:.3f} | {relative} | {megabytes:.0f} |"
        )
    if options.pictures:
        of_pictures(options.pictures)


if __name__ == "__main__":
    main()
