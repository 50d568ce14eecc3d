"""Understanding and creation as paths: segments, concepts, captions, paintings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from img2code import limits
from img2code.reconstruct import Reconstructor
from img2code.service import requests, vision_work
from img2code.service.errors import ServiceError
from img2code.service.follow import deadline, value_of
from img2code.service.queue import Place
from img2code.service.routes import Admit, Served, failures, takes
from img2code.service.state import Service
from img2code.wire_vision import (
    CaptionAnswer,
    CaptionRequest,
    ConceptsAnswer,
    ConceptsRequest,
    PaintAnswer,
    PaintingAnswer,
    PaintRequest,
    PixelBox,
    RegionAnswer,
    SegmentRequest,
    SegmentsAnswer,
)

router = APIRouter(tags=["vision"])
Body = TypeVar("Body", bound=BaseModel)
#: What is done in the queue: given the reconstructor, and whether it is still wanted.
Run = Callable[[Reconstructor, Callable[[], bool]], BaseModel]
_FAILURES = failures(408, 413, 415, 422, 429, 500, 503)


def body_of(kind: type[BaseModel]) -> dict[str, Any]:
    """The request body of a path, for the OpenAPI document."""
    schema = kind.model_json_schema()
    example = schema.get("examples", [{}])[0]
    return takes({requests.JSON: {"schema": schema, "example": example}})


async def read_body(request: Request, service: Service, kind: type[Body]) -> Body:
    """The JSON of a request. Raises ServiceError or ValidationError."""
    sent = await requests.read(request, limits.MAX_BODY_BYTES)
    return await service.threads.run(kind.model_validate_json, sent)


async def queued(place: Place, request: Request, run: Run) -> Response:
    """The answer that a task in the queue makes, within the time of a request."""
    answer: BaseModel = await value_of(place, request, deadline(), run)
    return JSONResponse(answer.model_dump())


@router.post(
    "/v1/segment",
    response_model=SegmentsAnswer,
    responses=_FAILURES,
    openapi_extra=body_of(SegmentRequest),
)
async def segment(request: Request, service: Served, admit: Admit) -> Response:
    """What belongs together: around points, in boxes, or the main object; three masks each."""
    wanted = await read_body(request, service, SegmentRequest)
    place = admit()
    shown = await service.threads.run(vision_work.opened, wanted.image)

    def run(reconstructor: Reconstructor, _: Callable[[], bool]) -> SegmentsAnswer:
        engine = service.vision.get("segment", reconstructor)
        found = vision_work.segments(engine, shown, wanted.points, wanted.boxes)
        width, height = shown.size
        answers = [each.answer(wanted.masks, wanted.rle) for each in found]
        return SegmentsAnswer(width=width, height=height, segments=answers)

    return await queued(place, request, run)


@router.post(
    "/v1/concepts",
    response_model=ConceptsAnswer,
    responses=_FAILURES,
    openapi_extra=body_of(ConceptsRequest),
)
async def concepts(request: Request, service: Served, admit: Admit) -> Response:
    """How well each text describes the picture, or what is in a box of it."""
    wanted = await read_body(request, service, ConceptsRequest)
    place = admit()
    shown = await service.threads.run(vision_work.opened, wanted.image)
    box = _within(wanted.box, shown)

    def run(reconstructor: Reconstructor, _: Callable[[], bool]) -> ConceptsAnswer:
        engine = service.vision.get("concepts", reconstructor)
        found = vision_work.scores(engine, shown, wanted.texts, box)
        return ConceptsAnswer(texts=list(found.texts), scores=list(found.scores), best=found.best)

    return await queued(place, request, run)


def _within(box: PixelBox | None, shown: vision_work.Opened) -> PixelBox | None:
    """A box of the sent picture in pixels of the opened one. Raises ServiceError."""
    if box is None:
        return None
    left, top, right, bottom = box
    width, height = shown.size
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        problem = f"The box is not within the picture of {width} × {height} pixels."
        raise ServiceError("invalid_request", problem, "Give left, top, right, bottom in pixels.")
    across, along = shown.scale
    return left / across, top / along, right / across, bottom / along


@router.post(
    "/v1/caption",
    response_model=CaptionAnswer,
    responses=_FAILURES,
    openapi_extra=body_of(CaptionRequest),
)
async def caption(request: Request, service: Served, admit: Admit) -> Response:
    """The picture in words: a caption, sentences about regions, a paragraph."""
    wanted = await read_body(request, service, CaptionRequest)
    place = admit()
    shown = await service.threads.run(vision_work.opened, wanted.image)

    def run(reconstructor: Reconstructor, _: Callable[[], bool]) -> CaptionAnswer:
        engine = service.vision.get("caption", reconstructor)
        found = engine.describe(shown.picture, wanted.seed)
        across, along = shown.scale
        regions = [
            RegionAnswer(
                box=(left * across, top * along, right * across, bottom * along),
                sentence=region.sentence,
            )
            for region in found.regions
            for left, top, right, bottom in [region.box]
        ]
        return CaptionAnswer(caption=found.caption, regions=regions, paragraph=found.paragraph)

    return await queued(place, request, run)


@router.post(
    "/v1/paint",
    response_model=PaintAnswer,
    responses=_FAILURES,
    openapi_extra=body_of(PaintRequest),
)
async def paint(request: Request, service: Served, admit: Admit) -> Response:
    """A picture per object that the text asks for, with the code of what is in it."""
    wanted = await read_body(request, service, PaintRequest)
    vision_work.checked_texts([wanted.text])
    place = admit()
    layout = None
    if wanted.layout is not None:
        layout = (await service.threads.run(vision_work.opened, wanted.layout)).picture

    def run(reconstructor: Reconstructor, is_wanted: Callable[[], bool]) -> PaintAnswer:
        engine = service.vision.get("paint", reconstructor)
        found = vision_work.painted(
            engine, wanted.text, is_wanted, layout, wanted.seed, wanted.size
        )
        return PaintAnswer(
            paintings=[
                PaintingAnswer(
                    image=vision_work.base64_png(each.picture),
                    code=each.program.as_dict() if each.program else None,
                    notes=list(each.notes),
                )
                for each in found
            ]
        )

    return await queued(place, request, run)
