"""The service's own paths: predictions, streams, meshes, schemas, and how it is doing."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import ExitStack, aclosing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from prometheus_client import CONTENT_TYPE_LATEST

import geometry
from geometry.names import category_named
from img2code import limits
from img2code.result import Done, Improved, Text
from img2code.service import meshes, requests
from img2code.service.errors import ClientGone, ServiceError, service_error
from img2code.service.follow import Followed, deadline
from img2code.service.queue import Place
from img2code.service.state import Service, service_of
from img2code.wire import (
    CODE,
    PICTURE,
    Categories,
    Category,
    ErrorAnswer,
    FitAnswer,
    MeshRequest,
    Prediction,
    PredictRequest,
    State,
)

router = APIRouter()

_ABOUT = {
    401: "no key, where the service wants one",
    403: "a page from elsewhere that may not call the service",
    404: "no such path or category",
    408: "the body did not arrive in time",
    413: "too many bytes",
    415: "a content type that is not read",
    421: "a host name that the service does not answer to",
    422: "a request, picture, category or code that cannot be used",
    429: "the queue is full, or too much comes from one client; Retry-After says when to return",
    500: "the model gave no usable answer, or something broke",
    503: "no answer in time, still loading, or being stopped",
}


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a path, for the OpenAPI document."""
    return {status: {"model": ErrorAnswer, "description": _ABOUT[status]} for status in statuses}


def takes(content: dict[str, Any]) -> dict[str, Any]:
    """A request body that the function reads itself, for the OpenAPI document."""
    return {"requestBody": {"required": True, "content": content}}


FORM_SCHEMA = {
    "type": "object",
    "required": ["image"],
    "properties": {
        "image": {"type": "string", "contentMediaType": "application/octet-stream"},
        "category": {"type": "string"},
        "strict": {"type": "boolean"},
        "box": {"type": "string", "examples": ["0.1,0.2,0.8,0.9"]},
        "fit": {"type": "boolean"},
        "mask": {"type": "string", "contentMediaType": "application/octet-stream"},
    },
}
EVENT_SCHEMA = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["text", "fit", "done", "error"]},
        "data": {"type": "string", "contentMediaType": requests.JSON},
    },
}
PICTURE_BODY = takes(
    {
        requests.JSON: {
            "schema": PredictRequest.model_json_schema(),
            "example": {"image": PICTURE, "category": "Mug"},
        },
        requests.FORM: {"schema": FORM_SCHEMA},
    }
)
MESH_BODY = takes(
    {
        requests.JSON: {
            "schema": MeshRequest.model_json_schema(),
            "example": {"code": CODE, "format": "glb", "segments": 48},
        }
    }
)
MESH_FILES = {
    kind: {"schema": {"type": "string", "contentMediaType": kind}}
    for kind in meshes.MEDIA_TYPES.values()
}

Served = Annotated[Service, Depends(service_of)]


async def way_in(service: Served) -> AsyncIterator[Callable[[], Place]]:
    """What takes a place in the queue, which is kept until the answer has been sent.

    To be called when the body is complete: what has been sent in part keeps nobody waiting. A
    request that would get no place is refused before its body is read.
    """
    service.queue.check()
    with ExitStack() as stack:
        yield lambda: stack.enter_context(service.queue.admit())


Admit = Annotated[Callable[[], Place], Depends(way_in)]


async def _follow(
    request: Request, service: Service, admit: Callable[[], Place], texts: bool = False
) -> Followed:
    """The request's picture, read, admitted, opened and in the line."""
    sent = await requests.read_sent(request, service.threads)
    place, until = admit(), deadline()
    picture, category, fit = await service.threads.run(sent.open)
    wish = (texts, sent.strict, sent.box, fit)
    return Followed(place, request, until, picture, category, *wish)


@router.post(
    "/v1/predict",
    response_model=Prediction,
    responses=failures(408, 413, 415, 422, 429, 500, 503),
    openapi_extra=PICTURE_BODY,
    tags=["predict"],
)
async def predict(request: Request, service: Served, admit: Admit) -> Response:
    """The code of a picture, in both forms."""
    start = time.monotonic()
    followed = await _follow(request, service, admit)
    result = await followed.result()
    prediction = Prediction.of(result, followed.queue_seconds, time.monotonic() - start)
    return JSONResponse(prediction.model_dump())


