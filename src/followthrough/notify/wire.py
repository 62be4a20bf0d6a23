"""What leaves a courier and what comes back: enough to say whether a letter can have arrived.

The library that sends says only yes or no. Python itself tells of every connection and of what is
put on it (:func:`sys.addaudithook`; the events are listed at
<https://docs.python.org/3/library/audit_events.html>), and urllib3's log tells the status of every
answer. So a message that was provably not taken can be told from one of which nobody knows.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import ssl
from collections.abc import Callable
from typing import Any, Final

from followthrough.notify.letters import Answer, Outcome, Taken, Trouble

__all__ = ["Wire", "is_loopback", "judged"]

_GREETINGS: Final = (b"EHLO", b"HELO", b"STARTTLS", b"QUIT", b"RSET", b"NOOP")
"""What a mail server may be told before the connection is secure."""
_REQUEST: Final = re.compile(rb"[A-Z]+ [^\r\n]* HTTP/1\.[01]\r\n")
_REPLY: Final = re.compile(r"\((\d{3}), b['\"]")
"""How smtplib's errors show the reply they were raised for."""
_RETRY: Final = frozenset({421, 450, 451, 452, 454})
_LOGIN: Final = frozenset({530, 534, 535, 538})
_WORDS: Final = (
    # Of what an error says, the most telling first.
    (
        re.compile(r"CERTIFICATE_VERIFY_FAILED|certificate verify failed|doesn't match", re.IGNORECASE),
        Trouble.CERTIFICATE,
    ),
    (re.compile(r"AUTH extension not supported", re.IGNORECASE), Trouble.LOGIN),
    (re.compile(r"proxy|Tunnel connection failed", re.IGNORECASE), Trouble.PROXY),
    (re.compile(r"SSL|TLS", re.IGNORECASE), Trouble.SECURE),
    (re.compile(r"resolve|getaddrinfo|Name or service|nodename|gaierror", re.IGNORECASE), Trouble.NO_HOST),
    (re.compile(r"refused", re.IGNORECASE), Trouble.REFUSES),
    (re.compile(r"timed out|timeout", re.IGNORECASE), Trouble.SILENT),
)


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class _UnprotectedError(OSError):
    """Raised before anything is sent that others could read."""


class Wire(logging.Handler):
    """Hears what a courier does on the network, and stops what must not be sent."""

    def __init__(self, begun: Callable[[], None]) -> None:
        super().__init__()
        self._begun = begun
        self.observable = True
        """Whether everything that leaves is seen here: so it is with HTTP and SMTP."""
        self.requests = 0
        self.statuses: list[int] = []
        self.mails = 0
        """Letters that a mail server was handed, answered or not,"""
        self.mailed = 0
        """and those that it has taken."""
        self.connected = False
        self.stopped = False
        self.unreached = 0
        """Recipients that a mail server would not take."""
        self.said = ""

    @property
    def carried(self) -> bool:
        """Whether any of the words may have left."""
        return bool(self.requests or self.mails) or (self.connected and not self.observable)

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Python's own word of what is about to happen. Raises :class:`OSError` to stop it."""
        if event == "socket.connect":
            self.connected = True
        elif event == "http.client.send":
            self._http(*arguments)
        elif event == "smtplib.send":
            self._mail(*arguments)

    def _http(self, connection: Any, data: Any) -> None:
        if not isinstance(data, bytes | bytearray) or not _REQUEST.match(data):
            return  # what follows the head of a request
        if data.startswith(b"CONNECT "):
            return  # to the proxy, before there is anything of ours
        self._secure(connection.sock)
        self.requests += 1
        self._leaves()

    def _mail(self, client: Any, data: bytes) -> None:
        if data.endswith(b"\r\n.\r\n") or data == b".\r\n":
            self.mails += 1
            self._leaves()
        elif not data.upper().startswith(_GREETINGS):
            self._secure(client.sock)

    def _secure(self, sock: Any) -> None:
        if isinstance(sock, ssl.SSLSocket) or hasattr(sock, "selected_alpn_protocol"):
            return
        if not is_loopback(str(sock.getpeername()[0])):
            self.stopped = True
            raise _UnprotectedError("not protected")

    def _leaves(self) -> None:
        if self.requests + self.mails == 1:
            self._begun()

    def emit(self, record: logging.LogRecord) -> None:
        """What a library's log says; it stays here."""
        arguments = record.args if isinstance(record.args, tuple) else ()
        if record.name == "urllib3.connectionpool":
            # Scheme, host, port, method, path, version, status, length.
            if len(arguments) == 8 and isinstance(arguments[6], int):
                self.statuses.append(arguments[6])
            return
        words = record.getMessage()
        if words.startswith("Sent Email to"):
            self.mailed += 1
        elif words.startswith("SMTP recipient"):
            self.unreached += 1
        self.said += f"{words}\n"


