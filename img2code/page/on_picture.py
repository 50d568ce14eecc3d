"""The fitted object over its picture, on the page: a layer of its own, as dense as one likes."""

from __future__ import annotations

import base64
import binascii
import contextlib
from typing import Any

import gradio as gr
from PIL import Image

from img2code.fit.fitting import Fitted
from img2code.fit.mask import Mask, drawn, over_picture
from img2code.fit.overlay import layers
from img2code.image import open_image, upright
from img2code.page.guard import UNUSABLE
from img2code.page.markup import doubt
from img2code.report import data_uri
from img2code.result import Picture, Result

#: Pixels of the longer side, twice what the page shows.
SIDE = 720
MASK_SIDE = 360
MOST_CHARACTERS = 600_000  # of a mask that a visitor draws
OPACITY = 0.55
UNSURE = "It is not sure what belongs to the object: correct the mask, and the fit follows it."
_PNG = "data:image/png;base64,"
_TOOLS = (
    ("add", "Add", "Paint what belongs to the object"),
    ("remove", "Remove", "Paint what does not"),
    ("box", "Box", "Drag a box around the object: nothing outside belongs to it"),
    ("fit", "Fit to this mask", "The fit begins again, with this mask"),
    ("cancel", "Cancel", "Leave the mask as it was"),
)


def view(picture: Picture | None, result: Result | None) -> gr.HTML:
    """The component's update; empty where there is no fitted object."""
    return gr.HTML(markup(picture, result) if picture and result else NOT_FITTED)


def markup(picture: Picture, result: Result) -> str:
    """The picture, the object over it, its outline, and how well they agree."""
    if result.fitted is None:
        return NOT_FITTED
    opened = open_image(picture)
    fitted = result.fitted
    images = (upright(opened), *layers(opened, fitted))
    for image in images:
        image.thumbnail((SIDE, SIDE))
    plain, body, outline = map(data_uri, images)
    name = result.category
    changed = "other parts than in the first answer"
    if not fitted.other_parts:
        changed = f"{len(fitted.changes)} numbers changed"
    return (
        f'<div class="on-picture"><div class="layers">'
        f'<img src="{plain}" alt="The picture"><img class="object" src="{body}" '
        f'style="opacity:{OPACITY}" alt="{name}, drawn where it is seen">'
        f'<img src="{outline}" alt=""></div>'
        f'<label><span>Object</span><input type="range" min="0" max="1" step="0.05" '
        f'value="{OPACITY}" aria-label="Opacity of the object"></label>'
        f"<p>Overlap {fitted.before:.0%} before the fit, <b>{fitted.overlap:.0%}</b> after; "
        f"{changed}.</p>{_mask_tools(opened, fitted.mask)}</div>"
    )


def _mask_tools(picture: Image.Image, mask: Mask | None) -> str:
    """With which a visitor says what belongs to the object; on_picture.js acts on them."""
    if mask is None:
        return ""
    buttons = "".join(
        f'<button type="button" data-mask="{do}" title="{title}">{label}</button>'
        for do, label, title in _TOOLS
    )
    source = data_uri(over_picture(picture, mask, MASK_SIDE))
    return (
        f'{doubt(UNSURE * mask.unsure)}<div class="mask-tools">'
        f'<img class="mask" src="{source}" alt="" hidden>'
        f'<button type="button" data-mask="begin">Correct the mask</button>'
        f'<span hidden>{buttons}<input type="range" min="2" max="60" value="16" '
        f'aria-label="Width of the brush"></span></div>'
    )


def drawn_mask(picture: Picture, asked: Any) -> Mask:
    """The mask that a visitor has drawn. Raises ImageError; gr.Error for what no page sends."""
    match asked:
        case {"mask": str(text)} if text.startswith(_PNG) and len(text) <= MOST_CHARACTERS:
            with contextlib.suppress(binascii.Error):
                sent = base64.b64decode(text.removeprefix(_PNG), validate=True)
                return drawn(open_image(picture), open_image(sent))
    raise gr.Error(UNUSABLE, print_exception=False)


def agreement(fitted: Fitted, before: Fitted) -> str:
    """How well an edited object agrees with the picture; before: the object as it was."""
    return f"Overlap {before.overlap:.0%} as reconstructed, <b>{fitted.overlap:.0%}</b> now."


NOT_FITTED = '<p class="vacant">Switch “Fit to the picture” on and generate to see it here.</p>'
