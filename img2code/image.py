"""Opens whatever people hand in as a picture: upright, on white, square and bounded in size."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from img2code.errors import ImageError
from img2code.limits import MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS, PICTURE_SIDE

__all__ = ["ImageError", "open_image"]

WHITE = (255, 255, 255)
_HINT = "Use a PNG, JPEG or WebP picture."
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "PPM", "TGA", "ICO")
_DEEP_MODES = ("I", "F")  # and I;16 with its variants: one channel of more than 8 bits


def open_image(source: str | Path | bytes | Image.Image) -> Image.Image:
    """The picture as RGB on white, square, at most PICTURE_SIDE pixels.

    Takes a path, the bytes of a file or a PIL image. Turned as its EXIF data says, transparency
    laid on white, CMYK, palette and 16 bit converted, the first frame of an animation. Raises
    ImageError with a sentence for users; a file of too many pixels is refused undecoded.
    """
    if isinstance(source, Image.Image):
        return _prepare(source)
    content = _read(source)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata and of what we refuse below
        try:
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
        except UnidentifiedImageError:
            raise ImageError("This file is not an image.", _HINT) from None
        except Image.DecompressionBombError:
            raise _too_many_pixels() from None
        except (OSError, ValueError, SyntaxError):
            raise ImageError("This image file is damaged.", "Save it again and retry.") from None
        return _prepare(picture)


def _read(source: str | Path | bytes) -> bytes:
    if isinstance(source, bytes):
        content = source
    else:
        path = Path(source)
        try:
            size = path.stat().st_size
            content = path.read_bytes() if size <= MAX_IMAGE_BYTES else b"\0" * (size > 0)
        except OSError as error:
            reason = error.strerror or "unreadable"
            raise ImageError(
                f"{path.name} cannot be opened: {reason}.", "Check the path."
            ) from None
        if size > MAX_IMAGE_BYTES:
            raise _too_many_bytes(size)
    if not content:
        raise ImageError("This file is empty.", "Choose another picture.")
    if len(content) > MAX_IMAGE_BYTES:
        raise _too_many_bytes(len(content))
    return content


def _prepare(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    if width * height > MAX_IMAGE_PIXELS:
        raise _too_many_pixels(width, height)
    if not width or not height:
        raise ImageError("This image has no pixels.", "Choose another picture.")
    try:
        picture.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))  # JPEG decodes to a fraction at once
        picture.load()
        picture = ImageOps.exif_transpose(picture)
        picture = _on_white(picture)
    except (OSError, ValueError, SyntaxError, EOFError, ImageCms.PyCMSError) as error:
        if "truncated" in str(error) or "unexpected end" in str(error).lower():
            problem = "This image file is cut off before its end."
        else:
            problem = "This image file is damaged."
        raise ImageError(problem, "Download or save it again and retry.") from None
    picture.thumbnail((PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.LANCZOS)
    side = max(picture.size)
    square = Image.new("RGB", (side, side), WHITE)
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


def _on_white(picture: Image.Image) -> Image.Image:
    """RGB, transparency composited on white."""
    if picture.mode.startswith(_DEEP_MODES):
        return _from_deep(picture)
    if picture.mode == "CMYK":
        return _from_cmyk(picture)
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        canvas = Image.new("RGBA", picture.size, (*WHITE, 255))
        canvas.alpha_composite(picture)
        return canvas.convert("RGB")
    return picture.convert("RGB")


def _from_deep(picture: Image.Image) -> Image.Image:
    """One channel of 16 or 32 bits, brought to 8: integers by their range, floats by their values.

    Pillow's own conversion would clip everything above 255 to white.
    """
    values = np.nan_to_num(np.asarray(picture, dtype=np.float64))
    if picture.mode == "F":
        low, high = values.min(), values.max()
    else:
        low, high = 0.0, 65535.0 if values.max() > 255 else 255.0
    grey = np.clip((values - low) / max(high - low, 1e-12) * 255, 0, 255)
    return Image.fromarray(grey.astype(np.uint8)).convert("RGB")


def _from_cmyk(picture: Image.Image) -> Image.Image:
    """By the profile in the file where it has a good one, else by the plain formula."""
    profile = picture.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(
                picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
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
