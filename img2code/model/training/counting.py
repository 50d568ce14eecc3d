"""Trains the network that counts pieces (`img2code.model.counting`), on pictures of parts.

    python -m img2code.model.training.counting draw --out data/parts --objects 1000
    python -m img2code.model.training.counting learn --data data/parts --minutes 40 \\
        --out runs/counting.safetensors

`draw` writes shards `<category>-<number>.npz` of squares around the parts whose pieces are counted,
and goes on where it was stopped; `learn` continues from weights that are there.
"""

from __future__ import annotations

import argparse
import os
import time
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from geometry.program import Program, parse
from img2code import framing
from img2code.atomic import atomic_path
from img2code.fit.camera import Camera
from img2code.model.counting import FILL, MOST, SIDE, Counter, Kind, box_of, kinds, load, save
from img2code.model.net import prepare
from img2code.model.training.descent import rate_factor
from img2code.model.training.shards import some_photographs, write_missing
from img2code.render.examples import BEFORE, TRAINING, sample_object, sample_view

#: What has pieces that can be counted in a picture.
CATEGORIES = (
    "Box", "Chair", "Dishwasher", "Faucet", "Globe", "Microwave", "Oven", "Refrigerator", "Safe",
    "StorageFurniture", "Switch", "Table", "Washingmachine", "Window",
)  # fmt: skip
SHARD = 125  # objects
VIEWS = 4  # pictures of an object
DRAWN = 512  # pixels of a picture
#: Squares are kept this much larger than they are learnt from, and cut anew each time.
KEPT = 230
#: A guess puts a part aside by up to this fraction of its square, and as much too large or small.
ASIDE, SCALED = 0.08, 0.2
FRONT = 65.0  # degrees: from further round, what is counted is hidden
PLAIN = 0.5  # share of the pictures without patterns and camera faults
MARKED = 1.2  # standard deviation of a piece's mark, in places
WIDENED = 0.3  # share of the objects whose numbers are moved
BATCH, RATE, WARM_UP = 32, 1.5e-3, 0.03
HELD = 20  # one of so many objects is kept out of the updates


def write_shard(path: Path, number: int, category: str, backgrounds: Path | None) -> None:
    """One shard: squares (N, KEPT, KEPT, 3) uint8, rows (N, 3), places (N, MOST, 2).

    Of each its kind, count and object, and where the middles of the pieces are in the square.
    """
    from img2code.render.before import drawn_before
    from img2code.render.renderer import Renderer, fit_lens
    from img2code.render.scene import sample_look

    known = {(each.template, each.parameter): n for n, each in enumerate(kinds([category]))}
    rng = np.random.default_rng([TRAINING, zlib.crc32(category.encode()), 5000 + number])
    squares, rows, places = [], [], []
    behind = some_photographs(backgrounds, category, DRAWN, rng) if backgrounds else []
    with Renderer(DRAWN, supersample=1.25) as renderer:
        for drawn in range(SHARD):
            code, pieces = sample_object(category, rng, WIDENED)
            parts = code["conceptualization"]
            if len(parts) != len(pieces):
                continue  # one has no surface: which one is not said
            program = parse(code)
            middles = {
                (n, parameter): _middles(program, n, parameter)
                for n, part in enumerate(parts)
                for template, parameter in known
                if template == part["template"]
            }
            for _ in range(VIEWS):
                view = sample_view(rng, 1.0)
                while abs(view.yaw) > FRONT:
                    view = sample_view(rng, 1.0)
                look = sample_look(rng, len(pieces), rng.random() < PLAIN)
                turn = view.matrix()
                if behind and rng.random() < BEFORE:
                    picture, _ = drawn_before(rng, renderer, pieces, turn, look, behind)
                else:
                    picture = renderer.draw(pieces, turn, look)
                seen = [points @ turn.T for points, _ in pieces]
                everything = np.concatenate(seen)
                centre = (everything.min(0) + everything.max(0)) / 2
                lens = fit_lens(everything - centre, look.fov, look.fill, look.shift)
                focal, distance, x, y = lens.tolist()
                camera = Camera(distance, x, y, focal)
                image = Image.fromarray(picture)
                for (n, parameter), points in middles.items():
                    box = box_of(camera.project(seen[n] - centre, DRAWN))
                    square = framing.around(box, FILL * SIDE / KEPT)
                    squares.append(np.asarray(framing.cut(image, square, KEPT)))
                    rows.append((known[parts[n]["template"], parameter], len(points), drawn))
                    there = camera.project(points @ turn.T - centre, DRAWN)[:, :2]
                    scale = KEPT / (square[2] - square[0])
                    room = np.full((MOST, 2), np.nan, np.float32)
                    room[: len(there)] = ((there - square[:2]) * scale)[:MOST]
                    places.append(room)
    with atomic_path(path) as temporary:
        rows_, places_ = np.array(rows, np.int16), np.stack(places)
        np.savez(temporary, squares=np.stack(squares), rows=rows_, places=places_)


