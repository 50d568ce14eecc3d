"""What models are asked for CadQuery source with, and the source in what they answer."""

from __future__ import annotations

import re

from img2code.errors import GenerationError

#: As CAD-Coder was trained to be asked.
CAD_CODER = (
    "Generate the CADQuery code needed to create the CAD for the provided image. "
    "Just the code, no other words."
)
GENERAL = """\
The picture shows a machined part, seen from the right, the front and above, from (1, -1, 1): x runs
to the right, y to the back, z up. Write CadQuery source that models it: first the body, then what
is added and what is cut away. Lengths are in millimetres; the largest extent is 100.
Answer with one fenced block of Python and nothing else. Import cadquery as cq, and math if needed,
and nothing more; no functions, classes, files or exports. Assign the one solid to `result`."""

_FENCED = re.compile(r"```[^\n`]*\n(.*?)(?:```|\Z)", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
#: How scripts end that are made for a viewer: they model nothing.
_SHOWING = re.compile(
    r"^(?:show_object|debug|(?:cq\.)?exporters\.export)\(.*\)[ \t]*$", re.MULTILINE
)
_IMPORTED = re.compile(r"^\s*(?:import|from)\s+cadquery\b", re.MULTILINE)


def source_of(answer: str) -> str:
    """The CadQuery source of an answer, without what only shows it. Raises GenerationError."""
    text = _THOUGHT.sub("", answer)
    blocks = [block for block in _FENCED.findall(text) if _is_modelling(block)]
    source = max(blocks, key=len) if blocks else text
    if not _is_modelling(source):
        hint = "Try again, or a model that knows CadQuery."
        raise GenerationError("The model wrote no CadQuery.", hint, answer)
    source = _SHOWING.sub("", source).strip() + "\n"
    return source if _IMPORTED.search(source) else f"import cadquery as cq\n{source}"


def _is_modelling(text: str) -> bool:
    return "Workplane" in text or "Sketch" in text or "cadquery" in text
