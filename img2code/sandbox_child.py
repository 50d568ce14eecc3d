"""The process that runs CadQuery source: loads CadQuery, forks, gives up all rights, runs it.

python -I sandbox_child.py CPU_SECONDS    source on stdin, the answer as JSON on stdout

Imports nothing of img2code: it is started without a path to it.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import resource
import signal
import struct
import sys

MEMORY = 3 * 1024**3
FILE = 20 * 1024**2
NOBODY = 65534
#: What the source may have called what it made; the first that is there counts.
NAMES = ("result", "solid", "r", "part")
BUILTINS = tuple(
    "range len min max abs sum round float int enumerate zip list tuple print".split()  # noqa: SIM905
)

_CLONE_NEWNET, _CLONE_NEWIPC, _CLONE_THREAD = 0x40000000, 0x08000000, 0x00010000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_SET_DUMPABLE, _PR_SET_PDEATHSIG = 38, 22, 4, 1
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_EPERM, _ENOSYS = 1, 38
#: Numbers of x86-64: sockets, processes, files that are made or changed, privileges, the kernel.
_REFUSED = {
    "socket": 41, "connect": 42, "accept": 43, "sendto": 44, "sendmsg": 46, "bind": 49,
    "listen": 50, "socketpair": 53, "fork": 57, "vfork": 58, "execve": 59, "kill": 62,
    "rename": 82, "mkdir": 83, "rmdir": 84, "creat": 85, "link": 86, "unlink": 87, "symlink": 88,
    "chmod": 90, "chown": 92, "ptrace": 101, "setuid": 105, "setgid": 106, "mknod": 133,
    "chroot": 161, "mount": 165, "umount2": 166, "reboot": 169, "init_module": 175, "tkill": 200,
    "unshare": 272, "mkdirat": 258, "mknodat": 259, "unlinkat": 263, "renameat": 264,
    "linkat": 265, "symlinkat": 266, "fchmodat": 268, "setns": 308, "process_vm_readv": 310,
    "process_vm_writev": 311, "finit_module": 313, "renameat2": 316, "memfd_create": 319,
    "bpf": 321, "execveat": 322, "userfaultfd": 323, "io_uring_setup": 425, "pidfd_open": 434,
}  # fmt: skip
_OPEN, _OPENAT, _OPENAT2, _CLONE, _CLONE3 = 2, 257, 437, 56, 435
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_X86_64 = 0xC000003E


def main() -> None:
    source = sys.stdin.buffer.read().decode("utf-8", "replace")
    seconds = int(sys.argv[1])
    answers = os.dup(sys.stdout.fileno())
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC)  # where it is allowed; seccomp refuses sockets
    import math

    import cadquery

    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(0 if os.waitstatus_to_exitcode(status) == 0 else 1)
    _give_up(libc, seconds)
    answer = json.dumps(_answer(source, cadquery, math)).encode()
    with os.fdopen(answers, "wb") as file:
        file.write(answer)
    os._exit(0)


def _give_up(libc: ctypes.CDLL, seconds: int) -> None:
    """From here on: nobody's rights, bounds of the system, and few of its calls."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    cpu = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    limits = {
        resource.RLIMIT_CPU: int(cpu) + seconds,
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_FSIZE: FILE,
        resource.RLIMIT_NOFILE: 32,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError("no_new_privs is not to be had")
    if platform.machine() != "x86_64":
        return  # the numbers of the calls are others; the source was checked
    filters = _filter()
    buffer = ctypes.create_string_buffer(filters)

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    given = Program(len(filters) // 8, ctypes.addressof(buffer))
    if libc.prctl(_PR_SET_SECCOMP, 2, ctypes.byref(given), 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")


def _filter() -> bytes:
    """A seccomp program: classic BPF over the call's architecture, number and arguments."""
    load, equal, any_bit, give = 0x20, 0x15, 0x45, 0x06

    def line(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    def refuse(error: int) -> bytes:
        return line(give, 0, 0, _ERRNO | error)

    rows = [line(load, 0, 0, 4), line(equal, 1, 0, _X86_64), line(give, 0, 0, _KILL)]
    rows.append(line(load, 0, 0, 0))
    for number in _REFUSED.values():
        rows += [line(equal, 0, 1, number), refuse(_EPERM)]
    for number in (_CLONE3, _OPENAT2):  # callers fall back on clone and openat
        rows += [line(equal, 0, 1, number), refuse(_ENOSYS)]
    # A thread of the kernel's pool may be made, a process may not.
    rows += [line(equal, 0, 4, _CLONE), line(load, 0, 0, 16)]
    rows += [line(any_bit, 1, 0, _CLONE_THREAD), refuse(_EPERM), line(give, 0, 0, _ALLOW)]
    for number, flags in ((_OPEN, 24), (_OPENAT, 32)):
        rows += [line(equal, 0, 4, number), line(load, 0, 0, flags)]
        rows += [line(any_bit, 0, 1, _WRITING), refuse(_EPERM), line(give, 0, 0, _ALLOW)]
    rows.append(line(give, 0, 0, _ALLOW))
    return b"".join(rows)


def _answer(source: str, cadquery: object, math: object) -> dict[str, object]:
    """The mesh and the volume of what the source makes, or what went wrong."""
    import builtins

    modules = {"cadquery": cadquery, "math": math}

    def imported(name: str, *_: object, **__: object) -> object:
        if name not in modules:
            raise ImportError(f"{name} is not to be had")
        return modules[name]

    allowed = {name: getattr(builtins, name) for name in BUILTINS}
    space: dict[str, object] = {"__builtins__": {**allowed, "__import__": imported}}
    try:
        exec(compile(source, "source", "exec"), space)
        made = next((space[name] for name in NAMES if name in space), None)
        if made is None:
            return {"error": f"none of {', '.join(NAMES)} is there"}
        shape = made.combine().val() if len(made.vals()) > 1 else made.val()  # type: ignore[attr-defined]
        size = shape.BoundingBox().DiagonalLength
        vertices, faces = shape.tessellate(1e-3 * size, 0.1)
        if len(faces) > 500_000:
            return {"error": f"{len(faces):,} triangles"}
        return {
            "vertices": [value for vertex in vertices for value in vertex.toTuple()],
            "faces": [index for face in faces for index in face],
            "volume": shape.Volume(),
        }
    except BaseException as error:
        return {"error": f"{type(error).__name__}: {str(error)[:200]}"}


if __name__ == "__main__":
    main()