def judged(took: bool, wire: Wire, taken: Taken, *, late: bool = False) -> Answer:
    """What became of the letter; ``took`` is the library's word, ``late`` that its time was over."""
    trouble = _trouble(wire.said)
    if took:
        return Answer(outcome=Outcome.DELIVERED, taken=taken)
    if wire.stopped:
        return Answer(outcome=Outcome.REFUSED, taken=taken, trouble=Trouble.UNPROTECTED)
    if wire.statuses or wire.requests:
        return _of_http(wire, taken, trouble)
    if late:
        trouble = Trouble.SILENT
    number = int(found[-1]) if (found := _REPLY.findall(wire.said)) else None
    if wire.carried and (number is None or wire.mailed or wire.unreached):
        part = Trouble.RECIPIENT if wire.mailed or wire.unreached else trouble
        return Answer(outcome=Outcome.UNKNOWN, taken=taken, trouble=part, number=number)
    if number is None:
        detail = _certificate(wire.said) if trouble is Trouble.CERTIFICATE else ""
        return Answer(outcome=Outcome.REFUSED, taken=taken, trouble=trouble, detail=detail)
    outcome = Outcome.LATER if number in _RETRY else Outcome.REFUSED
    if number in _LOGIN:
        outcome = Outcome.CREDENTIALS
    recipient = "SMTPRecipientsRefused" in wire.said or re.search(r"\{'[^'@]*+@[^']*+': \(", wire.said)
    trouble = Trouble.RECIPIENT if recipient else Trouble.ANSWERED
    return Answer(outcome=outcome, taken=taken, trouble=trouble, number=number)


def _of_http(wire: Wire, taken: Taken, trouble: Trouble) -> Answer:
    statuses = wire.statuses
    last = statuses[-1] if statuses else None
    if wire.requests > len(statuses) or last is None:
        silent = trouble if trouble is not Trouble.OTHER else Trouble.SILENT
        return Answer(outcome=Outcome.UNKNOWN, taken=taken, trouble=silent)
    outcome = Outcome.REFUSED
    if last >= 500:
        outcome = Outcome.UNKNOWN
    elif any(200 <= status < 300 for status in statuses):
        # Slack's own API says no in the words of an answer whose status says yes.
        told = len(statuses) == 1 and re.search(r'"ok"\s*:\s*false', wire.said)
        outcome = Outcome.REFUSED if told else Outcome.UNKNOWN
        if told and re.search(r"invalid_auth|not_authed|token_|account_inactive", wire.said):
            outcome = Outcome.CREDENTIALS
    elif last in (401, 403):
        outcome = Outcome.CREDENTIALS
    elif last == 429:
        outcome = Outcome.LATER
    return Answer(outcome=outcome, taken=taken, trouble=Trouble.ANSWERED, number=last)


def _trouble(said: str) -> Trouble:
    # The name of the plugin and of the options stand in its log as well: only what went wrong counts.
    errors = "\n".join(line for line in said.splitlines() if "xception" in line)
    return next((trouble for words, trouble in _WORDS if words.search(errors)), Trouble.OTHER)


def _certificate(said: str) -> str:
    if re.search(r"mismatch|doesn't match|not valid for", said, re.IGNORECASE):
        return "name"
    if re.search(r"expired|not yet valid", said, re.IGNORECASE):
        return "date"
    return "authority"
