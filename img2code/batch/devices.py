"""Where the worker processes of a batch run: one per GPU, or one per CPU core."""

from __future__ import annotations

import os

from geometry.errors import UserError
from img2code.limits import SERVER_REQUESTS
from img2code.system import cores, threads

Environment = dict[str, str]  # variables that a worker process starts with

_NO_GPU = {"CUDA_VISIBLE_DEVICES": ""}
_ONE_THREAD = threads(1)  # the processes share the cores


def slots(backend: str, gpus: int | None = None, workers: int | None = None) -> list[Environment]:
    """The environment of every worker.

    gpus: how many to use; None: all that are there, 0: none. workers: processes without a GPU;
    None: one per core, or, where a server does the work, as many as it is asked at once. Raises
    UserError where there are fewer GPUs, or where both are asked for.
    """
    if gpus and workers:
        problem = f"--num_gpus {gpus} and --workers {workers} exclude each other."
        raise UserError(problem, "A GPU has one worker; leave one of them out.")
    if workers is None and gpus != 0 and backend in ("embedded", "qwen"):
        found = _gpus()
        if gpus and gpus > len(found):
            problem = f"--num_gpus {gpus}: there are {len(found)} here."
            raise UserError(problem, "Leave it out to use what there is; 0 uses the CPU.")
        if found:
            return [{"CUDA_VISIBLE_DEVICES": name} for name in found[:gpus]]
    elif gpus:
        problem = f"--num_gpus {gpus}: the back end {backend} uses no GPU here."
        raise UserError(problem, "Use --workers N for more processes.")
    count = workers or (SERVER_REQUESTS if backend == "openai" else cores())
    return [_NO_GPU | _ONE_THREAD for _ in range(count)]


def _gpus() -> list[str]:
    """The names by which CUDA selects the GPUs that this process may use."""
    import torch

    count = torch.cuda.device_count()
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = visible.split(",") if visible else [str(number) for number in range(count)]
    return names[:count]
