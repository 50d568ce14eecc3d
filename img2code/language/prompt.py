"""What a language model is asked: the system turn, and the user turn with the picture."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import geometry
import stats

#: In our own words; a checkpoint may ship the text that it was trained with.
SYSTEM = """\
You see a picture of one object and write down how it is built: its category, its pose, and the \
list of its parts, each one a template of that category with all of its parameters.
Answer with one JSON code block between <code> and </code> and nothing else, in this form:
<code>{"category": "...", "pose": {"global_position": [x, y, z], "global_rotation": [x, y, z]}, \
"conceptualization": [{"template": "...", "parameters": {"...": [...]}}]}</code>
Every number of a parameter is discretised linearly to an integer from 2048 to 3072. The rotation \
of the pose is in whole degrees."""

#: For models that were never trained on codes; with `general_question`.
GENERAL = """\
You see a picture of one object and write down how it is built: its category, its pose, and the \
list of its parts, each one a template of that category with all of its parameters.
Answer with one JSON code block between <code> and </code> and nothing else, in this form:
<code>{"category": "...", "pose": {"global_position": [0, 0, 0], "global_rotation": [x, y, z]}, \
"conceptualization": [{"template": "...", "parameters": {"...": [...]}}]}</code>
The object's own frame is right-handed: x to its right, y up, its front towards +z. "position" is \
where the middle of a part lies, "rotation" turns it about x, then y, then z, in degrees. Lengths \
are relative; keep them near the typical ones. "global_rotation" turns the whole object in the \
same way, about the fixed axes, before a camera on +z that looks towards -z: [20, 0, 0] is seen \
from its front and 20 degrees from above, [24, 33, 13] with its front turned 35 degrees to the \
right of the picture besides, [24, -33, -13] to the left."""

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


@cache
def general_question(category: str) -> str:
    """The same for models that know no codes: every template with its parts' typical numbers.

    Raises geometry.CodeError for an unknown category.
    """
    lines = [f"The object is a {category}. Build it of these templates, with the numbers changed:"]
    for template in geometry.templates(category).values():
        typical = stats.SHIPPED.typical(category, template.name)
        numbers = {name: [float(f"{value:.3g}") for value in row] for name, row in typical.items()}
        entry = json.dumps({"template": template.name, "parameters": numbers})
        most = "any number" if template.at_most > 1 else "one at the most"
        lines.append(f"- {template.role} ({most}): {' '.join(template.doc.split())}\n  {entry}")
        lines += [f"  {p.name}: {p.meaning}" for p in template.parameters if p.meaning]
    return "\n".join(lines)


def messages(category: str | None, system: str = SYSTEM) -> list[dict[str, Any]]:
    """The conversation, as chat templates take it; the picture itself comes beside it."""
    user = [{"type": "image"}, {"type": "text", "text": question(category)}]
    return [
        {"role": "system", "content": [{"type": "text", "text": system}]},
        {"role": "user", "content": user},
    ]
