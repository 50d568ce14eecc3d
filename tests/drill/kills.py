"""Kills runs of a recipe at random moments and counts what was lost or done twice.

python tests/drill/kills.py [--kills 50] [--rows 500]

Three steps; the same command is started again after each kill, then runs to its end. The exit
status is 1 where a row is missing, doubled or wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
STEPS = ROOT / "tests" / "recipe_steps.py"
ENDINGS = ("!", "?", ".")


def recipe(folder: Path, rows: int, seconds: float) -> Path:
    lines = (json.dumps({"text": f"row {number}"}) + "\n" for number in range(rows))
    (folder / "rows.jsonl").write_text("".join(lines))
    steps = "\n".join(
        f"  - {{type: TextGenerator, name: Told, config: {{seconds: {seconds}, "
        f"ending: '{ending}', log: {folder}/log}}}}"
        for ending in ENDINGS
    )
    path = folder / "recipe.yaml"
    path.write_text(
        f"meta_path: {folder}/rows.jsonl\nbase_folder: {folder}/steps\n"
        f"save_folder: {folder}/out\nsteps:\n{steps}\n"
    )
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = recipe(folder, options.rows, 0.05)
        command = [sys.executable, "-m", "img2code", "run", str(path), "--steps", str(STEPS)]
        kills = 0
        while kills < options.kills:
            running = subprocess.Popen(
                command,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                cwd=ROOT,
            )
            before = _noted(folder)
            while running.poll() is None and _noted(folder) == before and rng.random() > 0.002:
                time.sleep(0.01)
            time.sleep(rng.uniform(0, 2.0))
            if running.poll() is not None:
                print(f"a run came to its end after {kills} kills")
                break
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
            kills += 1
        ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        found = [
            json.loads(line)["text"]
            for line in (folder / "out/result.jsonl").read_text().splitlines()
        ]
        wanted = [f"row {number}{''.join(ENDINGS)}" for number in range(options.rows)]
        worked = [line for line in (folder / "log").read_text().splitlines() if line[:3] == "row"]
        again = sum(times - 1 for times in Counter(worked).values())
    right = ended.returncode == 0 and found == wanted
    print(f"{kills} kills, {options.rows} rows, {len(ENDINGS)} steps: ", end="")
    print("every row once, in order" if right else f"WRONG: {len(found)} rows, {ended.stderr}")
    print(f"{again} of {len(worked)} pieces of work were done again")
    return 0 if right else 1


def _noted(folder: Path) -> int:
    log = folder / "log"
    return log.stat().st_size if log.exists() else 0


if __name__ == "__main__":
    sys.exit(main())
