"""The questions that vision-language models are asked, and how their answers are read."""

from __future__ import annotations

import re
from collections.abc import Callable

from geometry import json_text
from geometry.errors import CodeError
from img2code.vision import Description, Region

CAPTION = "Describe the picture in one sentence."
PARAGRAPH = "Describe the picture in one paragraph: objects, parts, colours, places, view."
REGIONS = (
    "List the parts and objects of the picture, at most 8. Answer with a JSON array only; each item"
    ' is {"box": [left, top, right, bottom], "sentence": "..."} with the box in fractions of the'
    " picture's width and height, 0 to 1."
)
WRITE = (
    "Write one paragraph that describes a picture, from what was found in it. Say nothing that is"
    " not in it. Boxes are left, top, right, bottom in pixels."
)
_ARRAY = re.compile(r"\[.*\]", re.DOTALL)
MOST_REGIONS = 32


def describe(ask: Callable[[str], str], size: tuple[int, int]) -> Description:
    """The description of a picture of this width and height, by a model that answers questions."""
    return Description(
        caption=ask(CAPTION), regions=read_regions(ask(REGIONS), size), paragraph=ask(PARAGRAPH)
    )


def read_regions(answer: str, size: tuple[int, int]) -> tuple[Region, ...]:
    """The regions of an answer, boxes in pixels; what is no region is left out."""
    array = _ARRAY.search(answer)
    if not array:
        return ()
    try:
        items = json_text.loads(array[0], "the answer")
    except CodeError:
        return ()
    width, height = size
    found = []
    for item in items if isinstance(items, list) else []:
        if not isinstance(item, dict):
            continue
        box, sentence = item.get("box"), item.get("sentence")
        if not isinstance(sentence, str) or not isinstance(box, list) or len(box) != 4:
            continue
        if not all(isinstance(edge, (int, float)) and 0 <= edge <= 1 for edge in box):
            continue
        left, top, right, bottom = box
        if left < right and top < bottom:
            pixels = (left * width, top * height, right * width, bottom * height)
            found.append(Region(pixels, sentence.strip()))
    return tuple(found[:MOST_REGIONS])
