"""The finished example that the page opens on: no model runs for it.

opening.json is written by tools/opening.py, by the embedded model.
"""

from __future__ import annotations

import base64
import io
import json
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from geometry.program import Program, parse
from img2code.fit.camera import Camera
from img2code.fit.fitting import Change, Fitted
from img2code.fit.mask import Mask
from img2code.page.seen import Seen, seen
from img2code.recognition import Recognition
from img2code.result import Result

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

    @cached_property
    def seen(self) -> Seen | None:
        """What the model saw in it."""
        return seen(self.picture, self.result, None, None)


def load(examples: Path, path: Path = PATH) -> Opening | None:
    """The opening whose picture is in the folder; None where it is not."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    picture = examples / stored["picture"]
    if not picture.is_file():
        return None
    fields = {**stored["result"], "repairs": tuple(stored["result"]["repairs"])}
    program, told = parse(fields.pop("code")), fields.pop("recognition")
    fitted = _fitted(program, fields.pop("fitted"))
    recognition = _recognition(told)
    result = Result(program=program, recognition=recognition, fitted=fitted, **fields)
    return Opening(picture, result)


def _fitted(program: Program, told: dict[str, Any] | None) -> Fitted | None:
    if told is None:
        return None
    changes = tuple(Change(**change) for change in told["changes"])
    camera = Camera(**told["camera"])
    numbers = told["overlap"], told["before"], changes, told["seconds"]
    return Fitted(program, camera, *numbers, _mask(told["mask"]))


def _mask(told: dict[str, Any]) -> Mask:
    probability = np.asarray(Image.open(io.BytesIO(base64.b64decode(told["probability"])))) / 255
    left, top, right, bottom = told["square"]
    return Mask(probability, (left, top, right, bottom), told["frame"])


def _told_mask(mask: Mask) -> dict[str, Any]:
    content = io.BytesIO()
    grey = np.rint(255 * mask.probability).astype(np.uint8)
    Image.fromarray(grey).save(content, "PNG", optimize=True)
    probability = base64.b64encode(content.getvalue()).decode()
    return {"probability": probability, "square": mask.square, "frame": mask.frame}


def _recognition(told: dict[str, Any] | None) -> Recognition | None:
    if told is None:
        return None
    ranking = tuple((name, chance) for name, chance in told["ranking"])
    left, top, right, bottom = told["box"]
    others = tuple((x, y, x_end, y_end) for x, y, x_end, y_end in told["others"])
    return Recognition(ranking, told["known"], (left, top, right, bottom), others)


def save(picture: str, result: Result, path: Path = PATH) -> None:
    """Write what `load` reads; `picture` is a name in the folder of examples."""
    fields = {name: getattr(result, name) for name in FIELDS}
    fields["recognition"] = result.recognition and asdict(result.recognition)
    fields["fitted"] = fitted = result.fitted and asdict(result.fitted)
    if fitted and result.fitted and result.fitted.mask:
        del fitted["program"]
        fitted["mask"] = _told_mask(result.fitted.mask)
    stored = {"picture": picture, "result": fields}
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
