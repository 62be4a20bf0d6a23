"""A proxy of the kind that companies have: CONNECT only, with or without a password."""

from __future__ import annotations

import base64
import selectors
import socket
import socketserver
import threading
from typing import Any, Self


class Tunnel:
    """A context manager; ``tunnels`` are the addresses that were asked for, ``heard`` what came in plain.

    ``leads`` says where a tunnel to an address leads instead, so that a test has all of the internet.
    """

    def __init__(self, password: str = "") -> None:
        self.password = password
        self.tunnels: list[str] = []
        self.refused = 0
        self.heard: list[bytes] = []
        self.leads: dict[str, str] = {}
        self._server = _Tcp(("127.0.0.1", 0), _Handler)
        self._server.tunnel = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def lets_in(self, head: bytes) -> bool:
        if not self.password:
            return True
        wanted = base64.b64encode(self.password.encode())
        return b"proxy-authorization: basic " + wanted.lower() in head.lower()


class _Tcp(socketserver.ThreadingTCPServer):
    tunnel: Tunnel
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up has had enough."""


class _Handler(socketserver.BaseRequestHandler):
    server: _Tcp
    request: socket.socket

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.request.recv(4096)
            if not part:
                return
            head += part
        tunnel = self.server.tunnel
        tunnel.heard.append(head)
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        if not tunnel.lets_in(head):
            tunnel.refused += 1
            self.request.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        if method != "CONNECT":
            self.request.sendall(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        tunnel.tunnels.append(target)
        host, _, port = tunnel.leads.get(target, target).rpartition(":")
        with socket.create_connection((host, int(port)), timeout=30) as far:
            self.request.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._pump(far)

    def _pump(self, far: socket.socket) -> None:
        with selectors.DefaultSelector() as ready:
            ready.register(self.request, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, self.request)
            while True:
                for key, _ in ready.select(timeout=30):
                    data = key.fileobj.recv(65536)  # type: ignore[union-attr]  # it is a socket
                    if not data:
                        return
                    key.data.sendall(data)
