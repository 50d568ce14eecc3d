"""The tab Describe as HTML: the picture with its regions, what was cut out, scores and words."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image
from scipy import ndimage

from img2code.boxes import read_box
from img2code.page import markup
from img2code.page.guard import UNUSABLE
from img2code.recognition import Box
from img2code.report import data_uri
from img2code.vision import Description, Painting, Prompt, Region, Scores, Segment
from img2code.vision.masks import as_dict
from img2code.vision.sheet import group

Array = np.ndarray

#: Pixels of the longer side of what is shown.
SIDE = 720
EMPTY = '<p class="empty vacant">The picture will appear here, with what is in it.</p>'
HINT = "Click a point, or drag a box, to cut out what is there."
FOREGROUND, CHOSEN = (32, 160, 214), (255, 40, 120)
_DENSE = 0.38  # opacity of a mask
LESS = 0.005  # a score below it would be written as 0 %


@dataclass(frozen=True)
class Asked:
    """What is to be cut out, in fractions of the picture: around a point or in a box."""

    point: tuple[float, float] | None = None
    box: Box | None = None

    @property
    def title(self) -> str:
        return "Around the point" if self.point else "In the box"

    def within(self, size: tuple[int, int]) -> Prompt:
        """In pixels of a picture."""
        width, height = size
        if self.point:
            return Prompt(((self.point[0] * width, self.point[1] * height),))
        assert self.box
        left, top, right, bottom = self.box
        return Prompt((), (left * width, top * height, right * width, bottom * height))


def prompted(data: Any) -> Asked:
    """A click's {"point": [0.5, 0.4]} or a dragged {"box": "0.1,0.2,0.8,0.9"}. Raises gr.Error."""
    match data:
        case {"point": [int() | float() as x, int() | float() as y]} if 0 <= x < 1 and 0 <= y < 1:
            return Asked(point=(float(x), float(y)))
        case {"box": str(text)}:
            try:
                return Asked(box=read_box(text))
            except ValueError:
                pass
    raise gr.Error(UNUSABLE, print_exception=False)


def stage(
    picture: Image.Image, regions: Sequence[Region] = (), foreground: Array | None = None
) -> str:
    """The picture with its regions as boxes that say what they show; described.js acts on them."""
    shown = picture.copy()
    shown.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    layer = ""
    if foreground is not None:
        source = data_uri(tinted(foreground, FOREGROUND))
        layer = f'<img class="foreground" src="{source}" alt="">'
    numbered = sorted(enumerate(regions), key=lambda each: -_area(each[1]))
    boxes = "".join(_region(number, each, picture.size) for number, each in numbered)
    told = "".join(
        f'<li data-region="{number}">{html.escape(each.sentence)}</li>'
        for number, each in enumerate(regions)
    )
    shows = _switch("foreground", "Foreground") * bool(layer) + _switch(
        "regions", "Regions"
    ) * bool(regions)
    return (
        f'<div class="described"><div class="stage"><img class="shown" src="{data_uri(shown)}" '
        f'alt="The picture" draggable="false">{layer}<img class="chosen" alt="" hidden>'
        f'{boxes}<div class="dragged" hidden></div></div>'
        f'<p class="status sentence" role="status" data-hint="{HINT}">{HINT}</p>'
        f'<div class="stage-tools">{shows}'
        f'<button type="button" class="draw" aria-pressed="false">Draw a box</button></div>'
        f'<ol class="sentences">{told}</ol></div>'
    )


def _switch(name: str, label: str) -> str:
    return f'<label><input type="checkbox" data-shows="{name}" checked> {label}</label>'


def _area(region: Region) -> float:
    left, top, right, bottom = region.box
    return (right - left) * (bottom - top)


