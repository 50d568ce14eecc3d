"""The functions that template formulas may use, for floats, numpy arrays and torch tensors alike.

Tensors pass through by duck typing: torch is looked up only when a tensor arrives, so `geometry`
imports without it. Angles are in degrees.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np

#: A float, or a batched tensor of shape (B,). Formulas never ask which.
Number = Any


_DEGREE = math.pi / 180


def namespace(*values: Any) -> Any:
    """The array library of the first tensor among `values`; numpy where there is none."""
    for value in values:
        if type(value).__module__.split(".")[0] == "torch":
            return sys.modules["torch"]
    return np


def is_float(value: Any) -> bool:
    kind = type(value)  # the two kinds that nearly all values are, without the slow check
    return kind is float or kind is int or isinstance(value, (int, np.floating, np.integer))


def label(**numbers: Number) -> None:
    """Names numbers for those who read the CAD script of an object; it keeps a first name.

    Only formulas that remember how they came about have names (`geometry.export.cad`): floats,
    arrays and tensors are left as they are.
    """
    for name, number in numbers.items():
        if type(number) is not float and getattr(number, "label", name) is None:
            number.label = name


def sind(angle: Number) -> Number:
    """Sine; exact at multiples of 90 degrees for floats."""
    if not is_float(angle):
        return namespace(angle).sin(angle * _DEGREE)
    quarter = angle / 90
    if quarter == int(quarter):
        return (0.0, 1.0, 0.0, -1.0)[int(quarter) % 4]
    return math.sin(angle * _DEGREE)


def cosd(angle: Number) -> Number:
    """Cosine; exact at multiples of 90 degrees for floats."""
    if not is_float(angle):
        return namespace(angle).cos(angle * _DEGREE)
    return sind(angle + 90)


def tand(angle: Number) -> Number:
    return sind(angle) / cosd(angle)


def asind(sine: Number) -> Number:
    """Arc sine in degrees; the argument is clamped to -1..1."""
    if is_float(sine):
        return math.degrees(math.asin(min(1.0, max(-1.0, sine))))
    library = namespace(sine)
    return library.arcsin(library.clip(sine, -1.0, 1.0)) / _DEGREE


def acosd(cosine: Number) -> Number:
    """Arc cosine in degrees; the argument is clamped to -1..1."""
    return 90 - asind(cosine)


def atan2d(y: Number, x: Number) -> Number:
    if is_float(y) and is_float(x):
        return math.degrees(math.atan2(y, x))
    library = namespace(y, x)
    y, x = _alike(library, y, x)
    return library.arctan2(y, x) / _DEGREE


def atand(tangent: Number) -> Number:
    if is_float(tangent):
        return math.degrees(math.atan(tangent))
    return namespace(tangent).arctan(tangent) / _DEGREE


def sqrt(value: Number) -> Number:
    """Square root; negative arguments count as 0 (rounding can leave -1e-17)."""
    if is_float(value):
        return math.sqrt(value) if value > 0 else 0.0
    library = namespace(value)
    tiny = 1e-30  # keeps the gradient finite at 0
    return library.sqrt(library.clip(value, tiny, None))


def absolute(value: Number) -> Number:
    return abs(value)


def minimum(a: Number, b: Number) -> Number:
    if is_float(a) and is_float(b):
        return min(a, b)
    library = namespace(a, b)
    return library.minimum(*_alike(library, a, b))


def maximum(a: Number, b: Number) -> Number:
    if is_float(a) and is_float(b):
        return max(a, b)
    library = namespace(a, b)
    return library.maximum(*_alike(library, a, b))


def sign(value: Number) -> Number:
    """-1, 0 or +1."""
    if is_float(value):
        return (value > 0) - (value < 0)
    return namespace(value).sign(value)


def where(condition: Any, a: Number, b: Number) -> Number:
    """`a` where `condition` holds, else `b`."""
    if isinstance(condition, (bool, np.bool_)):
        return a if condition else b
    library = namespace(condition, a, b)
    return library.where(condition, *_alike(library, a, b, like=condition))


def safe_divide(a: Number, b: Number, otherwise: Number) -> Number:
    """a / b, and `otherwise` where b is 0."""
    if is_float(b):
        return a / b if b != 0 else otherwise + a * 0
    zero = b == 0
    return where(zero, otherwise, a / where(zero, 1.0, b))


def _alike(library: Any, *values: Any, like: Any = None) -> list[Any]:
    """The values as arrays of one library (torch.minimum and friends refuse plain floats)."""
    if library is np:
        return list(values)
    tensor = next((v for v in values if not is_float(v)), like)
    dtype = tensor.dtype if tensor.dtype.is_floating_point else library.get_default_dtype()
    return [
        library.as_tensor(v, dtype=dtype, device=tensor.device) if is_float(v) else v
        for v in values
    ]
