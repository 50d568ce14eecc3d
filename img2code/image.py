"""Opens whatever people hand in as a picture: upright, on white, square and bounded in size.

What is decoded was checked first: its format is one of few, its true dimensions are within the
limits, and the memory that decoding takes is free (`limits.DECODING_BYTES` in one process).
"""

from __future__ import annotations

import base64
import functools
import importlib.util
import io
import warnings
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError

from img2code import picture_formats
from img2code.atomic import read_regular
from img2code.decoding import Budget
from img2code.errors import ImageError
from img2code.limits import DECODING_BYTES, MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, PICTURE_SIDE

__all__ = ["ImageError", "content", "data_url", "open_image", "original_size", "upright"]

WHITE = (255, 255, 255)
_CONTENT = "img2code content"  # of Image.info: see `content`
_ORIGINAL = "img2code original"  # of Image.info: see `original_size`
_COPIES = 3  # of a decoded picture, at most at the same time: the decoder's, ours, a converted one
_BAND = 1 << 20  # pixels of a deep picture that are converted at a time
_TILE_WIDTH, _TILE_LENGTH = 322, 323  # TIFF
_LYING = 5  # EXIF orientations from here on swap width and height
_DEEP_MODES = ("I", "F")  # and I;16 with its variants: one channel of more than 8 bits
_decoding = Budget(DECODING_BYTES)


def open_image(source: str | Path | bytes | Image.Image) -> Image.Image:
    """The picture as RGB on white, square, at most PICTURE_SIDE pixels.

    Takes a path, the bytes of a file or a PIL image. Turned as its EXIF data says, transparency
    laid on white, CMYK, palette and 16 bit converted, the first frame of an animation. Raises
    ImageError with a sentence for users; a file of too many pixels is refused undecoded, and
    nothing but a regular file is opened.
    """
    if isinstance(source, Image.Image):
        return _prepare(source)
    content = _read(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata and of what we refuse below
        return _prepare(_identify(content))


def _read(source: str | Path | bytes) -> bytes:
    if isinstance(source, bytes):
        content, size = source, len(source)
    else:
        path = Path(source)
        try:
            content = read_regular(path, MAX_IMAGE_BYTES)
            size = len(content) if len(content) <= MAX_IMAGE_BYTES else path.stat().st_size
        except (OSError, ValueError) as error:  # ValueError: a null character in its name
            reason = getattr(error, "strerror", None) or "unreadable"
            hint = "Give its pictures, or the folder to img2code batch."
            hint = hint if path.is_dir() else "Check the path."
            raise ImageError(f"{path.name} cannot be opened: {reason}.", hint) from None
    if not content:
        raise ImageError("This file is empty.", "Choose another picture.")
    if len(content) > MAX_IMAGE_BYTES:
        raise _too_many_bytes(max(size, len(content)))
    return content


def _identify(content: bytes) -> ImageFile.ImageFile:
    """The picture with its pixels still undecoded."""
    try:
        return Image.open(io.BytesIO(content), formats=_formats())
    except UnidentifiedImageError:
        if kind := picture_formats.foreign(content):
            problem = f"This file is {kind.name}; that is not an image that is read."
            raise ImageError(problem, kind.advice) from None
        raise ImageError("This file is not an image.", picture_formats.HINT) from None
    except Image.DecompressionBombError:
        raise _too_many_pixels() from None
    except Exception:  # decoders raise whatever the damage leads to
        raise ImageError("This image file is damaged.", "Save it again and retry.") from None


@functools.cache
def _formats() -> tuple[str, ...]:
    """What Pillow is to look for; HEIC too where its decoder is installed."""
    if importlib.util.find_spec("pi_heif") is None:
        return picture_formats.READ
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)
    return (*picture_formats.READ, "HEIF")


def _prepare(picture: Image.Image) -> Image.Image:
    _check_size(*picture.size)
    try:
        _check_tiles(picture)
        original = picture.size
        picture.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))  # JPEG decodes to a fraction at once
        width, height = picture.size
        pixel = picture_formats.bytes_per_pixel(picture.mode)
        with _decoding.taken(width * height * pixel * _COPIES):
            picture.load()
            _check_size(*picture.size)
            small = _small(picture)
        if small.getexif()[ExifTags.Base.Orientation] >= _LYING:
            original = original[::-1]
        small = _on_white(ImageOps.exif_transpose(small))
    except ImageError:
        raise
    except MemoryError:
        problem = "There is not enough memory to open this image."
        raise ImageError(problem, "Scale it down and retry.") from None
    except Exception as error:  # decoders raise whatever the damage leads to
        if "truncated" in str(error) or "unexpected end" in str(error).lower():
            problem = "This image file is cut off before its end."
        else:
            problem = "This image file is damaged."
        raise ImageError(problem, "Download or save it again and retry.") from None
    side = max(small.size)
    square = Image.new("RGB", (side, side), WHITE)
    left, top = (side - small.width) // 2, (side - small.height) // 2
    square.paste(small, (left, top))
    inner = (left, top, left + small.width, top + small.height)
    square.info[_CONTENT] = (square.size, inner)
    square.info[_ORIGINAL] = original
    return square


