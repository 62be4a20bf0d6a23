"""Where messages arrive in tests: a web service that takes POSTs, and a mail server; both on loopback."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


@dataclass(frozen=True)
class Post:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Hook:
    """A web service; a context manager. ``answers`` are given one after the other, the last one for good."""

    answers: Sequence[int] = (200,)
    context: ssl.SSLContext | None = None
    moved_to: str = ""
    """Where an answer of 3xx leads."""
    says: bytes = b"ok"
    posts: list[Post] = field(default_factory=list)
    hangs: bool = False
    """It reads what comes and answers nothing,"""
    drips: bool = False
    """or a byte of its answer every tenth of a second, without end,"""
    drops: bool = False
    """or breaks off."""
    arrived: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._gone = threading.Event()
        self._server = _Web(("127.0.0.1", 0), _Handler)
        self._server.hook = self
        if self.context is not None:
            self._server.socket = self.context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._gone.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, post: Post, handler: BaseHTTPRequestHandler) -> None:
        status = self.answers[min(len(self.posts), len(self.answers) - 1)]
        self.posts.append(post)
        self.arrived.set()
        if self.drops:
            handler.close_connection = True
            return
        if self.hangs:
            self._gone.wait()
            return
        handler.send_response(status)
        if 300 <= status < 400:
            handler.send_header("Location", self.moved_to)
        if self.drips:
            handler.send_header("Content-Length", "1000000")
            handler.end_headers()
            while not self._gone.wait(0.1):
                handler.wfile.write(b".")
                handler.wfile.flush()
            return
        handler.send_header("Content-Length", str(len(self.says)))
        handler.end_headers()
        handler.wfile.write(self.says)


class _Web(ThreadingHTTPServer):
    hook: Hook
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up has had enough."""


class _Handler(BaseHTTPRequestHandler):
    server: _Web

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.hook.take(Post(self.path, dict(self.headers), body), self)

    def log_message(self, *_: object) -> None:
        pass


@dataclass(frozen=True)
class Mail:
    """One letter as it came in."""

    sender: str
    to: tuple[str, ...]
    message: EmailMessage
    secure: bool
    login: str | None

    @property
    def text(self) -> str:
        """Its words, without the attached page."""
        body = self.message.get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n").strip()


@dataclass
class MailServer:
    """A mail server; a context manager. With a ``context`` it offers STARTTLS, or speaks TLS from the first byte."""

    context: ssl.SSLContext | None = None
    implicit: bool = False
    password: str | None = None
    """What everybody has to log in with."""
    unknown: tuple[str, ...] = ()
    """Recipients that it refuses."""
    answer: str = "250 taken"
    """What it says to a letter; empty to say nothing,"""
    keeps: bool = True
    """and whether it has taken it all the same."""
    mails: list[Mail] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    """What was asked for in plain, before any TLS."""

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._ready = threading.Event()
        self._port = 0
        self._sessions: list[SMTP] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(30)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        implicit = self.context if self.implicit else None
        server = self._loop.run_until_complete(
            self._loop.create_server(self._session, "127.0.0.1", 0, ssl=implicit)
        )
        self._port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for session in self._sessions:
            if isinstance(session.transport, asyncio.WriteTransport):
                session.transport.abort()
        waiting = asyncio.all_tasks(self._loop)
        for task in waiting:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    def _session(self) -> SMTP:
        session = SMTP(
            _Box(self),
            hostname="mail.test",
            loop=self._loop,
            tls_context=None if self.implicit else self.context,
            auth_require_tls=not self.implicit,
            authenticator=self._known if self.password is not None else None,
        )
        self._sessions.append(session)
        return session

    def _known(self, _server: Any, _session: Any, _envelope: Any, _way: str, login: Any) -> AuthResult:
        right = isinstance(login, LoginPassword) and login.password.decode() == self.password
        return AuthResult(success=right, handled=False, auth_data=login.login.decode() if right else None)


class _Box:
    """What aiosmtpd asks."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def handle_EHLO(
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._heard(session, "EHLO")
        return responses

    async def handle_MAIL(
        self, _server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        self._heard(session, "MAIL")
        if self._server.password is not None and not session.authenticated:
            return "530 log in first"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self._server.unknown:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        if self._server.keeps:
            self._server.mails.append(
                Mail(
                    sender=envelope.mail_from,
                    to=tuple(envelope.rcpt_tos),
                    message=message,
                    secure=self._secure(session),
                    login=getattr(session, "auth_data", None),
                )
            )
        if not self._server.answer:
            await asyncio.sleep(3600)
        return self._server.answer

    def _secure(self, session: Any) -> bool:
        return self._server.implicit or session.ssl is not None

    def _heard(self, session: Any, command: str) -> None:
        if not self._secure(session):
            self._server.commands.append(command)