def _region(number: int, region: Region, size: tuple[int, int]) -> str:
    width, height = size
    left, top, right, bottom = region.box
    edges = left / width, top / height, right / width, bottom / height
    box = ",".join(f"{min(max(edge, 0), 1):.4f}" for edge in edges)
    place = (
        f"left:{edges[0]:.2%};top:{edges[1]:.2%};"
        f"width:{edges[2] - edges[0]:.2%};height:{edges[3] - edges[1]:.2%}"
    )
    return (
        f'<button type="button" class="region" data-region="{number}" data-box="{box}" '
        f'style="{place}" aria-label="{html.escape(region.sentence)}"></button>'
    )


def tinted(mask: Array, colour: tuple[int, int, int]) -> Image.Image:
    """A layer for over the picture: the region in a colour, its rim dense."""
    grey = Image.fromarray((255 * mask).astype(np.uint8))
    grey.thumbnail((SIDE, SIDE))
    inside = np.asarray(grey) >= 128
    rim = inside & ~ndimage.binary_erosion(inside, iterations=2)
    layer = np.zeros((*inside.shape, 4), np.uint8)
    layer[inside] = (*colour, round(255 * _DENSE))
    layer[rim] = (*colour, 255)
    return Image.fromarray(layer)


def choice(segments: Sequence[Segment], size: tuple[int, int], title: str) -> str:
    """What was cut out, the likeliest chosen; segments.js lays the chosen one over the picture.

    size: of the picture as it was handed in, whose pixels the polygons to download count.
    """
    best = max(range(len(segments)), key=lambda number: segments[number].iou)
    options = "".join(
        f'<label><input type="radio" name="segment" value="{number}"{" checked" * (number == best)}'
        f' data-layer="{data_uri(tinted(each.mask, CHOSEN))}"> '
        f"{html.escape(each.name or 'a region of like colour')} "
        f"<span>predicted IoU {each.iou:.2f}</span></label>"
        for number, each in enumerate(segments)
    )
    text = json.dumps(_told(segments, size))
    content = base64.b64encode(text.encode()).decode()
    return (
        f'<fieldset class="segments"><legend>{title}</legend>{options}'
        f'<a download="segments.json" href="data:application/json;base64,{content}">'
        f"Download the polygons</a></fieldset>"
    )


def _told(segments: Sequence[Segment], size: tuple[int, int]) -> dict[str, Any]:
    """As `img2code segment` writes them."""
    width, height = size
    entries = []
    for each in segments:
        rows, columns = each.mask.shape
        entries.append(as_dict(each, width / columns, height / rows))
    return {"width": width, "height": height, "segments": entries}


def bars(scores: Scores) -> str:
    """A bar with its probability for each text."""
    rows = "".join(
        f"<li{' class=best' * (text == scores.best)}><span>{html.escape(text)}</span>"
        f"<b>{f'{score:.0%}' if score >= LESS else '&lt; 1%'}</b>"
        f'<i style="width:{score:.1%}"></i></li>'
        for text, score in zip(scores.texts, scores.scores, strict=True)
    )
    return f'<ul class="bars" aria-label="Scores of the texts">{rows}</ul>'


def words(found: Description) -> str:
    """Caption and paragraph."""
    return (
        f'<div class="told"><h3>{html.escape(found.caption)}</h3>'
        f"<p>{html.escape(found.paragraph)}</p></div>"
    )


def pair(picture: Image.Image, paintings: Sequence[Painting], note: str) -> str:
    """The picture beside what was painted from its words."""
    painted = group([each.picture for each in paintings])
    figures = []
    for each, name in ((picture, "The picture"), (painted, "Painted from its words")):
        shown = each.copy()
        shown.thumbnail((SIDE // 2, SIDE // 2), Image.Resampling.LANCZOS)
        figures.append((data_uri(shown), name, name))
    return markup.pair(*figures) + noted([note])


def noted(notes: Sequence[str]) -> str:
    """What could not be painted as the words have it."""
    return markup.doubt(" ".join(dict.fromkeys(filter(None, notes))), role="status")
