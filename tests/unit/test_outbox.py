from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from statusgen.delivery.channels import Open, Send
from statusgen.delivery.message import Failure, Message, NotDelivered, NotSetUp, Tone
from statusgen.delivery.outbox import GIVEN_UP_AFTER, Outbox, Report
from statusgen.model.channels import Channel, Command, Email, Webhook
from tests.faults.scene import at_operation, is_killed

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOOK, OTHER = Webhook("HOOK"), Webhook("OTHER")
MAIL = Email("status@voorbeeld.example", ("a@voorbeeld.example", "b@voorbeeld.example"))
ENVIRONMENT = {
    "HOOK": "https://hook.example/secret",
    "OTHER": "https://other.example/",
    "STATUSGEN_SMTP": "mail.example",
}


def message(id: str = "one", minutes: int = 0) -> Message:
    return Message(
        id=id,
        title="Storing: “traag”",
        text="We kijken.\n\nStraks meer.",
        at=NOW + minutes * MINUTE,
        tone=Tone.MAJOR,
        url="https://status.voorbeeld.example/",
        data={"component": "server", "n": [1, None]},
        footer="Afmelden: hier",
    )


@dataclass
class World:
    """What arrived, and what stands in the way: (channel, recipient) or channel -> failure."""

    arrived: list[tuple[str, Channel, str]] = field(default_factory=list)
    failing: dict[object, NotDelivered] = field(default_factory=dict)
    tried: int = 0

    @property
    def open(self) -> Open:
        @contextmanager
        def opened(channel: Channel, environment: Mapping[str, str]) -> Iterator[Send]:
            def send(told: Message, recipient: str) -> None:
                self.tried += 1
                for key in (channel, (channel, recipient), told.id):
                    if key in self.failing:
                        raise self.failing[key]
                self.arrived.append((told.id, channel, recipient))

            yield send

        return opened


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "state" / "outbox")


@pytest.fixture
def world() -> World:
    return World()


def add(outbox: Outbox, told: Message, *to: Channel, now: datetime = NOW) -> None:
    outbox.add(told, to, ENVIRONMENT, now)


def deliver(outbox: Outbox, world: World, now: datetime = NOW) -> Report:
    return outbox.deliver(ENVIRONMENT, now, world.open)


def files(outbox: Outbox) -> list[str]:
    return sorted(p.name for p in outbox.folder.iterdir() if p.suffix != ".lock")


def test_a_message_arrives_once_at_each_recipient_of_each_channel(
    outbox: Outbox, world: World
) -> None:
    add(outbox, message(), HOOK, MAIL)
    assert deliver(outbox, world) == Report(sent=3)
    assert deliver(outbox, world) == Report()
    assert sorted(world.arrived, key=repr) == sorted(
        [("one", HOOK, ""), ("one", MAIL, MAIL.to[0]), ("one", MAIL, MAIL.to[1])], key=repr
    )
    assert files(outbox) == []


def test_what_is_sent_is_what_was_put_in(outbox: Outbox) -> None:
    seen: list[tuple[Channel, Message]] = []

    @contextmanager
    def opened(channel: Channel, environment: Mapping[str, str]) -> Iterator[Send]:
        yield lambda told, _: seen.append((channel, told))

    command = Command(("sh", "-c", "true"))
    add(outbox, message(), HOOK, MAIL, command)
    outbox.deliver(ENVIRONMENT, NOW, opened)
    assert {told for _, told in ((c, repr(m)) for c, m in seen)} == {repr(message())}
    assert {channel for channel, _ in seen} == {HOOK, MAIL, command}


def test_a_message_that_waits_already_is_not_taken_again(outbox: Outbox, world: World) -> None:
    add(outbox, message(), HOOK)
    add(outbox, message(), HOOK, OTHER)
    assert deliver(outbox, world).sent == 2


def test_messages_for_a_channel_go_in_the_order_in_which_they_came_about(
    outbox: Outbox, world: World
) -> None:
    for id, minutes in (("third", 3), ("first", 1), ("second", 2)):
        add(outbox, message(id, minutes), HOOK)
    deliver(outbox, world)
    assert [id for id, _, _ in world.arrived] == ["first", "second", "third"]


def test_a_failure_is_tried_again_after_waits_that_grow(outbox: Outbox, world: World) -> None:
    world.failing[HOOK] = NotDelivered("out of reach")
    add(outbox, message(), HOOK)
    tried_after = []
    for minute in range(200):
        before = world.tried
        report = deliver(outbox, world, NOW + minute * MINUTE)
        tried_after += [minute] * (world.tried - before)
        (waiting,) = report.waiting
        assert waiting.reason == "out of reach"
        assert waiting.again_at
        assert waiting.again_at > NOW + minute * MINUTE
    assert tried_after == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    world.failing.clear()
    assert deliver(outbox, world, NOW + 242 * MINUTE).sent == 0
    assert deliver(outbox, world, NOW + 243 * MINUTE) == Report(sent=1)


