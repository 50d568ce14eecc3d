"""Analysis: regions of a picture, and how well texts describe it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from img2code import atomic, vision
from img2code.recipes.models import Model, check_folder, opened
from img2code.recipes.registry import Place, Row, step


@dataclass(frozen=True, kw_only=True)
class Segmenting(Model):
    """backend: embedded, sam or sam2."""

    backend: str = "embedded"


def _check_segmenting(config: Segmenting) -> Sequence[str]:
    return _check(config, "segment", config.backend)


def _check(config: Model, kind: vision.Kind, backend: str) -> Sequence[str]:
    known = vision.PRESETS[kind]
    wrong = list(check_folder(config))
    if backend not in known:
        wrong.append(f"backend {backend!r} is not known; valid: {', '.join(known)}.")
    elif backend != "embedded" and not config.model_path:
        wrong.append(f"backend {backend} needs model_path.")
    return wrong


@step("Segmenter", "Segmenter", reads=["image"], writes=["mask", "iou"], check=_check_segmenting)
def segment(config: Segmenting, place: Place) -> Callable[[Row], Row]:
    """The main object of each picture as a mask, white on black."""
    options = {"model": config.model_path, "device": config.device}
    segmenter: vision.Segmenter = vision.load("segment", config.backend, **options)

    def run(row: Row) -> Row:
        picture = opened(place.picture(row))
        ((best, *_),) = segmenter.segment(picture, [vision.Prompt()])
        target = place.made(row, "mask.png", "generated_masks")
        with atomic.atomic_path(target) as temporary:
            Image.fromarray(np.where(best.mask, 255, 0).astype(np.uint8)).save(temporary)
        return {"mask": str(target), "iou": round(float(best.iou), 4)}

    return run


@dataclass(frozen=True, kw_only=True)
class Scoring(Model):
    """texts: what each picture is compared with. backend: embedded, clip or siglip2."""

    texts: tuple[str, ...]
    backend: str = "embedded"


def _check_scoring(config: Scoring) -> Sequence[str]:
    wrong = list(_check(config, "concepts", config.backend))
    if not config.texts:
        wrong.append("texts is empty.")
    return wrong


@step("Concepts", "Concepts", reads=["image"], writes=["concept", "scores"], check=_check_scoring)
def score(config: Scoring, place: Place) -> Callable[[Row], Row]:
    """Which of some texts describes each picture best, and the scores of all."""
    options = {"model": config.model_path, "device": config.device}
    concepts: vision.Concepts = vision.load("concepts", config.backend, **options)

    def run(row: Row) -> Row:
        scores = concepts.score(opened(place.picture(row)), config.texts)
        told = dict(zip(scores.texts, (round(each, 4) for each in scores.scores), strict=True))
        return {"concept": scores.best, "scores": told}

    return run
