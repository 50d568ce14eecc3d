"""The small pieces of HTML on the page. Whatever comes from outside is escaped here."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path

from geometry.articulation import Link
from geometry.joints import Joint
from img2code.page.gallery import F1_LABEL, Entry, thumbnail, title
from img2code.reconstruct import Result

EMPTY_OBJECT = '<p class="empty">The object will appear here, to be turned around.</p>'
EMPTY_CODE = '<p class="empty">Its code will be written here, token by token.</p>'
STRIP_THUMBNAIL = 120  # pixels


def status(sentence: str) -> str:
    """Where things stand, below the buttons."""
    return f'<p class="status" role="status">{html.escape(sentence)}</p>'


def failure(sentence: str) -> str:
    """What went wrong and what to do, in the same place."""
    return f'<p class="status failure" role="alert">{html.escape(sentence)}</p>'


def pace(tokens: int, seconds: float) -> str:
    """The progress line."""
    rate = tokens / max(seconds, 1e-9)
    return f"{count(tokens, 'token')} in {seconds:.1f} s, {rate:.0f} a second."


def finished(result: Result) -> str:
    """The progress line of a run that is done."""
    parts = count(len(result.code["conceptualization"]), "part")
    facts = " ".join([pace(result.tokens, result.seconds), *result.repairs])
    name = html.escape(result.category)
    return f'<p class="status" role="status"><b>{name}</b>, {parts}. {html.escape(facts)}</p>'


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)


def joint_sliders(links: Sequence[Link]) -> str:
    """A slider per joint that leads, from its limits, at the given pose; "" without joints."""
    joints = [link.joint for link in links if link.joint and not link.joint.follows]
    if not joints:
        return ""
    return f'<div class="joints">{"".join(map(_slider, joints))}<button>Reset</button></div>'


def _slider(joint: Joint) -> str:
    low, high = joint.limits
    name = html.escape(joint.name)
    label = html.escape(joint.name.replace("_", " ").replace(".", ": "))
    turns = joint.kind != "prismatic"
    unit, digits, step = ("°", 0, 1) if turns else ("", 2, (high - low) / 200)
    return (
        f'<label><span>{label}</span><input type="range" data-joint="{name}" data-unit="{unit}" '
        f'data-digits="{digits}" min="{low:.4f}" max="{high:.4f}" step="{step:.6f}" value="0">'
        f"<output>{0:.{digits}f}{unit}</output></label>"
    )


def example_strip(paths: Sequence[Path]) -> str:
    """The examples as HTML: a small button each."""
    buttons = "".join(
        f'<button type="button" data-index="{index}" title="{html.escape(title(path))}">'
        f'<img src="{thumbnail(path, STRIP_THUMBNAIL)}" alt="{html.escape(title(path))}"></button>'
        for index, path in enumerate(paths)
    )
    return f'<p>Examples</p><div class="strip">{buttons}</div>'


def cards(entries: Sequence[Entry], left: int) -> str:
    """The gallery as HTML: a card per entry with a button for each side."""
    if not entries and not left:
        return '<p class="empty">There are no examples yet. Your own results will appear here.</p>'
    shown = "".join(_card(index, entry) for index, entry in enumerate(entries))
    note = f'<p class="empty" role="status">{left} more to reconstruct …</p>' if left else ""
    return f'<div class="cards">{shown}</div>{note}'


def _card(index: int, entry: Entry) -> str:
    name = html.escape(entry.title)
    facts = dict(entry.figures)
    parts = count(len(entry.result.code["conceptualization"]), "part")
    line = f"{html.escape(entry.result.category)}, {parts}"
    if F1_LABEL in facts:
        line += f", F1 {facts[F1_LABEL]}"
    buttons = "".join(
        f'<button type="button" data-index="{index}" data-side="{side}" '
        f'aria-label="Show {name} on the {side}">{side.capitalize()}</button>'
        for side in ("left", "right")
    )
    return (
        f'<article class="card"><div class="pair">'
        f'<img src="{entry.picture}" alt="Picture: {name}">'
        f'<img src="{entry.rendering}" alt="Result: {name}"></div>'
        f'<div class="card-foot"><div><b>{name}</b><span>{line}</span></div>'
        f'<div class="sides">{buttons}</div></div></article>'
    )


def panel(entry: Entry | None) -> str:
    """One side of the comparison as HTML: picture and result beside each other, and figures."""
    if entry is None:
        return '<p class="empty">Choose an entry below.</p>'
    name = html.escape(entry.title)
    rows = "".join(
        f"<tr><th>{html.escape(label)}</th><td>{html.escape(value)}</td></tr>"
        for label, value in entry.figures
    )
    return (
        f'<h3>{name}</h3><div class="pair large">'
        f'<figure><img src="{entry.picture}" alt="Picture: {name}">'
        f"<figcaption>Picture</figcaption></figure>"
        f'<figure><img src="{entry.rendering}" alt="Result: {name}">'
        f"<figcaption>Result, same view</figcaption></figure></div>"
        f'<table class="figures">{rows}</table>'
    )