def test_after_a_day_a_message_is_given_up_and_that_is_told(outbox: Outbox, world: World) -> None:
    world.failing[HOOK] = NotDelivered("out of reach")
    add(outbox, message(), HOOK)
    assert deliver(outbox, world, NOW + GIVEN_UP_AFTER - MINUTE).given_up == ()
    report = deliver(outbox, world, NOW + GIVEN_UP_AFTER)
    assert [(one.message.id, one.reason, one.again_at) for one in report.given_up] == [
        ("one", "out of reach", None)
    ]
    assert report.waiting == ()
    assert files(outbox) == []
    assert deliver(outbox, world, NOW + 2 * GIVEN_UP_AFTER) == Report()


def test_what_fails_for_good_is_given_up_at_once_and_stops_nothing_else(
    outbox: Outbox, world: World
) -> None:
    reader = MAIL.to[0]
    world.failing[(MAIL, reader)] = NotDelivered("no such reader", Failure.PERMANENT)
    add(outbox, message(), MAIL)
    report = deliver(outbox, world)
    assert (report.sent, report.waiting) == (1, ())
    assert [(one.recipient, one.reason) for one in report.given_up] == [(reader, "no such reader")]
    assert files(outbox) == []


def test_who_has_the_message_does_not_get_it_again_when_it_is_tried_for_others(
    outbox: Outbox, world: World
) -> None:
    world.failing[(MAIL, MAIL.to[0])] = NotDelivered("busy", Failure.PASSING)
    add(outbox, message(), MAIL)
    assert deliver(outbox, world).sent == 1
    world.failing.clear()
    assert deliver(outbox, world, NOW + MINUTE) == Report(sent=1)
    assert sorted(recipient for _, _, recipient in world.arrived) == sorted(MAIL.to)


def test_a_channel_out_of_reach_is_tried_once_a_round_and_others_go_on(
    outbox: Outbox, world: World
) -> None:
    world.failing[MAIL] = NotDelivered("out of reach")
    for id in ("one", "two", "three"):
        add(outbox, message(id), MAIL, HOOK)
    report = deliver(outbox, world)
    assert report.sent == 3
    assert len(report.waiting) == 6
    assert world.tried == 4
    assert {one.again_at for one in report.waiting} == {NOW + MINUTE}


def test_a_later_message_does_not_overtake_one_that_waits(outbox: Outbox, world: World) -> None:
    world.failing[HOOK] = NotDelivered("out of reach")
    add(outbox, message("down", 0), HOOK)
    for minute in (0, 1, 3, 7):
        deliver(outbox, world, NOW + minute * MINUTE)
    world.failing.clear()
    add(outbox, message("up", 8), HOOK, now=NOW + 8 * MINUTE)
    assert deliver(outbox, world, NOW + 8 * MINUTE) == Report(sent=2)
    assert [id for id, _, _ in world.arrived] == ["down", "up"]


def test_one_message_that_a_server_chokes_on_does_not_keep_the_others(
    outbox: Outbox, world: World
) -> None:
    world.failing["odd"] = NotDelivered("busy", Failure.PASSING)
    add(outbox, message("odd", 0), HOOK)
    add(outbox, message("plain", 1), HOOK)
    report = deliver(outbox, world)
    assert [id for id, _, _ in world.arrived] == ["plain"]
    assert [one.message.id for one in report.waiting] == ["odd"]


def test_where_a_channel_lacks_something_nothing_is_taken(outbox: Outbox) -> None:
    with pytest.raises(NotSetUp, match="MISSING is not set"):
        add(outbox, message(), HOOK, Webhook("MISSING"))
    assert not outbox.folder.exists()


def test_a_variable_that_is_gone_later_is_a_reason_to_wait(outbox: Outbox) -> None:
    add(outbox, message(), HOOK)
    (waiting,) = outbox.deliver({}, NOW).waiting
    assert "HOOK is not set" in waiting.reason


def test_a_damaged_file_is_told_by_name(outbox: Outbox, world: World) -> None:
    add(outbox, message(), HOOK)
    (name,) = files(outbox)
    (outbox.folder / name).write_text("{")
    with pytest.raises(OSError, match="cannot be sent") as told:
        deliver(outbox, world)
    assert str(told.value.filename).endswith(name)


