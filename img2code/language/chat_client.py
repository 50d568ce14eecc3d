"""Asks a server that speaks the chat-completions protocol, and reads its answer as it streams.

What is there is read, what is not understood is passed over, no text that arrived is lost, and what
the server says is passed on.

Failures before the first piece of an answer are tried again where that may help; later ones never,
since the pieces have already been passed on.
"""

from __future__ import annotations

import contextlib
import email.utils
import json
import random
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from geometry.errors import UserError
from img2code.errors import GenerationError
from img2code.language import events, parts
from img2code.limits import MAX_ANSWER_BYTES

_AGAIN = {408, 425, 429, 500, 502, 503, 504}  # statuses that may pass
_NOT_TAKEN = ("grammar", "schema", "response_format")  # 500 for these never passes
_PATH = "/chat/completions"
_ERROR_BYTES = 4096  # of a refusal, read for its message
_HINTS = {
    401: "Set the environment variable OPENAI_API_KEY to a valid key.",
    403: "Set the environment variable OPENAI_API_KEY to a key that may use this model.",
    404: "Check --url, which ends in /v1 on most servers, and --model.",
}


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to ask it.

    read_timeout: between two chunks, or until the first. total: for everything, pauses included,
    give or take one read timeout. pause: before the second attempt; it doubles with each.
    """

    connect: float = 10.0
    read_timeout: float = 120.0
    total: float = 600.0
    attempts: int = 5
    pause: float = 0.5
    longest_pause: float = 60.0


@dataclass(frozen=True)
class Chunk:
    """A piece of an answer, and the ids of its tokens where the server tells them."""

    text: str
    ids: tuple[int, ...] = ()


class BadRequestError(UserError):
    """A request that the server does not take as it is; `problem` holds what it says."""


class TooLargeError(BadRequestError):
    """A request that is larger than the server takes."""


class BrokenOffError(GenerationError):
    """An error that the server sends in the place of an answer, or within it."""


class UnfinishedError(GenerationError):
    """An answer that may be incomplete: its text has been passed on as far as it came."""


class _ElsewhereError(Exception):
    """There is nothing at this address that speaks the protocol; `failure` says what there is."""

    def __init__(self, failure: UserError) -> None:
        self.failure = failure


class _BusyError(Exception):
    """A failure that may pass; `after` is when the server wants to be asked again (seconds)."""

    def __init__(
        self, failure: GenerationError, after: float | None = None, inside: bool = False
    ) -> None:
        """inside: the server has failed within itself, perhaps on what it was asked."""
        self.failure, self.after, self.inside = failure, after, inside


class Chat:
    """A server's address with the key that it wants; any number of threads may ask at once."""

    def __init__(self, url: str, key: str = "", patience: Patience | None = None) -> None:
        """url: the base address, as `http://localhost:8000/v1`; its query is kept.

        Without /v1 at its end, that is tried where there is nothing without it. Raises UserError.
        """
        self.patience = patience or Patience()
        base = _checked(url)
        self._addresses = _addresses(base)
        self._key = key
        if not (key.isascii() and key.isprintable()):  # the error must not show it
            raise UserError("OPENAI_API_KEY holds characters that no key has.", "Set it again.")
        self._client = httpx.Client(
            headers=_authorisation(base, key),
            timeout=httpx.Timeout(self.patience.read_timeout, connect=self.patience.connect),
            follow_redirects=False,  # neither key nor picture goes to another host
        )

    @property
    def address(self) -> str:
        """Where requests go, without the query, which may hold a secret."""
        return str(self._addresses[0].copy_with(query=None))

    def close(self) -> None:
        self._client.close()

    def answer(self, body: dict[str, Any]) -> str:
        """The whole answer to a request that streams. Raises as `stream`, and for an empty one."""
        with contextlib.closing(self.stream(body)) as chunks:
            answer = "".join(chunk.text for chunk in chunks).strip()
        if not answer:
            raise GenerationError("The model answered nothing.", "Try again.")
        return answer

    def stream(
        self, body: dict[str, Any], plainer: dict[str, Any] | None = None
    ) -> Generator[Chunk]:
        """The answer to a request, chunk by chunk; closing the iterator closes the connection.

        plainer: the request that the last attempt makes where the server fails within itself
        (500), as some do on a schema that they cannot handle. Raises BadRequestError for a request
        that the server does not take, UserError for a key or an address that is wrong, else
        GenerationError: UnfinishedError where all that came has been passed on.
        """
        deadline = time.monotonic() + self.patience.total
        asked = body
        for attempt in range(self.patience.attempts):
            begun = False
            try:
                for chunk in self._asked(asked, deadline):
                    begun = True
                    yield chunk
                return
            except _BusyError as busy:
                failure, after = busy.failure, busy.after
                if plainer and busy.inside and attempt + 2 == self.patience.attempts:
                    asked = plainer
            except httpx.RequestError as error:
                failure, after = self._lost(error), None
                if begun:
                    raise UnfinishedError(failure.problem, failure.hint) from None
                if isinstance(error, httpx.ReadTimeout):
                    raise failure from None
            wait = self._wait(attempt, after)
            last = attempt + 1 == self.patience.attempts
            if last or wait > min(self.patience.longest_pause, deadline - time.monotonic()):
                raise failure
            time.sleep(wait)

    def _asked(self, body: dict[str, Any], deadline: float) -> Iterator[Chunk]:
        """The answer at the first of the addresses where there is one; it stays the first."""
        failures: list[UserError] = []
        for address in self._addresses:
            try:
                with self._client.stream("POST", address, json=body) as response:
                    self._check(response)
                    self._addresses = (address,)
                    yield from self._chunks(response, deadline)
                    return
            except _ElsewhereError as elsewhere:
                failures.append(elsewhere.failure)
        raise failures[0]

    def _wait(self, attempt: int, after: float | None) -> float:
        """Seconds before the next attempt: what the server asks for, or twice as long each time."""
        pause = min(self.patience.pause * 2**attempt, self.patience.longest_pause)
        return max(after or 0.0, pause * random.uniform(0.5, 1.0))

    def _check(self, response: httpx.Response) -> None:
        """Raises what a status other than 200 means."""
        status = response.status_code
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if response.is_success:
            if kind == "text/html":
                problem = f"The server at {self.address} answers with {kind}."
                hint = "text/event-stream is expected. Check --url: it ends in /v1 on most servers."
                raise _ElsewhereError(UserError(problem, hint))
            return
        if response.is_redirect:
            target = response.headers.get("location", "nowhere")
            problem = f"The server at {self.address} redirects to {target}."
            raise UserError(problem, "Give that server's own address as --url.")
        problem = f"The server at {self.address} answers {status}: {self._message(response)}"
        if status == 500 and any(word in problem.lower() for word in _NOT_TAKEN):
            raise BadRequestError(problem)
        if status in _AGAIN:
            failure = GenerationError(problem, "Try again later.")
            after = _retry_after(response.headers.get("retry-after", ""))
            raise _BusyError(failure, after, inside=status == 500)
        if status == 413:
            raise TooLargeError(problem, "Raise the server's limit for the size of a request.")
        if status in (400, 422, 501):
            raise BadRequestError(problem)
        if status in (404, 405):
            raise _ElsewhereError(UserError(problem, _HINTS[404]))
        raise UserError(problem, _HINTS.get(status, "Check --url and --model."))

    def _message(self, response: httpx.Response) -> str:
        """What the server says, in one line, without the key."""
        content = b""
        with contextlib.suppress(httpx.RequestError):
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > _ERROR_BYTES:
                    break
        text = parts.plain(content[:_ERROR_BYTES].decode("utf-8-sig", errors="replace"))
        with contextlib.suppress(ValueError, RecursionError):
            text = parts.said(json.loads(text)) or text
        return self._clean(text) or "nothing more"

    def _clean(self, text: str) -> str:
        if self._key:
            text = text.replace(self._key, "…")
        return " ".join(text.split())[:300]

    def _chunks(self, response: httpx.Response, deadline: float) -> Iterator[Chunk]:
        """The answer's text; where there is none, that of a call of a tool, or of the reasoning."""
        answered = False
        calls = reasoning = refusal = ""
        finish: str | None = None
        unread: list[str] = []
        for value in _each(events.values(self._content(response, deadline))):
            if value is events.END:
                finish = finish or "stop"
                break
            if isinstance(value, events.Unread):
                unread.append(value.text)
                if value.text.startswith("{") and not finish:  # text is lost with it
                    raise BrokenOffError(
                        f"The server sent no valid JSON: {self._clean(value.text[:80])}",
                        "Try again.",
                    )
                continue
            part = parts.read(value)
            if part.error:
                problem = f"The server broke off: {self._clean(part.error)}"
                raise BrokenOffError(problem, "Try again.")
            if not part.understood:
                unread.append(json.dumps(value))
            if part.text or part.ids:
                answered = True
                yield Chunk(part.text, part.ids)
            calls, reasoning = calls + part.call, reasoning + part.reasoning
            refusal += part.refusal
            finish = part.finish or finish
        if not answered and (aside := calls or (reasoning if "{" in reasoning else "")):
            answered = True
            yield Chunk(aside)
        self._ended(finish, answered, refusal, reasoning, unread)

    def _ended(
        self,
        finish: str | None,
        answered: bool,
        refusal: str,
        reasoning: str,
        unread: Sequence[str],
    ) -> None:
        """Raises what the end of an answer means where it may not be whole."""
        told = f" It says: {self._clean(refusal)}" if refusal else ""
        if finish == "content_filter" or (refusal and not answered):
            problem = f"The server's filter stopped the answer.{told}"
            raise UnfinishedError(problem, "Try another picture or model.")
        if finish == "length":
            problem = "The server ended the answer at its limit of tokens."
            raise UnfinishedError(problem, "Raise the limit (max_tokens) on the server.")
        if not answered and unread:
            problem = f"The server sent no part of an answer: {self._clean(unread[0])[:80]}"
            raise GenerationError(problem, "Check that it speaks chat completions.")
        if finish is None:
            raise UnfinishedError("The server's answer was cut off.", "Try again.")
        if not answered and reasoning:
            problem = "The server sent its reasoning and no answer."
            raise GenerationError(problem, "Raise its limit of tokens, or turn reasoning off.")
        if not answered:
            problem = f"The server's answer is empty (finish_reason {self._clean(finish)})."
            raise GenerationError(problem, "Try again, or another model.")

    def _content(self, response: httpx.Response, deadline: float) -> Iterator[bytes]:
        """The bytes of a response. Raises GenerationError beyond the limits of time and size."""
        size = 0
        for content in response.iter_bytes():
            size += len(content)
            if time.monotonic() > deadline:
                problem = f"The server took over {self.patience.total:g} seconds."
                raise GenerationError(problem, "Try again later.")
            if size > MAX_ANSWER_BYTES:
                problem = f"The server's answer has over {MAX_ANSWER_BYTES // 1024**2} MB."
                raise GenerationError(problem, "Check what it serves.")
            yield content

    def _lost(self, error: httpx.RequestError) -> GenerationError:
        if isinstance(error, httpx.ReadTimeout):
            problem = f"The server sent nothing for {self.patience.read_timeout:g} seconds."
        elif isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            problem = f"The server at {self.address} cannot be reached: {self._clean(str(error))}."
        else:
            reason = self._clean(str(error)) or type(error).__name__
            problem = f"The connection to the server was lost: {reason}."
        return GenerationError(problem, "Check that it runs, and --url.")


