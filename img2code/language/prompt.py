"""What a language model is asked: the system turn, and the user turn with the picture."""

from __future__ import annotations

from typing import Any

import geometry

#: In our own words; a checkpoint may ship the text that it was trained with.
SYSTEM = """\
You see a picture of one object and write down how it is built: its category, its pose, and the \
list of its parts, each one a template of that category with all of its parameters.
Answer with one JSON code block between <code> and </code> and nothing else, in this form:
<code>{"category": "...", "pose": {"global_position": [x, y, z], "global_rotation": [x, y, z]}, \
"conceptualization": [{"template": "...", "parameters": {"...": [...]}}]}</code>
Every number of a parameter is discretised linearly to an integer from 2048 to 3072. The rotation \
of the pose is in whole degrees."""

_QUESTION = (
    "Inspect the image, classify the {kind}object, and return its size, shape, and position in a "
    "structured JSON format."
)


def question(category: str | None) -> str:
    """The text behind the picture. Raises geometry.CodeError for an unknown category.

    Checkpoints know the sentence with a category. Without one, the categories stand in the place
    of the templates.
    """
    if category is None:
        names = ", ".join(geometry.categories())
        return f"{_QUESTION.format(kind='')}\nValid Categories: {names}"
    names = ", ".join(geometry.templates(category))
    sentence = _QUESTION.format(kind=f"'{category}' ")
    return f"{sentence}\nValid Concepts of {category}: {names}"


def messages(category: str | None, system: str = SYSTEM) -> list[dict[str, Any]]:
    """The conversation, as chat templates take it; the picture itself comes beside it."""
    user = [{"type": "image"}, {"type": "text", "text": question(category)}]
    return [
        {"role": "system", "content": [{"type": "text", "text": system}]},
        {"role": "user", "content": user},
    ]
