"""The ASGI application: paths, errors and counters around a reconstructor."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect

from geometry.errors import UserError
from img2code import __version__, limits
from img2code.reconstruct import Reconstructor
from img2code.service import api_routes, legacy_routes, routes, vision_routes
from img2code.service.access import Access, with_own_key
from img2code.service.errors import ClientGone, ServiceError, service_error
from img2code.service.guard import API_POLICY, HEADERS, PAGE, middleware
from img2code.service.metrics import Counting
from img2code.service.state import Service
from img2code.vision.resident import Choices

CLIENT_GONE = 499  # as nginx writes it into its log; nobody receives it
ABOUT = """A picture of an object in, the parametric code that rebuilds it in 3D out.

Every failure is `{"error": {"code", "message", "hint"}}` with a code that stays the same.
"""


def create_app(
    load: Callable[[], Reconstructor],
    page: bool = False,
    waiting: int = limits.MAX_WAITING,
    access: Access | None = None,
    mcp_at: str | None = None,
    vision: Choices | None = None,
    others: Mapping[str, Reconstructor] | None = None,
) -> FastAPI:
    """The service as an ASGI application; the model is loaded when it starts.

    load: makes the reconstructor. page: also serve the page, at /page. waiting: places in the queue
    besides those that the model works on. access: who may talk to it; by default this machine.
    mcp_at: the service's own address, where the page is to have its tool for MCP clients. vision:
    what segments, scores, describes and paints where it is not the embedded one. others: by name,
    what pictures of the page may be rebuilt by for a comparison. Raises UserError where that cannot
    be.
    """
    service, access = Service(load, waiting, vision), access or Access()
    access, own_key = with_own_key(access)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        service.queue.start()
        yield
        service.stop()
        await anyio.to_thread.run_sync(service.queue.join)

    app = FastAPI(
        title="img2code",
        description=ABOUT,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        middleware=[Middleware(Counting, metrics=service.metrics), *middleware(access)],
    )
    app.state.service, app.state.access = service, access
    for router in (routes.router, vision_routes.router, legacy_routes.router, api_routes.router):
        app.include_router(router, responses=routes.failures(401, 403, 421, 429))
    for kind in (UserError, ValidationError, Exception):
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    for kind in (ClientGone, ClientDisconnect):
        app.add_exception_handler(kind, _nobody)
    if page:
        from img2code.page import Itself, mount
        from img2code.service.page_model import Shared

        mcp = Itself(f"{mcp_at}{PAGE}/", own_key) if mcp_at else None
        mount(app, PAGE, Shared(service.queue), mcp=mcp, others=others or {})
        for path in ("/", PAGE):
            app.add_api_route(path, _to_page, include_in_schema=False)
    return app


async def _to_page() -> Response:
    return RedirectResponse(f"{PAGE}/")


async def _answer(request: Request, error: Exception) -> Response:
    failure = service_error(error)
    headers = {**HEADERS, "Content-Security-Policy": API_POLICY}  # where no middleware adds them
    return _told(request, failure, {**headers, **failure.headers()})


def _told(request: Request, failure: ServiceError, headers: Mapping[str, str]) -> Response:
    """A failure in the shape of the path's clients."""
    if f"{request.url.path}/".startswith(f"{api_routes.PREFIX}/"):
        content, status = api_routes.refusal(failure)
        return JSONResponse(content, status, dict(headers))
    return JSONResponse(failure.content(), failure.status, dict(headers))


async def _invalid(request: Request, error: Exception) -> Response:
    """What the framework found wrong with a query or a path."""
    assert isinstance(error, RequestValidationError)
    mistake = error.errors()[0]
    where = ".".join(str(step) for step in mistake["loc"])
    failure = ServiceError("invalid_request", f"{where}: {mistake['msg']}.", "See /openapi.json.")
    return await _answer(request, failure)


async def _http_error(request: Request, error: Exception) -> Response:
    """What the framework answers itself, in our shape."""
    assert isinstance(error, HTTPException)
    path, hint = request.url.path[:80], "See /openapi.json for what there is."
    match error.status_code:
        case 404:
            failure = ServiceError("not_found", f"There is nothing at {path}.", hint)
        case 405:
            problem = f"{path} does not take {request.method[:20]}."
            failure = ServiceError("method_not_allowed", problem, hint)
        case status:
            failure = ServiceError("invalid_request", f"{error.detail}.", hint, status=status)
    headers = {**(error.headers or {}), **failure.headers()}
    return _told(request, failure, headers)


async def _nobody(request: Request, error: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)
