"""Pictures with the mask of their object: renders on any ground, and cut-out photographs."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

import geometry
from img2code import framing, photo_list
from img2code.image import content, open_image
from img2code.model.imagenet import SIZE
from img2code.render.before import background, composed, drawn_before, noisy, silhouette
from img2code.render.examples import TRAINING, sample_object, sample_view
from img2code.render.materials import Material
from img2code.render.renderer import Renderer
from img2code.render.scene import Backdrop, Look, sample_backdrop, sample_look

#: Number of the seeds of these renders: no shard has it.
SEED = 91001
#: Photographs are kept at this side, so that there is something to see closer up.
LARGE = 400
#: Masks are sure where at most this fraction of them is neither 0 nor 1.
_UNSURE = 0.1
#: Grounds of renders: one colour, a studio's gradient, photographs; and how often they are.
PLAIN, GRADED, BUSY = "plain", "graded", "busy"
_GROUNDS = (PLAIN, GRADED, BUSY)
_SHARES = (0.15, 0.4, 0.45)
#: How often what is drawn on quiet ground looks like it, as white things on white and metal do; and
#: how often pictures have the grain of little light.
_ALIKE, _GRAINY = 0.3, 0.35


@dataclass(frozen=True)
class Masked:
    """A picture (S, S, 3) uint8 and how far each pixel is the object's (S, S) uint8."""

    picture: np.ndarray
    mask: np.ndarray


def renders(
    photographs: Sequence[Masked],
    grounds: Sequence[str] = _GROUNDS,
    seed: int = SEED,
    size: int = SIZE,
) -> Iterator[Masked]:
    """Endless objects of all categories in turn, on grounds of these kinds."""
    fractions = np.array([_SHARES[_GROUNDS.index(ground)] for ground in grounds])
    chances = fractions / fractions.sum()
    names = geometry.categories()
    rngs = [np.random.default_rng([TRAINING, zlib.crc32(name.encode()), seed]) for name in names]
    with Renderer(size) as renderer:
        while True:
            for category, rng in zip(names, rngs, strict=True):
                ground = grounds[int(rng.choice(len(grounds), p=chances))]
                yield _render(rng, renderer, category, ground, photographs)


def _render(
    rng: np.random.Generator,
    renderer: Renderer,
    category: str,
    ground: str,
    photographs: Sequence[Masked],
) -> Masked:
    _, parts = sample_object(category, rng)
    turn = sample_view(rng, 0.8).matrix()
    look = sample_look(rng, len(parts))
    aside = (float(rng.uniform(-1, 1)), float(rng.uniform(-1, 1)))
    close = rng.random() < 0.5  # as the look at the object alone takes it
    fill = float(rng.uniform(0.75, 0.95) if close else rng.uniform(0.2, 0.9))
    look = replace(look, fill=fill, shift=aside, backdrop=_backdrop(rng, ground))
    if ground != BUSY and rng.random() < _ALIKE:
        look = replace(look, parts=tuple(_as_the_ground(rng, each, look) for each in look.parts))
    if ground == GRADED and rng.random() < 0.7:
        softness = float(rng.uniform(0.02, 0.25))
        look = replace(look, floor_shadow=float(rng.uniform(0.1, 0.6)), floor_softness=softness)
    if ground == BUSY and photographs:
        behind = [photographs[int(rng.integers(len(photographs)))].picture]
        picture, mask = drawn_before(rng, renderer, parts, turn, look, behind)
    else:
        picture = renderer.draw(parts, turn, look)
        mask = (silhouette(renderer, parts, turn, look) * 255).round().astype(np.uint8)
        if rng.random() < _ALIKE:
            picture = like_its_ground(picture, mask, float(rng.uniform(0.2, 0.7)))
    if rng.random() < _GRAINY:
        return Masked(grainy(rng, picture), mask)
    return Masked(noisy(rng, picture), mask)


def like_its_ground(picture: np.ndarray, mask: np.ndarray, fraction: float) -> np.ndarray:
    """The object's colours moved by a fraction towards those around it."""
    outside = (mask < 20).astype(np.float32)
    reach = len(mask) / 6
    weights = ndimage.gaussian_filter(outside, reach)[..., None] + 1e-6
    around = ndimage.gaussian_filter(picture * outside[..., None], (reach, reach, 0)) / weights
    moved = fraction * mask[..., None] / 255
    return ((1 - moved) * picture + moved * around).clip(0, 255).astype(np.uint8)


