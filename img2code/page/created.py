"""What words became in the tab Create: paintings with their edits, and how they are shown."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace

from PIL import Image

from img2code.page import described, edit_panel, markup
from img2code.page.edit import Edits
from img2code.report import data_uri
from img2code.vision import Painting


@dataclass(frozen=True)
class Made:
    """A painting and what a visitor has changed of its object."""

    painting: Painting
    edits: Edits


@dataclass(frozen=True)
class Created:
    """What a text and a seed became; chosen: the one of which the object is shown."""

    text: str
    seed: int
    made: tuple[Made, ...]
    chosen: int = 0

    @property
    def shown(self) -> Made:
        return self.made[self.chosen]

    def having(self, made: Made) -> Created:
        """With the chosen one changed."""
        others = list(self.made)
        others[self.chosen] = made
        return replace(self, made=tuple(others))


def panel(made: Made) -> str:
    """Parts and numbers of the object, to be changed."""
    return edit_panel.panel(made.edits.history, made.edits.chosen, fits=False)


def status(created: Created) -> str:
    """What was made, and which of the words are not satisfied."""
    result = created.shown.edits.history.now
    name = html.escape(result.category)
    parts = markup.count(len(result.program.parts), "part")
    many = f"{len(created.made)} pictures. " if len(created.made) > 1 else ""
    line = f"{many}<b>{name}</b>, {parts}; painted in {result.seconds:.1f} s."
    notes = [note for made in created.made for note in made.painting.notes]
    return f'<p class="status" role="status">{line}</p>{described.noted(notes)}'


def pictures(created: Created) -> str:
    """The painted pictures, of several the chosen one large and the others to choose from."""
    chosen = created.shown.painting.picture
    name = html.escape(created.shown.edits.history.now.category)
    large = f'<img src="{data_uri(chosen)}" alt="Painted: {name}">'
    if len(created.made) == 1:
        return f'<div class="made">{large}</div>'
    small = "".join(
        f'<button type="button" data-index="{number}" aria-label="Picture {number + 1}" '
        f'aria-pressed="{"true" if number == created.chosen else "false"}">'
        f'<img src="{data_uri(_small(each.painting))}" alt=""></button>'
        for number, each in enumerate(created.made)
    )
    return f'<div class="made">{large}<div class="made-strip">{small}</div></div>'


def _small(painting: Painting) -> Image.Image:
    picture = painting.picture.copy()
    picture.thumbnail((120, 120))
    return picture
