"""Pictures with regions drawn on them, two pictures side by side, and a page that shows it all."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from geometry.colours import part_colour
from img2code.image import data_url
from img2code.vision import Description, Region

Array = np.ndarray


def highlighted(picture: Image.Image, masks: Sequence[Array], opacity: float = 0.45) -> Image.Image:
    """The picture with each region tinted in a colour of its own, and its outline."""
    pixels = np.asarray(picture.convert("RGB"), np.float32).copy()
    width = max(1, max(picture.size) // 300)
    for number, mask in enumerate(masks):
        colour = np.array(part_colour(number), np.float32)
        pixels[mask] += opacity * (colour - pixels[mask])
        rim = mask & ~ndimage.binary_erosion(mask, iterations=width)
        pixels[rim] = 0.7 * colour
    return Image.fromarray(pixels.astype(np.uint8))


def boxed(picture: Image.Image, regions: Sequence[Region]) -> Image.Image:
    """The picture with a numbered box per region."""
    drawn = picture.convert("RGB")
    draw = ImageDraw.Draw(drawn)
    width = max(2, max(picture.size) // 250)
    for number, region in enumerate(regions):
        colour = part_colour(number)
        draw.rectangle(region.box, outline=colour, width=width)
        left, top = region.box[:2]
        label = str(number + 1)
        edges = draw.textbbox((left, top), label, font_size=6 * width)
        draw.rectangle((edges[0], edges[1], edges[2] + 2 * width, edges[3] + width), fill=colour)
        draw.text((left + width, top), label, fill=(255, 255, 255), font_size=6 * width)
    return drawn


def side_by_side(left: Image.Image, right: Image.Image, gap: int = 16) -> Image.Image:
    """Both pictures at one height on white."""
    height = max(left.height, right.height)
    pair = [
        each.convert("RGB").resize((max(1, round(each.width * height / each.height)), height))
        for each in (left, right)
    ]
    sheet = Image.new("RGB", (sum(each.width for each in pair) + gap, height), (255, 255, 255))
    sheet.paste(pair[0], (0, 0))
    sheet.paste(pair[1], (pair[0].width + gap, 0))
    return sheet


def group(pictures: Sequence[Image.Image]) -> Image.Image:
    """Several pictures of one size as one, in rows; one picture as it is."""
    if len(pictures) == 1:
        return pictures[0]
    columns = math.ceil(math.sqrt(len(pictures)))
    rows = math.ceil(len(pictures) / columns)
    width, height = pictures[0].size
    whole = Image.new("RGB", (columns * width, rows * height), (255, 255, 255))
    for number, picture in enumerate(pictures):
        whole.paste(picture, (number % columns * width, number // columns * height))
    return whole


def page(
    title: str,
    pictures: Mapping[str, Image.Image],
    description: Description,
    seconds: Mapping[str, float],
) -> str:
    """An HTML page that needs no other file. pictures: by their captions."""
    figures = "".join(
        f'<figure><img src="{data_url(picture.convert("RGB"), "JPEG", quality=90)}" '
        f'alt="{html.escape(name)}">'
        f"<figcaption>{html.escape(name)}</figcaption></figure>"
        for name, picture in pictures.items()
    )
    regions = "".join(f"<li>{html.escape(each.sentence)}</li>" for each in description.regions)
    times = "".join(
        f"<tr><td>{html.escape(stage)}</td><td>{each:.2f} s</td></tr>"
        for stage, each in seconds.items()
    )
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 72rem; margin: 2rem auto; padding: 0 1rem }}
main {{ display: flex; flex-wrap: wrap; gap: 1rem }}
figure {{ margin: 0; flex: 1 1 18rem }} img {{ width: 100%; border-radius: 6px }}
figcaption, table {{ color: #52606d }}
</style>
<h1>{html.escape(description.caption)}</h1>
<main>{figures}</main>
<p>{html.escape(description.paragraph)}</p>
<ol>{regions}</ol>
<table>{times}</table>
</html>
"""
