"""New cookware: pots, casseroles and pans, with handles on the wall and mostly under a lid.

How large a pot is cannot be seen in a picture, so every body is brought to the same diagonal.
"""

from dataclasses import dataclass

import numpy as np

from geometry.schema.template import Part, part

TYPICAL_DIAGONAL = 2.1  # of the body's bounding box


@dataclass(frozen=True)
class Body:
    """A sampled body: radii at the top and at the base outside and inside, height, floor."""

    part: Part
    top: float
    base: float
    inner_top: float
    inner_base: float
    height: float
    floor: float

    def outside(self, y: float) -> float:
        fraction = float(np.clip(y / self.height + 0.5, 0, 1))
        return self.base + (self.top - self.base) * fraction

    def inside(self, y: float) -> float:
        """Radius of the cavity, 0 below its floor."""
        depth = self.height - self.floor
        fraction = (y + self.height / 2 - self.floor) / depth
        return (
            self.inner_base + (self.inner_top - self.inner_base) * fraction if fraction > 0 else 0.0
        )

    def root(self, low: float, high: float, near: float, far: float, slant: float = 0.0) -> float:
        """x at which a bar's flat end meets the round wall without coming through it.

        The bar covers heights low..high and z from near to far; slant: how much further out or in
        the corners of its end are than the middle.
        """
        heights = (low, high)
        touching = min(np.sqrt(self.outside(y) ** 2 - far**2) for y in heights) - slant - 0.002
        free = max(np.sqrt(max(self.inside(y) ** 2 - near**2, 0.0)) for y in heights)
        return float(max(touching, free + slant + 0.004))


@dataclass(frozen=True)
class Lid:
    """A sampled lid: its part, and how high its top is at a distance from the middle."""

    part: Part
    flat: float
    radius: float = 0.0  # of the sphere of a dome
    centre: float = 0.0  # height of the sphere's middle

    def top(self, distance: float) -> float:
        if self.radius:
            return self.centre + float(np.sqrt(self.radius**2 - distance**2))
        return self.flat


def _body(rng: np.random.Generator, is_pan: bool) -> Body:
    u = rng.uniform
    tall = u(0.28, 0.62) if is_pan else np.exp(u(np.log(0.65), np.log(1.9)))  # in top radii
    straight = rng.random() < 0.35
    base = 1.0 if straight else u(0.68, 1.0) if is_pan else u(0.78, 1.12)
    scale = TYPICAL_DIAGONAL / np.hypot(tall, np.sqrt(8) * max(base, 1.0))
    top, base, height = scale, base * scale, tall * scale
    wall = u(0.02, 0.05) if rng.random() < 0.6 else u(0.05, 0.1)
    floor = min(wall * u(0.6, 1.5), 0.25 * height)
    inner_top, inner_base = top - wall, base - wall * u(1.0, 1.2)
    body = part(
        "Cylindrical_Body",
        outer_size=[top, base, height],
        inner_size=[inner_top, inner_base, height - floor],
    )
    return Body(body, top, base, inner_top, inner_base, height, floor)


def _lid(rng: np.random.Generator, body: Body) -> Lid:
    u = rng.uniform
    rim = body.height / 2
    kind = rng.choice(["flat", "carved", "dome"], p=[0.28, 0.3, 0.42])
    if kind == "flat":
        thick = u(0.012, 0.06)
        size = [u((body.inner_top + body.top) / 2, 1.03 * body.top), thick]
        cover = part("Cylindrical_Cover", size=size, position=[0, rim + thick / 2, 0])
        return Lid(cover, rim + thick)
    if kind == "carved":
        below, tall = body.top * u(0.98, 1.02), u(0.07, 0.18)
        above = below - (u(0.01, 0.03) if rng.random() < 0.5 else u(0.03, 0.25))
        cover = part(
            "Carved_Cylindrical_Cover",
            outer_size=[above, below, tall],
            inner_size=[above * u(0.3, 0.6), below - u(0.2, 0.3), tall * u(0.4, 0.8)],
            position=[0, rim + tall / 2, 0],
        )
        return Lid(cover, rim + tall)
    sphere = body.top * np.exp(u(np.log(1.15), np.log(3.2)))
    angle = np.arcsin(body.top * u(0.97, 1.02) / sphere)
    cover = part(
        "Semi_Spherical_Cover",
        radius=[sphere],
        exist_angle=[np.degrees(angle)],
        position=[0, rim, 0],
    )
    return Lid(cover, rim, sphere, rim - sphere * np.cos(angle))


