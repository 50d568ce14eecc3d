"""ASGI middleware for everything that is served, the page too: whose requests, and how many.

`Guard` looks at whom a request is addressed to and which page it comes from, and sets the headers
that tell browsers what they may do with answers. `Admission` looks at keys and quantities.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import math
from collections import Counter

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from img2code import limits
from img2code.service.access import Access, host_name
from img2code.service.buckets import Buckets
from img2code.service.clients import network
from img2code.service.errors import ServiceError

PAGE = "/page"
OPEN = frozenset({"/live", "/ready", "/health"})  # they tell nothing, and watchers have no key
STARTED = "/gradio_api/startup-events"  # Gradio asks a page of its own whether it has started
READING = frozenset({"GET", "HEAD", "OPTIONS"})
READING_COST = 0.05  # of a request that changes nothing; the page consists of a hundred files
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
FILE_POLICY = "default-src 'none'; sandbox"  # what visitors handed in is no page of ours
#: Gradio writes scripts and styles into its page, and compiles some (Plotly, the 3D viewer).
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' data: blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class Guard:
    """Refuses requests to other names than ours (DNS rebinding) and of foreign pages.

    page: the path of the page.
    """

    def __init__(self, app: ASGIApp, access: Access, page: str = PAGE) -> None:
        self.app, self._access, self._page = app, access, page
        self._embedders = " ".join(sorted(access.origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(Headers(scope=scope))
        if scope["type"] == "websocket":
            if refusal:
                await send({"type": "websocket.close", "code": 1008, "reason": refusal.code})
            else:
                await self.app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers(scope["path"]).items():
                    headers.setdefault(name, value)
            await send(message)

        if refusal:
            await _answer(refusal, scope, receive, secured)
        else:
            await self.app(scope, receive, secured)

    def _refusal(self, headers: Headers) -> ServiceError | None:
        host = headers.get("host", "")
        if not self._access.host_allowed(host):
            name = (host_name(host) or host)[:80]
            problem = f"There is no service under the name {name!r}."
            hint = f"Start it with --allow-host {name}, or call it by a name that it has."
            return ServiceError("host_not_allowed", problem, hint)
        origins = headers.getlist("origin")
        for origin in origins:
            if not self._access.origin_allowed(origin, host):
                problem = f"Pages of {origin[:80]!r} may not call this service."
                hint = "Start it with --allow-origin and that address."
                return ServiceError("origin_not_allowed", problem, hint)
        foreign = headers.get("sec-fetch-site") in ("cross-site", "same-site")
        if foreign and not origins and headers.get("sec-fetch-mode") != "navigate":
            problem = "Other pages may link to this service, but not embed what it serves."
            return ServiceError("origin_not_allowed", problem, "Call it by fetch, with CORS.")
        return None

    def _headers(self, path: str) -> dict[str, str]:
        if not is_page(path, self._page):
            return {**HEADERS, "Content-Security-Policy": API_POLICY}
        if "/file=" in path or "/file/" in path:
            return {**HEADERS, "Content-Security-Policy": FILE_POLICY}
        policy = f"{PAGE_POLICY} {self._embedders}".strip()
        return {**HEADERS, "Content-Security-Policy": policy}


class Admission:
    """Refuses requests without a key where there are keys, and of clients that ask for too much.

    A client is the holder of a key, else an address (a network of IPv6). Bodies are counted while
    they are held, per client and in all, and what is handed in to the page for as long as its files
    are kept. page: the path of the page.
    """

    def __init__(self, app: ASGIApp, access: Access, page: str = PAGE) -> None:
        self.app, self._access, self._page = app, access, page
        self._open = OPEN if page else {STARTED}
        rate = access.rate / 60
        self._requests = Buckets(rate, max(1, access.rate / 5)) if rate else None
        kept = limits.DOWNLOAD_SECONDS
        self._files = Buckets(limits.CLIENT_FILE_BYTES / kept, limits.CLIENT_FILE_BYTES)
        self._all_files = Buckets(limits.ALL_FILE_BYTES / kept, limits.ALL_FILE_BYTES)
        self._held: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._open or self._is_own(scope):
            await self.app(scope, receive, send)
            return
        who, admitted = self._client(scope)
        try:
            self._charge(scope, who)
            if not admitted:
                raise _unauthorized()
        except ServiceError as refusal:
            await _answer(refusal, scope, receive, send, is_page(scope["path"], self._page))
            return
        with contextlib.ExitStack() as stack:
            await self.app(scope, self._counted(scope, receive, who, stack), send)

    def _is_own(self, scope: Scope) -> bool:
        return self._access.is_own(_key(Headers(scope=scope)))

    def _client(self, scope: Scope) -> tuple[str, bool]:
        """Who asks, and whether they may. A wrong key counts against its address."""
        address = network(scope["client"][0]) if scope.get("client") else "unknown"
        if not self._access.keys:
            return address, True
        number = self._access.key_number(_key(Headers(scope=scope)))
        return (address, False) if number is None else (f"key {number}", True)

    def _charge(self, scope: Scope, who: str) -> None:
        cost = READING_COST if scope["method"] in READING else 1
        if self._requests is not None and (wait := self._requests.take(who, cost)):
            problem = f"More than {self._access.rate} requests a minute came from here."
            raise _too_many(problem, wait)
        if is_page(scope["path"], self._page) and (size := _declared(Headers(scope=scope))):
            wait = self._files.take(who, size) or self._all_files.take("all", size)
            if wait:
                raise _too_many("Too many files have been handed in lately.", wait)

    def _counted(
        self, scope: Scope, receive: Receive, who: str, stack: contextlib.ExitStack
    ) -> Receive:
        """`receive`, which refuses to take more bytes than may be held for the client or in all."""
        mine = 0

        def give_back() -> None:
            self._held.subtract({who: mine, "": mine})
            self._held += Counter()  # forgets those that hold nothing

        stack.callback(give_back)

        async def counted() -> Message:
            nonlocal mine
            message = await receive()
            size = len(message.get("body", b""))
            if size:
                mine += size
                self._held.update({who: size, "": size})
                if self._held[who] > limits.CLIENT_BODY_BYTES:
                    raise _too_many("Too many bytes are being sent from here at once.", 1)
                if self._held[""] > limits.ALL_BODY_BYTES:
                    raise _too_many("Too many bytes are being sent to the service.", 1)
            return message

        return counted


def middleware(access: Access, page: str = PAGE) -> list[Middleware]:
    """What stands in front of everything that is served, the outermost first."""
    return [
        Middleware(Guard, access=access, page=page),
        Middleware(  # also where no origin is allowed: it turns off Gradio's, which allows many
            CORSMiddleware,
            allow_origins=sorted(access.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "X-API-Key"],
            expose_headers=["Retry-After", "Content-Disposition"],
        ),
        Middleware(Admission, access=access, page=page),
    ]


def _declared(headers: Headers) -> int:
    """Bytes of a file that is handed in; the most that is taken where that is left open."""
    length = headers.get("content-length", "")
    if length.isdecimal():
        return min(int(length), limits.MAX_UPLOAD_BYTES)
    return limits.MAX_UPLOAD_BYTES if "transfer-encoding" in headers else 0


def is_page(path: str, page: str) -> bool:
    """Whether a path is one of the page's, or leads to it. page: "" where it is at the root."""
    return path == "/" or path == page or path.startswith(f"{page}/")


def _key(headers: Headers) -> str:
    """The key of a request: a bearer token, X-API-Key, or the password that a browser asks for."""
    kind, _, value = headers.get("authorization", "").partition(" ")
    match kind.lower():
        case "bearer":
            return value.strip()
        case "basic":
            with contextlib.suppress(binascii.Error, ValueError):
                return base64.b64decode(value, validate=True).decode().partition(":")[2]
    return headers.get("x-api-key", "")


def _unauthorized() -> ServiceError:
    problem = "This service wants a key."
    hint = "Send it as `Authorization: Bearer KEY`; in a browser it is the password."
    return ServiceError("unauthorized", problem, hint)


def _too_many(problem: str, wait: float) -> ServiceError:
    seconds = max(1, math.ceil(wait))
    hint = f"Try again in {seconds} seconds."
    return ServiceError("too_many_requests", problem, hint, seconds)


async def _answer(
    failure: ServiceError, scope: Scope, receive: Receive, send: Send, page: bool = False
) -> None:
    headers = failure.headers()
    if failure.code == "unauthorized":
        headers["WWW-Authenticate"] = 'Basic realm="img2code"' if page else "Bearer"
    await JSONResponse(failure.content(), failure.status, headers)(scope, receive, send)
