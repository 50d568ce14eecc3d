"""Small texture arrays the renderer shades with: patterns, printed decals, surroundings.

All are made from fixed seeds with numpy and Pillow when a renderer starts; none is a file.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy.spatial import cKDTree

SIZE = 256
Grid = np.ndarray


def _noise(rng: np.random.Generator, power: float, across: float = 1.0, along: float = 1.0) -> Grid:
    """Tiling noise (SIZE, SIZE) in 0..1 with a 1/f^power spectrum, stretched along an axis."""
    frequency = np.fft.fftfreq(SIZE) * SIZE
    radius = np.hypot(frequency[None, :] * across, frequency[:, None] * along)
    radius[0, 0] = np.inf
    field = np.fft.ifft2(np.fft.fft2(rng.normal(size=(SIZE, SIZE))) * radius**-power).real
    low, high = np.percentile(field, (2, 98))
    return np.clip((field - low) / (high - low), 0, 1)


def _grid() -> tuple[Grid, Grid]:
    ramp = np.arange(SIZE) / SIZE
    return np.meshgrid(ramp, ramp)


def _cells(rng: np.random.Generator, count: int) -> tuple[Grid, Grid]:
    """Distance to the nearest of `count` tiling points and the gap to the second nearest, 0..1."""
    tree: Any = cKDTree(rng.random((count, 2)), boxsize=np.ones(2))
    near, _ = tree.query(np.stack(_grid(), -1).reshape(-1, 2), k=2)
    near = near.reshape(SIZE, SIZE, 2) * np.sqrt(count)
    return np.clip(near[..., 0], 0, 1), np.clip(near[..., 1] - near[..., 0], 0, 1)


def _wood(rng: np.random.Generator, rings: int, warp: float) -> tuple[Grid, Grid, Grid]:
    u, _ = _grid()
    bend = _noise(rng, 1.6, 1.0, 7.0)
    line = 0.5 + 0.5 * np.sin(2 * np.pi * (rings * u + warp * bend))
    streak = _noise(rng, 0.7, 1.0, 30.0)
    pore = _noise(rng, 0.1, 1.0, 24.0)
    return 0.5 * line**2 + 0.5 * streak, 0.35 + 0.3 * pore + 0.2 * streak, np.zeros_like(u)


def _planks(rng: np.random.Generator) -> tuple[Grid, Grid, Grid]:
    mix, shade, none = _wood(rng, 5, 2.0)
    u, _ = _grid()
    board = np.floor(u * 4).astype(int)
    mix = np.clip(mix * 0.6 + rng.random(4)[board] * 0.5, 0, 1)
    gap = np.abs((u * 4) % 1 - 0.5) > 0.47
    return mix, np.where(gap, 0.0, shade), none


def _threads(rng: np.random.Generator, count: int, depth: float = 0.6) -> tuple[Grid, Grid, Grid]:
    u, v = _grid()
    across = np.abs(np.sin(np.pi * count * u))
    along = np.abs(np.sin(np.pi * count * v))
    over = (np.floor(count * u) + np.floor(count * v)) % 2 > 0
    shade = np.where(over, across, along)
    grain = _noise(rng, 0.3)
    return (
        over * 0.8 + 0.2 * grain,
        0.5 + depth * (shade - 0.6) * (0.6 + 0.4 * grain),
        np.zeros_like(u),
    )


def _plaid(rng: np.random.Generator, count: int) -> tuple[Grid, Grid, Grid]:
    u, v = _grid()
    wide = (
        np.sign(np.sin(2 * np.pi * count * u)) * 0.5 + np.sign(np.sin(2 * np.pi * count * v)) * 0.5
    )
    thin = (np.abs((u * count * 2) % 1 - 0.5) < 0.06) | (np.abs((v * count * 2) % 1 - 0.5) < 0.06)
    return wide * 0.5 + 0.5, 0.35 + 0.3 * _noise(rng, 0.2), thin * 0.8


def _stripes(
    rng: np.random.Generator, count: int, fraction: float, flat: bool
) -> tuple[Grid, Grid, Grid]:
    u, v = _grid()
    t = (v if flat else u) * count % 1
    return (
        (t < fraction) * 1.0,
        0.45 + 0.1 * _noise(rng, 0.5),
        (np.abs(t - fraction - 0.1) < 0.04) * 0.7,
    )


def _ribs(rng: np.random.Generator, count: int, flat: bool) -> tuple[Grid, Grid, Grid]:
    u, v = _grid()
    t = np.abs(np.sin(np.pi * count * (v if flat else u)))
    return _noise(rng, 1.0) * 0.3, 0.1 + 0.6 * np.sqrt(t), np.zeros_like(u)


def _flowers(rng: np.random.Generator, power: float) -> tuple[Grid, Grid, Grid]:
    leaf, bloom = _noise(rng, power), _noise(rng, power)
    fine = _noise(rng, 0.8)
    return (leaf + 0.3 * fine > 0.75) * 0.9, 0.3 + 0.4 * fine, (bloom + 0.3 * fine > 0.95) * 1.0


def _dots(rng: np.random.Generator, count: int) -> tuple[Grid, Grid, Grid]:
    u, v = _grid()
    x, y = u * count % 1 - 0.5, (v * count + 0.5 * (np.floor(u * count) % 2)) % 1 - 0.5
    return (np.hypot(x, y) < 0.28) * 1.0, 0.45 + 0.1 * _noise(rng, 0.4), np.zeros_like(u)


def _zigzag(rng: np.random.Generator, count: int) -> tuple[Grid, Grid, Grid]:
    u, v = _grid()
    t = (v * count + 0.5 * np.abs((u * count) % 1 * 2 - 1)) % 1
    return (t < 0.4) * 1.0, 0.45 + 0.1 * _noise(rng, 0.4), ((t > 0.6) & (t < 0.7)) * 1.0


def _marble(rng: np.random.Generator) -> tuple[Grid, Grid, Grid]:
    vein = 1 - np.abs(2 * _noise(rng, 1.7) - 1)
    cloud = _noise(rng, 1.8)
    return np.clip(vein**9 + 0.3 * cloud, 0, 1), 0.4 + 0.2 * cloud, np.zeros_like(vein)


def _speckle(rng: np.random.Generator, count: int) -> tuple[Grid, Grid, Grid]:
    near, _ = _cells(rng, count)
    other, _ = _cells(rng, count)
    return (near < 0.22) * 1.0, 0.35 + 0.3 * _noise(rng, 0.4), (other < 0.18) * 0.8


def _leather(rng: np.random.Generator, count: int) -> tuple[Grid, Grid, Grid]:
    _, gap = _cells(rng, count)
    wear = _noise(rng, 1.5)
    return wear * 0.6, 0.2 + 0.4 * np.minimum(gap * 3, 1) + 0.1 * wear, np.zeros_like(wear)


def _quilt(rng: np.random.Generator, count: int) -> tuple[Grid, Grid, Grid]:
    u, v = _grid()
    a, b = np.abs(np.sin(np.pi * count * (u + v))), np.abs(np.sin(np.pi * count * (u - v)))
    return _noise(rng, 1.2) * 0.3, 0.05 + 0.55 * np.sqrt(np.minimum(a, b)), np.zeros_like(u)


def _fractal(
    rng: np.random.Generator, power: float, across: float = 1, along: float = 1
) -> tuple[Grid, Grid, Grid]:
    field = _noise(rng, power, across, along)
    return field, 0.3 + 0.4 * _noise(rng, power * 0.6, across, along), np.zeros_like(field)


PATTERNS: dict[str, tuple[Callable[..., tuple[Grid, Grid, Grid]], tuple[float, ...]]] = {
    "plain": (_fractal, (1.4,)), "wood": (_wood, (4, 2.5)), "wood_fine": (_wood, (11, 1.5)),
    "wood_wild": (_wood, (3, 5.0)), "planks": (_planks, ()), "brushed": (_fractal, (0.3, 1, 60)),
    "leather": (_leather, (700,)), "leather_coarse": (_leather, (250,)),
    "linen": (_threads, (64, 0.4)),
    "weave": (_threads, (32,)), "wicker": (_threads, (12, 0.9)), "plaid": (_plaid, (2,)),
    "gingham": (_plaid, (6,)), "stripes": (_stripes, (6, 0.5, 0)),
    "pinstripes": (_stripes, (14, 0.2, 0)),
    "hoops": (_stripes, (4, 0.4, 1)), "ribs": (_ribs, (16, 0)), "grooves": (_ribs, (12, 1)),
    "flowers": (_flowers, (1.6,)), "sprigs": (_flowers, (1.1,)), "dots": (_dots, (6,)),
    "zigzag": (_zigzag, (4,)), "marble": (_marble, ()), "stone": (_fractal, (0.9,)),
    "speckle": (_speckle, (300,)), "terrazzo": (_speckle, (60,)),
    "cardboard": (_fractal, (0.6, 4, 1)),
    "clouds": (_fractal, (2.0,)), "grain": (_fractal, (0.15,)), "quilt": (_quilt, (4,)),
    "worn": (_fractal, (1.1, 1, 2)), "felt": (_fractal, (0.5,)),
}  # fmt: skip
LAYER = {name: layer for layer, name in enumerate(PATTERNS)}


@cache
def patterns() -> np.ndarray:
    """(layers, SIZE, SIZE, 4) uint8: amounts of second colour, shade, accent colour; slope."""
    rng = np.random.default_rng(7)
    layers = []
    for make, arguments in PATTERNS.values():
        mix, shade, accent = make(rng, *arguments)
        slope = 0.5 + 2.0 * (shade - np.roll(shade, (1, 1), (0, 1)))
        layers.append(np.stack([mix, shade, accent, slope], -1))
    return (np.clip(layers, 0, 1) * 255).astype(np.uint8)


SURROUNDINGS = 40
_STUDIO = 64


def _directions() -> np.ndarray:
    """(64, 64, 3) unit directions of the texels of a sphere map, seen along -z."""
    ramp = (np.arange(_STUDIO) + 0.5) / _STUDIO * 2 - 1
    x, y = np.meshgrid(ramp, ramp)
    square = np.minimum(x * x + y * y, 1.0)
    side = 2 * np.sqrt(1 - square)
    return np.stack([x * side, y * side, 1 - 2 * square], -1)


def _studio(rng: np.random.Generator) -> np.ndarray:
    """Radiance (64, 64, 3): a sky over a ground, with soft boxes, strips and windows."""
    d = _directions()
    up = d[..., 1:2]
    sky = rng.uniform(0.04, 0.6) * (1 + rng.normal(0, 0.06, 3))
    ground = rng.uniform(0.04, 0.45) * (1 + rng.normal(0, 0.08, 3))
    edge = rng.uniform(0.1, 0.9)
    light = ground + (sky - ground) * np.clip(0.5 + up / edge * 0.5, 0, 1)
    if rng.random() < 0.4:
        light = light * (1 - rng.uniform(0.3, 0.9) * np.exp(-((up / 0.18) ** 2)))
    for _ in range(rng.integers(1, 5)):
        turn, lift = rng.uniform(-np.pi, np.pi), rng.uniform(-0.1, 1.2)
        front = np.array([np.sin(turn) * np.cos(lift), np.sin(lift), np.cos(turn) * np.cos(lift)])
        right = np.array([np.cos(turn), 0.0, -np.sin(turn)])
        depth = np.maximum(d @ front, 1e-3)
        a, b = d @ right / depth, d @ np.cross(front, right) / depth
        wide, high = rng.uniform(0.08, 0.7), rng.uniform(0.15, 0.9)
        soft = rng.uniform(0.02, 0.2)
        box = np.clip((wide - np.abs(a)) / soft, 0, 1) * np.clip((high - np.abs(b)) / soft, 0, 1)
        if rng.random() < 0.25:
            box = box * (np.abs(a) > 0.05) * (np.abs(b) > 0.05)
        box = box * (d @ front > 0.05)
        power = rng.uniform(1.5, 6.0) / (wide * high + 0.15)
        light = light + box[..., None] * power * (1 + rng.normal(0, 0.05, 3))
    return np.clip(light * rng.uniform(0.6, 0.9) / light.mean(), 0, 24)


@cache
def surroundings() -> tuple[np.ndarray, np.ndarray]:
    """Sphere maps (n, 64, 64, 3) uint8 of sqrt(radiance / 24) and their diffuse light (n, 9, 3).

    The nine rows multiply 1, y, z, x, xy, yz, 3zz-1, xz, xx-yy of a unit normal; their sum is
    irradiance / pi.
    """
    rng = np.random.default_rng(11)
    maps = np.stack([_studio(rng) for _ in range(SURROUNDINGS)])
    x, y, z = np.moveaxis(_directions(), -1, 0)
    ramp = (np.arange(_STUDIO) + 0.5) / _STUDIO * 2 - 1
    inside = (ramp[None, :] ** 2 + ramp[:, None] ** 2 <= 1) * 1.0
    weight = (
        inside / inside.sum()
    )  # the mapping keeps areas, so each texel has the same solid angle
    basis = np.stack([np.ones_like(x), y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y])
    norm = np.array([1, 3, 3, 3, 15, 15, 5 / 4, 15, 15 / 4]) * np.array(
        [1, *[2 / 3] * 3, *[1 / 4] * 5]
    )
    rows = np.einsum("khw,hw,nhwc->nkc", basis, weight, maps) * norm[None, :, None]
    return (np.sqrt(maps / 24) * 255).astype(np.uint8), rows


DECALS = 48
_WORDS = (
    "NOVA", "fresh", "Milk", "COFFEE", "Aqua", "organic", "BREW", "Luna", "No. 7", "pure",
    "EXTRA", "Original", "SOAP", "Oolong", "TOOLS", "Classic", "Home", "VITA", "12 oz", "Happy Day",
)  # fmt: skip


def _decal(rng: np.random.Generator) -> Image.Image:
    """One label or print, 128 x 128 RGBA: words, a logo, rules, a bar code."""
    picture = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)

    def tint() -> tuple[int, int, int]:
        return tuple(int(c) for c in rng.integers(0, 256, 3))  # type: ignore[return-value]

    ink = (20, 20, 25) if rng.random() < 0.5 else tint()
    if rng.random() < 0.65:
        paper = (245, 243, 238) if rng.random() < 0.5 else tint()
        if rng.random() < 0.3:
            draw.ellipse((4, 4, 252, 252), fill=paper)
        else:
            draw.rounded_rectangle((4, 4, 252, 252), radius=int(rng.integers(0, 40)), fill=paper)
        if rng.random() < 0.5:
            draw.rectangle((4, 4, 252, int(rng.integers(30, 90))), fill=tint())
        if rng.random() < 0.4:
            draw.rectangle((14, 14, 242, 242), outline=ink, width=int(rng.integers(2, 8)))
    kind = rng.integers(0, 5)
    if kind in (0, 1):
        font = ImageFont.load_default(size=int(rng.integers(40, 90)))
        word = str(rng.choice(_WORDS))
        draw.text((128, int(rng.integers(80, 150))), word, fill=ink, font=font, anchor="mm")
    if kind in (1, 2):
        x, y, r = (
            int(a) for a in (rng.integers(90, 166), rng.integers(80, 130), rng.integers(30, 70))
        )
        if rng.random() < 0.5:
            draw.ellipse((x - r, y - r, x + r, y + r), fill=tint(), outline=ink, width=4)
        else:
            draw.regular_polygon((x, y, r), int(rng.integers(3, 9)), fill=tint())
    if kind == 3:
        for x in range(40, 216, 8):
            draw.rectangle((x, 120, x + int(rng.integers(1, 7)), 210), fill=ink)
    for row in range(int(rng.integers(0, 6))):
        end = int(rng.integers(120, 226))
        draw.line((34, 170 + 13 * row, end, 170 + 13 * row), fill=ink, width=5)
    if kind == 4:
        points = [tuple(float(c) for c in rng.uniform(20, 236, 2)) for _ in range(6)]
        draw.line(points, fill=ink, width=int(rng.integers(6, 20)), joint="curve")
    return picture.resize((128, 128), Image.Resampling.BOX)


#: Panes of doors, which follow the prints.
PANES = 12


def _pane(rng: np.random.Generator, rounded: bool) -> Image.Image:
    """Dark glass as in the door of an oven, 128 x 128 RGBA: a frame, a mesh, light, reflections."""
    picture = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    shape = draw.ellipse if rounded else draw.rectangle
    grey = int(rng.integers(5, 60))
    if rng.random() < 0.6:
        shape((2, 2, 253, 253), fill=(int(rng.integers(0, 255)),) * 3)
    inset = int(rng.integers(2, 40))
    inner = (inset, inset, 255 - inset, 255 - inset)
    shape(inner, fill=(grey, grey, grey + int(rng.integers(0, 12))))
    if rng.random() < 0.35:  # the lamp inside, or what it shines on
        warm, reach = rng.uniform(0.5, 1.0), int(rng.integers(10, 60))
        lit = (int(230 * warm), int(170 * warm), int(90 * warm))
        shape(tuple(e + (reach if e < 128 else -reach) for e in inner), fill=lit)
    if rng.random() < 0.4:
        step = int(rng.integers(6, 14))
        for x in range(inset + 12, 244 - inset, step):
            for y in range(inset + 12, 244 - inset, step):
                draw.ellipse((x, y, x + step // 2, y + step // 2), fill=(grey // 2,) * 3)
    if rng.random() < 0.3:
        for y in range(inset + 40, 240 - inset, int(rng.integers(30, 70))):
            draw.line((inset + 16, y, 240 - inset, y), fill=(grey + 60,) * 3, width=4)
    if rng.random() < 0.5:
        x, wide = int(rng.integers(40, 200)), int(rng.integers(8, 50))
        shine = Image.new("RGBA", picture.size, (0, 0, 0, 0))
        corners = [
            (x, inset),
            (x + wide, inset),
            (x + wide - 60, 255 - inset),
            (x - 60, 255 - inset),
        ]
        ImageDraw.Draw(shine).polygon(corners, fill=(255, 255, 255, int(rng.integers(30, 120))))
        glass = picture.getchannel("A")
        picture = Image.alpha_composite(picture, shine)
        picture.putalpha(glass)
    return picture.resize((128, 128), Image.Resampling.BOX)


@cache
def decals() -> np.ndarray:
    """(DECALS + PANES, 128, 128, 4) uint8 prints with alpha; every fourth pane is round."""
    rng = np.random.default_rng(5)
    prints = [_decal(rng) for _ in range(DECALS)]
    panes = [_pane(rng, number % 4 == 3) for number in range(PANES)]
    return np.stack([np.asarray(each) for each in (*prints, *panes)])
