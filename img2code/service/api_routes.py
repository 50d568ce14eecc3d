"""The paths of an earlier image generation and analysis server, answered as its clients expect.

Every refusal is `{"error": "one sentence"}`; what a request itself has wrong is a 400.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from img2code import __version__
from img2code.reconstruct import Reconstructor
from img2code.service import vision_work
from img2code.service.errors import ServiceError, printable
from img2code.service.routes import Admit, Served
from img2code.service.vision_routes import body_of, queued, read_body
from img2code.service.vision_work import Found, Opened
from img2code.vision import Scores
from img2code.vision.prompts import from_roi
from img2code.vision.sheet import group
from img2code.wire_vision import (
    AdvancedAnswer,
    AdvancedRequest,
    AdvancedSegmentation,
    AnalyzeAnswer,
    AnalyzeRequest,
    ApiError,
    ApiState,
    ClipAnalysis,
    GenerateAnswer,
    GenerateRequest,
    GlobalAnalysis,
    PolygonFormat,
    RegionAnalysis,
    Ring,
    Segmentation,
    SegmentedRegion,
)

PREFIX = "/api"
router = APIRouter(prefix=PREFIX, tags=["compatible"])

#: Faults of a request; of these a client learns by a 400, whatever our own paths answer.
_FAULTS = frozenset({"invalid_request", "invalid_image", "url_not_fetched", "generation_failed"})
_ABOUT = {
    400: "a request or a picture that cannot be used",
    408: "the body did not arrive in time",
    413: "too many bytes",
    415: "a content type that is not read",
    429: "the queue is full",
    503: "no answer in time, still loading, or being stopped",
}
_FAILURES: dict[int | str, dict[str, Any]] = {
    status: {"model": ApiError, "description": about} for status, about in _ABOUT.items()
}


def refusal(failure: ServiceError) -> tuple[dict[str, str], int]:
    """What a client of these paths is told, and the status."""
    status = 400 if failure.code in _FAULTS else failure.status
    return {"error": printable(failure.problem)}, status


@router.get("/")
@router.get("", include_in_schema=False)
async def state() -> ApiState:
    """What there is."""
    paths = ["/api/generate", "/api/analyze", "/api/adv/generate"]
    return ApiState(name="img2code", version=__version__, paths=paths)


@router.post(
    "/generate",
    response_model=GenerateAnswer,
    responses=_FAILURES,
    openapi_extra=body_of(GenerateRequest),
)
async def generate(request: Request, service: Served, admit: Admit) -> Response:
    """A picture per prompt; several objects of one prompt share a picture."""
    wanted = await read_body(request, service, GenerateRequest)
    prompts = [wanted.prompt] if isinstance(wanted.prompt, str) else wanted.prompt
    vision_work.checked_texts(prompts)
    place = admit()

    def run(reconstructor: Reconstructor, is_wanted: Callable[[], bool]) -> GenerateAnswer:
        engine = service.vision.get("paint", reconstructor)
        pictures = [_picture(engine, prompt, is_wanted) for prompt in prompts]
        made = pictures[0] if isinstance(wanted.prompt, str) else pictures
        return GenerateAnswer(request_id=_id(), generated_image=made)

    return await queued(place, request, run)


def _picture(engine: Any, prompt: str, is_wanted: Callable[[], bool]) -> str:
    """One PNG in base64."""
    found = vision_work.painted(engine, prompt, is_wanted)
    return vision_work.base64_png(group([each.picture for each in found]))


@router.post(
    "/analyze",
    response_model=AnalyzeAnswer,
    responses=_FAILURES,
    openapi_extra=body_of(AnalyzeRequest),
)
async def analyze(request: Request, service: Served, admit: Admit) -> Response:
    """How well texts describe a picture, and what belongs together in it."""
    wanted = await read_body(request, service, AnalyzeRequest)
    place = admit()
    image = wanted.image if isinstance(wanted.image, str) else wanted.image[0]
    shown = await service.threads.run(vision_work.opened, image)
    points, boxes = from_roi(wanted.roi or [])

    def run(reconstructor: Reconstructor, _: Callable[[], bool]) -> AnalyzeAnswer:
        found = vision_work.segments(
            service.vision.get("segment", reconstructor), shown, points, boxes
        )
        scored = vision_work.scores(
            service.vision.get("concepts", reconstructor), shown, _texts(wanted.texts)
        )
        return AnalyzeAnswer(
            request_id=_id(),
            image=image,
            clip_analysis=ClipAnalysis(
                concepts=list(scored.texts),
                confidence_scores=list(scored.scores),
                max_confidence_concept=scored.best,
            ),
            basic_segmentation=Segmentation(**_segmentation(found, wanted.polygon_format)),
        )

    return await queued(place, request, run)


@router.post(
    "/adv/generate",
    response_model=AdvancedAnswer,
    responses=_FAILURES,
    openapi_extra=body_of(AdvancedRequest),
)
async def advanced(request: Request, service: Served, admit: Admit) -> Response:
    """A picture of a prompt, analysed as a whole and region by region."""
    wanted = await read_body(request, service, AdvancedRequest)
    vision_work.checked_texts([wanted.prompt])
    place = admit()
    points, boxes = from_roi(wanted.roi or [])
    texts = _texts(wanted.texts)

    def run(reconstructor: Reconstructor, is_wanted: Callable[[], bool]) -> AdvancedAnswer:
        painter, segmenter, concepts = (
            service.vision.get(kind, reconstructor) for kind in ("paint", "segment", "concepts")
        )
        image = _picture(painter, wanted.prompt, is_wanted)
        shown = vision_work.opened(image)
        found = vision_work.segments(segmenter, shown, points, boxes)
        scored = vision_work.scores(concepts, shown, texts)
        regions = [_region(each, concepts, shown, texts, wanted.polygon_format) for each in found]
        return AdvancedAnswer(
            request_id=_id(),
            generated_image=image,
            clip_analysis=GlobalAnalysis(
                all_concepts=list(scored.texts),
                all_confidence_scores=list(scored.scores),
                global_confident_concept=scored.best,
            ),
            segmentation=AdvancedSegmentation(
                **_segmentation(found, wanted.polygon_format), segmented_regions=regions
            ),
        )

    return await queued(place, request, run)


def _segmentation(found: list[Found], form: PolygonFormat) -> dict[str, Any]:
    return {
        "masks": [each.mask for each in found],
        "iou_scores": [each.segment.iou for each in found],
        "polygons": [_polygon(each, form) for each in found],
    }


def _polygon(found: Found, form: PolygonFormat) -> list[Ring] | str:
    return found.cut() if form == "image" else found.rings()


def _region(
    found: Found, concepts: Any, shown: Opened, texts: list[str], form: PolygonFormat
) -> SegmentedRegion:
    scored: Scores = vision_work.scores(concepts, shown, texts, found.box)
    return SegmentedRegion(
        request_id=_id(),
        clip_analysis=RegionAnalysis(
            concepts=list(scored.texts),
            confidence_scores=list(scored.scores),
            max_confident_concept=scored.best,
        ),
        polygon=_polygon(found, form),
    )


def _texts(texts: str | list[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else texts


def _id() -> str:
    return uuid.uuid4().hex
