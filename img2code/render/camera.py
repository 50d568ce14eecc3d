"""What cameras and web shops do to a picture: colour cast, blur, noise, small sizes, JPEG."""

import io
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageFilter


@dataclass(frozen=True)
class Camera:
    """Faults of one picture; the defaults change nothing. Sizes are pixels of 144."""

    gain: tuple[float, float, float] = (1.0, 1.0, 1.0)
    gamma: float = 1.0
    grey: float = 0.0
    """How far colours are pulled to grey, 0..1 (negative: more vivid)."""
    blur: float = 0.0
    small: float = 1.0
    """Share of the size the picture once had before it was scaled up again."""
    noise: float = 0.0
    """Standard deviation of the sensor noise in 8-bit steps."""
    quality: int = 0
    """JPEG quality; 0 leaves the picture as it is."""
    cut: int = 0
    """Alpha below which a cut-out picture is made white; 0 leaves the backdrop."""
    seed: int = 0


def sample_camera(rng: np.random.Generator, cut_out: bool) -> Camera:
    """Mostly mild faults: about half of the pictures stay sharp and clean."""
    warm = rng.normal(0, 0.04) if rng.random() < 0.5 else 0.0
    bright = float(np.exp(rng.normal(0, 0.08)))
    return Camera(
        gain=(bright * (1 + warm), bright, bright * (1 - warm)),
        gamma=float(np.exp(rng.normal(0.05, 0.18))),
        grey=float(rng.choice([0.0, rng.uniform(-0.2, 0.3), 1.0], p=[0.6, 0.37, 0.03])),
        blur=float(rng.uniform(0.3, 1.0)) if rng.random() < 0.3 else 0.0,
        small=float(rng.uniform(0.4, 0.8)) if rng.random() < 0.12 else 1.0,
        noise=float(rng.exponential(2.5)) if rng.random() < 0.35 else 0.0,
        quality=int(rng.integers(35, 96)) if rng.random() < 0.5 else 0,
        cut=int(rng.integers(20, 180)) if cut_out else 0,
        seed=int(rng.integers(2**31)),
    )


def photograph(frame: np.ndarray, camera: Camera, keep_white: bool) -> np.ndarray:
    """The frame (H, W, 4) uint8 as `camera` gives it, (H, W, 3).

    With `keep_white` pure white stays pure white. Alpha is the fraction of the object.
    """
    picture = _develop(_expose(frame), camera, keep_white)
    if camera.cut:
        picture = np.where(frame[..., 3:] < camera.cut, np.uint8(255), picture)
        keep_white = True
    size = picture.shape[1], picture.shape[0]
    if camera.small < 1.0 or camera.blur > 0.0:
        image = Image.fromarray(picture)
        if camera.small < 1.0:
            less = tuple(max(8, round(side * camera.small)) for side in size)
            image = image.resize(less, Image.Resampling.BOX).resize(size, Image.Resampling.BILINEAR)
        if camera.blur > 0.0:
            image = image.filter(ImageFilter.GaussianBlur(camera.blur * size[0] / 144))
        picture = np.asarray(image)
    if camera.noise > 0.0:
        picture = _add_noise(picture, camera, keep_white)
    if camera.quality:
        file = io.BytesIO()
        Image.fromarray(picture).save(file, "JPEG", quality=camera.quality)
        picture = np.asarray(Image.open(file))
    return picture


def _expose(frame: np.ndarray) -> np.ndarray:
    """The colours of the frame; a nearly white or nearly black object is made readable."""
    picture, alpha = frame[..., :3], frame[..., 3]
    inside = picture[..., 1][alpha > 200]
    level = float(inside.mean()) if inside.size else 128.0
    if 24.0 <= level <= 222.0:
        return picture
    fraction = alpha[..., None] * np.float32(1 / 255)
    if level > 222.0:
        changed = picture * (1 - fraction * np.float32(1 - 222.0 / level))
    else:
        changed = picture + fraction * (
            255 * (picture / np.float32(255)) ** np.float32(0.7) - picture
        )
    return (changed + np.float32(0.5)).astype(np.uint8)


def _develop(picture: np.ndarray, camera: Camera, keep_white: bool) -> np.ndarray:
    if camera.gain == (1.0, 1.0, 1.0) and camera.gamma == 1.0 and camera.grey == 0.0:
        return picture
    level = np.linspace(0, 1, 256)[:, None] ** camera.gamma * np.array(camera.gain)
    table = (np.clip(level, 0, 1) * 255 + 0.5).astype(np.uint8)
    if keep_white:
        table[255] = 255
    out = table.ravel().take(picture.astype(np.int32) * 3 + np.arange(3, dtype=np.int32))
    if camera.grey:
        grey = out @ np.array([0.3, 0.6, 0.1], np.float32)
        out = out + (grey[..., None] - out) * np.float32(camera.grey)
        out = (np.clip(out, 0, 255) + 0.5).astype(np.uint8)
    return out


def _add_noise(picture: np.ndarray, camera: Camera, keep_white: bool) -> np.ndarray:
    """Noise that is partly shared by the three channels, as sensors and their filters leave it."""
    grains = _grains().take(_start(camera.seed, picture.size), mode="wrap").reshape(picture.shape)
    out = np.clip(picture + grains * np.float32(camera.noise), 0, 255).astype(np.uint8)
    if keep_white:
        out[(picture == 255).all(-1)] = 255
    return out


def _start(seed: int, count: int) -> np.ndarray:
    """Indices of `count` grains from a pixel that the seed chooses."""
    return np.arange(count) + 3 * (seed % (1 << 18))


@cache
def _grains() -> np.ndarray:
    rng = np.random.default_rng(3)
    shared = rng.standard_normal((1 << 18, 1), np.float32)
    return (shared + 0.5 * rng.standard_normal((1 << 18, 3), np.float32)).ravel()
