"""A program of the user's own that is given a message."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from statusgen.delivery.message import Message, NotDelivered, NotSetUp, as_data
from statusgen.model.channels import Command

TIMEOUT = 60
"""Seconds that a program may take for one message."""


def recipients(channel: Command, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The program itself; raises NotSetUp where it is not there."""
    if shutil.which(channel.run[0], path=environment.get("PATH", os.defpath)) is None:
        raise NotSetUp(f"there is no program {channel.run[0]}")
    return ("",)


@contextmanager
def opened(
    channel: Command, environment: Mapping[str, str]
) -> Iterator[Callable[[Message, str], None]]:
    """A way to run it; raises NotDelivered when used. What it prints is not kept."""

    def send(message: Message, recipient: str) -> None:  # noqa: ARG001
        given = json.dumps(as_data(message)).encode("ascii")
        try:
            done = subprocess.run(
                channel.run,
                input=given,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotDelivered(f"it ran for longer than {TIMEOUT} seconds") from None
        except OSError as error:
            raise NotDelivered(f"it cannot be run: {error.strerror}") from None
        if done.returncode:
            raise NotDelivered(f"it ended with status {done.returncode}")

    yield send
