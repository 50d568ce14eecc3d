"""The tabs with the project's own pages: the README, and how to ask for results over HTTP."""

from __future__ import annotations

import re

import gradio as gr

from img2code.page.shipped import FOLDER

#: Title of a tab and the file that it shows; left out where the file did not come along.
PAGES = {"Read me": FOLDER / "README.md", "API": FOLDER / "docs" / "service.md"}


def tabs() -> None:
    """One tab per page, inside the page's gr.Tabs."""
    for title, path in PAGES.items():
        if path.is_file():
            with gr.Tab(title, id=title):
                text = readable(path.read_text(encoding="utf-8"))
                gr.Markdown(text, elem_classes="about")


def readable(text: str) -> str:
    """Markdown without its settings at the top, pictures, comments and links to other files."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\n?", "", text, flags=re.DOTALL)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    return re.sub(r"\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", text).strip() + "\n"
