"""Why a tracker could not be asked: the cause behind httpx's error, as a sentence with its cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from followthrough.connector import Unreachable

if TYPE_CHECKING:
    import ssl

# Of OpenSSL's X509_V_ERR_…: without a signature that we know, and out of its time.
_UNKNOWN_AUTHORITY: Final = {2, 18, 19, 20, 21}
_EXPIRED: Final = {9, 10}
_OTHER_NAME: Final = {62, 64}


def no_answer(error: Exception, url: str) -> Unreachable:
    """What an ``httpx.HTTPError`` of a request to ``url`` means, and what to do about it.

    Whether a write took effect before the answer was lost is not known from it.
    """
    host = urlsplit(url).hostname or url
    for cause in _causes(error):
        told = _told(cause, host)
        if told is not None:
            return Unreachable(told[0], hint=told[1])
    # Only its kind: the text of an error may repeat what was sent.
    return Unreachable(f"{host} gave no usable answer ({type(error).__name__}).", hint="Try again later.")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies behind it, the deepest first: there the reason stands."""
    found: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in found:
        found.append(at)
        at = at.__cause__ or at.__context__
    return reversed(found)


def _told(cause: BaseException, host: str) -> tuple[str, str] | None:
    # Most commands never reach the network.
    import socket
    import ssl

    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate(cause, host)
    if isinstance(cause, ssl.SSLError):
        if "certificate required" in str(cause) or "CERTIFICATE_REQUIRED" in str(cause):
            return (
                f"{host} asks for a certificate of ours: set client_cert.",
                "It is a PEM file with its key.",
            )
        return f"{host} and this machine could not agree on a secure connection.", "Check `url` and `proxy`."
    if isinstance(cause, socket.gaierror):
        return f"{host} has no address.", "Check `url`, and that this machine is online."
    if isinstance(cause, ConnectionRefusedError):
        return f"{host} refuses the connection.", "Check `url` and `proxy`, or try again later."
    name = type(cause).__name__
    if name == "ProxyError":
        return f"The proxy does not let us through to {host}.", "Check `proxy`."
    if isinstance(cause, TimeoutError) or name.endswith("Timeout"):
        return f"{host} did not answer in time.", "Try again later."
    return None


def _certificate(cause: ssl.SSLCertVerificationError, host: str) -> tuple[str, str]:
    if cause.verify_code in _UNKNOWN_AUTHORITY:
        return (
            f"The certificate of {host} is signed by an authority this machine does not know: set ca_file.",
            "It is a PEM file with that authority's certificate, named in the tracker's section.",
        )
    if cause.verify_code in _EXPIRED:
        return (
            f"The certificate of {host} is not valid today.",
            "Check this machine's clock; else whoever runs the tracker has to renew it.",
        )
    if cause.verify_code in _OTHER_NAME:
        return f"The certificate of {host} is made out to another name.", "Check `url` and `proxy`."
    return (
        f"The certificate of {host} cannot be believed ({cause.verify_message}).",
        "Check `url` and `ca_file`.",
    )
