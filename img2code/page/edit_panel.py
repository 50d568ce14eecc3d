"""The panel in which an object's parts and numbers are changed, as HTML; edit.js acts on it."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from typing import Any

from geometry.colours import part_colour
from geometry.program import Program
from geometry.schema.template import Template
from img2code import editing
from img2code.editing import Number
from img2code.history import History
from img2code.result import Result

DIGITS = 5  # of a number in its field
NOTHING = '<p class="empty">Generate an object to change it here.</p>'
HINT = "A click on a part of the object chooses it, too."
_STEPS = {"undo": ("Undo", "One step back"), "redo": ("Redo", "One step that was undone")}
_FIT = (
    '<button type="button" data-do="fit" title="Let the picture move these numbers on">'
    "Fit from here</button>"
)


def panel(history: History[Result], chosen: int, fits: bool = True) -> str:
    """Parts, what can be done with the chosen one, its numbers. fits: to a picture, if asked."""
    program = history.now.program
    chosen = min(chosen, len(program.parts) - 1)
    parts = "".join(_part(n, part.name, n == chosen) for n, part in enumerate(program.parts))
    steps = step_buttons(history, "As it was at first")
    numbers = _numbers(program, chosen)
    return (
        f'<div class="edit" data-chosen="{chosen}">'
        f'<div class="chips" role="group" aria-label="Parts">{parts}</div>'
        f'<div class="edit-row">{_choice("swap", "Swap for", editing.swappable(program, chosen))}'
        f'<button type="button" data-do="remove"{" disabled" * (len(program.parts) == 1)}>Remove'
        f"</button>{_choice('add', 'Add a part', editing.addable(program))}</div>"
        f'<div class="numbers">{numbers}</div>'
        f'<div class="edit-row">{steps}{_FIT * fits}</div>'
        f'<p class="hint">{HINT}</p></div>'
    )


def step_buttons(history: History[Any], reset: str) -> str:
    """Undo, Redo and Reset. reset: what hovering that one says."""
    told = {**_STEPS, "reset": ("Reset", reset)}
    return "".join(
        f'<button type="button" data-do="{do}" title="{told[do][1]}"{" disabled" * (not there)}>'
        f"{told[do][0]}</button>"
        for do, there in history.possible.items()
    )


def again(panel: str) -> str:
    """A panel as another text: one that the page has already would not put its numbers back."""
    return f"{panel}<!-- {time.monotonic_ns()} -->"


def words(name: str) -> str:
    """A name of a template or parameter as people read it."""
    return html.escape(name.replace("_", " ").replace(".", ": "))


def _part(number: int, name: str, chosen: bool) -> str:
    colour = "rgb({}, {}, {})".format(*part_colour(number))
    return (
        f'<button type="button" class="chip" data-do="choose" data-part="{number}" '
        f'aria-pressed="{"true" if chosen else "false"}">'
        f'<i style="background:{colour}"></i>{words(name)}</button>'
    )


def _choice(do: str, label: str, templates: Sequence[Template]) -> str:
    if not templates:
        return ""
    options = "".join(
        f'<option value="{html.escape(each.name)}">{words(each.name)}</option>'
        for each in templates
    )
    return (
        f'<select data-do="{do}" aria-label="{label}"><option value="">{label} …</option>'
        f"{options}</select>"
    )


def _numbers(program: Program, chosen: int) -> str:
    groups: dict[str, list[Number]] = {}
    for number in editing.numbers(program, chosen):
        groups.setdefault(number.parameter, []).append(number)
    return "".join(_group(name, own) for name, own in groups.items())


def _group(name: str, own: Sequence[Number]) -> str:
    title = html.escape(own[0].meaning)
    fields = "".join(_flag(each) if each.kind == "flag" else _slider(each) for each in own)
    return f'<fieldset title="{title}"><legend>{words(name)}</legend>{fields}</fieldset>'


def _slider(number: Number) -> str:
    step = "1" if number.kind == "count" else "any"
    value = text(number.value)
    where = _where(number)
    label = f"{words(number.parameter)} {number.index + 1}"
    return (
        f'<label><input type="range" {where} min="{text(number.least)}" '
        f'max="{text(number.most)}" step="{step}" value="{value}" aria-label="{label}">'
        f'<input type="number" {where} step="{step}" value="{value}" aria-label="{label}, number">'
        f"</label>"
    )


def _flag(number: Number) -> str:
    checked = " checked" if round(number.value) else ""
    label = f"{words(number.parameter)} {number.index + 1}"
    return (
        f'<label class="flag"><input type="checkbox" {_where(number)}{checked} '
        f'aria-label="{label}"></label>'
    )


def _where(number: Number) -> str:
    return f'data-parameter="{html.escape(number.parameter)}" data-index="{number.index}"'


def text(value: float) -> str:
    """Short, and never -0."""
    return f"{round(value, DIGITS) + 0.0:.{DIGITS}f}".rstrip("0").rstrip(".")