def test_when_the_clock_was_set_back_nothing_waits_for_it(outbox: Outbox, world: World) -> None:
    add(outbox, message("old"), HOOK)
    world.failing[HOOK] = NotDelivered("it cannot be reached")
    deliver(outbox, world)
    world.failing.clear()
    add(outbox, message("new"), OTHER)
    assert deliver(outbox, world, NOW - 120 * MINUTE) == Report(sent=2)


def test_a_damaged_file_keeps_no_other_message_from_its_way(outbox: Outbox, world: World) -> None:
    add(outbox, message("old"), HOOK)
    (name,) = files(outbox)
    (outbox.folder / name).write_text("{")
    add(outbox, message("new"), HOOK, MAIL)
    with pytest.raises(OSError, match="cannot be sent"):
        deliver(outbox, world)
    assert [id for id, *_ in world.arrived] == ["new"] * 3
    with pytest.raises(OSError, match="cannot be sent"):
        deliver(outbox, world)
    assert len(world.arrived) == 3
    assert files(outbox) == [name]


def test_a_line_of_the_log_that_was_cut_off_says_nothing_and_harms_no_other(
    outbox: Outbox, world: World
) -> None:
    world.failing[(MAIL, MAIL.to[0])] = NotDelivered("busy", Failure.PASSING)
    add(outbox, message(), MAIL)
    deliver(outbox, world)
    (log,) = outbox.folder.glob("*.log")
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"to": "a@voorb')
    assert deliver(outbox, world, NOW + MINUTE).waiting
    assert [json.loads(line)["end"] for line in log.read_bytes().splitlines() if line[-1:] == b"}"]
    world.failing.clear()
    assert deliver(outbox, world, NOW + 3 * MINUTE) == Report(sent=1)


def test_only_the_user_can_read_what_waits(outbox: Outbox) -> None:
    add(outbox, message(), HOOK)
    assert {path.stat().st_mode & 0o077 for path in outbox.folder.iterdir()} == {0}
    assert outbox.folder.stat().st_mode & 0o077 == 0


def test_two_rounds_at_once_send_a_message_once(outbox: Outbox, world: World) -> None:
    for number in range(20):
        add(outbox, message(str(number)), HOOK)
    rounds = [threading.Thread(target=deliver, args=(outbox, world)) for _ in range(4)]
    for one in rounds:
        one.start()
    for one in rounds:
        one.join()
    assert sorted(id for id, _, _ in world.arrived) == sorted(map(str, range(20)))


# Killed


def forked(work: Callable[[], object]) -> int:
    """The exit status of a process that does the work; negative when it was killed."""
    child = os.fork()
    if not child:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(number: int, work: Callable[[], object]) -> bool:
    """Whether a process that does the work was killed, at its file operation of that number."""

    def run() -> None:
        at_operation(number, is_killed)
        work()

    return forked(run) == -signal.SIGKILL


def arriving_in(path: Path) -> Open:
    """Channels at whose end each message becomes a line in a file."""

    @contextmanager
    def opened(channel: Channel, environment: Mapping[str, str]) -> Iterator[Send]:
        def send(told: Message, recipient: str) -> None:
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(handle, f"{told.id} {recipient}\n".encode())
            os.close(handle)

        yield send

    return opened


WANTED = {f"{id} {reader}" for id in ("one", "two") for reader in MAIL.to}


def test_killed_at_any_operation_while_messages_are_put_in_each_arrives_once(
    tmp_path: Path,
) -> None:
    for number in count(1):
        outbox, arrivals = Outbox(tmp_path / str(number)), tmp_path / f"{number}.arrived"

        def work(outbox: Outbox = outbox) -> None:
            for id in ("one", "two"):
                add(outbox, message(id), MAIL)

        killed = killed_at(number, work)
        work()
        outbox.deliver(ENVIRONMENT, NOW, arriving_in(arrivals))
        assert sorted(arrivals.read_text().splitlines()) == sorted(WANTED)
        assert files(outbox) == []
        if not killed:
            break
    assert number > 10


def test_killed_at_any_operation_while_sending_at_most_the_one_at_hand_arrives_again(
    tmp_path: Path,
) -> None:
    again = []
    for number in count(1):
        outbox, arrivals = Outbox(tmp_path / str(number)), tmp_path / f"{number}.arrived"
        for id in ("one", "two"):
            add(outbox, message(id), MAIL)
        send = partial(outbox.deliver, ENVIRONMENT, NOW, arriving_in(arrivals))
        killed = killed_at(number, send)
        send()
        came = arrivals.read_text().splitlines()
        assert set(came) == WANTED
        again.append(len(came) - len(WANTED))
        assert files(outbox) == []
        if not killed:
            break
    assert number > 20
    assert set(again) == {0, 1}
