"""The decoder's attention: what is learnt on CPUs is what answers are written with."""

from __future__ import annotations

import pytest
import torch

from img2code.model.net import attend


@pytest.mark.parametrize("causal", [False, True])
def test_training_attends_as_reading_does(causal: bool) -> None:
    torch.manual_seed(0)
    queries, keys, values = (torch.randn(2, 3, 7, 8, requires_grad=True) for _ in range(3))
    with torch.no_grad():
        read = attend(queries, keys, values, causal)
    learnt = attend(queries, keys, values, causal)
    assert torch.allclose(learnt, read, atol=1e-5)
    learnt[:, :, 2].sum().backward()
    for source in (keys, values):
        assert source.grad is not None
        later = source.grad[:, :, 3:].abs().sum()
        assert (later == 0) == causal
