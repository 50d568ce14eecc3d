"""Peak memory of `describe` with a checkpoint in every stage, beside what the checkpoints hold.

python benchmarks/describe.py --width 1536

The checkpoints are random and of the real classes of transformers (tests/tiny_vision.py), made so
wide that they are seen. Each row is a process of its own; what it holds before the first stage, and
the embedded painter's own, are told as "none". "kept" keeps every model, as a comparison.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
_MEASURED = """
import contextlib, resource, sys
from pathlib import Path
from PIL import Image
from img2code.vision.describe import Engines, Plan, Stage, describe
folder, kept, told = Path(sys.argv[1]), sys.argv[2] == "kept", sys.argv[2] != "none"
class Keeping(Engines):
    def __init__(self):
        super().__init__()
        self.kept = []
    @contextlib.contextmanager
    def ready(self, kind, stage):
        with super().ready(kind, stage) as engine:
            self.kept.append(engine)
            yield engine
def stage(name):
    return Stage(name, str(folder / name), "cpu") if told else Stage()
plan = Plan(stage("blip"), stage("llava"), stage("sam"), stage("clip"), labels=("mug", "chair"))
picture = Image.open(sys.argv[3]).convert("RGB").resize((224, 224))
describe(picture, plan, engines=Keeping() if kept else Engines())
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def made(folder: Path, width: int) -> dict[str, float]:
    """Saves the checkpoints; megabytes of their weights by name."""
    sys.path.insert(0, str(ROOT / "tests"))
    import tiny_vision

    wide = {"hidden_size": width, "intermediate_size": 4 * width, "num_hidden_layers": 4}
    for settings in (tiny_vision.TEXT, tiny_vision.VISION):
        settings.update(wide)
    sizes = {}
    for name in ("blip", "llava", "clip", "sam"):
        getattr(tiny_vision, name)(folder / name)
        files = (folder / name).glob("*.safetensors")
        sizes[name] = sum(path.stat().st_size for path in files) / 1e6
    return sizes


def peak(folder: Path, how: str) -> float:
    """Megabytes of a process that describes a picture."""
    picture = ROOT / "example_images" / "mug_teal.jpg"
    command = [sys.executable, "-c", _MEASURED, str(folder), how, str(picture)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    return float(ran.stdout.split()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--width", type=int, default=1536, help="of each layer (1536)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        sizes = made(Path(name), options.width)
        told = ", ".join(f"{name} {size:.0f}" for name, size in sizes.items())
        print(f"weights, MB: {told}; together {sum(sizes.values()):.0f}\n")
        print("| checkpoints | peak MB | more than without |\n|---|---|---|")
        without = peak(Path(name), "none")
        for how in ("none", "one after the other", "kept"):
            megabytes = without if how == "none" else peak(Path(name), how)
            print(f"| {how} | {megabytes:.0f} | {megabytes - without:.0f} |")


if __name__ == "__main__":
    main()
