"""Asks a server that speaks the chat-completions protocol, and reads its answer as it streams.

Failures before the first piece of an answer are tried again where that may help; later ones never,
since the pieces have already been passed on.
"""

from __future__ import annotations

import contextlib
import email.utils
import json
import random
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from img2code.errors import GenerationError, UserError
from img2code.limits import MAX_ANSWER_BYTES

_AGAIN = {408, 425, 429, 500, 502, 503, 504}  # statuses that may pass
_ERROR_BYTES = 4096  # of a refusal, read for its message
_HINTS = {
    401: "Set the environment variable OPENAI_API_KEY to a valid key.",
    403: "Set the environment variable OPENAI_API_KEY to a key that may use this model.",
    404: "Check --url, which ends in /v1 on most servers, and --model.",
}


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server, in seconds, and how often to ask it.

    silence: between two chunks, or until the first. total: for everything, pauses included, give
    or take one silence. pause: before the second attempt; it doubles with each.
    """

    connect: float = 10.0
    silence: float = 120.0
    total: float = 600.0
    attempts: int = 5
    pause: float = 0.5
    longest_pause: float = 60.0


@dataclass(frozen=True)
class Chunk:
    """A piece of an answer, and the ids of its tokens where the server tells them."""

    text: str
    ids: tuple[int, ...] = ()


class RefusedError(UserError):
    """A request that the server does not take as it is; `problem` holds what it says."""


class _BusyError(Exception):
    """A failure that may pass; `after` is when the server wants to be asked again (seconds)."""

    def __init__(self, failure: GenerationError, after: float | None = None) -> None:
        self.failure, self.after = failure, after


class Chat:
    """A server's address with the key that it wants; any number of threads may ask at once."""

    def __init__(self, url: str, key: str = "", patience: Patience | None = None) -> None:
        """url: the base address, as `http://localhost:8000/v1`. Raises UserError."""
        self.patience = patience or Patience()
        self.address = f"{_checked(url)}/chat/completions"
        self._key = key
        if not (key.isascii() and key.isprintable()):  # the error must not show it
            raise UserError("OPENAI_API_KEY holds characters that no key has.", "Set it again.")
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=httpx.Timeout(self.patience.silence, connect=self.patience.connect),
            follow_redirects=False,  # neither key nor picture goes to another host
        )

    def close(self) -> None:
        self._client.close()

    def stream(self, body: dict[str, Any]) -> Generator[Chunk]:
        """The answer to a request, chunk by chunk; closing the iterator closes the connection.

        Raises RefusedError for a request that the server does not take, UserError for a key or an
        address that is wrong, else GenerationError.
        """
        deadline = time.monotonic() + self.patience.total
        for attempt in range(self.patience.attempts):
            begun = False
            try:
                with self._client.stream("POST", self.address, json=body) as response:
                    self._check(response)
                    for chunk in self._chunks(response, deadline):
                        begun = True
                        yield chunk
                return
            except _BusyError as busy:
                failure, after = busy.failure, busy.after
            except httpx.TransportError as error:
                failure, after = self._lost(error), None
                if begun or isinstance(error, httpx.ReadTimeout):
                    raise failure from None
            wait = self._wait(attempt, after)
            last = attempt + 1 == self.patience.attempts
            if last or wait > min(self.patience.longest_pause, deadline - time.monotonic()):
                raise failure
            time.sleep(wait)

    def _wait(self, attempt: int, after: float | None) -> float:
        """Seconds before the next attempt: what the server asks for, or twice as long each time."""
        pause = min(self.patience.pause * 2**attempt, self.patience.longest_pause)
        return max(after or 0.0, pause * random.uniform(0.5, 1.0))

    def _check(self, response: httpx.Response) -> None:
        """Raises what a status other than 200 means."""
        status = response.status_code
        if status == 200:
            return
        if response.is_redirect:
            target = response.headers.get("location", "nowhere")
            problem = f"The server at {self.address} redirects to {target}."
            raise UserError(problem, "Give that server's own address as --url.")
        problem = f"The server at {self.address} answers {status}: {self._message(response)}"
        if status in _AGAIN:
            failure = GenerationError(problem, "Try again later.")
            raise _BusyError(failure, _retry_after(response.headers.get("retry-after", "")))
        if status in (400, 422):
            raise RefusedError(problem)
        raise UserError(problem, _HINTS.get(status, "Check --url and --model."))

    def _message(self, response: httpx.Response) -> str:
        """What the server says, in one line, without the key."""
        content = b""
        with contextlib.suppress(httpx.TransportError):
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > _ERROR_BYTES:
                    break
        text = content[:_ERROR_BYTES].decode(errors="replace")
        with contextlib.suppress(ValueError):
            text = _error_text(json.loads(text)) or text
        return self._clean(text) or "nothing more"

    def _clean(self, text: str) -> str:
        if self._key:
            text = text.replace(self._key, "…")
        return " ".join(text.split())[:300]

    def _chunks(self, response: httpx.Response, deadline: float) -> Iterator[Chunk]:
        kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == "application/json":  # a server that does not stream
            yield self._whole(b"\n".join(self._lines(response, deadline)))
            return
        if kind != "text/event-stream":
            problem = f"The server at {self.address} answers with {kind or 'no type'}."
            hint = "text/event-stream is expected. Check --url: it ends in /v1 on most servers."
            raise UserError(problem, hint)
        ended = False
        for line in self._lines(response, deadline):
            if not line.startswith(b"data:"):
                continue  # comments that keep the connection alive, names of events
            data = line[5:].strip()
            if data == b"[DONE]":
                return
            chunk, finished = self._chunk(self._parsed(data), "delta")
            ended = ended or finished
            if chunk.text or chunk.ids:
                yield chunk
        if not ended:
            raise GenerationError("The server's answer was cut off.", "Try again.")

    def _lines(self, response: httpx.Response, deadline: float) -> Iterator[bytes]:
        """The lines of a response. Raises GenerationError beyond the limits of time and size."""
        begun: list[bytes] = []  # what has come of a line
        size = 0
        for content in response.iter_bytes():
            size += len(content)
            if time.monotonic() > deadline:
                problem = f"The server took over {self.patience.total:g} seconds."
                raise GenerationError(problem, "Try again later.")
            if size > MAX_ANSWER_BYTES:
                problem = f"The server's answer has over {MAX_ANSWER_BYTES // 1024**2} MB."
                raise GenerationError(problem, "Check what it serves.")
            begun.append(content)
            if b"\n" in content:
                *lines, rest = b"".join(begun).split(b"\n")
                begun = [rest]
                yield from lines
        yield b"".join(begun)

    def _whole(self, content: bytes) -> Chunk:
        return self._chunk(self._parsed(content), "message")[0]

    def _parsed(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError:
            found = self._clean(data[:80].decode(errors="replace"))
            raise GenerationError(f"The server sent no valid JSON: {found}", "Try again.") from None

    def _chunk(self, content: Any, part: str) -> tuple[Chunk, bool]:
        """A chunk, and whether the server says that it is the last one."""
        if said := _error_text(content):
            raise GenerationError(f"The server broke off: {self._clean(said)}", "Try again.")
        try:
            choices = content["choices"]
            if not choices:  # a chunk of usage figures
                return Chunk(""), False
            text = choices[0][part].get("content") or ""
            probabilities = (choices[0].get("logprobs") or {}).get("content") or []
            ids = tuple(_token_id(entry["token"]) for entry in probabilities)
        except (KeyError, TypeError, IndexError, AttributeError):
            found = self._clean(json.dumps(content))[:80]
            problem = f"The server sent no part of an answer: {found}"
            raise GenerationError(problem, "Check that it speaks chat completions.") from None
        if not isinstance(text, str):
            raise GenerationError("The server sent no text.", "Check what it serves.")
        return Chunk(text, ids), bool(choices[0].get("finish_reason"))

    def _lost(self, error: httpx.TransportError) -> GenerationError:
        if isinstance(error, httpx.ReadTimeout):
            problem = f"The server sent nothing for {self.patience.silence:g} seconds."
        elif isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            problem = f"The server at {self.address} cannot be reached: {self._clean(str(error))}."
        else:
            reason = self._clean(str(error)) or type(error).__name__
            problem = f"The connection to the server was lost: {reason}."
        return GenerationError(problem, "Check that it runs, and --url.")


def _checked(url: str) -> str:
    """A base address without its last slash."""
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host or parsed.query:
        hint = "Give an address such as http://localhost:8000/v1."
        raise UserError("The server's address is not valid.", hint)
    if parsed.userinfo:
        hint = "A key goes into the environment variable OPENAI_API_KEY."
        raise UserError("The server's address holds a password.", hint)
    return str(parsed).rstrip("/")


def _retry_after(text: str) -> float | None:
    """Seconds, from a number or a date."""
    with contextlib.suppress(ValueError):
        return max(0.0, float(text))
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    return None


def _token_id(token: str) -> int:
    """The id in a token written as `token_id:100234`; -1 where the server writes its text."""
    number = token.removeprefix("token_id:")
    return int(number) if number != token and number.isdecimal() else -1


def _error_text(content: Any) -> str:
    """The message in an error object, of the forms that servers use; empty where there is none."""
    if not isinstance(content, dict) or not (content.get("error") or content.get("detail")):
        return str(content.get("message", "")) if _is_old_error(content) else ""
    error = content.get("error") or content.get("detail")
    return str(error.get("message") or error) if isinstance(error, dict) else str(error)


def _is_old_error(content: Any) -> bool:
    return isinstance(content, dict) and content.get("object") == "error"
