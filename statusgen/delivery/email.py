"""Mail over SMTP, with TLS; each address gets a mail of its own.

The server is in the environment: STATUSGEN_SMTP (host or host:port), STATUSGEN_SMTP_TLS
(starttls, tls, or on this machine only none), STATUSGEN_SMTP_USER and STATUSGEN_SMTP_PASSWORD.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from ipaddress import ip_address
from pathlib import Path

from msgspec import Struct

from statusgen.content.values import is_mailbox
from statusgen.delivery.message import Failure, Message, NotDelivered, NotSetUp
from statusgen.model.channels import Email

SERVER, TLS = "STATUSGEN_SMTP", "STATUSGEN_SMTP_TLS"
USER, PASSWORD = "STATUSGEN_SMTP_USER", "STATUSGEN_SMTP_PASSWORD"
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
TIMEOUT = 30
"""Seconds that a server may be silent."""


class Server(Struct, frozen=True):
    """Where mail is handed in; ``tls`` is a key of the usual ports."""

    host: str
    port: int
    tls: str


def recipients(channel: Email, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Every address, each once; raises NotSetUp where the server or the list is wrong."""
    server_in(environment)
    listed = _listed(channel.list_from, environment) if channel.list_from else []
    return tuple({address.lower(): address for address in [*channel.to, *listed]}.values())


def _listed(variable: str, environment: Mapping[str, str]) -> list[str]:
    """The addresses of a list: one a line, empty lines and those from a `#` left out."""
    path = environment.get(variable)
    if not path:
        raise NotSetUp(f"the variable {variable} is not set: it names a file of addresses")
    try:
        lines = Path(path).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeError):
        raise NotSetUp(f"the file that {variable} names cannot be read") from None
    said = {number: line.partition("#")[0].strip() for number, line in enumerate(lines, 1)}
    # The lines by their numbers: who reads along need not see an address.
    wrong = [str(number) for number, line in said.items() if line and not is_mailbox(line)]
    if wrong:
        raise NotSetUp(f"in the file that {variable} names no address is on line {_and(wrong)}")
    return [line for line in said.values() if line]


def _and(numbers: list[str]) -> str:
    return ", ".join(numbers[:20]) + (" and more" if len(numbers) > 20 else "")


def server_in(environment: Mapping[str, str]) -> Server:
    """The server that the environment names; raises NotSetUp."""
    said, tls = environment.get(SERVER, ""), environment.get(TLS, "starttls")
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@]+)(?::(\d{1,5}))?", said, re.ASCII)
    if not found or not _is_host(found[1]):
        raise NotSetUp(f"the variable {SERVER} names no mail server: it takes host:port")
    if tls not in _PORTS:
        raise NotSetUp(f"the variable {TLS} takes starttls, tls or none")
    host, port = found[1].strip("[]"), int(found[2] or _PORTS[tls])
    if tls == "none" and not _is_here(host):
        raise NotSetUp(f"{TLS}=none is for a mail server on this machine only")
    if bool(environment.get(USER)) != bool(environment.get(PASSWORD)):
        raise NotSetUp(f"of {USER} and {PASSWORD} one is set: a server takes both or neither")
    if not (environment.get(USER, "") + environment.get(PASSWORD, "")).isascii():
        raise NotSetUp(f"{USER} and {PASSWORD} can hold ASCII only: SMTP sends nothing else")
    return Server(host, port, tls)


def _is_host(name: str) -> bool:
    """Whether it can be looked up: no part of it is empty or too long."""
    try:
        name.encode("idna")
    except UnicodeError:
        return False
    return True


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def opened(
    channel: Email, environment: Mapping[str, str]
) -> Iterator[Callable[[Message, str], None]]:
    """A way to send; raises NotSetUp, and when used NotDelivered. Connects once, when needed."""
    post = _Post(channel, server_in(environment), environment)
    try:
        yield post.send
    finally:
        post.close()


