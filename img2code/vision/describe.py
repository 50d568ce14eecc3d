"""Picture ⇄ paragraph: caption, regions and semantics become a paragraph, which is painted again.

Each stage has its own back end and device. Where they are not one resident model, one is loaded
when its turn comes and let go before the next.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from PIL import Image

from img2code.vision import Description, Kind, Painting, Prompt, Segment, load
from img2code.vision.caption.server import Writer
from img2code.vision.checkpoints import free
from img2code.vision.words.lexicon import listed

#: Segments whose semantics are asked for, the largest.
REGIONS = 8
_EMBEDDED = "embedded"


@dataclass(frozen=True)
class Stage:
    """A back end by name, the checkpoint that it needs, and the device that it runs on."""

    engine: str = _EMBEDDED
    model: str | None = None
    device: str | None = None


@dataclass(frozen=True)
class Plan:
    """What is done by what. labels: texts that regions are compared with, by `regions_by`."""

    caption: Stage | None = Stage()
    dense: Stage | None = Stage()
    semantics: Stage | None = Stage()
    regions_by: Stage = Stage()
    paint: Stage | None = Stage()
    labels: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True)
class Semantic:
    """A region and what it is."""

    segment: Segment
    label: str


@dataclass(frozen=True)
class Report:
    """All that was made of a picture. seconds: of each stage, loading included."""

    description: Description
    semantics: tuple[Semantic, ...] = ()
    painted: tuple[Painting, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)


class Engines:
    """Loads what a stage needs; of published checkpoints one at a time."""

    def __init__(self, reader: Any = None) -> None:
        self._reader = reader

    @contextlib.contextmanager
    def ready(self, kind: Kind, stage: Stage) -> Iterator[Any]:
        """The back end of a stage, let go afterwards unless it is the embedded model."""
        if stage.engine == _EMBEDDED:
            yield load(kind, reader=self._resident(stage.device))
            return
        engine = load(kind, stage.engine, model=stage.model, device=stage.device)
        try:
            yield engine
        finally:
            del engine
            free(stage.device)

    def _resident(self, device: str | None) -> Any:
        """The embedded model, which all stages share."""
        if self._reader is None:
            from img2code.vision.reading import Reader

            self._reader = Reader.load(device)
        return self._reader


def describe(
    picture: Image.Image,
    plan: Plan | None = None,
    writer: Writer | None = None,
    engines: Engines | None = None,
) -> Report:
    """Everything that a plan asks for, of an RGB and upright picture.

    writer: a language model that writes the paragraph; by default it is made of our own words.
    Raises UserError.
    """
    plan, engines = plan or Plan(), engines or Engines()
    clock = _Clock()
    found = Description("", (), "")
    if plan.caption is not None:
        with clock.stage("caption"), engines.ready("caption", plan.caption) as captioner:
            said = captioner.describe(picture, plan.seed)
        found = replace(found, caption=said.caption, paragraph=said.paragraph)
        if plan.dense == plan.caption:
            found = replace(found, regions=said.regions)
    if plan.dense is not None and not found.regions:
        with clock.stage("regions"), engines.ready("caption", plan.dense) as captioner:
            said = captioner.describe(picture, plan.seed)
        found = replace(found, regions=said.regions)
    semantics: tuple[Semantic, ...] = ()
    if plan.semantics is not None:
        semantics = _semantics(picture, plan, engines, clock)
    with clock.stage("paragraph"):
        paragraph = writer.write(found, [each.label for each in semantics]) if writer else ""
        found = replace(found, paragraph=paragraph or _paragraph(found, semantics))
    painted: tuple[Painting, ...] = ()
    if plan.paint is not None:
        with clock.stage("painting"), engines.ready("paint", plan.paint) as painter:
            painted = tuple(painter.paint(text_to_paint(found), picture, plan.seed))
    return Report(found, semantics, painted, clock.seconds)


def _semantics(
    picture: Image.Image, plan: Plan, engines: Engines, clock: _Clock
) -> tuple[Semantic, ...]:
    """The regions of the picture and what they are."""
    assert plan.semantics is not None
    with clock.stage("segments"), engines.ready("segment", plan.semantics) as segmenter:
        (segments,) = segmenter.segment(picture, [Prompt()])
    named = [each for each in segments if each.mask.any()][:REGIONS]
    if not plan.labels:
        return tuple(Semantic(each, each.name or "region") for each in named)
    with clock.stage("semantics"), engines.ready("concepts", plan.regions_by) as concepts:
        return tuple(
            Semantic(each, concepts.score(picture, plan.labels, _box(each.mask)).best)
            for each in named
        )


def _box(mask: np.ndarray) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(mask.any(1))[0], np.nonzero(mask.any(0))[0]
    return float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1)


def _paragraph(found: Description, semantics: Sequence[Semantic]) -> str:
    """Of what there is, where the captioner wrote none."""
    if found.paragraph:
        return found.paragraph
    sentences = [found.caption, *(region.sentence for region in found.regions)]
    if semantics:
        names = list(dict.fromkeys(each.label for each in semantics))
        sentences.append(f"The picture shows {listed(names)}.")
    return " ".join(filter(None, sentences))


def text_to_paint(found: Description) -> str:
    """What a painter is asked for: one object, as the caption has it, and the rest."""
    return f"{found.caption} {found.paragraph}".strip()


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - start, 3)