def grainy(rng: np.random.Generator, picture: np.ndarray) -> np.ndarray:
    """With noise that grows with the light, of each channel or of all alike."""
    channels = 3 if rng.random() < 0.7 else 1
    noise = rng.normal(0, rng.uniform(4, 24), (*picture.shape[:2], channels))
    return (picture + noise * np.sqrt(picture / 255)).clip(0, 255).astype(np.uint8)


def _as_the_ground(rng: np.random.Generator, material: Material, look: Look) -> Material:
    """Half of the parts of a look get colours like its backdrop's."""
    if rng.random() < 0.5:
        return material
    near = rng.uniform(0.5, 1.0)
    ground = look.backdrop.upper if rng.random() < 0.5 else look.backdrop.lower
    red, green, blue = (1 - near) * np.array(material.base) + near * np.array(ground)
    return replace(material, base=(float(red), float(green), float(blue)))


def _backdrop(rng: np.random.Generator, ground: str) -> Backdrop:
    """One of the renderer's backdrops of this kind; white where a photograph takes its place."""
    while ground != BUSY:
        found = sample_backdrop(rng)
        one_colour = found.upper == found.lower and found.mottle == 0
        if one_colour == (ground == PLAIN):
            return found
    return Backdrop()


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
        whole = (0.0, 0.0, float(picture.width), float(picture.height))
        square = framing.cut(picture, whole, LARGE)
        yield Masked(np.asarray(square), np.asarray(mask.resize((LARGE, LARGE))))


def mirrored(masked: Masked) -> Masked:
    return Masked(masked.picture[:, ::-1].copy(), masked.mask[:, ::-1].copy())


def seen_whole(masked: Masked) -> Masked:
    """All of the picture, as the network sees it."""
    side = float(len(masked.picture))
    return _piece(masked, (0.0, 0.0, side, side))


def closer(rng: np.random.Generator, masked: Masked) -> Masked:
    """The picture as a whole, or a square around the object as the second look takes it."""
    if rng.random() < 0.5:
        seen = seen_whole(masked)
    else:
        side = len(masked.picture)
        square = framing.around(_box(masked.mask), float(rng.uniform(0.6, 0.95)))
        x, y = (float(np.clip(edge, 0, side)) for edge in square[:2])
        size = min(square[2] - square[0], side - x, side - y)
        seen = _piece(masked, (x, y, x + size, y + size))
    seen = mirrored(seen) if rng.random() < 0.5 else seen
    return Masked(noisy(rng, seen.picture), seen.mask)


def pasted(rng: np.random.Generator, photographs: Sequence[Masked]) -> Masked:
    """The object of a photograph before another photograph, larger or smaller."""
    masked = photographs[int(rng.integers(len(photographs)))]
    box = _box(masked.mask)
    scale = rng.uniform(0.3, 1.0) * SIZE / max(box[2] - box[0], box[3] - box[1])
    size = (
        max(1, min(SIZE, round((box[2] - box[0]) * scale))),
        max(1, min(SIZE, round((box[3] - box[1]) * scale))),
    )
    at = int(rng.integers(SIZE - size[0] + 1)), int(rng.integers(SIZE - size[1] + 1))
    mask = Image.new("L", (SIZE, SIZE))
    mask.paste(Image.fromarray(masked.mask).resize(size, box=box), at)
    behind = background(rng, photographs[int(rng.integers(len(photographs)))].picture, SIZE)
    top = behind.copy()
    top.paste(Image.fromarray(masked.picture).resize(size, box=box), at)
    return Masked(noisy(rng, composed(rng, top, mask, behind)), np.asarray(mask))


def _piece(masked: Masked, box: framing.Pixels) -> Masked:
    def cut(values: np.ndarray) -> np.ndarray:
        picture = Image.fromarray(values)
        return np.asarray(picture.resize((SIZE, SIZE), Image.Resampling.BILINEAR, box=box))

    return Masked(cut(masked.picture), cut(masked.mask))


def _box(mask: np.ndarray) -> tuple[float, float, float, float]:
    rows, columns = (np.flatnonzero((mask > 127).any(axis)) for axis in (1, 0))
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def is_sure(masked: Masked) -> bool:
    """Whether the mask shows one object with clear edges, not the whole picture."""
    inside = (masked.mask > 127).mean()
    unsure = ((masked.mask > 40) & (masked.mask < 215)).mean()
    return bool(0.03 < inside < 0.7 and unsure < _UNSURE * inside)
