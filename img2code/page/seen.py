"""What a picture was taken for, on the page: where the object is and the likeliest categories.

A click on a category, on another object or a box that is drawn rebuilds the same picture so.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from geometry.program import find_category
from img2code.boxes import read_box
from img2code.page.gallery import thumbnail
from img2code.page.guard import UNUSABLE
from img2code.recognition import Box, Recognition
from img2code.result import Picture, Result

#: Pixels of the picture's longer side, twice what the page shows.
SIDE = 560
DRAW = "Draw a box"
DRAW_TITLE = "Drag a box on the picture around what is to be rebuilt"
OBJECT_TITLE = "Rebuild from this object"
LESS = 0.005  # a probability below it would be written as 0 %
NEAR = 0.005  # of the picture's sides: a box whose edges are as close as this is the same


@dataclass(frozen=True)
class Asked:
    """What a visitor asks of a picture besides what the form says."""

    category: str | None = None  # what it shows
    box: Box | None = None  # where the object is


@dataclass(frozen=True)
class Seen:
    """A visitor's picture, and what was seen in it.

    picture: upright, as a data URI. found: where objects are, as far as they were found without a
    box. box: the one that the visitor gave.
    """

    picture: str
    recognition: Recognition
    found: tuple[Box, ...]
    box: Box | None = None


def seen(picture: Picture, result: Result, box: Box | None, before: Seen | None) -> Seen | None:
    """What the result says of the picture; None where the back end does not say.

    box: what the visitor gave. before: what was seen in the same picture earlier, whose objects are
    still offered when a box has taken their place.
    """
    recognition = result.recognition
    if recognition is None:
        return None
    if before and box:
        return Seen(before.picture, recognition, before.found, box)
    found = (recognition.box, *recognition.others)
    return Seen(before.picture if before else thumbnail(picture, SIDE), recognition, found, box)


def asked(data: Any, before: Seen | None) -> Asked:
    """What a click asks for: {"category": "Mug"} or {"box": "0.1,0.2,0.8,0.9"}.

    A category is of the part of the picture that was seen last. Raises gr.Error.
    """
    try:
        match data:
            case {"category": str(name)} if before:
                return Asked(find_category(name).name, before.box)
            case {"box": str(text)} if before:
                return Asked(None, read_box(text))
    except ValueError:
        pass
    raise gr.Error(UNUSABLE, print_exception=False)


def view(known: Seen | None, shown: str | None, busy: bool = False) -> gr.HTML:
    """The component's update; shown: the category of the object on the page. busy: of a run."""
    return gr.HTML(markup(known, shown, busy) if known else "", visible=known is not None)


def markup(known: Seen, shown: str | None, busy: bool = False) -> str:
    """The picture with its boxes, which seen.js puts in its place, and the categories."""
    recognition = known.recognition
    others = (box for box in known.found if not _same(box, recognition.box))
    boxes = "".join(map(_object, others))
    offered = list(recognition.alternatives)
    if shown and shown not in dict(offered):
        offered.append((shown, recognition.probability(shown)))
    chips = "".join(_chip(name, chance, name == shown) for name, chance in offered)
    here = _place(recognition.box)
    return (
        f'<div class="looked"{" inert" * busy}>'
        f'<div class="seen"><img src="{known.picture}" alt="" draggable="false">'
        f'<div class="crop" style="{here}" data-place="{here}"></div>{boxes}</div>'
        f'<div class="chips" role="group" aria-label="Likeliest categories">{chips}'
        f'<button type="button" class="draw" aria-pressed="false" title="{DRAW_TITLE}">{DRAW}'
        f"</button></div></div>"
    )


def _chip(name: str, chance: float, pressed: bool) -> str:
    label = html.escape(name)
    score = f"{chance:.0%}" if chance >= LESS else "&lt; 1%"
    title = "This is shown" if pressed else f"Rebuild as {label}"
    return (
        f'<button type="button" class="chip" data-category="{label}" title="{title}" '
        f'aria-pressed="{"true" if pressed else "false"}">{label} <span>{score}</span></button>'
    )


def _object(box: Box) -> str:
    numbers = ",".join(f"{edge:.4f}" for edge in box)
    return (
        f'<button type="button" class="object" data-box="{numbers}" style="{_place(box)}" '
        f'title="{OBJECT_TITLE}" aria-label="{OBJECT_TITLE}"></button>'
    )


def _same(one: Box, other: Box) -> bool:
    """A box comes back from the model in other digits than it was sent."""
    return all(abs(a - b) < NEAR for a, b in zip(one, other, strict=True))


def _place(box: Box) -> str:
    left, top, right, bottom = (100 * edge for edge in box)
    sides: Mapping[str, float] = {
        "left": left,
        "top": top,
        "width": right - left,
        "height": bottom - top,
    }
    return ";".join(f"{name}:{value:.2f}%" for name, value in sides.items())
