"""Bodies and covers of new kettles, and the outline that spouts and handles are fitted to."""

from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 1.85  # of the body's bounding box
_POINTS = 12  # of the outline of a rounded zone


@dataclass(frozen=True)
class Body:
    """A sampled body. ys, radii: its outline from the ground up to the opening."""

    part: Part
    ys: np.ndarray
    radii: np.ndarray

    @property
    def bottom(self) -> float:
        return float(self.ys[0])

    @property
    def top(self) -> float:
        return float(self.ys[-1])

    @property
    def opening(self) -> float:
        return float(self.radii[-1])

    @property
    def widest(self) -> float:
        """The height from which on the body only narrows."""
        return float(self.ys[len(self.radii) - 1 - int(np.argmax(self.radii[::-1]))])

    def radius(self, y: np.ndarray | float) -> np.ndarray:
        return np.interp(y, self.ys, self.radii)

    def slope(self, y: float) -> float:
        """How much the outline moves outwards per height."""
        return float(self.radius(y + 0.01) - self.radius(y - 0.01)) / 0.02

    def seat(self, y: float, half_width: float, half_height: float) -> float:
        """z up to which a flat end of that size at height y lies within the body or on it."""
        turn = np.linspace(0, np.pi, 9)
        sides = half_width * np.sin(turn)
        outline = self.radius(y + half_height * np.cos(turn))
        return float(np.sqrt(np.maximum(outline**2 - sides**2, 0.04 * outline**2)).min())


@dataclass(frozen=True)
class Cover:
    """A sampled cover: its part, the radii below and above, heights without and with the knob."""

    part: Part
    below: float
    above: float
    height: float
    top: float


def sample_body(rng: np.random.Generator) -> Body:
    kinds = (_belly, _dome, _levels)
    return kinds[int(rng.choice(3, p=[0.34, 0.28, 0.38]))](rng)


def _scale(ys: np.ndarray, radii: np.ndarray) -> float:
    return float(TYPICAL_DIAGONAL / np.hypot(np.ptp(ys), np.sqrt(8) * radii.max()))


def _zone(axis: float, upto: float) -> tuple[np.ndarray, np.ndarray]:
    """Heights and radii of half an ellipsoid of half axis 1 across, from its equator on."""
    latitudes = np.radians(np.linspace(0, upto, _POINTS))
    return axis * np.sin(latitudes), np.cos(latitudes)


def _belly(rng: np.random.Generator) -> Body:
    """Round above and below, on a foot; all in half axes of the equator at first."""
    u = rng.uniform
    axes, upto = np.array([u(0.65, 1.3), u(0.45, 0.85)]), np.array([u(42, 72), u(30, 58)])
    tall = u(0.02, 0.09)
    (high, narrow), (low, lower) = _zone(axes[0], upto[0]), _zone(axes[1], upto[1])
    foot = lower[-1] * (u(0.8, 1.05) if rng.random() < 0.8 else u(1.05, 1.3))
    ys = np.concatenate([[-low[-1] - tall], -low[::-1], high[1:]])
    radii = np.concatenate([[foot], lower[::-1], narrow[1:]])
    scale = _scale(ys, radii)
    body = part(
        "Semi_Spherical_Body",
        horizontal_axis=[scale],
        vertical_axis=list(axes * scale),
        exist_angle=list(upto),
        bottom_size=[foot * scale, tall * scale],
        x_z_ratio=[1],
    )
    return Body(body, ys * scale, radii * scale)


def _dome(rng: np.random.Generator) -> Body:
    """Round above, conical or straight below."""
    u = rng.uniform
    axis, upto = u(0.6, 1.3), u(42, 74)
    base, tall = u(0.68, 1.12), u(0.3, 1.0)
    high, narrow = _zone(axis, upto)
    ys, radii = np.concatenate([[-tall], high]), np.concatenate([[base], narrow])
    scale = _scale(ys, radii)
    body = part(
        "Spherical_Cylindrical_Body",
        horizontal_axis=[scale],
        vertical_axis=[axis * scale],
        exist_angle=[upto],
        bottom_size=[base * scale, tall * scale],
        x_z_ratio=[1],
    )
    return Body(body, ys * scale, radii * scale)


def _levels(rng: np.random.Generator) -> Body:
    """A wall that narrows to a shoulder and now and then to a neck or a flared mouth."""
    u = rng.uniform
    number = int(rng.choice([1, 2, 3, 4, 5], p=[0.26, 0.3, 0.2, 0.14, 0.1]))
    heights = u(0.5, 1.1, number)
    heights[1:] *= u(0.25, 0.8, number - 1)
    radii = np.ones(number + 1)
    radii[1] = u(0.6, 1.2) if number == 1 else u(0.75, 1.25)
    for k in range(2, number + 1):
        radii[k] = radii[k - 1] * u(0.62, 0.96)
    if number > 2 and rng.random() < 0.3:
        radii[number] = radii[number - 1] * u(1.02, 1.2)
    heights *= u(1.2, 2.4) * radii.max() / heights.sum()
    ys = np.concatenate([[0.0], np.cumsum(heights)]) - heights[0] / 2
    scale = _scale(ys, radii)
    ys, radii, heights = ys * scale, radii * scale, heights * scale
    wall = u(0.015, 0.04)
    inner = radii - wall * u(0.85, 1.15, number + 1)
    levels: dict[str, list[float]] = {}
    for k in range(2, 6):
        levels[f"level_{k}_top_radius"] = [radii[k], inner[k]] if k <= number else [0, 0]
        levels[f"level_{k}_height"] = [heights[k - 1]] if k <= number else [0]
    body = part(
        "Multilevel_Body",
        num_levels=[number],
        level_1_bottom_radius=[radii[0], inner[0]],
        level_1_top_radius=[radii[1], inner[1]],
        level_1_height=[heights[0], heights[0] - wall],
        **levels,
        x_z_ratio=[1],
    )
    return Body(body, ys, radii)


def sample_cover(rng: np.random.Generator, body: Body) -> Cover:
    """A lid on the opening and a knob, mostly on a stem narrower than its top."""
    u = rng.uniform
    below = body.opening * u(0.96, 1.03)
    above = below * u(0.3, 0.85)
    tall = min(below * u(0.12, 0.5), 0.25)
    wall = min(u(0.012, 0.035), 0.4 * tall)
    depth = tall - wall
    ceiling = below + (above - below) * depth / tall
    hollow = [max(ceiling - wall, 0.5 * ceiling), below - wall, depth]
    number = int(rng.choice([1, 2, 3, 4, 5], p=[0.28, 0.3, 0.22, 0.12, 0.08]))
    widest = min(0.1, 0.85 * above)
    radii = u(0.045, 0.1, number + 1)
    if number > 1:
        radii[0] = u(0.03, 0.06)
        radii[-2:] = u(0.05, 0.1, 2)
    radii = np.minimum(radii, widest)
    heights = u(0.4, 1.0, number)
    heights *= u(0.05, 0.13 + 0.03 * number) / heights.sum()
    knobs = {f"knob_{k}_size": [0.0, 0.0, 0.0] for k in range(1, 6)}
    for k in range(number):
        knobs[f"knob_{k + 1}_size"] = [radii[k + 1], radii[k], heights[k]]
    cover = part(
        "Standard_Cover",
        outer_size=[above, below, tall],
        inner_size=hollow,
        num_knobs=[number],
        **knobs,
        position=[0, body.top, 0],
    )
    return Cover(cover, below, above, body.top + tall, body.top + tall + float(heights.sum()))
