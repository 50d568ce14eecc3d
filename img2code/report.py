"""Results as one HTML file that needs nothing else: pictures, objects to turn around, numbers."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import plotly.offline
from PIL import Image

from geometry.draw.figure import figure
from geometry.draw.raster import draw
from geometry.program import Part, Program, dumps
from img2code.differences import Difference, Numbers, differences
from img2code.fit.overlay import overlay
from img2code.image import data_url, open_image, upright
from img2code.result import Picture, Result

STYLE = Path(__file__).with_name("report.css")
SCRIPT = Path(__file__).with_name("report.js")
TITLE = "img2code: what became of the pictures"
SIDE = 480  # pixels of a picture in it
DIGITS = 4


@dataclass(frozen=True)
class Reported:
    """One section: what it is called, its picture where that is at hand, what became of it.

    picture: as `open_image` takes it, or a data URI that is shown as it is.
    """

    title: str
    result: Result
    picture: Picture | None = None
    more: tuple[tuple[str, str], ...] = ()


def facts(result: Result) -> Iterator[tuple[str, str]]:
    """Figures of a result: name and value, in the order in which they are shown."""
    scene = result.scene()
    size = " × ".join(f"{extent:.2f}" for extent in scene.extents)
    yield "Category", result.category
    if result.confidence is not None:
        yield "Confidence", f"{result.confidence:.0%}"
    if result.fitted:
        yield "Overlap with the picture", f"{result.fitted.overlap:.1%}"
    yield "Parts", str(len(result.program.parts))
    yield "Size (x × y × z)", size
    yield "Triangles", f"{sum(len(solid.faces) for solid in scene.geometry.values()):,}"
    rate = result.tokens / max(result.seconds, 1e-9)
    yield "Tokens", f"{result.tokens}, {rate:.0f} a second"
    yield "First token after", f"{result.first_token_seconds:.2f} s"
    yield "Code after", f"{result.seconds:.2f} s"


def document(entries: Sequence[Reported], title: str = TITLE, compared: bool = False) -> str:
    """The file's text. compared: the two entries are set side by side, with what differs.

    About 5 MB, nearly all of it plotly.js. Raises CodeError where an object cannot be built.
    """
    sections = "".join(map(_section, entries))
    table = ""
    if compared and len(entries) == 2:
        left, right = entries
        table = f'<section class="differences"><h2>Differences</h2>{difference_table(left, right)}'
        table += "</section>"
    kind = "pair" if compared else "list"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title>"
        f"<style>{STYLE.read_text(encoding='utf-8')}</style></head><body>"
        f'<h1>{html.escape(title)}</h1><main class="{kind}">{sections}</main>{table}'
        f"<script>{plotly.offline.get_plotlyjs()}</script>"
        f"<script>{SCRIPT.read_text(encoding='utf-8')}</script></body></html>\n"
    )


def difference_table(left: Reported, right: Reported) -> str:
    """Figures of both that differ, then their parameters."""
    ours, theirs = dict(facts(left.result)), dict(facts(right.result))
    rows = [
        ("", name, ours.get(name, "–"), theirs.get(name, "–"))
        for name in dict.fromkeys([*ours, *theirs])
        if ours.get(name) != theirs.get(name)
    ]
    found = differences(left.result.program, right.result.program)
    rows += [_row(each) for each in found]
    if not rows:
        return "<p>Nothing: both are the same.</p>"
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    heads = "".join(
        f"<th>{html.escape(head)}</th>" for head in ("Part", "What", left.title, right.title)
    )
    return f'<div class="wide"><table><tr>{heads}</tr>{lines}</table></div>'


def _row(difference: Difference) -> tuple[str, str, str, str]:
    sides = difference.left, difference.right
    left, right = ("–" if side is None else _written(side) for side in sides)
    return _words(difference.part), _words(difference.parameter), left, right


def _section(entry: Reported) -> str:
    result = entry.result
    figures = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in (*facts(result), *entry.more)
    )
    doubts = filter(None, (result.doubt, *result.repairs))
    notes = "".join(f'<p class="note">{html.escape(doubt)}</p>' for doubt in doubts)
    shown = "".join(
        f'<figure><img src="{source}" alt="{html.escape(caption)}">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for caption, source in _pictures(entry)
    )
    # in a script of data a "</" would end it
    drawn = figure(result.program).to_json().replace("</", "<\\/")
    return (
        f"<section><h2>{html.escape(entry.title)}</h2>{notes}"
        f'<div class="pictures">{shown}</div>'
        f'<div class="figure"><script type="application/json">{drawn}</script></div>'
        f"<details open><summary>Figures</summary><table>{figures}</table></details>"
        f"<details><summary>Parts and numbers</summary>{_parts(result.program)}</details>"
        f"<details><summary>Code</summary><pre>{html.escape(dumps(result.program))}</pre></details>"
        f"</section>"
    )


def _pictures(entry: Reported) -> Iterator[tuple[str, str]]:
    result = entry.result
    given = entry.picture
    if isinstance(given, str) and given.startswith("data:image/"):
        yield "Picture", given
    elif given is not None:
        opened = open_image(given)
        yield "Picture", data_uri(_small(upright(opened)))
        if result.fitted:
            yield "Fitted, over the picture", data_uri(_small(overlay(opened, result.fitted)))
    yield "Result, same view", data_uri(draw(result.program, size=SIDE))


def _small(picture: Image.Image) -> Image.Image:
    picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return picture


def data_uri(picture: Image.Image, effort: int = 4) -> str:
    """A picture as part of HTML. effort: 0 to 6, from quick to small."""
    return data_url(picture, "WEBP", quality=88, method=effort)


def _parts(program: Program) -> str:
    return "".join(f"<h3>{_words(part.name)}</h3>{_part(part)}" for part in program.parts)


def _part(part: Part) -> str:
    lines = "".join(
        f"<tr><th>{_words(parameter.name)}</th>"
        f"<td>{_written(tuple(part.parameters[parameter.name]))}</td>"
        f"<td>{html.escape(parameter.meaning)}</td></tr>"
        for parameter in part.template.parameters
    )
    return f'<div class="wide"><table>{lines}</table></div>'


def _words(name: str) -> str:
    return html.escape(name.replace("_", " "))


def _written(numbers: Numbers) -> str:
    return ", ".join(json.dumps(round(float(number), DIGITS) + 0.0) for number in numbers)
