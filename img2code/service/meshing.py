"""Mesh files for callers, built in a few processes beside the service that can be killed.

A thread cannot be ended while it computes; a process can. So a mesh that takes too long, or that
nobody waits for any more, is ended with its process, and never holds what opens pictures or the
model. The processes start with the first mesh and are kept; anyio replaces those that were killed.
"""

from __future__ import annotations

import asyncio
import tempfile
import time

import anyio
import anyio.to_process
from fastapi import Request

from geometry.errors import CodeError
from img2code import limits
from img2code.service import meshes
from img2code.service.errors import ClientGone, ServiceError, stopping
from img2code.service.pace import Pace
from img2code.wire import MeshRequest


class Meshing:
    """Belongs to one event loop. At most `limits.CONCURRENT_MESHES` are built at a time."""

    def __init__(self) -> None:
        self._turn = anyio.CapacityLimiter(limits.CONCURRENT_MESHES)
        self._processes = anyio.CapacityLimiter(limits.CONCURRENT_MESHES)
        self._pace = Pace()
        self._scopes: set[anyio.CancelScope] = set()
        self._closed = self._stopped = False

    @property
    def admitted(self) -> int:
        """Requests that wait for a mesh."""
        return len(self._scopes)

    def close(self) -> None:
        """Refuse whoever comes; meshes under way are finished."""
        self._closed = True

    def stop(self) -> None:
        """Refuse everybody; the processes that build are killed."""
        self._closed = self._stopped = True
        for scope in self._scopes:
            scope.cancel()

    async def write(self, request: Request, wanted: MeshRequest) -> meshes.File:
        """The file that a request asks for.

        Raises CodeError; ServiceError where too many wait, it takes too long or the service stops;
        ClientGone where the client has left.
        """
        if self._closed:
            raise stopping()
        if self.admitted >= limits.MAX_WAITING_MESHES + limits.CONCURRENT_MESHES:
            seconds = self._pace.retry_after(self.admitted / limits.CONCURRENT_MESHES)
            problem = f"{self.admitted} meshes are waiting already."
            raise ServiceError("busy", problem, f"Try again in {seconds} seconds.", seconds)
        answer = None
        with anyio.CancelScope() as scope:
            self._scopes.add(scope)
            watch = asyncio.create_task(_watch(request, scope))
            try:
                async with self._turn:
                    answer = await self._build(wanted)
            finally:
                watch.cancel()
                self._scopes.discard(scope)
        if answer is None:
            raise stopping() if self._stopped else ClientGone
        if isinstance(answer, meshes.Refused):
            raise CodeError(answer.where, answer.found, answer.valid, answer.hint)
        return answer

    async def _build(self, wanted: MeshRequest) -> meshes.File | meshes.Refused:
        try:
            with anyio.CancelScope(shield=True):  # a process that only starts cannot run away
                await anyio.to_process.run_sync(meshes.prepare, limiter=self._processes)
            start = time.monotonic()
            job = (wanted.code, wanted.format, wanted.segments)
            form = (wanted.scale, wanted.up, wanted.size)
            with (
                tempfile.TemporaryDirectory(prefix="img2code-mesh-") as folder,
                anyio.fail_after(limits.MESH_SECONDS),
            ):
                answer = await anyio.to_process.run_sync(
                    meshes.write, *job, folder, *form, cancellable=True, limiter=self._processes
                )
        except TimeoutError:
            problem = f"The mesh was not built within {limits.MESH_SECONDS} seconds."
            hint = "Lower its counts or segments, or build it with `img2code mesh`."
            raise ServiceError("timed_out", problem, hint) from None
        except anyio.BrokenWorkerProcess:
            problem = "The process that built the mesh has ended."
            hint = "Lower its counts or segments, or build it with `img2code mesh`."
            raise ServiceError("internal_error", problem, hint) from None
        self._pace.record(time.monotonic() - start)
        return answer


async def _watch(request: Request, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
