"""Paints what a text asks for out of a sampled code: the picture comes with the code it shows.

A text becomes a wish, the wish a code that satisfies it, the code a photograph of a small studio.
What the embedded recogniser does not read back from a draft is drawn anew, a few times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

import geometry
from geometry.errors import UserError
from geometry.program import Pose, Program
from geometry.view import View
from img2code.errors import GenerationError
from img2code.fit.camera import Camera
from img2code.image import open_image
from img2code.render.materials import Material
from img2code.vision import Painting
from img2code.vision.paint import materials
from img2code.vision.paint.satisfying import (
    Candidate,
    candidates,
    matching,
    missing,
    number_of,
    unknown_phrase,
    unsatisfied_sentence,
)
from img2code.vision.paint.studio import Shot, Studio, photograph
from img2code.vision.reading import Reader, Reading
from img2code.vision.words import meaning
from img2code.vision.words.colour import colour_of
from img2code.vision.words.wish import PartWish, Wish, read

MOST_SIZE = 1024
#: Drafts that are read back, at most, and their size in pixels.
DRAFTS, DRAFT_SIZE = 3, 224
#: The same where something is counted, which is read less surely.
COUNTED_DRAFTS, COUNTED_SIZE = 6, 512
#: What the category is worth when drafts are compared; a count or a colour is worth 1.
_CATEGORY_WORTH = 2.0
#: Elevations from which pieces are counted best, in degrees; and how far aside at most.
_COUNTED_FROM = {"burner": (32.0, 48.0), "leg": (4.0, 18.0)}
_COUNTED_ELSE, _COUNTED_ASIDE = (6.0, 20.0), 34.0
_COVERED = 0.9  # of a pixel by the object, for its colour to count


@dataclass(frozen=True)
class _Idea:
    """What may be painted: a program as it is seen, and how it and its surroundings look."""

    candidate: Candidate
    program: Program
    materials: tuple[Material, ...]
    studio: Studio
    camera: Camera | None = None


@dataclass(frozen=True)
class Scene:
    """How a painted object and its surroundings look. materials: by the names of its parts."""

    materials: Mapping[str, Material]
    studio: Studio
    camera: Camera | None


class Embedded:
    """Sampled codes in a studio. reader: what drafts and layouts are read with."""

    name = "embedded"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def paint(
        self, text: str, layout: Image.Image | None = None, seed: int = 0, size: int = 512
    ) -> list[Painting]:
        """One picture per object that the text asks for, each with its code.

        layout: a picture whose object's place and view are kept, and its shape too where the text
        allows it. The same text, layout and seed give the same pictures.
        """
        if not text.strip():
            raise UserError("The text is empty.", "Say what is to be painted, as in “a blue mug”.")
        if not 64 <= size <= MOST_SIZE:
            problem = f"Pictures of {size} pixels are not painted."
            raise UserError(problem, f"Ask for 64 to {MOST_SIZE}.")
        wish = read(text)
        seen = self._reader.read(open_image(layout)) if layout is not None else None
        category, note = self._category(wish, seen)
        notes = tuple(filter(None, [note, unknown_phrase(wish.unknown)]))
        rng = np.random.default_rng([seed, *text.encode()])
        return [
            self._painted(wish, category, seen, np.random.default_rng(each), size, notes)
            for each in rng.integers(2**31, size=wish.number)
        ]

    def _category(self, wish: Wish, layout: Reading | None) -> tuple[str, str]:
        """The category to paint, and a note where the text does not name it."""
        if wish.category is not None:
            return wish.category, ""
        if layout is not None:
            return layout.program.category.name, ""
        nearest = meaning.nearest_category(wish.text)
        return nearest, f"The text names nothing that can be painted; nearest is: {nearest}."

    def _painted(
        self,
        wish: Wish,
        category: str,
        layout: Reading | None,
        rng: np.random.Generator,
        size: int,
        notes: tuple[str, ...],
    ) -> Painting:
        best, worth, draft = None, -1.0, None
        for idea in self._ideas(wish, category, layout, rng):
            shot = _draft(wish, idea)
            found = self._kept(wish, idea, shot)
            if found > worth:
                best, worth, draft = idea, found, shot
            if found >= self._most(wish):
                break
        assert best is not None
        assert draft is not None
        shot = draft if draft.picture.width == size else _shot(best, size)
        lost = unsatisfied_sentence(best.candidate.missing)
        names = [part.name for part in best.program.parts]
        surfaces = dict(zip(names, best.materials, strict=True))
        scene = Scene(surfaces, best.studio, best.camera)
        return Painting(shot.picture, best.program, (*notes, *filter(None, [lost])), scene)

    def again(self, painting: Painting, program: Program, size: int = 512) -> Painting:
        """A painting of this painter with its object changed; what is new looks like the rest."""
        scene = painting.scene
        assert isinstance(scene, Scene)
        usual = next(iter(scene.materials.values()))
        surfaces = [scene.materials.get(part.name, usual) for part in program.parts]
        shot = photograph(program, surfaces, size, scene.studio, scene.camera)
        return replace(painting, picture=shot.picture, program=program)

    def _ideas(
        self, wish: Wish, category: str, layout: Reading | None, rng: np.random.Generator
    ) -> Iterator[_Idea]:
        """Different ones, those first that satisfy the wish best."""
        if layout is not None and layout.program.category.name == category:
            lost = tuple(missing(wish, layout.program))
            if not lost:  # the layout's own object will do
                yield self._idea(wish, Candidate(layout.program, lost), rng, layout, same=True)
                return
        drafts = COUNTED_DRAFTS if _counted(wish) else DRAFTS
        found = candidates(wish, category, rng, drafts)
        for candidate in (found * drafts)[:drafts]:
            yield self._idea(wish, candidate, rng, layout)

    def _idea(
        self,
        wish: Wish,
        candidate: Candidate,
        rng: np.random.Generator,
        layout: Reading | None,
        same: bool = False,
    ) -> _Idea:
        program = candidate.program
        if layout is not None:
            pose = layout.program.pose
        else:
            yaw, elevation = wish.view or _view(wish, rng)
            x, y, z = View(yaw, elevation).angles()
            pose = Pose(rotation=(round(x), round(y), round(z)))
        program = replace(program, pose=pose)
        camera = None
        if layout is not None:
            camera = layout.camera if same else layout.camera_for(program)
        surfaces = surfaces_of(wish, program, rng)
        turn = rng.uniform(-0.25, 0.25)
        key = np.array([-0.45 + turn, 0.72, 0.53])
        x, y, z = (key / np.linalg.norm(key)).tolist()
        return _Idea(candidate, program, surfaces, Studio(key=(x, y, z)), camera)

    def _most(self, wish: Wish) -> float:
        return _CATEGORY_WORTH + len(_counted(wish)) + bool(wish.colour)

    def _kept(self, wish: Wish, idea: _Idea, shot: Shot) -> float:
        """How much of the wish is read back from a draft of the picture."""
        counted = _counted(wish)
        category, picture = idea.program.category.name, open_image(shot.picture)
        seen_colour = colour_of(np.asarray(shot.picture)[shot.cover > _COVERED])
        kept = int(bool(wish.colour and seen_colour and seen_colour.name == wish.colour))
        if counted:
            try:
                seen = self._reader.guess(picture)
            except (GenerationError, geometry.CodeError):
                return 0.0
            same = seen.category.name == category
            kept += sum(
                number_of(part.noun, seen) == number_of(part.noun, idea.program) for part in counted
            )
        else:
            same = self._reader.recognized(picture).category == category
        return _CATEGORY_WORTH * same + kept - 0.5 * len(idea.candidate.missing)


def _draft(wish: Wish, idea: _Idea) -> Shot:
    """What is read back of an idea."""
    return _shot(idea, COUNTED_SIZE if _counted(wish) else DRAFT_SIZE)


def _shot(idea: _Idea, size: int) -> Shot:
    return photograph(idea.program, idea.materials, size, idea.studio, idea.camera)


def _counted(wish: Wish) -> list[PartWish]:
    return [part for part in wish.parts if part.count is not None]


def _view(wish: Wish, rng: np.random.Generator) -> tuple[float, float]:
    """Yaw and elevation from which an object, and what of it is counted, is seen well."""
    counted = _counted(wish)
    if not counted:
        return rng.uniform(-48, 48), rng.uniform(10, 30)
    low, high = _COUNTED_FROM.get(counted[0].noun, _COUNTED_ELSE)
    return rng.uniform(-_COUNTED_ASIDE, _COUNTED_ASIDE), rng.uniform(low, high)


def surfaces_of(wish: Wish, program: Program, rng: np.random.Generator) -> tuple[Material, ...]:
    """One material per part: what the text says of the part, else of the object, else the usual."""
    category = program.category.name
    usual, usual_colour = materials.usual(category, rng)
    name = wish.material or usual
    colour = wish.colour or ("" if wish.material else usual_colour)
    if wish.colour and not wish.material and name in ("metal", "wood"):
        name = "painted"  # metal and wood have a colour of their own
    if not wish.colour and name in ("wood", "metal", "cardboard") and name == usual:
        colour = ""  # its own
    whole = materials.material(name, colour, rng)
    surfaces = [whole] * len(program.parts)
    for part_wish in wish.parts:
        if part_wish.absent or not (part_wish.colour or part_wish.material):
            continue
        own = materials.material(part_wish.material or name, part_wish.colour or colour, rng)
        meant = {id(part) for part in matching(part_wish, program)}
        surfaces = [
            own if id(part) in meant else surface
            for part, surface in zip(program.parts, surfaces, strict=True)
        ]
    return tuple(surfaces)


def load(reader: Reader | None = None, device: str | None = None) -> Embedded:
    """reader: one that is there already; device: of the networks, as torch names it."""
    return Embedded(reader or Reader.load(device))
