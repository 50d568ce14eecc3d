"""A client of the service, for threads and for asyncio: the paths of /v1 as methods.

    with Client("http://127.0.0.1:8000") as client:
        print(client.predict("mug.jpg").code)

Where the service is busy, a client waits as long as the service asks it to and tries again, until
its patience ends.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from typing import Any, Self

import httpx

from img2code import limits
from img2code.client import calls
from img2code.client.calls import Prediction, RefusedError, UnreachableError
from img2code.recognition import Box
from img2code.result import Event, Picture

__all__ = ["AsyncClient", "Client", "Prediction", "RefusedError", "UnreachableError"]

PATIENCE = 60.0  # seconds of waiting for a busy service, in sum
SECONDS = limits.REQUEST_SECONDS + 10.0  # for one answer


class Client:
    """For ordinary code. Close it, or use it in a with statement.

    patience: seconds to wait in sum while the service is busy; 0 tries once. key: of a service that
    wants one, by default what the variable IMG2CODE_API_KEY holds. Methods raise RefusedError,
    UnreachableError, or ImageError for a file that cannot be read.
    """

    def __init__(
        self,
        address: str,
        patience: float = PATIENCE,
        seconds: float = SECONDS,
        key: str | None = None,
    ) -> None:
        self.address, self._patience = address.rstrip("/"), patience
        self._http = httpx.Client(
            base_url=calls.checked(self.address), timeout=seconds, headers=calls.proof(key)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def predict(
        self,
        image: Picture,
        category: str | None = None,
        strict: bool = False,
        box: Box | None = None,
        fit: bool = False,
        mask: Picture | None = None,
    ) -> Prediction:
        """The code of a picture. strict: refuse an answer that needs more than punctuation.

        box: where the object is, by default what stands out. fit: fit the code to the picture.
        mask: fit it to these pixels, white in a picture of the same shape.
        """
        call = calls.picture("/v1/predict", image, category, strict, box, fit, mask)
        return calls.prediction(calls.answer_of(self._send(call)))

    def stream(
        self,
        image: Picture,
        category: str | None = None,
        box: Box | None = None,
        fit: bool = False,
        mask: Picture | None = None,
    ) -> Generator[Event]:
        """Text events while the code is written, then Done with a Prediction.

        Closing the iterator ends the work on the other side.
        """
        call = calls.picture("/v1/predict/stream", image, category, False, box, fit, mask)
        response = self._send(call, stream=True)
        reader = calls.Events()
        try:
            for line in response.iter_lines():
                if event := reader.take(line):
                    yield event
        except httpx.TransportError as error:
            raise UnreachableError(self.address, calls.reason(error)) from None
        finally:
            response.close()
        reader.end(self.address)

    def mesh(
        self,
        code: Mapping[str, Any],
        kind: str = "glb",
        segments: int = 64,
        size: str | None = None,
    ) -> bytes:
        """The file of a code; urdf, xml and sdf are a zip with their meshes.

        size: a known dimension, as "height 95 mm", or "usual".
        """
        return self._send(calls.mesh(code, kind, segments, size)).content

    def categories(self) -> dict[str, list[str]]:
        """The templates of every category."""
        return calls.categories(calls.answer_of(self._send(calls.Call("GET", "/v1/categories"))))

    def schema(self, category: str, tokens: bool = False) -> dict[str, Any]:
        """The JSON Schema of a category's codes, of the token form if asked for."""
        schema: dict[str, Any] = calls.answer_of(self._send(calls.schema(category, tokens)))
        return schema

    def health(self) -> dict[str, Any]:
        """`status` and `model_loaded`."""
        health: dict[str, Any] = calls.answer_of(self._send(calls.Call("GET", "/health")))
        return health

    def _send(self, call: calls.Call, stream: bool = False) -> httpx.Response:
        until = time.monotonic() + self._patience
        while True:
            try:
                request = self._http.build_request(**call.arguments())
                response = self._http.send(request, stream=stream)
                if response.is_success:
                    return response
                response.read()
                response.close()
            except httpx.TransportError as error:
                raise UnreachableError(self.address, calls.reason(error)) from None
            time.sleep(calls.pause(calls.refusal(response), until))


class AsyncClient:
    """As Client, for asyncio."""

    def __init__(
        self,
        address: str,
        patience: float = PATIENCE,
        seconds: float = SECONDS,
        key: str | None = None,
    ) -> None:
        self.address, self._patience = address.rstrip("/"), patience
        self._http = httpx.AsyncClient(
            base_url=calls.checked(self.address), timeout=seconds, headers=calls.proof(key)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *details: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def predict(
        self,
        image: Picture,
        category: str | None = None,
        strict: bool = False,
        box: Box | None = None,
        fit: bool = False,
        mask: Picture | None = None,
    ) -> Prediction:
        """The code of a picture. strict: refuse an answer that needs more than punctuation.

        box: where the object is, by default what stands out. fit: fit the code to the picture.
        mask: fit it to these pixels, white in a picture of the same shape.
        """
        path = "/v1/predict"
        call = await asyncio.to_thread(calls.picture, path, image, category, strict, box, fit)
        return calls.prediction(calls.answer_of(await self._send(call)))

    async def stream(
        self,
        image: Picture,
        category: str | None = None,
        box: Box | None = None,
        fit: bool = False,
        mask: Picture | None = None,
    ) -> AsyncGenerator[Event]:
        """Text events while the code is written, then Done with a Prediction."""
        path = "/v1/predict/stream"
        call = await asyncio.to_thread(calls.picture, path, image, category, False, box, fit)
        response = await self._send(call, stream=True)
        reader = calls.Events()
        try:
            async for line in response.aiter_lines():
                if event := reader.take(line):
                    yield event
        except httpx.TransportError as error:
            raise UnreachableError(self.address, calls.reason(error)) from None
        finally:
            await response.aclose()
        reader.end(self.address)

    async def mesh(
        self,
        code: Mapping[str, Any],
        kind: str = "glb",
        segments: int = 64,
        size: str | None = None,
    ) -> bytes:
        """The file of a code; urdf, xml and sdf are a zip with their meshes.

        size: a known dimension, as "height 95 mm", or "usual".
        """
        return (await self._send(calls.mesh(code, kind, segments, size))).content

    async def categories(self) -> dict[str, list[str]]:
        """The templates of every category."""
        answer = await self._send(calls.Call("GET", "/v1/categories"))
        return calls.categories(calls.answer_of(answer))

    async def schema(self, category: str, tokens: bool = False) -> dict[str, Any]:
        """The JSON Schema of a category's codes, of the token form if asked for."""
        schema: dict[str, Any] = calls.answer_of(await self._send(calls.schema(category, tokens)))
        return schema

    async def health(self) -> dict[str, Any]:
        """`status` and `model_loaded`."""
        health: dict[str, Any] = calls.answer_of(await self._send(calls.Call("GET", "/health")))
        return health

    async def _send(self, call: calls.Call, stream: bool = False) -> httpx.Response:
        until = time.monotonic() + self._patience
        while True:
            try:
                request = self._http.build_request(**call.arguments())
                response = await self._http.send(request, stream=stream)
                if response.is_success:
                    return response
                await response.aread()
                await response.aclose()
            except httpx.TransportError as error:
                raise UnreachableError(self.address, calls.reason(error)) from None
            await asyncio.sleep(calls.pause(calls.refusal(response), until))
