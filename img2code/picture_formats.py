"""What a file is by its first bytes: which pictures are read, and what the others are called.

Few formats are read: those that cameras, phones, browsers and scanners write, each with a decoder
that takes its sizes from a header which can be checked first. Icons (ICO, ICNS) hold pictures of
other sizes than they declare, TGA has no mark of its own, the readers of the rest are little used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from img2code.extras import install

READ = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
HINT = "Use a PNG, JPEG or WebP picture."


@dataclass(frozen=True)
class Foreign:
    """A kind of file that is not read: what starts it, its name, and what to do."""

    start: re.Pattern[bytes]
    name: str
    advice: str


def _foreign(start: bytes, name: str, advice: str = HINT) -> Foreign:
    return Foreign(re.compile(start, re.DOTALL), name, advice)


_EXPORT = "Save or export it as JPEG or PNG and retry."
_DRAWING = "Draw it to a PNG (export as PNG) and retry."
_CAMERA = "Develop it to JPEG with the camera's or another program and retry."
_FRAME = "Take one frame of it as a JPEG or PNG picture."
_HEIC = (
    "Save it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible), or where img2code "
    f"runs: {install('heic')}."
)

#: The first one whose start matches names the file.
FOREIGN = (
    _foreign(rb"....ftyp(heic|heix|heim|heis|hevc|hevx|hevm|hevs)", "a HEIC picture", _HEIC),
    _foreign(rb"....ftyp(mif1|msf1|miaf)", "a HEIF picture", _HEIC),
    _foreign(rb"....ftypcrx ", "a raw photograph (CR3)", _CAMERA),
    _foreign(rb"....ftyp(?!avi[fs])", "a video", _FRAME),
    _foreign(rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL picture", _EXPORT),
    _foreign(rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51", "a JPEG 2000 picture", _EXPORT),
    _foreign(rb"%PDF", "a PDF document", "Export the page with the picture as PNG and retry."),
    _foreign(rb"%!PS|\xc5\xd0\xd3\xc6", "a PostScript drawing", _DRAWING),
    _foreign(
        rb"(\xef\xbb\xbf)?\s*(<\?xml.{0,900})?(<!--.{0,900})?<svg", "an SVG drawing", _DRAWING
    ),
    _foreign(rb"8BPS", "a Photoshop document", _EXPORT),
    _foreign(rb"gimp xcf", "a GIMP document", _EXPORT),
    _foreign(rb"\0\0[\x01\x02]\0[^\0]", "an icon or cursor (ICO)", _EXPORT),
    _foreign(rb"icns", "an icon (ICNS)", _EXPORT),
    _foreign(rb"DDS |\xabKTX", "a texture (DDS or KTX)", _EXPORT),
    _foreign(rb"v/1\x01", "an OpenEXR picture", _EXPORT),
    _foreign(rb"#\?RADIANCE|#\?RGBE", "a Radiance HDR picture", _EXPORT),
    _foreign(rb"qoif", "a QOI picture", _EXPORT),
    _foreign(rb"P[1-7][\s#]", "a PNM picture (PPM, PGM)", _EXPORT),
    _foreign(rb"FUJIFILMCCD-RAW|IIU\0|IIRO|FOVb|\0MRM", "a raw photograph", _CAMERA),
    _foreign(rb"\x1aE\xdf\xa3|RIFF....AVI |\0\0\x01[\xb3\xba]|FLV", "a video", _FRAME),
    _foreign(
        rb"PK\x03\x04|\x1f\x8b|7z\xbc\xaf|Rar!", "an archive", "Unpack it and use a picture of it."
    ),
    _foreign(rb"(?i:\s*<(!doctype html|html))", "a web page", "Save the picture itself."),
)


def foreign(content: bytes) -> Foreign | None:
    """What a file is that no reader of ours takes; None where that is not known."""
    start = content[:2048]
    return next((kind for kind in FOREIGN if kind.start.match(start)), None)


def bytes_per_pixel(mode: str) -> int:
    """Of a decoded picture in memory, by Pillow's name of its mode."""
    if mode in ("1", "L", "P"):
        return 1
    return 2 if mode.startswith("I;16") else 4
