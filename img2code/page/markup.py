"""The small pieces of HTML on the page. Whatever comes from outside is escaped here."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path

import geometry
from geometry.articulation import Link
from geometry.schema.joint import Joint
from img2code.fit.fitting import Fitted
from img2code.page.gallery import F1_LABEL, Entry, is_photograph, thumbnail, title
from img2code.result import Result

HEADER = """<header><h1>{name}</h1>
<p>One picture of an object in; its parts and their numbers out, as code that rebuilds it in 3D.</p>
<nav><button type="button" data-tab="Read me">Read me</button>
<button type="button" data-tab="API">API</button></nav></header>"""
EMPTY_OBJECT = '<p class="empty">The object will appear here, to be turned around.</p>'
EMPTY_CODE = '<p class="empty">Its code will be written here, token by token.</p>'
STRIP_THUMBNAIL = 120  # pixels
PHOTO = "<span>photo</span>"
UNSURE = "It is not sure what belongs to the object: “On picture” lets you correct the mask."
SMALL = 1e-3  # of a joint's range: rounding
TIPS = (
    "One object, whole and in the middle, nothing in front of it.",
    "A plain background that differs from the object, and even light.",
    "Seen level or from somewhat above, more from the front than from behind.",
)


def header(name: str, titles: Mapping[str, str]) -> str:
    """The page's head, and what hovering a button says (by its id), for page.js to put there."""
    hints = "".join(
        f'<span hidden data-title-for="{html.escape(key)}">{html.escape(text)}</span>'
        for key, text in titles.items()
    )
    return HEADER.format(name=html.escape(name)) + hints


def status(sentence: str) -> str:
    """Where things stand, below the buttons."""
    return f'<p class="status" role="status">{html.escape(sentence)}</p>'


def failure(sentence: str) -> str:
    """What went wrong and what to do, in the same place."""
    return f'<p class="status failure" role="alert">{html.escape(sentence)}</p>'


def fitting(fitted: Fitted) -> str:
    """How far a fit is."""
    return f"Fitting it to the picture: overlap {fitted.overlap:.0%}, {fitted.seconds:.1f} s"


def pace(tokens: int, seconds: float) -> str:
    """The progress line."""
    rate = tokens / max(seconds, 1e-9)
    return f"{count(tokens, 'token')} in {seconds:.1f} s, {rate:.0f} a second."


def example(result: Result) -> str:
    """The line below a finished example that the page opens on."""
    name = html.escape(result.category)
    return (
        f'<p class="status" role="status">An example: <b>{name}</b>, made from the picture above. '
        f"Choose yours, or another below, then Generate.</p>"
    )


def guide() -> str:
    """What makes a good picture and what the page knows, folded."""
    tips = "".join(f"<li>{html.escape(tip)}</li>" for tip in TIPS)
    names = geometry.categories()
    known = ", ".join(map(html.escape, names))
    return (
        f"<details><summary>Three tips for pictures</summary><ol>{tips}</ol></details>"
        f"<details><summary>What it knows: {len(names)} categories, and CAD parts</summary>"
        f"<p>{known}; machined parts as CAD programs draw them.</p></details>"
    )


def finished(result: Result) -> str:
    """The progress line of a run that is done, and what speaks against its result."""
    parts = count(len(result.program.parts), "part")
    name = html.escape(result.category)
    sure = "" if result.confidence is None else f" ({result.confidence:.0%})"
    fitted = [f"Overlap {result.fitted.overlap:.0%}."] if result.fitted else []
    facts = " ".join([*fitted, pace(result.tokens, result.seconds), *result.repairs])
    line = f"<b>{name}</b>{sure}, {parts}. {html.escape(facts)}"
    unsure = result.fitted and result.fitted.mask and result.fitted.mask.unsure
    doubted = doubt(result.doubt or (UNSURE if unsure else ""))
    return f'<p class="status" role="status">{line}</p>{doubted}'


def doubt(text: str, role: str = "alert") -> str:
    """What speaks against a result; "" where nothing does. role: status for what is expected."""
    return f'<p class="status doubt" role="{role}">{html.escape(text)}</p>' if text else ""


