"""Long things lie any way around in photographs; the network has seen them upright.

So a picture whose long object the first guess does not meet is turned in its plane until it looks
like those that the network knows, read again, and what was read is turned back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from geometry.errors import CodeError
from geometry.program import Program, parse
from geometry.view import View, view_of
from img2code import framing
from img2code.fit.fitting import as_it_is
from img2code.fit.mask import Mask, box_of, resampled
from img2code.fit.target import Target, target
from img2code.framing import Pixels
from img2code.model.crop import crops
from img2code.model.decode import Decoder, Encoded, encode, program_of
from img2code.model.net import Net
from img2code.model.vocabulary import Vocabulary

Array = np.ndarray

#: A mask is of a long object when it spreads so many times as far along as across.
LONG = 2.2
#: Overlap with the mask from which a guess is let be, and by how much another must be better.
MET, BETTER = 0.8, 0.12
#: Degrees of turn from which an object would be upside down, and how much less it is worth then.
_OVER, _UNLIKELY = 120.0, 0.1
#: Degrees of roll that the network has learnt to read.
MOST_ROLL = 10.0
#: What the object's box takes of the square that is turned: its diagonal stays inside.
_FILL, _MOST_SIDE = 0.65, 512


@dataclass(frozen=True)
class Turned:
    """A picture turned by so many degrees, counterclockwise, and the object's box in it."""

    angle: float
    picture: Image.Image
    box: Pixels


def long_axis(mask: Array) -> float | None:
    """Degrees by which the long axis of a mask (S, S) leans to the left of upright, -90 to 90.

    None where the object is not long.
    """
    rows, columns = np.nonzero(mask >= 0.5)
    if len(rows) < 8:
        return None
    spread, axes = np.linalg.eigh(np.cov(np.stack([columns, -rows])) + np.eye(2) / 12)
    if spread[1] < LONG**2 * spread[0]:
        return None
    x, y = axes[:, 1]
    leans = math.degrees(math.atan2(-x, y))
    return (leans + 90) % 180 - 90


def turned(picture: Image.Image, mask: Mask, angle: float) -> Turned | None:
    """The object's surroundings turned; None where nothing of the mask is left.

    picture: as `open_image` makes it.
    """
    covers = box_of(mask.probability >= 0.5, mask.square)
    if covers is None:
        return None
    square = framing.around(covers, _FILL)
    side = min(_MOST_SIDE, math.ceil(square[2] - square[0]))
    colour = framing.border_colour(picture)
    piece = framing.cut(picture, square, side, colour)
    piece = piece.rotate(angle, Image.Resampling.BICUBIC, fillcolor=colour)
    plane = Image.fromarray(resampled(mask.probability, mask.square, square, side))
    plane = plane.rotate(angle, Image.Resampling.BILINEAR)
    box = box_of(np.asarray(plane) >= 0.5, (0.0, 0.0, float(side), float(side)))
    return Turned(angle, piece, box) if box else None


def encoded(net: Net, pictures: Sequence[Turned]) -> list[Encoded]:
    return encode(net, [crops(each.picture, net.config.size, each.box) for each in pictures])


def read_turned(
    net: Net, vocabulary: Vocabulary, picture: Image.Image, mask: Mask, program: Program
) -> str | None:
    """A whole answer that meets the mask of a long object better; None where there is none.

    program: what was read of the picture as it is.
    """
    leans = long_axis(mask.probability)
    if leans is None:
        return None
    aim = target(picture, mask.probability, mask.square)
    if aim is None:
        return None
    met = as_it_is(program, mask, aim).overlap
    if met >= MET:
        return None
    angles = [angle for quarter in (0, 90, 180, 270) if abs(angle := _wrapped(quarter - leans)) > 5]
    pictures = [each for angle in angles if (each := turned(picture, mask, angle))]
    if not pictures:
        return None
    decoder = Decoder(net, vocabulary, encoded(net, pictures))
    texts = decoder.turned_back(program.category.name, [-each.angle for each in pictures])
    agreements = [
        _agreement_of(text, mask, aim) - _UNLIKELY * (abs(each.angle) > _OVER)
        for text, each in zip(texts, pictures, strict=True)
    ]
    best = int(np.argmax(agreements))
    return texts[best] if agreements[best] >= met + BETTER else None


def _agreement_of(text: str, mask: Mask, aim: Target) -> float:
    try:
        return as_it_is(program_of(text), mask, aim).overlap
    except CodeError:  # not an object
        return 0.0


def as_read(
    net: Net, picture: Image.Image, mask: Mask, program: Program, seen: Encoded
) -> tuple[Encoded, Program, float]:
    """The picture and the program as the network reads them, and the roll that was taken away.

    seen: the picture as it is.
    """
    view = view_of(program.pose.rotation)
    other = turned(picture, mask, -view.roll) if abs(view.roll) > MOST_ROLL else None
    if other is None:
        return seen, program, 0.0
    code = program.as_dict()
    code["pose"]["global_rotation"] = View(view.yaw, view.elevation).angles()
    return encoded(net, [other])[0], parse(code), view.roll


def _wrapped(angle: float) -> float:
    return (angle + 180) % 360 - 180
