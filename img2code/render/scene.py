"""Everything random about one training picture: materials, light, backdrop, lens, camera."""

from dataclasses import dataclass, field

import numpy as np

from img2code.render.camera import Camera, sample_camera
from img2code.render.materials import Colour, Material, clipped, plain_materials, sample_materials
from img2code.render.textures import SURROUNDINGS


@dataclass(frozen=True)
class Light:
    """A directional light: unit direction towards it in view axes, radiance per channel."""

    direction: Colour
    colour: Colour


@dataclass(frozen=True)
class Backdrop:
    """Two colours with a soft border: at a height, tilted, mottled, darker in the corners."""

    upper: Colour = (1.0, 1.0, 1.0)
    lower: Colour = (1.0, 1.0, 1.0)
    horizon: float = 0.0
    softness: float = 1.0
    slope: tuple[float, float] = (0.0, 0.0)
    mottle: float = 0.0
    mottle_place: tuple[float, float, float] = (0.3, 0.0, 0.0)
    vignette: float = 0.0

    @property
    def even(self) -> bool:
        """One colour all over."""
        return self.upper == self.lower and self.mottle == 0.0 and self.vignette == 0.0


@dataclass(frozen=True)
class Look:
    """One picture's looks; `parts` has one material per part of the object."""

    parts: tuple[Material, ...]
    key: Light
    fill_light: Light
    surroundings: int
    surroundings_turn: float
    surroundings_tint: Colour
    exposure: float = 1.0
    shadow: float = 0.7
    """How much the key light is blocked by the object itself; 0 draws no shadow at all."""
    sky_shadow: float = 0.4
    floor_shadow: float = 0.0
    floor_softness: float = 0.05
    backdrop: Backdrop = field(default_factory=Backdrop)
    fov: float = 30.0
    fill: float = 0.75
    shift: tuple[float, float] = (0.0, 0.0)
    """Where the box sits between the edges of the frame: -1 (left, bottom) to 1, 0 the middle."""
    camera: Camera = field(default_factory=Camera)


def sample_look(rng: np.random.Generator, parts: int, plain: bool = False) -> Look:
    """Looks for an object of `parts` parts; `plain` is a clean studio picture on white."""
    if plain:
        return Look(
            plain_materials(rng, parts), Light(_unit(-0.4, 0.7, 0.6), (1.0, 1.0, 1.0)),
            Light(_unit(0.8, 0.1, 0.4), (0.25, 0.25, 0.25)), 0, 0.0, (0.8, 0.8, 0.8), exposure=1.1,
        )  # fmt: skip
    backdrop = sample_backdrop(rng)
    cut_out = rng.random() < (0.5 if backdrop != Backdrop() else 0.0)
    key = float(rng.uniform(0.1, 1.4))
    warm = rng.normal(0, 0.05)
    sky = float(rng.uniform(0.5, 1.2))
    fill = float(rng.uniform(0, 0.5)) * (rng.random() < 0.5)
    dark = rng.random() < 0.07
    bright = float(np.exp(rng.normal(0, 0.22))) / (0.7 * sky + 0.55 * key + 0.2 * fill)
    materials = sample_materials(rng, parts)
    pale = min(materials[0].base) > 0.75 and (cut_out or min(backdrop.upper) > 0.85)
    return Look(
        parts=materials,
        key=Light(
            _unit(rng.normal(0, 0.7), rng.uniform(0.15, 1.2), rng.normal(0.5, 0.5)),
            (key * (1 + warm), key, key * (1 - warm)),
        ),
        fill_light=Light(_unit(rng.normal(0, 1), rng.normal(0.1, 0.4), rng.normal(0.3, 0.5)),
                         (fill, fill, fill)),
        surroundings=int(rng.integers(SURROUNDINGS)),
        surroundings_turn=float(rng.uniform(0, 360)),
        surroundings_tint=(sky * (1 - 0.5 * warm), sky, sky * (1 + 0.5 * warm)),
        exposure=bright * (0.45 if dark else 1.0) * (0.75 if pale else 1.0),
        shadow=float(rng.uniform(0.3, 0.95)) if rng.random() < 0.75 else 0.0,
        sky_shadow=float(rng.uniform(0.15, 0.7)),
        floor_shadow=float(rng.uniform(0.15, 0.6)) if rng.random() < 0.3 else 0.0,
        floor_softness=float(rng.uniform(0.02, 0.14)),
        backdrop=backdrop,
        fov=float(np.clip(rng.normal(30, 5), 18, 42)),
        fill=float(rng.uniform(0.5, 0.9) if rng.random() < 0.35 else rng.uniform(0.68, 0.9)),
        shift=(float(rng.uniform(-1, 1)) * 0.5, float(rng.uniform(-1, 1)) * 0.5),
        camera=sample_camera(rng, cut_out),
    )  # fmt: skip


def sample_backdrop(rng: np.random.Generator) -> Backdrop:
    """White for half; else one colour, a gradient, a table before a wall, or blurred blobs."""
    kind = rng.choice(5, p=[0.5, 0.18, 0.13, 0.1, 0.09])
    if kind == 0:
        return Backdrop()
    grey = float(rng.uniform(0.05, 1.0) if rng.random() < 0.4 else rng.uniform(0.75, 1.0))
    tint = rng.normal(0, 0.1 if rng.random() < 0.3 else 0.02, 3)
    upper = clipped(grey + tint)
    if kind == 1:
        return Backdrop(upper, upper, vignette=float(rng.uniform(0, 0.15)))
    change = rng.uniform(-0.35, 0.35) + rng.normal(0, 0.08, 3) * (kind == 3)
    lower = clipped(np.array(upper) + change)
    place = (float(rng.uniform(0.05, 0.6)), float(rng.random()), float(rng.random()))
    vignette = float(rng.uniform(0, 0.2))
    if kind == 2:
        tilt = (float(rng.normal(0, 0.5)), float(rng.normal(0, 0.5)))
        soft = float(rng.uniform(0.5, 1.5))
        return Backdrop(upper, lower, softness=soft, slope=tilt, vignette=vignette)
    if kind == 3:
        height, soft = float(rng.uniform(-0.6, 0.4)), float(rng.uniform(0.01, 0.2))
        mottle = float(rng.uniform(0, 0.3))
        return Backdrop(upper, lower, height, soft, (0.0, 0.0), mottle, place, vignette)
    tilt = (float(rng.normal(0, 0.3)), float(rng.normal(0, 0.3)))
    return Backdrop(upper, lower, 0.0, 1.0, tilt, float(rng.uniform(0.2, 1.2)), place)


def _unit(x: float, y: float, z: float) -> Colour:
    length = float(np.sqrt(x * x + y * y + z * z))
    return float(x) / length, float(y) / length, float(z) / length
