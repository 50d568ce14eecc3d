"""A model's answer run in the sandbox and compared with its picture, as our own parts are."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import trimesh
from PIL import Image, ImageDraw

from geometry.cad_parts.body import Body
from geometry.draw.part_camera import ISOMETRIC, PartCamera
from geometry.draw.part_picture import Look, draw_part
from geometry.errors import UserError
from img2code import sandbox
from img2code.cadquery.source import source_of
from img2code.cadquery.writers import Writer
from img2code.extras import install
from img2code.parts import cameras
from img2code.parts.compare import boxed, loss
from img2code.parts.fit import FINE
from img2code.parts.picture import look
from img2code.parts.surfaces import from_mesh

_SIDE = 448  # pixels of a picture in a comparison
_LINE = 26  # pixels of the line above it
_LOOK = Look(size=_SIDE, antialias=2)


@dataclass(frozen=True)
class Answer:
    """What a model made of a picture.

    text: all that it wrote. source: what of it was run. loss: as `Fitted.loss`, from the camera
    that suits it best. error: why there is no mesh.
    """

    model: str
    text: str = ""
    source: str = ""
    mesh: trimesh.Trimesh | None = None
    volume: float | None = None
    loss: float | None = None
    camera: PartCamera = ISOMETRIC
    error: str = ""


def answer(writer: Writer, picture: Image.Image) -> Answer:
    """Never raises UserError: what went wrong is in the answer."""
    text = source = ""
    try:
        text = writer.ask(picture)
        source = source_of(text)
        made = sandbox.run(source)
    except UserError as error:
        return Answer(writer.model, text, source, error=str(error))
    loss, camera = against(picture, made.mesh)
    return Answer(writer.model, text, source, made.mesh, made.volume, loss, camera)


def check_installed() -> None:
    """Raises UserError where there is no CadQuery to run answers with."""
    if find_spec("cadquery") is None:
        problem = "CadQuery is not installed, so no answer could be run."
        raise UserError(problem, f"Install it: {install('cad')}.")


def against(picture: Image.Image, mesh: trimesh.Trimesh) -> tuple[float | None, PartCamera]:
    """The loss of a mesh, and from where it was seen; None where it bounds no solid."""
    looked, made = look(picture), unit_body(mesh)
    if looked is None or made is None:
        return None, ISOMETRIC
    target = looked.target(FINE)
    tried = []
    for camera in dict.fromkeys((ISOMETRIC, *cameras.seen_from(looked).likely)):
        tried.append((loss(target, made, camera, boxed(made, camera, FINE)), camera))
    return min(tried, key=lambda each: each[0])


def unit_body(mesh: trimesh.Trimesh) -> Body | None:
    """A mesh's solid in the middle of the unit cube."""
    low, high = mesh.bounds
    extent = float((high - low).max())
    moved = trimesh.Trimesh(
        (mesh.vertices - (low + high) / 2) / max(extent, 1e-12) + 0.5, mesh.faces, process=False
    )
    return from_mesh(moved)


def comparison(
    picture: Image.Image, ours: tuple[Body, PartCamera, float], other: Answer
) -> Image.Image:
    """The picture, our part and the model's, from where each suits the picture best."""
    body, camera, own = ours
    panels = [("Picture", picture), (f"img2code, loss {own:.3f}", draw_part(body, camera, _LOOK))]
    theirs = unit_body(other.mesh) if other.mesh is not None else None
    title = f"{other.model[:40]}, loss {other.loss:.3f}" if other.loss is not None else other.model
    blank = Image.new("RGB", (_SIDE, _SIDE), "white")
    panels.append((title, draw_part(theirs, other.camera, _LOOK) if theirs else blank))
    sheet = Image.new("RGB", (len(panels) * _SIDE, _SIDE + _LINE), "white")
    pen = ImageDraw.Draw(sheet)
    for number, (name, shown) in enumerate(panels):
        small = shown.convert("RGB")
        small.thumbnail((_SIDE, _SIDE))
        left = number * _SIDE + (_SIDE - small.width) // 2
        sheet.paste(small, (left, _LINE + (_SIDE - small.height) // 2))
        plain = name.encode("latin-1", "replace").decode("latin-1")
        pen.text((number * _SIDE + 8, 7), plain, fill=(40, 48, 58))
    return sheet


def scaled(mesh: trimesh.Trimesh, millimetres: float | None) -> trimesh.Trimesh:
    """A copy with this largest extent; None: as its source says."""
    copy = mesh.copy()
    if millimetres is not None:
        copy.apply_scale(millimetres / float(np.ptp(mesh.bounds, axis=0).max()))
    return copy
