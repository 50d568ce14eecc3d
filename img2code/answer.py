"""Reads a back end's answer as a code in token form, and repairs it where its intent is certain.

Certain is what leaves one reading: values that are all there with something superfluous around
them, brackets that only close, parts before the place where an answer was cut off. A value that is
missing is never made up. Every repair is one sentence of the result.
"""

from __future__ import annotations

import re
from typing import Any

from geometry.errors import CodeError
from img2code import loose_json, repair
from img2code.errors import GenerationError
from img2code.loose_json import LooseError
from img2code.repair import Repairs

Code = dict[str, Any]

_HINT = "Try again, or with another picture."
_OPEN, _CLOSE = "<code>", "</code>"
_FENCE = re.compile(r"```(?:json)?")
_START = re.compile(r'\{\s*["“]')


def read(text: str, category: str | None = None) -> tuple[Code, tuple[str, ...]]:
    """The code in an answer, in token form, and the sentences on what had to be repaired.

    Takes the last <code>…</code> that holds a code, or bare JSON. category: what was asked for,
    if anything. Raises GenerationError, which keeps the text.
    """
    repairs = Repairs()
    try:
        content = _block(text, repairs)
        start = _START.search(content) or re.search(r"\{", content)
        if not start:
            raise GenerationError("The answer holds no code.", _HINT, text)
        loose = loose_json.parse(content[start.start() :])
        around = content[: start.start()] + loose.rest
        if _FENCE.sub("", around).strip():
            repairs.add("Text around the code was passed over.")
        for sentence in loose.repairs:
            repairs.add(sentence)
        code = repair.code(loose.value, loose.cut, category, repairs)
    except LooseError as error:
        raise GenerationError(f"The answer is not valid JSON ({error}).", _HINT, text) from None
    except CodeError as error:
        problem = f"The answer is not a valid code. {error}"
        raise GenerationError(problem, _HINT, text) from error
    return code, repairs.sentences()


def _block(text: str, repairs: Repairs) -> str:
    """What stands in the last pair of tags that holds a code; all of it where there are none."""
    if _OPEN not in text and _CLOSE not in text:
        return text
    end = text.rfind(_CLOSE)
    while end >= 0:
        start = text.rfind(_OPEN, 0, end)
        content = text[max(start, 0) : end].removeprefix(_OPEN)
        if "{" in content:
            if start < 0:
                repairs.add(f"The tag {_OPEN} was missing.")
            if (text[: max(start, 0)] + text[end + len(_CLOSE) :]).strip():
                repairs.add("Text around the code was passed over.")
            return content
        end = text.rfind(_CLOSE, 0, end)
    start = text.rfind(_OPEN)
    if start < 0:
        return text
    if text[:start].strip():
        repairs.add("Text around the code was passed over.")
    repairs.add(f"The tag {_CLOSE} was missing.")
    return text[start + len(_OPEN) :]