def _top_handle(rng: np.random.Generator, lid: Lid) -> Part:
    """On the middle of the lid; its foot enters a dome as far as its edge needs."""
    u = rng.uniform
    kind = rng.choice(["knob", "bar", "bow", "block"], p=[0.36, 0.27, 0.24, 0.13])
    turn = 0.0
    if kind != "knob":
        turn = float(rng.choice([0.0, 90.0])) if rng.random() < 0.5 else u(-90, 90)
    rotation = [0, turn, 0]
    if kind == "knob":
        return _knob(rng, lid)
    if kind == "block":
        size = [u(0.1, 0.4), u(0.07, 0.25), u(0.06, 0.2)]
        foot = lid.top(np.hypot(size[0], size[2]) / 2) - 0.002
        return part("Cuboidal_Tophandle", size=size, position=[0, foot, 0], rotation=rotation)
    if kind == "bow":
        outer, band, width = u(0.14, 0.42), u(0.03, 0.075), u(0.04, 0.2)
        half = np.radians(u(50, 90))
        ends = np.hypot(outer * np.sin(half), width / 2)
        foot = lid.top(ends) + band * np.cos(half) / 2
        return part(
            "Semi_Ring_Tophandle",
            curve_size=[outer, outer - band, width],
            curve_exist_angle=[2 * np.degrees(half)],
            position=[0, foot, 0],
            rotation=rotation,
        )
    x, y, z = u(0.03, 0.09), u(0.06, 0.2), u(0.03, 0.11)
    apart = u(0.26, 0.52)
    lean = 0.0 if rng.random() < 0.4 else u(-15, 15)
    aside = np.sin(np.radians(lean))
    foot = lid.top(np.hypot((apart + x) / 2, z / 2)) - min(x / 2 * abs(aside) + 0.002, 0.012)
    grip = [apart + x + 2 * y * aside + u(0, 0.13), u(0.035, 0.075), z * u(1.0, 1.25)]
    return part(
        "Trifold_Tophandle",
        mounting_size=[x, y, z],
        mounting_seperation=[apart],
        grip_size=grip,
        mounting_rotation=[lean],
        position=[0, foot, 0],
        rotation=rotation,
    )


def _knob(rng: np.random.Generator, lid: Lid) -> Part:
    """Stacked cones; most stand on a stem that is narrower than what is on it."""
    u = rng.uniform
    number = int(rng.integers(1, 5))
    radii = u(0.06, 0.17, number + 1)
    if number > 1 and rng.random() < 0.7:
        radii[-2:] = u(0.1, 0.18, 2)
        radii[:-2] = u(0.04, 0.09, number - 1)
    if rng.random() < 0.4:
        radii[0] = u(0.1, 0.2)
    heights = u(0.09, 0.2) if number == 1 else u(0.03, 0.09, number)
    heights = np.broadcast_to(heights, number)
    levels = {f"level_{k}_size": [0.0, 0.0, 0.0] for k in range(1, 5)}
    for k in range(number):
        levels[f"level_{k + 1}_size"] = [radii[k + 1], radii[k], heights[k]]
    foot = lid.top(radii[0]) - 0.002
    return part("Multilevel_Tophandle", num_levels=[number], **levels, position=[0, foot, 0])


