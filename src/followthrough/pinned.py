"""The innermost of our own: requests go to one origin only, and answers end."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Self, cast

from followthrough.connector import Rejected
from followthrough.retrying import Hopeless

if TYPE_CHECKING:
    import httpx


class Pinned:
    """An ``httpx.BaseTransport`` (by shape: its class would import httpx) in front of the network.

    The check sits here because nothing that httpx does to a request (base URL, redirect, proxy)
    comes after it.
    """

    def __init__(
        self,
        wire: httpx.BaseTransport,
        origin: tuple[str, str, int | None],
        count: Callable[[], None],
        *,
        deadline: float,
        limit: int,
    ) -> None:
        self._count = count
        self._wire = wire
        self._origin = origin
        self._deadline = deadline
        self._limit = limit

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
        gone = {"content-encoding", "content-length", "transfer-encoding"}
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in gone]
        return httpx.Response(
            response.status_code, headers=headers, content=body, extensions=response.extensions
        )

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


def origin_of(url: httpx.URL) -> tuple[str, str, int | None]:
    """Scheme, host and port."""
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme)