def content(picture: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what `open_image` had, without the bars that make it square."""
    size, inner = picture.info.get(_CONTENT, (None, None))
    if size != picture.size:  # made elsewhere, or scaled since
        return 0, 0, *picture.size
    left, top, right, bottom = inner
    return left, top, right, bottom


def upright(picture: Image.Image) -> Image.Image:
    """What `open_image` had, without the bars that make it square."""
    return picture.crop(content(picture))


def data_url(picture: Image.Image, kind: str, **settings: int) -> str:
    """A picture as part of HTML or JSON. kind: PNG, JPEG, WEBP. settings: of Pillow's writer."""
    written = io.BytesIO()
    picture.save(written, kind, **settings)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(written.getvalue()).decode()}"


def original_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height that what `open_image` opened had, upright, before it was scaled down."""
    left, top, right, bottom = content(picture)
    width, height = picture.info.get(_ORIGINAL, (right - left, bottom - top))
    return width, height


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_IMAGE_PIXELS:
        raise _too_many_pixels(width, height)
    if width <= 0 or height <= 0:
        raise ImageError("This image has no pixels.", "Choose another picture.")


def _check_tiles(picture: Image.Image) -> None:
    """A TIFF's tiles are decoded whole, however little of them is in the picture."""
    tags = getattr(picture, "tag_v2", {})
    if _TILE_WIDTH in tags and _TILE_LENGTH in tags:
        _check_size(int(tags[_TILE_WIDTH]), int(tags[_TILE_LENGTH]))


def _small(picture: Image.Image) -> Image.Image:
    """8 bits a channel, RGB or RGBA, at most PICTURE_SIDE pixels, still lying as it is stored."""
    if picture.mode.startswith(_DEEP_MODES):
        small = _from_deep(picture)
    elif picture.mode == "CMYK":
        small = _from_cmyk(picture)
    else:
        small = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    small.thumbnail((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.LANCZOS)
    if small.mode == "L":
        small = small.convert("RGB")
    small.getexif()[ExifTags.Base.Orientation] = _orientation(picture)
    return small


def _orientation(picture: Image.Image) -> int:
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken metadata are no reason to refuse the picture
        return 1


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB, transparency composited on white."""
    if picture.mode != "RGBA":
        return picture
    canvas = Image.new("RGBA", picture.size, (*WHITE, 255))
    canvas.alpha_composite(picture)
    return canvas.convert("RGB")


def _from_deep(picture: Image.Image) -> Image.Image:
    """One channel of 16 or 32 bits, as L: integers by their range, floats by their values.

    Pillow's own conversion would clip everything above 255 to white. In bands, since the numbers
    of a whole picture take many times its memory.
    """
    width, height = picture.size
    rows = max(_BAND // width, 1)
    edges = [(top, min(top + rows, height)) for top in range(0, height, rows)]
    bands = [(0, top, width, bottom) for top, bottom in edges]
    extremes = np.array([_extremes(_values(picture, band)) for band in bands])
    low, high = extremes[:, 0].min(), extremes[:, 1].max()
    if picture.mode != "F":
        low, high = 0.0, 65535.0 if high > 255 else 255.0
    grey = Image.new("L", picture.size)
    for band in bands:
        scaled = (_values(picture, band) - low) / max(high - low, 1e-12) * 255
        grey.paste(Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8)), band[:2])
    return grey


def _values(picture: Image.Image, band: tuple[int, int, int, int]) -> np.ndarray:
    return np.nan_to_num(np.asarray(picture.crop(band), dtype=np.float32))


def _extremes(values: np.ndarray) -> tuple[float, float]:
    return values.min(), values.max()


def _from_cmyk(picture: Image.Image) -> Image.Image:
    """By the profile in the file where it has a good one, else by the plain formula."""
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except Exception:  # profiles are hostile files too
            return picture.convert("RGB")
        if converted is not None:
            return converted
    return picture.convert("RGB")


def _too_many_bytes(size: int) -> ImageError:
    problem = (
        f"This file has {size / 1024**2:.1f} MB; at most {MAX_IMAGE_BYTES // 1024**2} are read."
    )
    return ImageError(problem, "Save it smaller, for instance as JPEG.")


def _too_many_pixels(width: int = 0, height: int = 0) -> ImageError:
    found = f"{width} × {height} pixels" if width else "far too many pixels"
    limit = MAX_IMAGE_PIXELS // 10**6
    return ImageError(
        f"This image has {found}; at most {limit} million are read.", "Scale it down and retry."
    )
