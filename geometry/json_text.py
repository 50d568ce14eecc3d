"""Reads JSON text of strangers: whatever is wrong with it is a CodeError.

JSON sets no bound on depth or digits, Python's reader has some that end in other exceptions
(RecursionError, ValueError); ours are lower and named.
"""

from __future__ import annotations

import json
import re
from typing import Any

from geometry.errors import CodeError

#: Brackets inside one another; codes have 5.
MOST_DEEP = 50
#: Digits of a whole number; a float holds no larger one.
MOST_DIGITS = 300

# A string takes all up to its end, or up to the text's: no character is looked at twice.
_BRACKET_OR_STRING = re.compile(r'[\[\]{}]|"(?:[^"\\]|\\.)*+"?', re.DOTALL)


class TooMuchError(ValueError):
    """JSON beyond the bounds."""

    def __init__(self, found: str, valid: str) -> None:
        self.found, self.valid = found, valid
        super().__init__(f"{found}; at most {valid}")


def loads(source: str | bytes, where: str) -> Any:
    """The value of JSON text. Raises CodeError."""
    try:
        text = source if isinstance(source, str) else source.decode(json.detect_encoding(source))
        check_depth(text)
        return json.loads(text, parse_int=whole_number)
    except TooMuchError as error:
        raise CodeError(where, error.found, f"at most {error.valid}") from None
    except ValueError as error:  # JSONDecodeError, UnicodeDecodeError
        raise CodeError(where, f"text that is not JSON ({error})", "JSON") from error


def check_depth(text: str) -> None:
    """Raises TooMuchError where the first value of the text has too many brackets open at once."""
    depth = 0
    for found in _BRACKET_OR_STRING.finditer(text):
        if found.group() in "[{":
            depth += 1
            if depth > MOST_DEEP:
                raise TooMuchError(f"{depth} brackets inside one another", f"{MOST_DEEP}")
        elif found.group() in "]}":
            depth -= 1
            if depth <= 0:
                return


def whole_number(digits: str) -> int:
    """The number of these digits. Raises TooMuchError."""
    if len(digits) > MOST_DIGITS:
        raise TooMuchError(f"a number of {len(digits):,} digits", f"{MOST_DIGITS}")
    return int(digits)
