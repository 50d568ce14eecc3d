"""The tab Compare: a gallery of examples and own results, two of them next to each other.

The two are turned together, and what differs between them stands below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from geometry.draw.figure import figure
from img2code.page.gallery import Entry, Examples, Own
from img2code.page.markup import cards, panel
from img2code.page.reports import ReportEvents, difference_markup
from img2code.page.search import Search, search_field
from img2code.page.ways import Ways, ways

LINK = Path(__file__).with_name("link.js")
Updates = dict[Any, Any]
# A button puts a card on its side, a click elsewhere on the card on the left; then that side comes
# into view.
CARDS = """element.addEventListener('click', (event) => {
    const card = event.target.closest('.card');
    if (!card) return;
    const chosen = event.target.closest('button') ?? card.querySelector('button');
    trigger('select', {...chosen.dataset});
    const panel = document.querySelector(`#${chosen.dataset.side}-panel`);
    panel?.closest('.side')?.scrollIntoView({ behavior: 'smooth', block: 'start' });
});"""


@dataclass(frozen=True)
class Side:
    """One half of the comparison."""

    choice: gr.Dropdown
    panel: gr.HTML
    figure: gr.Plot


@dataclass(frozen=True)
class Compare:
    """The components of the tab."""

    tab: gr.Tab
    ways: Ways
    left: Side
    right: Side
    differences: gr.HTML
    report_both: gr.Button
    report_all: gr.Button
    report_file: gr.DownloadButton
    search: Search
    cards: gr.HTML


def compare_tab(tab: gr.Tab, names: Sequence[str]) -> Compare:
    """Lay the tab out, inside of it. names: of the ways in which a picture can be rebuilt."""
    two = ways(names)
    with gr.Row(elem_id="sides"):
        left, right = _side("left"), _side("right")
    link = LINK.read_text(encoding="utf-8")
    differences = gr.HTML(js_on_load=link, elem_id="differences")
    with gr.Row(elem_id="reports"):
        both = gr.Button("Report of both", size="sm", elem_id="report-both")
        every = gr.Button("Report of all", size="sm", elem_id="report-all")
        file = gr.DownloadButton("", visible="hidden", elem_id="compared-file")
    search = search_field("cards")
    cards = gr.HTML(elem_id="cards", js_on_load=CARDS)
    return Compare(tab, two, left, right, differences, both, every, file, search, cards)


def _side(name: str) -> Side:
    with gr.Column(min_width=300, elem_classes="side"):
        choice = gr.Dropdown([], label=name.capitalize(), elem_id=f"{name}-choice")
        half = gr.HTML(panel(None), elem_id=f"{name}-panel")
        plot = gr.Plot(
            show_label=False,
            container=False,
            visible=False,
            elem_id=f"{name}-figure",
            elem_classes="turnable",
        )
    return Side(choice, half, plot)


class CompareEvents:
    """The handlers of the tab."""

    def __init__(self, examples: Examples, reports: ReportEvents) -> None:
        self._examples, self._reports = examples, reports

    def bind(self, tab: Compare, own: gr.State, quiet: dict[str, Any]) -> None:
        """Connect the components, inside the page's context. `own` holds the visitor's entries."""
        self._tab = tab
        self.shown = gr.State([])  # the entries in the gallery as it stands
        sides = [tab.left, tab.right]
        choices = [side.choice for side in sides]
        halves = [part for side in sides for part in (side.panel, side.figure)]
        filled = [tab.cards, self.shown, *choices, *halves, tab.differences]
        tab.tab.select(self.fill, [own, *choices], filled, **quiet)
        for side in sides:
            half = [side.panel, side.figure]
            side.choice.input(self.show, [side.choice, self.shown], half, **quiet).then(
                self.compare, [self.shown, *choices], tab.differences, **quiet
            )
        tab.cards.select(self.choose, self.shown, [*choices, *halves], **quiet).then(
            self.compare, [self.shown, *choices], tab.differences, **quiet
        )
        self._reports.bind_many(tab, self.shown, quiet)
        self.refilled = self.fill_newest, own, filled

    def fill_newest(self, own: list[Own]) -> Iterator[Updates]:
        """The gallery with the two newest of the visitor's results next to each other."""
        newest = [mine.key for mine in own][:2]
        right, left = newest if len(newest) == 2 else (None, None)
        yield from self._filled(own, left, right, {})

    def compare(self, shown: list[Entry], left: str | None, right: str | None) -> str:
        """What differs between the two sides."""
        by_key = {entry.key: entry for entry in shown}
        if left not in by_key or right not in by_key or left == right:
            return ""
        return difference_markup(by_key[left], by_key[right])

    def fill(self, own: list[Own], left: str | None, right: str | None) -> Iterator[Updates]:
        """The gallery: the visitor's results, then the examples, each as soon as it is made.

        left, right: what the two sides show. It stays there, as the visitor may choose others
        while the gallery is filled.
        """
        visible = {self._tab.left: left, self._tab.right: right}
        yield from self._filled(own, left, right, visible)

    def _filled(
        self, own: list[Own], left: str | None, right: str | None, visible: dict[Side, str | None]
    ) -> Iterator[Updates]:
        tab = self._tab
        for examples, missing in self._examples.entries():
            entries = [*(mine.entry for mine in own), *examples]
            if len(entries) < 2 and missing:
                # A card that is chosen before both sides have one would lose its side to the next.
                yield {tab.cards: cards([], missing)}
                continue
            keys = [entry.key for entry in entries]
            left = left if left in keys else next(iter(keys), None)
            right = right if right in keys else next(iter(keys[1:]), None)
            updates: Updates = {tab.cards: cards(entries, missing), self.shown: entries}
            choices = [(entry.title, entry.key) for entry in entries]
            for side, key in ((tab.left, left), (tab.right, right)):
                # Without a value the drop-down keeps what the visitor has chosen meanwhile.
                updates[side.choice] = gr.Dropdown(choices)
                if side not in visible or visible[side] != key:
                    updates[side.choice] = gr.Dropdown(choices, value=key)
                    updates[side.panel], updates[side.figure] = self.show(key, entries)
                    visible[side] = key
                    updates[tab.differences] = self.compare(entries, left, right)
            yield updates

    def show(self, key: str | None, shown: list[Entry]) -> tuple[str, Any]:
        """One side of the comparison."""
        entry = next((entry for entry in shown if entry.key == key), None)
        if entry is None:
            return panel(None), gr.Plot(visible=False)
        return panel(entry), gr.Plot(figure(entry.result.program), visible=True)

    def choose(self, shown: list[Entry], event: gr.EventData) -> Updates:
        """A click on a card puts its entry on the side that the button names."""
        side = self._tab.left if event.side == "left" else self._tab.right
        half, plot = self.show(event.key, shown)
        return {side.choice: gr.Dropdown(value=event.key), side.panel: half, side.figure: plot}
