"""Pictures with the mask of their object: renders before photographs, and cut-out photographs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter, ImageOps

import geometry
from img2code import framing, photo_list
from img2code.image import content, open_image
from img2code.model.imagenet import SIZE
from img2code.render.camera import Camera
from img2code.render.examples import TRAINING, sample_object, sample_view
from img2code.render.renderer import Renderer
from img2code.render.scene import Backdrop, Look, sample_look

#: Number of the seeds of these renders: no shard has it.
SEED = 91001
#: Cut-outs are made of masks that are sure: at most this share of them is neither 0 nor 1.
_UNSURE = 0.1


@dataclass(frozen=True)
class Masked:
    """A picture (S, S, 3) uint8 and how far each pixel is the object's (S, S) uint8."""

    picture: np.ndarray
    mask: np.ndarray


def silhouette(
    renderer: Renderer, parts: Sequence[tuple[np.ndarray, np.ndarray]], turn: np.ndarray, look: Look
) -> np.ndarray:
    """(S, S) 0 to 1: where the renderer draws the object, as it is drawn with this look."""
    opaque = tuple(replace(material, opacity=1.0) for material in look.parts)
    black = replace(
        look,
        parts=opaque,
        exposure=0.0,
        backdrop=Backdrop(),
        floor_shadow=0.0,
        camera=Camera(),
    )
    drawn: np.ndarray = 1 - renderer.draw(parts, turn, black).mean(2) / 255
    return drawn


def renders(objects: int, photographs: Sequence[Masked]) -> Iterator[Masked]:
    """So many objects of each category, more than half of them before photographs."""
    with Renderer(SIZE) as renderer:
        for category in geometry.categories():
            rng = np.random.default_rng([TRAINING, zlib.crc32(category.encode()), SEED])
            for _ in range(objects):
                yield _render(rng, renderer, category, photographs)


def _render(
    rng: np.random.Generator, renderer: Renderer, category: str, photographs: Sequence[Masked]
) -> Masked:
    _, parts = sample_object(category, rng)
    turn = sample_view(rng, 0.8).matrix()
    look = sample_look(rng, len(parts))
    if rng.random() < 0.5:
        aside = (float(rng.uniform(-1, 1)), float(rng.uniform(-1, 1)))
        look = replace(look, fill=float(rng.uniform(0.3, 0.9)), shift=aside)
    before = bool(photographs) and rng.random() < 0.6
    if before:
        look = replace(look, backdrop=Backdrop(), floor_shadow=0.0)
    picture = renderer.draw(parts, turn, look)
    mask = Image.fromarray((silhouette(renderer, parts, turn, look) * 255).round().astype(np.uint8))
    if before:
        behind = background(rng, photographs)
        darker = Image.fromarray((picture * rng.uniform(0.6, 1.0)).astype(np.uint8))
        together = Image.composite(darker, behind, mask)
        if rng.random() < 0.4:
            together = together.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.2)))
        picture = np.asarray(together)
    return Masked(picture, np.asarray(mask))


def background(rng: np.random.Generator, photographs: Sequence[Masked]) -> Image.Image:
    """A piece of a photograph, half of the time out of focus."""
    picture = Image.fromarray(photographs[int(rng.integers(len(photographs)))].picture)
    side = rng.uniform(0.4, 1.0) * SIZE
    x, y = rng.uniform(0, SIZE - side, 2)
    piece = picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR, box=(x, y, x + side, y + side))
    if rng.random() < 0.5:
        piece = piece.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 5)))
    return ImageOps.mirror(piece) if rng.random() < 0.5 else piece


def photographs(folder: Path, masks: Path) -> Iterator[Masked]:
    """Every photograph of the folder's list that has a mask: `masks` holds PNG files of the same
    relative names, white where the object is, of the upright picture in any size."""
    for photograph in photo_list.read(folder):
        path = (masks / photograph.path.relative_to(folder)).with_suffix(".png")
        if not path.exists():
            continue
        picture = open_image(photograph.path)
        left, top, right, bottom = content(picture)
        mask = Image.new("L", picture.size)
        with Image.open(path) as drawn:
            mask.paste(drawn.convert("L").resize((right - left, bottom - top)), (left, top))
        square = framing.cut(picture, (0.0, 0.0, float(picture.width), float(picture.height)), SIZE)
        yield Masked(np.asarray(square), np.asarray(mask.resize((SIZE, SIZE))))


def mirrored(masked: Masked) -> Masked:
    return Masked(masked.picture[:, ::-1].copy(), masked.mask[:, ::-1].copy())


def pasted(rng: np.random.Generator, count: int, photographs: Sequence[Masked]) -> Iterator[Masked]:
    """Objects of photographs before other photographs, larger and smaller."""
    sure = [masked for masked in photographs if _is_sure(masked.mask)]
    for _ in range(count if sure else 0):
        masked = sure[int(rng.integers(len(sure)))]
        rows, columns = (np.flatnonzero((masked.mask > 127).any(axis)) for axis in (1, 0))
        box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
        scale = rng.uniform(0.3, 1.0) * SIZE / max(box[2] - box[0], box[3] - box[1])
        size = (
            max(1, min(SIZE, round((box[2] - box[0]) * scale))),
            max(1, min(SIZE, round((box[3] - box[1]) * scale))),
        )
        at = int(rng.integers(SIZE - size[0] + 1)), int(rng.integers(SIZE - size[1] + 1))
        mask = Image.new("L", (SIZE, SIZE))
        mask.paste(Image.fromarray(masked.mask).resize(size, box=box), at)
        picture = background(rng, photographs)
        top = picture.copy()
        top.paste(Image.fromarray(masked.picture).resize(size, box=box), at)
        yield Masked(np.asarray(Image.composite(top, picture, mask)), np.asarray(mask))


def _is_sure(mask: np.ndarray) -> bool:
    inside = (mask > 127).mean()
    unsure = ((mask > 40) & (mask < 215)).mean()
    return bool(0.03 < inside < 0.7 and unsure < _UNSURE * inside)