class _Post:
    """The connection over which mail is handed in."""

    def __init__(self, channel: Email, server: Server, environment: Mapping[str, str]) -> None:
        self.channel, self.server = channel, server
        self.user, self.password = environment.get(USER), environment.get(PASSWORD)
        self.connection: smtplib.SMTP | None = None

    def send(self, message: Message, recipient: str) -> None:
        try:
            self._drop_if_dead()
            self.connection = self.connection or self._connect()
            self._hand_in(self.connection, message, recipient)
        except NotDelivered:
            raise
        except ssl.SSLError:
            self.close()
            reason = "the mail server's certificate is not trusted, or it made no safe connection"
            raise NotDelivered(reason) from None
        except (OSError, smtplib.SMTPException):
            self.close()
            raise NotDelivered("the mail server cannot be reached") from None

    def _drop_if_dead(self) -> None:
        """Servers end a connection after some mails. Asked before each, none is sent twice."""
        try:
            alive = self.connection is not None and self.connection.noop()[0] == 250
        except (OSError, smtplib.SMTPException):
            alive = False
        if not alive:
            self.close()

    def _connect(self) -> smtplib.SMTP:
        server, context = self.server, ssl.create_default_context()
        if server.tls == "tls":
            made: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT, context=context
            )
        else:
            made = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            self._begin(made, context)
        except BaseException:
            made.close()
            raise
        return made

    def _begin(self, made: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if self.server.tls == "starttls":
            try:
                made.starttls(context=context)
            except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException):
                raise NotDelivered("the mail server offers no TLS") from None
        if self.user and self.password:
            try:
                made.login(self.user, self.password)
            except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError):
                raise NotDelivered("the mail server refuses the name and password") from None

    def _hand_in(self, to: smtplib.SMTP, message: Message, recipient: str) -> None:
        mail = _mail(self.channel, message, recipient)
        sender, reader = parseaddr(self.channel.sender)[1], parseaddr(recipient)[1]
        try:
            to.send_message(mail, sender, [reader])
        except smtplib.SMTPRecipientsRefused as refused:
            raise _refused("this address", *refused.recipients.values()) from None
        except smtplib.SMTPSenderRefused as refused:
            status = refused.smtp_code
            raise NotDelivered(f"the mail server refuses the sender: status {status}") from None
        except smtplib.SMTPDataError as refused:
            raise _refused("this mail", (refused.smtp_code, b"")) from None

    def close(self) -> None:
        if self.connection:
            with suppress(OSError, smtplib.SMTPException):
                self.connection.quit()
            self.connection = None


def _refused(what: str, answer: tuple[int, bytes], *_: object) -> NotDelivered:
    """By the status alone: the server's words may hold the address."""
    failure = Failure.PERMANENT if answer[0] >= 500 else Failure.PASSING
    return NotDelivered(f"the mail server refuses {what}: status {answer[0]}", failure)


def _mail(channel: Email, message: Message, recipient: str) -> EmailMessage:
    sender = parseaddr(channel.sender)[1]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = _header(channel.sender), _header(recipient)
    mail["Subject"] = " ".join(message.title.split())
    mail["Date"] = format_datetime(message.at)
    name = hashlib.sha256(message.id.encode()).hexdigest()[:40]
    mail["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    if recipient not in channel.to:
        mail["List-Unsubscribe"] = f"<{unsubscribe_address(channel)}>"
    parts = (message.text, message.url, message.footer)
    mail.set_content("\n\n".join(filter(None, parts)) + "\n")
    return mail


def _header(mailbox: str) -> Address:
    name, address = parseaddr(mailbox)
    return Address(name, addr_spec=address)


def unsubscribe_address(channel: Email) -> str:
    """Where a subscriber leaves: an address to open or to mail to."""
    return channel.unsubscribe or f"mailto:{parseaddr(channel.sender)[1]}?subject=unsubscribe"
