"""What a run has done, as one file to look at: recipe, timings, samples with pictures, failures."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from img2code import atomic
from img2code.errors import ImageError
from img2code.image import data_url, open_image, upright
from img2code.recipes.registry import Row
from img2code.recipes.run import Report
from img2code.recipes.tables import ERROR

SAMPLES = 20
_SIDE = 220
_LONG = 400  # characters of a cell
_LENGTHS = (5, 10, 20, 40, 80, 160)  # words
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:32px auto;max-width:1180px;padding:0 20px;
color:#1b232d}
h1{font-size:22px}h2{font-size:17px;margin-top:32px}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:6px 10px;border-bottom:1px solid #dde3ea}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}pre{background:#f4f6f8;padding:14px;
overflow:auto;border-radius:6px;font-size:13px}img{max-width:220px;max-height:220px;display:block}
.bar{background:#1d5fa8;height:10px;border-radius:3px}.failed td{color:#b03a3c}
td{overflow-wrap:anywhere}
"""


def write(report: Report, target: Path) -> None:
    """report.html; nothing in it is loaded from elsewhere. Raises OSError."""
    atomic.write_text(target, "".join(_page(report)))


def _page(report: Report) -> Iterator[str]:
    name = html.escape(report.recipe.path.name)
    yield f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
    yield f"<style>{_STYLE}</style><h1>{name}</h1>"
    yield f"<p>{report.rows:,} rows, {report.failed:,} failed, {report.seconds:.1f} s.</p>"
    yield from _timings(report)
    rows, lengths = _looked_at(report)
    yield from _sample(rows, report)
    yield from _texts(lengths)
    yield from _failures(report)
    recipe = report.recipe.path.read_text(encoding="utf-8")
    yield f"<h2>Recipe</h2><pre>{html.escape(_without_keys(recipe))}</pre></html>"


def _without_keys(recipe: str) -> str:
    """Never a key, whatever a recipe holds."""
    lines = [
        line.split(":")[0] + ": …" if "api_key" in line and "${" not in line else line
        for line in recipe.splitlines()
    ]
    return "\n".join(lines)


def _timings(report: Report) -> Iterator[str]:
    yield (
        '<h2>Steps</h2><table><tr><th>step<th class="n">run now<th class="n">done before'
        '<th class="n">failed<th class="n">seconds<th class="n">rows per second</tr>'
    )
    for step in report.steps:
        rate = f"{step.ran / step.seconds:.2f}" if step.ran and step.seconds else "–"
        numbers = (
            f"{step.ran:,}",
            f"{step.kept:,}",
            f"{step.failed:,}",
            f"{step.seconds:.1f}",
            rate,
        )
        cells = "".join(f'<td class="n">{number}' for number in numbers)
        yield f"<tr><td>{html.escape(step.title)}{cells}</tr>"
    yield "</table>"


def _looked_at(report: Report) -> tuple[list[Row], list[int]]:
    """Rows spread over the whole table, and how many texts are how long."""
    step = max(report.rows // SAMPLES, 1)
    rows: list[Row] = []
    lengths = [0] * (len(_LENGTHS) + 1)
    text = report.recipe.columns["text"]
    with report.result.open(encoding="utf-8") as file:
        for number, line in enumerate(file):
            row = json.loads(line)
            if isinstance(row.get(text), str) and ERROR not in row:
                words = len(row[text].split())
                lengths[sum(words > limit for limit in _LENGTHS)] += 1
            if number % step == 0 and len(rows) < SAMPLES:
                rows.append(row)
    return rows, lengths


def _sample(rows: Sequence[Row], report: Report) -> Iterator[str]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    yield "<h2>Some rows</h2><table><tr>"
    yield "".join(f"<th>{html.escape(name)}" for name in names) + "</tr>"
    folders = (report.result.parent, report.recipe.meta_folder)
    for row in rows:
        mark = ' class="failed"' if ERROR in row else ""
        cells = "".join(f"<td>{_cell(row.get(name), folders)}" for name in names)
        yield f"<tr{mark}>{cells}</tr>"
    yield "</table>"


def _cell(value: Any, folders: Sequence[Path]) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        for folder in folders:
            if picture := _thumbnail(folder / value):
                return f'<img src="{picture}" alt="{html.escape(value, quote=True)}">'
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return html.escape(text if len(text) <= _LONG else text[:_LONG] + " …")


def _thumbnail(path: Path) -> str:
    """A picture as a data URI; empty where there is none."""
    try:
        if len(str(path)) > 1000 or not path.is_file():
            return ""
        picture = open_image(path)
    except (ImageError, OSError, ValueError):
        return ""
    picture = upright(picture)
    picture.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    return data_url(picture, "JPEG", quality=85)


def _texts(lengths: Sequence[int]) -> Iterator[str]:
    if not any(lengths):
        return
    yield '<h2>Lengths of texts</h2><table><tr><th>words<th class="n">texts<th></tr>'
    low = 0
    for count, limit in zip(lengths, [*_LENGTHS, None], strict=True):
        words = f"{low} to {limit}" if limit else f"over {_LENGTHS[-1]}"
        width = 100 * count / max(lengths)
        yield f'<tr><td>{words}<td class="n">{count:,}<td style="width:60%">'
        yield f'<div class="bar" style="width:{width:.1f}%"></div></tr>'
        low = (limit or 0) + 1
    yield "</table>"


def _failures(report: Report) -> Iterator[str]:
    causes = [(step.title, *each) for step in report.steps for each in step.causes.most_common()]
    if not causes:
        return
    yield '<h2>Failures</h2><table><tr><th>step<th>cause<th class="n">rows</tr>'
    for title, cause, count in causes[:100]:
        cells = f"<td>{html.escape(title)}<td>{html.escape(cause)}"
        yield f'<tr class="failed">{cells}<td class="n">{count:,}</tr>'
    yield "</table>"