def _checked(url: str) -> httpx.URL:
    """A base address."""
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        hint = "Give an address such as http://localhost:8000/v1."
        raise UserError("The server's address is not valid.", hint)
    if parsed.userinfo:
        hint = "A key goes into the environment variable OPENAI_API_KEY."
        raise UserError("The server's address holds a password.", hint)
    return parsed.copy_with(fragment=None)


def _addresses(base: httpx.URL) -> tuple[httpx.URL, ...]:
    """Where a server may take requests: behind its base address, then behind /v1 there."""
    path = base.path.rstrip("/").removesuffix(_PATH)
    known = path.endswith("/v1") or base.path.rstrip("/").endswith(_PATH) or base.query
    paths = [path] if known else [path, f"{path}/v1"]
    return tuple(base.copy_with(path=f"{each}{_PATH}") for each in paths)


def _authorisation(base: httpx.URL, key: str) -> dict[str, str]:
    """The header that carries the key; Azure, which wants its version in the query, has its own."""
    if not key:
        return {}
    if "api-version" in base.params and not key.startswith("eyJ"):  # which is a token of a login
        return {"api-key": key}
    return {"Authorization": f"Bearer {key}"}


def _each(values: Iterator[Any]) -> Iterator[Any]:
    """The values, those of lists one by one: some servers send their chunks as one list."""
    for value in values:
        if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            yield from value
        else:
            yield value


def _retry_after(text: str) -> float | None:
    """Seconds, from a number or a date."""
    with contextlib.suppress(ValueError):
        return max(0.0, float(text))
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    return None
