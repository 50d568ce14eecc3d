"""Categories by the names that people write: any case, spaces, hyphens, plural forms."""

from __future__ import annotations

import re
from typing import Any

from geometry.errors import CodeError, suggestion
from geometry.objects import CATEGORIES
from geometry.schema.parameter import short

_BETWEEN = re.compile(r"[\s_-]+")


def category_named(text: Any) -> str:
    """The category that is meant, by its own name.

    An exact name first; then without regard to case, spaces, "_" and "-"; then as a plural. Only
    what means one category. Raises CodeError with a suggestion for everything else.
    """
    if isinstance(text, str) and (name := known_category(text)):
        return name
    hint = suggestion(text, CATEGORIES) if isinstance(text, str) else ""
    raise CodeError("'category'", short(text), f"one of {', '.join(CATEGORIES)}", hint)


def known_category(text: str) -> str | None:
    """The same; None where no single category is meant."""
    if text in CATEGORIES:
        return text
    written = _folded(text)
    for forms in ({written}, _singulars(written), {f"{written}s", f"{written}es"}):
        meant = [name for name in CATEGORIES if _folded(name) in forms]
        if len(meant) == 1:
            return meant[0]
    return None


def _folded(text: str) -> str:
    return _BETWEEN.sub("", text).casefold()


def _singulars(word: str) -> set[str]:
    """What a word may be the plural of."""
    ends = (("s", ""), ("es", ""), ("ies", "y"), ("ves", "f"), ("ves", "fe"))
    return {word.removesuffix(end) + new for end, new in ends if word.endswith(end)}
