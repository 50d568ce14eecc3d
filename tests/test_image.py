"""Every kind of file people hand in: it works, or a sentence says why not."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from img2code import limits
from img2code.errors import ImageError
from img2code.image import open_image

RED, GREEN, WHITE = (255, 0, 0), (0, 255, 0), (255, 255, 255)


def file(picture: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind, **options)
    return content.getvalue()


def plain(mode: str = "RGB", size: tuple[int, int] = (60, 40), colour: object = RED) -> Image.Image:
    return Image.new(mode, size, colour)


def near(pixel: object, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(np.subtract(pixel, colour)).max() <= 12)


def bomb() -> bytes:
    """A PNG of 100,000 × 100,000 pixels by its header, a few hundred bytes long."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_formats_become_square_rgb_on_white(kind: str) -> None:
    opened = open_image(file(plain(), kind))
    assert (opened.mode, opened.size) == ("RGB", (60, 60))
    assert near(opened.getpixel((30, 30)), RED)
    assert near(opened.getpixel((30, 2)), WHITE)


def test_a_path_its_bytes_and_its_picture_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    path.write_bytes(file(plain()))
    opened = [open_image(source) for source in (path, str(path), path.read_bytes(), plain())]
    assert len({picture.tobytes() for picture in opened}) == 1


def test_a_picture_is_turned_as_its_exif_data_says() -> None:
    upright = plain(size=(40, 40))
    upright.paste(GREEN, (0, 0, 40, 20))  # green on top
    exif = Image.Exif()
    exif[0x0112] = 6  # stored lying on its side: turn a quarter clockwise to show it
    content = file(upright.rotate(90), "JPEG", exif=exif, quality=95)
    opened = open_image(content)
    assert near(opened.getpixel((20, 8)), GREEN)
    assert near(opened.getpixel((20, 32)), RED)


@pytest.mark.parametrize(
    "content",
    [
        file(plain("RGBA", colour=(0, 0, 0, 0))),
        file(plain("LA", colour=(0, 0))),
        file(plain("P", colour=0), transparency=0),
        file(plain("RGBA", colour=(0, 0, 0, 0)), "WEBP", lossless=True),
    ],
    ids=["rgba", "grey and alpha", "palette", "webp"],
)
def test_transparency_is_laid_on_white(content: bytes) -> None:
    assert near(open_image(content).getpixel((30, 30)), WHITE)


def test_half_transparent_red_becomes_pink() -> None:
    opened = open_image(file(plain("RGBA", colour=(255, 0, 0, 128))))
    assert near(opened.getpixel((30, 30)), (255, 127, 127))


def test_cmyk_becomes_rgb() -> None:
    opened = open_image(file(plain("CMYK", colour=(0, 255, 255, 0)), "JPEG", quality=95))
    assert near(opened.getpixel((30, 30)), RED)


@pytest.mark.parametrize(
    ("deep", "grey"),
    [
        (np.full((40, 60), 32768, np.uint16), 128),
        (np.full((40, 60), 65535, np.uint16), 255),
        (np.full((40, 60), 40000, np.int32), 156),
    ],
    ids=["middle", "white", "32 bit"],
)
def test_sixteen_bit_keeps_its_greys(deep: np.ndarray, grey: int) -> None:
    content = file(Image.fromarray(deep), "TIFF" if deep.dtype == np.int32 else "PNG")
    assert near(open_image(content).getpixel((30, 30)), (grey,) * 3)


def test_an_animation_gives_its_first_frame() -> None:
    content = file(plain(), "GIF", save_all=True, append_images=[plain(colour=GREEN)])
    assert near(open_image(content).getpixel((30, 30)), RED)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_large_pictures_are_scaled_down(kind: str) -> None:
    opened = open_image(file(plain(size=(3000, 1500)), kind))
    assert opened.size == (limits.PICTURE_SIDE, limits.PICTURE_SIDE)
    middle = limits.PICTURE_SIDE // 2
    assert near(opened.getpixel((middle, middle)), RED)


def test_one_pixel_and_extreme_shapes_work() -> None:
    assert open_image(file(plain(size=(1, 1)))).size == (1, 1)
    assert max(open_image(file(plain(size=(5000, 1)))).size) == limits.PICTURE_SIDE


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "empty"),
        (lambda: b"these are only words", "not an image"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image"),
        (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
        (lambda: file(Image.effect_noise((300, 300), 90), "JPEG")[:9000], "cut off"),
        (lambda: file(Image.effect_noise((300, 300), 90))[:9000], "cut off"),
        (lambda: file(plain(), "JPEG")[:300], "damaged|cut off"),
        (lambda: file(plain())[:20], "damaged|not an image|cut off"),
        (bomb, "million"),
        (lambda: bytes(limits.MAX_IMAGE_BYTES + 1), "20 are read"),
    ],
    ids=[
        "empty",
        "text",
        "svg",
        "eps",
        "jpeg",
        "png",
        "jpeg header",
        "png header",
        "bomb",
        "bytes",
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    make: Callable[[], bytes], sentence: str, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(make())
    for source in (make(), path):
        with pytest.raises(ImageError, match=sentence) as refusal:
            open_image(source)
        assert str(refusal.value).endswith(".")
        assert refusal.value.hint


def test_too_many_pixels_are_refused_without_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    content = file(plain("L", size=(8000, 6000), colour=0))

    def decode(_: object) -> None:
        raise AssertionError("The pixels were decoded.")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decode)
    with pytest.raises(ImageError, match="8000 × 6000"):
        open_image(content)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"nothing\.png cannot be opened"):
        open_image(tmp_path / "nothing.png")
