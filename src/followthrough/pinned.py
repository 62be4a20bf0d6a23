"""The innermost of our own: requests go to one origin only, and answers end."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Self, cast

from followthrough.connector import Rejected
from followthrough.redaction import redact_bytes
from followthrough.retrying import Hopeless

if TYPE_CHECKING:
    import httpx


class Pinned:
    """An ``httpx.BaseTransport`` (by shape: its class would import httpx) in front of the network.

    The check sits here because nothing that httpx does to a request (base URL, redirect, proxy)
    comes after it. ``hidden`` are the credentials that go with requests; no answer brings them back.
    """

    def __init__(
        self,
        wire: httpx.BaseTransport,
        origin: tuple[str, str, int | None],
        count: Callable[[], None],
        *,
        deadline: float,
        limit: int,
        hidden: Collection[str] = (),
    ) -> None:
        self._count = count
        self._wire = wire
        self._origin = origin
        self._deadline = deadline
        self._limit = limit
        self._hidden = hidden

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        import httpx

        if origin_of(request.url) != self._origin or request.url.userinfo:
            scheme, host, _ = self._origin
            raise Rejected(
                f"A request to {request.url.scheme}://{request.url.host} was not sent: this tracker is {scheme}://{host}.",
                hint="If the tracker has moved, set its new url in the settings.",
            )
        self._count()
        response = self._wire.handle_request(request)
        try:
            body = b"".join(self._unpacked(response))
        finally:
            response.close()
        # The body is unpacked and whole now, so these would no longer be true.
        gone = {b"content-encoding", b"content-length", b"transfer-encoding"}
        headers = [
            (name, self._fit(value)) for name, value in response.headers.raw if name.lower() not in gone
        ]
        extensions = dict(response.extensions)
        if "reason_phrase" in extensions:
            extensions["reason_phrase"] = self._fit(extensions["reason_phrase"])
        return httpx.Response(
            response.status_code, headers=headers, content=self._fit(_storable(body)), extensions=extensions
        )

    def _fit(self, data: bytes) -> bytes:
        """Without the credentials that were sent: what a server repeats may end in a message."""
        return redact_bytes(data, self._hidden)

    def _unpacked(self, response: httpx.Response) -> Iterator[bytes]:
        import httpx

        coding = response.headers.get("content-encoding", "identity").strip().lower()
        if coding not in ("identity", "", "gzip"):
            raise httpx.DecodingError(f"The answer is packed as {coding}, which was not asked for.")
        unzip = zlib.decompressobj(wbits=31) if coding == "gzip" else None
        end, size = time.monotonic() + self._deadline, 0
        for chunk in cast("httpx.SyncByteStream", response.stream):
            if time.monotonic() > end:
                raise httpx.ReadTimeout(
                    f"The answer was not complete after {self._deadline:g} s."
                ) from Hopeless()
            try:
                # One byte over the limit is enough to know that it is too large.
                data = unzip.decompress(chunk, self._limit - size + 1) if unzip else chunk
            except zlib.error as error:
                raise httpx.DecodingError(f"The answer is badly packed ({error}).") from error
            size += len(data)
            if size > self._limit:
                raise httpx.ReadError(f"The answer is larger than {self._limit} bytes.") from Hopeless()
            yield data
        if unzip and size and not unzip.eof:
            raise httpx.DecodingError("The answer is cut off.")

    def close(self) -> None:
        self._wire.close()

    def __enter__(self) -> Self:
        self._wire.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._wire.close()


def _storable(body: bytes) -> bytes:
    """JSON without halves of surrogate pairs, which no file can hold."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found["half"] else found[0], body)


_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
"""An escape of JSON: a whole pair, half of one, or any other (RFC 8259, section 7)."""


def origin_of(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port."""
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme)