def pair(*figures: tuple[str, str, str]) -> str:
    """Pictures beside each other: of each its address, what it shows, and the line below it."""
    shown = "".join(
        f'<figure><img src="{source}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'
        for source, alt, caption in figures
    )
    return f'<div class="pair large">{shown}</div>'


def count(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)


def joint_sliders(links: Sequence[Link]) -> str:
    """A slider per joint that leads, from closed, at the recovered opening; "" without joints."""
    joints = [link.joint for link in links if link.joint and not link.joint.follows]
    if not joints:
        return ""
    buttons = "".join(
        f'<button type="button" data-to="{to}" title="{title}">{label}</button>'
        for to, label, title in (
            ("start", "As pictured", "Every joint as it was recovered from the picture"),
            ("closed", "Closed", "Every joint at zero: shut, folded or at rest"),
        )
    )
    sliders = "".join(map(_slider, joints))
    return f'<div class="joints">{sliders}<div class="joint-buttons">{buttons}</div></div>'


def _slider(joint: Joint) -> str:
    """A slider that tells the opening; joints.js turns it into a value from the given pose."""
    low, high = sorted(joint.opening(limit) for limit in joint.limits)
    start = joint.opening()
    if abs(low) < SMALL * (high - low):
        low = 0.0  # or the end would not be reached at 0
    name = html.escape(joint.name)
    label = html.escape(joint.name.replace("_", " ").replace(".", ": "))
    unit, digits = ("°", 0) if joint.kind != "prismatic" else ("", 2)
    return (
        f'<label><span>{label}</span><input type="range" data-joint="{name}" data-unit="{unit}" '
        f'data-digits="{digits}" data-closed="{joint.closed:.6f}" data-way="{joint.direction}" '
        f'data-start="{start:.6f}" min="{low:.6f}" max="{high:.6f}" step="any" '
        f'value="{start:.6f}"><output>{number(start, digits)}{unit}</output></label>'
    )


def number(value: float, digits: int) -> str:
    """Rounded, and never -0."""
    return f"{round(value, digits) + 0.0:.{digits}f}"


def example_strip(paths: Sequence[Path], heading: str = "Examples") -> str:
    """The examples as HTML: a small button each; photographs are labelled so."""
    buttons = "".join(_example_button(index, path) for index, path in enumerate(paths))
    return f'<p>{heading}</p><div class="strip">{buttons}</div>'


def _example_button(index: int, path: Path) -> str:
    name = html.escape(title(path))
    return (
        f'<button type="button" data-index="{index}" title="{name}">'
        f'<img src="{thumbnail(path, STRIP_THUMBNAIL)}" alt="{name}">'
        f"{PHOTO * is_photograph(path)}</button>"
    )


def outcomes(rows: Sequence[tuple[str, str, float, str]], total: int) -> str:
    """A row (name, category, seconds, error) of each of `total` pictures that is done."""
    if not total:
        return ""
    lines = "".join(
        f"<tr{' class=failed' if error else ''}><td>{html.escape(name)}</td>"
        f"<td>{html.escape(category)}</td><td>{seconds:.1f} s</td>"
        f"<td>{html.escape(error)}</td></tr>"
        for name, category, seconds, error in rows
    )
    head = "<tr><th>Picture</th><th>Category</th><th>Seconds</th><th>Error</th></tr>"
    done = f'<progress value="{len(rows)}" max="{total}"></progress>' if len(rows) < total else ""
    return f'{done}<div class="outcomes"><table>{head}{lines}</table></div>'


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
    parts = count(len(entry.result.program.parts), "part")
    line = f"{html.escape(entry.result.category)}, {parts}"
    if F1_LABEL in facts:
        line += f", F1 {facts[F1_LABEL]}"
    buttons = "".join(
        f'<button type="button" data-key="{html.escape(entry.key)}" data-side="{side}" '
        f'aria-label="Show {name} on the {side}">{side.capitalize()}</button>'
        for side in ("left", "right")
    )
    return (
        f'<article class="card" data-index="{index}"><div class="pair">'
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
    pictures = pair(
        (entry.picture, f"Picture: {name}", "Picture"),
        (entry.rendering, f"Result: {name}", "Result, same view"),
    )
    return (
        f"<h3>{name}</h3>{pictures}"
        f'<label class="fold"><input type="checkbox"> Figures</label>'
        f'<table class="figures">{rows}</table>'
    )