def _height(rng: np.random.Generator, body: Body, above: float, below: float) -> float:
    """Where a handle sits that reaches so far above and below: in the upper half of the wall."""
    high = body.height / 2 - above - 0.01
    low = max(0.0, below - body.height / 2 + 0.01)
    return float(rng.uniform(min(low, high), high))


def _bar_handles(rng: np.random.Generator, body: Body) -> Part:
    """Two bars, each on two arms."""
    u = rng.uniform
    x, y, z = u(0.08, 0.26), min(u(0.025, 0.08), 0.3 * body.height), u(0.025, 0.08)
    apart = u(0.26, 0.5)
    spread = 0.0 if rng.random() < 0.4 else u(-15, 15)
    tilt = 0.0 if rng.random() < 0.4 else u(-10, 15)
    aside, up = np.sin(np.radians(spread)), np.sin(np.radians(tilt))
    place = _height(rng, body, y / 2, y / 2)
    slant = z / 2 * abs(aside) + y / 2 * abs(up)
    root = body.root(place - y / 2, place + y / 2, (apart - z) / 2, (apart + z) / 2, slant)
    grip = [u(0.03, 0.085), y * u(1.0, 1.2), apart + z + 2 * x * aside + u(0, 0.12)]
    return part(
        "Trifold_Sidehandle",
        mounting_size=[x, y, z],
        mounting_seperation=[apart],
        grip_size=grip,
        mounting_rotation=[spread],
        handle_seperation=[2 * root],
        whole_rotation=[tilt],
        position=[0, place, 0],
    )


def _plate_handles(rng: np.random.Generator, body: Body) -> Part:
    """Two plates, each on a block against the wall."""
    u = rng.uniform
    tall = u(0.02, 0.2) * min(body.height, 1.0)
    thick, wide = u(0.02, 0.055), u(0.1, 0.4)
    place = _height(rng, body, tall / 2 + thick, tall / 2)
    # A wide plate would come through the wall before its corners meet it: it is made narrower.
    for _ in range(20):
        ends = place - tall / 2, place + tall / 2 + thick, 0.0, wide / 2
        root = body.root(*ends)
        gap = root - np.sqrt(body.outside(ends[0]) ** 2 - wide**2 / 4)
        if gap < 0.01:
            break
        wide *= 0.9
    return part(
        "L_Shaped_Sidehandle",
        bottom_size=[u(0.03, 0.1), tall, wide],
        top_size=[u(0.11, 0.28), thick, wide],
        handle_seperation=[2 * root],
        position=[0, place, 0],
    )


def _long_handle(rng: np.random.Generator, body: Body) -> Part:
    u = rng.uniform
    long, tall, wide = u(0.5, 1.15), u(0.05, 0.18), u(0.08, 0.2)
    tall = min(tall, 0.6 * body.height)
    tilt = 0.0 if rng.random() < 0.3 else u(0, 15)
    up, out = np.sin(np.radians(tilt)), np.cos(np.radians(tilt))
    place = _height(rng, body, tall / 2, tall / 2)
    root = body.root(place - tall / 2, place + tall / 2, 0, wide / 2, tall / 2 * up)
    return part(
        "Cuboidal_Sidehandle",
        size=[long, tall, wide],
        position=[root + long / 2 * out, place + long / 2 * up, wide / 2],
        rotation=[0, 0, tilt],
    )


def sample(rng: np.random.Generator) -> list[Part]:
    is_pan = rng.random() < 0.45
    body = _body(rng, is_pan)
    parts = [body.part]
    if rng.random() < (0.4 if is_pan else 0.9):
        lid = _lid(rng, body)
        parts += [lid.part, _top_handle(rng, lid)]
    handles = [_bar_handles, _plate_handles, _long_handle]
    chances = [0.25, 0.2, 0.55] if is_pan else [0.42, 0.38, 0.2]
    parts.append(handles[int(rng.choice(3, p=chances))](rng, body))
    return parts