def _middles(program: Program, part: int, parameter: str) -> np.ndarray:
    """(N, 3) the middles of the pieces of a part: with one more, more solids follow the others."""
    code = program.as_dict()
    number = code["conceptualization"][part]["parameters"][parameter]
    ends = []
    for count in range(round(number[0]) + 1):
        number[0] = count
        ends.append(len(parse(code).parts[part].solids))
    if len(ends) > 1 and ends[0] == ends[1]:
        ends[0] = 0  # there is always one
    meshes = program.meshes(8)[part]
    found = []
    for first, last in pairwise(ends):
        points = [mesh[0] for mesh in meshes[first:last] if mesh is not None]
        if points:
            every = np.concatenate(points)
            found.append((every.min(0) + every.max(0)) / 2)
    return np.array(found).reshape(-1, 3)


def _work(task: tuple[Path, int, str, Path | None]) -> None:
    write_shard(*task)


def draw(options: argparse.Namespace) -> None:
    options.out.mkdir(parents=True, exist_ok=True)
    tasks = [
        (options.out / f"{category}-{number:04d}.npz", number, category, options.backgrounds)
        for number in range(-(-options.objects // SHARD))
        for category in options.categories
    ]
    write_missing(_work, tasks, options.workers)


class Squares:
    """All squares of a folder in memory: pictures, and of each its kind, count and object."""

    def __init__(self, folder: Path, known: list[Kind]) -> None:
        self.known = known
        pictures, rows, places = [], [], []
        for path in sorted(folder.glob("*-*.npz")):
            category, _, number = path.stem.partition("-")
            own = [known.index(kind) for kind in kinds([category])]
            with np.load(path) as shard:
                kind, count, drawn = shard["rows"].T.astype(int)
                pictures.append(shard["squares"])
                places.append(shard["places"])
                objects = drawn + SHARD * int(number)
                rows.append(np.stack([np.array(own)[kind], count, objects], 1))
        if not rows:
            raise SystemExit(f"{folder}: no shards; make some with `draw`")
        self.pictures, rows_ = np.concatenate(pictures), np.concatenate(rows)
        self.kinds, counts, objects = rows_.T
        self.counts = np.minimum(counts, MOST - 1)
        self.places = np.concatenate(places)
        self.held = np.flatnonzero(objects % HELD == 0)
        self.rest = np.flatnonzero(objects % HELD)

    def straight(self, rows: np.ndarray) -> Tensor:
        """(B, 3, SIDE, SIDE): as a guess cuts them that is right."""
        edge = (KEPT - SIDE) // 2
        return prepare(self.pictures[rows, edge : edge + SIDE, edge : edge + SIDE])

    def batch(self, rows: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """(B, 3, SIDE, SIDE): as a guess may cut them, either way around; (B, S/4, S/4) marks."""
        cut, marks = [], []
        for row in rows:
            side = SIDE * rng.uniform(1 - SCALED, 1 + SCALED)
            x, y = (KEPT - side) / 2 + rng.uniform(-ASIDE, ASIDE, 2) * SIDE
            picture = Image.fromarray(self.pictures[row])
            box = (x, y, x + side, y + side)
            moved = picture.transform(
                (SIDE, SIDE), Image.Transform.EXTENT, box, Image.Resampling.BILINEAR
            )
            way = rng.choice((-1, 1))
            cut.append(np.asarray(moved)[:, ::way])
            marks.append(_marks((self.places[row] - (x, y)) * (SIDE / 4 / side))[:, ::way])
        x = prepare(np.stack(cut))
        shape = (len(rows), 1, 1, 1)
        tone = torch.from_numpy(rng.uniform(0.7, 1.3, shape)).float()
        x = x * tone + torch.from_numpy(rng.normal(0, 0.2, shape)).float()
        return x, torch.from_numpy(np.stack(marks))


def _marks(places: np.ndarray) -> np.ndarray:
    """(S/4, S/4) near 1 where a piece's middle is."""
    across = np.arange(SIDE // 4) + 0.5
    known = places[np.isfinite(places[:, 0])]
    if not len(known):
        return np.zeros((SIDE // 4, SIDE // 4), np.float32)
    away = (known[:, 1, None, None] - across[:, None]) ** 2
    away = away + (known[:, 0, None, None] - across) ** 2
    return np.exp(-away.min(0) / (2 * MARKED**2)).astype(np.float32)


def learn(options: argparse.Namespace) -> None:
    torch.manual_seed(0)
    begun = options.out.exists()
    rng = np.random.default_rng(time.time_ns() if begun else 0)
    known = kinds(CATEGORIES)
    counter = load(options.out) if begun else Counter(known)
    counter.train().requires_grad_(True)
    counter.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    data = Squares(options.data, known)
    optimizer = torch.optim.AdamW(counter.parameters(), options.rate, weight_decay=0.03)
    began, losses = time.monotonic(), []
    share = np.bincount(data.kinds[data.rest], minlength=len(known))[data.kinds[data.rest]] ** -0.5
    share /= share.sum()  # rare kinds are shown more often
    while (done := (time.monotonic() - began) / (60 * options.minutes)) < 1:
        rate = options.rate * rate_factor(done, WARM_UP)
        for group in optimizer.param_groups:
            group["lr"] = max(rate, 1e-6)
        rows = rng.choice(data.rest, BATCH, p=share)
        x, wanted = data.batch(rows, rng)
        with torch.autocast("cpu", torch.bfloat16):
            logits, marks = counter(x.contiguous(memory_format=torch.channels_last))
        own = logits.float()[torch.arange(BATCH), torch.from_numpy(data.kinds[rows])]
        loss = functional.cross_entropy(own, torch.from_numpy(data.counts[rows]))
        marked = functional.binary_cross_entropy_with_logits(marks, wanted, 1 + 9 * wanted)
        loss = loss + 20 * marked
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(counter.parameters(), 5.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if len(losses) % 200 == 0:
            loss_, share_ = np.mean(losses[-200:]), _right(counter, data).mean()
            print(f"update {len(losses)}, loss {loss_:.3f}, right {share_:.3f}", flush=True)
            save(counter, options.out)
    save(counter, options.out)
    right = _right(counter, data)
    for n, kind in enumerate(known):
        own_rows = data.kinds[data.held] == n
        if own_rows.any():
            name = f"{kind.category} {kind.template} {kind.parameter}"
            print(f"| {name} | {own_rows.sum()} | {right[own_rows].mean():.1%} |")


def _right(counter: Counter, data: Squares) -> np.ndarray:
    """Which of the squares that are kept out of the updates are counted right (N,) bool."""
    counter.eval()
    found = []
    for start in range(0, len(data.held), BATCH):
        rows = data.held[start : start + BATCH]
        with torch.inference_mode():
            logits, _ = counter(data.straight(rows))
        own = logits[torch.arange(len(rows)), torch.from_numpy(data.kinds[rows])]
        found.append(own.argmax(-1).numpy() == data.counts[rows])
    counter.train()
    return np.concatenate(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parts = parser.add_subparsers(required=True)
    drawing = parts.add_parser("draw", help="pictures of parts")
    drawing.add_argument("--out", type=Path, required=True)
    drawing.add_argument("--objects", type=int, default=1000, help="per category")
    drawing.add_argument("--categories", nargs="+", default=CATEGORIES)
    drawing.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    drawing.add_argument("--backgrounds", type=Path, help="a folder of photographs with its list")
    drawing.set_defaults(do=draw)
    learning = parts.add_parser("learn", help="the network")
    learning.add_argument("--data", type=Path, required=True)
    learning.add_argument("--out", type=Path, required=True)
    learning.add_argument("--minutes", type=float, default=40)
    learning.add_argument("--rate", type=float, default=RATE)
    learning.set_defaults(do=learn)
    options = parser.parse_args()
    options.do(options)


if __name__ == "__main__":
    main()
