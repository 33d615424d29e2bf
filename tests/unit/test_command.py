from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from statusgen.delivery import command
from statusgen.delivery.message import Failure, Message, NotDelivered, NotSetUp, as_data, from_data
from statusgen.model.channels import Command

MESSAGE = Message("id", "Traag “hier”", "We kijken.", datetime(2026, 11, 24, 12, tzinfo=UTC))


def send(*run: str) -> None:
    channel = Command(run)
    (recipient,) = command.recipients(channel, os.environ)
    with command.opened(channel, os.environ) as sending:
        sending(MESSAGE, recipient)


def python(program: str, *words: str) -> list[str]:
    return [sys.executable, "-c", program, *words]


def test_a_program_is_given_the_message_and_its_arguments_as_they_are(tmp_path: Path) -> None:
    program = "import sys; open(sys.argv[1], 'w').write(sys.argv[2] + sys.stdin.read())"
    send(*python(program, str(tmp_path / "given"), "$HOME; "))
    said = (tmp_path / "given").read_text()
    assert said.startswith("$HOME; ")
    assert json.loads(said.removeprefix("$HOME; ")) == as_data(MESSAGE)
    assert from_data(as_data(MESSAGE)) == MESSAGE


def test_a_program_that_fails_has_not_delivered_and_what_it_printed_is_not_told(
    capfd: pytest.CaptureFixture[str],
) -> None:
    program = "import sys; print('canary'); print('canary', file=sys.stderr); sys.exit(4)"
    with pytest.raises(NotDelivered, match="status 4") as failed:
        send(*python(program))
    assert failed.value.failure is Failure.CHANNEL
    assert "canary" not in repr(failed.value) + "".join(capfd.readouterr())


def test_a_program_that_does_not_read_is_no_failure() -> None:
    send(*python("pass"))


def test_a_program_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "TIMEOUT", 0.2)
    with pytest.raises(NotDelivered, match="longer than"):
        send(*python("import time; time.sleep(60)"))


def test_a_program_that_is_not_there_is_told_beforehand() -> None:
    with pytest.raises(NotSetUp, match="there is no program no-such-program"):
        send("no-such-program")


def test_a_program_that_is_gone_when_it_is_needed_has_not_delivered() -> None:
    gone = command.opened(Command(("no-such-program",)), os.environ)
    with gone as sending, pytest.raises(NotDelivered, match="cannot be run"):
        sending(MESSAGE, "")
