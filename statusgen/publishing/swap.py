"""How two folders change names: in one step, where the system has such a step."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path


def exchanged(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False where the system has no such step."""
    if sys.platform == "win32":
        return False
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if hasattr(library, "renameat2"):  # Linux; AT_FDCWD is -100, RENAME_EXCHANGE is 2
        failed = library.renameat2(-100, names[0], -100, names[1], 2)
    elif hasattr(library, "renamex_np"):  # macOS; RENAME_SWAP is 2
        failed = library.renamex_np(names[0], names[1], 2)
    else:
        return False
    code = ctypes.get_errno()
    if failed and code not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        raise OSError(code, os.strerror(code), str(one), None, str(other))
    return not failed


def exchange_in_two_steps(staging: Path, output: Path, aside: Path) -> None:
    """By way of a third name. Between the two there is no output, and one who dies there leaves
    it aside, for others to put back.
    """
    output.rename(aside)
    try:
        staging.rename(output)
    except BaseException:
        aside.rename(output)
        raise
    with contextlib.suppress(OSError):  # then the next publish removes it
        aside.rename(staging)