@router.post(
    "/v1/predict/stream",
    response_class=StreamingResponse,
    responses={
        **failures(408, 413, 415, 422, 429, 500, 503),
        200: {
            "description": "Server-sent events: `text` (text, tokens, seconds) for every piece "
            "of the answer, `fit` (as in /v1/predict) while it is fitted, then `done` (as "
            "/v1/predict answers) or `error`.",
            "content": {"text/event-stream": {"schema": EVENT_SCHEMA}},
        },
    },
    openapi_extra=PICTURE_BODY,
    tags=["predict"],
)
async def stream(request: Request, service: Served, admit: Admit) -> Response:
    """The code of a picture while it is written."""
    start = time.monotonic()
    followed = await _follow(request, service, admit, texts=True)
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(_told(followed, start), 200, headers, "text/event-stream")


async def _told(followed: Followed, start: float) -> AsyncGenerator[str]:
    try:
        async with aclosing(followed.events(limits.KEEP_ALIVE_SECONDS)) as events:
            async for event in events:
                match event:
                    case None:
                        yield ": waiting\n\n"
                    case Text():
                        told = {"text": event.text, "tokens": event.tokens}
                        yield _event("text", {**told, "seconds": round(event.seconds, 4)})
                    case Improved():
                        yield _event("fit", FitAnswer.of(event.fitted).model_dump())
                    case Done():
                        total = time.monotonic() - start
                        prediction = Prediction.of(event.result, followed.queue_seconds, total)
                        yield _event("done", prediction.model_dump())
    except ClientGone:
        return
    except Exception as error:
        yield _event("error", service_error(error).content())


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


@router.post(
    "/v1/mesh",
    response_class=Response,
    responses={
        **failures(408, 413, 415, 422, 429, 500, 503),
        200: {
            "description": "The file; urdf, xml and sdf as a zip with their meshes.",
            "content": MESH_FILES,
        },
    },
    openapi_extra=MESH_BODY,
    tags=["mesh"],
)
async def mesh(request: Request, service: Served) -> Response:
    """The file of a code."""
    content = await requests.read(request, limits.MAX_CODE_BYTES)
    wanted = MeshRequest.model_validate_json(content)
    file = await service.meshing.write(request, wanted)
    disposition = f'attachment; filename="{file.name}"'
    headers = {"Content-Disposition": disposition, "Content-Type": file.media_type}
    return Response(file.content, headers=headers)


@router.get("/v1/categories", tags=["schema"])
async def categories() -> Categories:
    """What can be told apart, with the templates that each is built from."""
    return _categories()


@functools.cache
def _categories() -> Categories:
    names = geometry.categories()
    found = [Category(name=name, templates=list(geometry.templates(name))) for name in names]
    return Categories(categories=found)


@router.get("/v1/schema/{category}", responses=failures(404, 422), tags=["schema"])
async def schema(
    category: Annotated[str, Path(examples=["Mug"])],
    form: Annotated[Literal["recovered", "tokens"], Query(description="of which form")] = (
        "recovered"
    ),
) -> dict[str, Any]:
    """The JSON Schema of a category's codes."""
    try:
        return _schema(category_named(category), form == "tokens")
    except geometry.CodeError as error:
        problem = f"There is no category {category[:60]!r}."
        hint = " ".join(filter(None, [error.hint, "GET /v1/categories lists them."]))
        raise ServiceError("unknown_category", problem, hint, status=404) from None


_schema = functools.cache(geometry.json_schema)


@router.get("/live", tags=["state"])
async def live() -> State:
    """The process answers."""
    return State(status="ok")


@router.get("/ready", responses=failures(503), tags=["state"])
async def ready(service: Served) -> State:
    """The model is loaded, and the service is not being stopped."""
    service.check_ready()
    return State(status="ok")


@router.get(
    "/metrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    tags=["state"],
)
async def metrics(service: Served) -> Response:
    """Prometheus: requests, queue wait, tokens, seconds, in flight."""
    return Response(service.metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
