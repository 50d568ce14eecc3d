"""Every kind of file people hand in: it works, or a sentence says why not."""

from __future__ import annotations

import base64
import contextlib
import io
import struct
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fuzz import pictures
from PIL import Image

from img2code import limits, picture_formats
from img2code.decoding import Budget
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


def test_an_icon_around_a_large_picture_is_refused_undecoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It declares 16 × 16, and holds 13,000 × 13,000."""
    inner = file(plain("L", size=(100, 100), colour=0))
    head = struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(inner), 22)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", _decode)
    with pytest.raises(ImageError, match="ICO"):
        open_image(head + inner)


def test_a_tiff_with_tiles_far_larger_than_itself_is_refused_undecoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tags = {256: 16, 257: 16, 258: 8, 259: 1, 262: 1, 277: 1, 322: 60_000, 323: 60_000, 324: 8}
    entries = [struct.pack("<HHII", tag, 4, 1, value) for tag, value in {**tags, 325: 256}.items()]
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    content = struct.pack("<2sHI", b"II", 42, 8) + directory + bytes(256)
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", _decode)
    with pytest.raises(ImageError, match="60000 × 60000"):
        open_image(content)


def _decode(_: object) -> None:
    raise AssertionError("The pixels were decoded.")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIF"),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", "CR3"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "video"),
        (b"\x1aE\xdf\xa3\x9f\x42\x86\x81\1", "video"),
        (b"\xff\x0a\xfa\x7f", "JPEG XL"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"<?xml version='1.0'?>\n<!-- made -->\n<svg/>", "SVG"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript"),
        (b"8BPS\0\1", "Photoshop"),
        (b"P6\n4 4\n255\n", "PNM"),
        (b"FUJIFILMCCD-RAW 0201", "raw photograph"),
        (b"PK\3\4\x14\0", "archive"),
        (b"<!DOCTYPE html><html>", "web page"),
    ],
)
def test_what_is_not_read_is_called_what_it_is(content: bytes, name: str) -> None:
    with pytest.raises(ImageError, match=f"{name}.* not an image that is read") as refusal:
        open_image(content)
    assert refusal.value.hint.endswith(".")


#: 64 × 64, green above red.
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAACUAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAAB"
    "AABodmMxAAAAAA5waXRtAAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADw"
    "NgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgIaDAgA"
    "AAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAABBwaX"
    "hpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAAC1tZGF0AAAAISgBrxmA93yFN7Tu+Z/80k7/ncFlD//1"
    "uNa9Vjy/VyXxrA=="
)


def test_heic_is_read_where_its_decoder_is_installed() -> None:
    opened = open_image(HEIC)
    assert opened.size == (64, 64)
    assert near(opened.getpixel((32, 8)), GREEN)
    assert near(opened.getpixel((32, 56)), RED)


def test_heic_is_called_what_it_is_where_its_decoder_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("img2code.image._formats", lambda: picture_formats.READ)
    with pytest.raises(ImageError, match=r"HEIC.*img2code\[heic\]"):
        open_image(HEIC)


def test_mutated_heic_opens_or_is_refused_in_a_sentence() -> None:
    rng = np.random.default_rng(7)
    for _ in range(200):
        content = bytearray(HEIC)
        for place in rng.integers(0, len(content), 3):
            content[place] = rng.integers(0, 256)
        with contextlib.suppress(ImageError):
            assert open_image(bytes(content)).mode == "RGB"


@pytest.mark.parametrize(
    "error",
    [RuntimeError, OSError, SyntaxError, struct.error, MemoryError, IndexError, RecursionError],
)
@pytest.mark.parametrize("place", ["PIL.Image.open", "PIL.ImageFile.ImageFile.load"])
def test_whatever_a_decoder_raises_is_an_image_error(
    place: str, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    content = file(plain())

    def fail(*_: object, **__: object) -> None:
        raise error("broken")

    monkeypatch.setattr(place, fail)
    with pytest.raises(ImageError):
        open_image(content)


def test_mutated_files_of_every_format_open_or_are_refused_in_a_sentence() -> None:
    for kind, tally in pictures.run(200).items():
        assert not tally.foreign
        assert tally.outcomes["opened"] > 5, f"{kind}: the mutants are not near enough to files"


def test_deep_pictures_are_scaled_band_by_band_as_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.linspace(0, 65535, 50 * 40).astype(np.uint16).reshape(40, 50)
    content = file(Image.fromarray(values))
    at_once = open_image(content)
    monkeypatch.setattr("img2code.image._BAND", 120)
    assert open_image(content).tobytes() == at_once.tobytes()


def test_a_broken_exif_block_does_not_refuse_the_picture() -> None:
    opened = open_image(file(plain(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"))
    assert near(opened.getpixel((30, 30)), RED)


def test_no_more_is_decoded_at_once_than_the_budget_allows() -> None:
    budget = Budget(100)
    most = under_way = 0
    lock = threading.Lock()

    def work(amount: int) -> None:
        nonlocal most, under_way
        with budget.taken(amount):
            with lock:
                under_way += min(amount, 100)
                most = max(most, under_way)
            time.sleep(0.002)
            with lock:
                under_way -= min(amount, 100)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(work, [30, 60, 100, 500, 10] * 8))
    assert 60 <= most <= 100
    assert under_way == 0


def test_a_folder_is_sent_to_the_command_that_takes_it(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="img2code batch"):
        open_image(tmp_path)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"nothing\.png cannot be opened"):
        open_image(tmp_path / "nothing.png")
