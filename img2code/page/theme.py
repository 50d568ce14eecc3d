"""Colours and type of the page: quiet, system fonts only, nothing fetched from elsewhere."""

from pathlib import Path

import gradio as gr

STYLES = [Path(__file__).with_name(name) for name in ("style.css", "words.css")]

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace")
_INK = gr.themes.Color(
    name="ink",
    c50="#f3f6fa",
    c100="#e3eaf2",
    c200="#c8d5e4",
    c300="#a1b7cf",
    c400="#7295b8",
    c500="#4c78a8",
    c600="#3c638f",
    c700="#325275",
    c800="#2b4460",
    c900="#243750",
    c950="#182536",
)


def theme() -> gr.themes.Base:
    """A light and a dark theme in one, the main colour that of an object's first part."""
    made = gr.themes.Base(
        primary_hue=_INK,
        secondary_hue=_INK,
        neutral_hue=gr.themes.colors.slate,
        text_size=gr.themes.sizes.text_md,
        spacing_size=gr.themes.sizes.spacing_md,
        radius_size=gr.themes.sizes.radius_md,
        font=_SANS,
        font_mono=_MONO,
    )
    return made.set(
        body_background_fill="#f6f7f9",
        body_background_fill_dark="#12161c",
        block_background_fill="white",
        block_background_fill_dark="#1a2029",
        background_fill_primary_dark="#1a2029",
        background_fill_secondary_dark="#161b23",
        border_color_primary_dark="#2b3440",
        block_border_width="1px",
        block_shadow="none",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_border_width="0px",
        block_label_text_weight="500",
        block_title_text_weight="500",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_500",
        button_primary_background_fill_hover_dark="*primary_400",
        button_primary_text_color="white",
        button_secondary_background_fill="white",
        button_secondary_background_fill_hover="*neutral_50",
        button_secondary_background_fill_dark="#222a35",
        button_secondary_background_fill_hover_dark="#2b3440",
        button_secondary_border_color="*neutral_300",
        button_border_width="1px",
        input_background_fill_dark="#161b23",
    )
