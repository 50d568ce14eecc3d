"""Reads a back end's answer as a code in token form, and repairs it where its intent is certain.

Certain is what leaves one reading: values that are all there with something superfluous around
them, brackets that only close, parts before the place where an answer was cut off. Whatever is left
out or filled in is named: every repair has a kind and one sentence.
"""

from __future__ import annotations

import re
from typing import Any

from geometry import program
from geometry.errors import CodeError
from geometry.names import known_category
from geometry.schema.parameter import short
from img2code import limits
from img2code.errors import GenerationError
from img2code.language.answer import loose_json, repair
from img2code.language.answer.kinds import Repair, Repairs
from img2code.language.answer.loose_json import LooseError

Code = dict[str, Any]

_HINT = "Try again, or with another picture."
_OPEN, _CLOSE = "<code>", "</code>"
_TAG = re.compile("</?code>")
_FENCE = re.compile(r"```(?:json)?")
_START = re.compile(r'\{\s*["“]')
_PUNCTUATION = re.compile(r"[\s,\]}]*")
_TEMPLATE = re.compile(r'["“]template["”]\s*[:：]\s*["“]([^"”]{1,80})["”]')
_AROUND = "Text around the code was passed over."


def read(text: str, category: str | None = None) -> tuple[Code, tuple[str, ...]]:
    """The code in an answer, in token form, and the sentences on what had to be repaired.

    Takes the last <code>…</code> that holds a code, or bare JSON. category: what was asked for,
    if anything. Raises GenerationError, which keeps the text.
    """
    code, repairs = examine(text, category)
    return code, tuple(repair.text for repair in repairs)


def examine(
    text: str, category: str | None = None, plain: bool = False
) -> tuple[Code, tuple[Repair, ...]]:
    """As `read`, with the repairs as values.

    plain: the answer has lengths and degrees instead of tokens, and so has what is returned.
    """
    if len(text) > limits.MAX_ANSWER_CHARACTERS:
        most = f"at most {limits.MAX_ANSWER_CHARACTERS:,} are read"
        raise GenerationError(f"The answer has {len(text):,} characters; {most}.", _HINT, text)
    repairs = Repairs()
    try:
        content = _block(text, repairs)
        start = _START.search(content) or re.search(r"\{", content)
        if not start:
            raise GenerationError("The answer holds no code.", _HINT, text)
        loose = loose_json.parse(content[start.start() :])
        _passed_over(content[: start.start()] + loose.rest, repairs)
        for sentence in loose.repairs:
            repairs.add("punctuation", "", sentence)
        for name in loose.lost:
            what = f"The answer ended behind the name {short(name)}, which was left out."
            repairs.add("dropped", "", what)
        if plain:
            code = _plain(loose.value, category, repairs)
        else:
            code = repair.code(loose.value, loose.cut, category, repairs)
    except LooseError as error:
        raise GenerationError(f"The answer is not valid JSON ({error}).", _HINT, text) from None
    except CodeError as error:
        problem = f"The answer is not a valid code. {error}"
        raise GenerationError(problem, _HINT, text) from error
    return code, repairs.all()


def _plain(found: Any, asked: str | None, repairs: Repairs) -> Code:
    """A code of lengths and degrees, as it was written but for its category's spelling."""
    if isinstance(found, dict):
        written = found.get("category")
        name = (known_category(written) if isinstance(written, str) else None) or asked
        if name and name != written:
            was = "missing" if written is None else short(written)
            repairs.add("category", "", f"The category was {was} and was taken as {name}.")
            found = found | {"category": name}
    return program.parse(found).as_dict()


def _passed_over(around: str, repairs: Repairs) -> None:
    """Tells of the text around the code, and names the parts that it seems to hold."""
    around = _FENCE.sub("", around)
    if around.strip():
        bare = _PUNCTUATION.fullmatch(around)
        repairs.add("punctuation" if bare else "text", "", _AROUND)
    for found in _TEMPLATE.finditer(around):
        name = short(found.group(1))
        repairs.add("dropped", "", f"A part {name} in the text around the code was left out.")


def _block(text: str, repairs: Repairs) -> str:
    """What stands in the last pair of tags that holds a code; all of it where there are none.

    Every character is looked at a fixed number of times, whatever tags there are.
    """
    tags = [(found.start(), found.group()) for found in _TAG.finditer(text)]
    if not tags:
        return text
    opens = [place for place, tag in tags if tag == _OPEN]
    brace = len(text)
    for end in (place for place, tag in reversed(tags) if tag == _CLOSE):
        while opens and opens[-1] > end:
            opens.pop()
        if brace >= end:
            brace = text.rfind("{", 0, end)
        if brace < 0:
            break
        start = opens[-1] if opens else -1
        if brace > start:
            if start < 0:
                repairs.add("punctuation", "", f"The tag {_OPEN} was missing.")
            if (text[: max(start, 0)] + text[end + len(_CLOSE) :]).strip():
                repairs.add("text", "", _AROUND)
            return text[max(start, 0) : end].removeprefix(_OPEN)
    start = text.rfind(_OPEN)
    if start < 0:
        return text
    if text[:start].strip():
        repairs.add("text", "", _AROUND)
    repairs.add("punctuation", "", f"The tag {_CLOSE} was missing.")
    return text[start + len(_OPEN) :]
