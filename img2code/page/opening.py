"""The finished example that the page opens on: no model runs for it.

opening.json is written by tools/opening.py, by the embedded model.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from geometry.program import parse
from img2code.reconstruct import Result

FIELDS = (
    "code",
    "token_code",
    "raw_text",
    "tokens",
    "seconds",
    "first_token_seconds",
    "repairs",
)
PATH = Path(__file__).with_name("opening.json")


@dataclass(frozen=True)
class Opening:
    """A picture and what a model made of it."""

    picture: Path
    result: Result


def load(examples: Path, path: Path = PATH) -> Opening | None:
    """The opening whose picture is in the folder; None where it is not."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    picture = examples / stored["picture"]
    if not picture.is_file():
        return None
    fields = {**stored["result"], "repairs": tuple(stored["result"]["repairs"])}
    return Opening(picture, Result(program=parse(fields.pop("code")), **fields))


def save(picture: str, result: Result, path: Path = PATH) -> None:
    """Write what `load` reads; `picture` is a name in the folder of examples."""
    fields = {name: getattr(result, name) for name in FIELDS}
    stored = {"picture": picture, "result": fields}
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
