"""The two paths that clients of earlier image-to-code servers call, answered as they expect."""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from geometry import program
from img2code import limits
from img2code.result import Result
from img2code.service import requests
from img2code.service.errors import ClientGone, printable, service_error
from img2code.service.follow import Followed, deadline
from img2code.service.queue import Place
from img2code.service.routes import Admit, Served, failures, takes
from img2code.service.state import Service
from img2code.wire import PICTURE, Health, InferenceAnswer, InferenceRequest

log = logging.getLogger(__name__)
router = APIRouter(tags=["compatible"])

BODY = takes(
    {
        requests.JSON: {
            "schema": InferenceRequest.model_json_schema(),
            "example": {"image": PICTURE, "category": "Mug"},
        }
    }
)


@router.post(
    "/inference",
    response_model=InferenceAnswer,
    responses=failures(408, 413, 415, 422, 429, 503),
    openapi_extra=BODY,
)
async def inference(request: Request, service: Served, admit: Admit) -> Response:
    """The code of a picture in token form. Failures are told in the answer, with status 200.

    Only what is no such request at all, or comes when the queue is full, gets another status.
    """
    content = await requests.read(request, limits.MAX_BODY_BYTES)
    wanted = await service.threads.run(InferenceRequest.model_validate_json, content)
    place, until = admit(), deadline()
    try:
        result = await _reconstruct(wanted, request, service, place, until)
    except ClientGone:
        raise
    except Exception as error:
        sentence = printable(str(service_error(error)))
        answer = InferenceAnswer(output_text="", success=False, error=sentence)
    else:
        text = f"<code>{program.dumps(result.token_code).strip()}</code>"
        answer = InferenceAnswer(output_text=text, success=True, error=None)
    return JSONResponse(answer.model_dump())


async def _reconstruct(
    wanted: InferenceRequest, request: Request, service: Service, place: Place, until: float
) -> Result:
    sent = requests.Sent(wanted.image, wanted.category)
    picture, category, _ = await service.threads.run(sent.open)
    return await Followed(place, request, until, picture, category, box=wanted.box).result()


@router.get("/health")
async def health(service: Served) -> Health:
    """Whether the model is loaded."""
    return Health(status=service.status, model_loaded=service.queue.reconstructor is not None)
