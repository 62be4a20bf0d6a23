"""Carries one letter to one channel, in a process of its own: ``python -m followthrough.notify.courier``.

An order of JSON comes in on standard input, lines of JSON go out on standard output: one when words
begin to leave, one with the answer at the end. Only here is the library that knows the services
(Apprise, <https://appriseit.com/>), and nothing it says leaves this process: its log may repeat
what stands in an address. Whoever waits for the answer ends a courier that takes too long.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final, NoReturn

from followthrough.notify.letters import Answer, Letter, Outcome, Taken, Trouble
from followthrough.notify.wire import Wire, is_loopback, judged

__all__ = ["Refusal", "main"]

MEMORY: Final = 1 << 30
"""Bytes: no answer of a service gets to fill the machine's memory."""
CONNECT: Final = 10.0
Service = Any
"""The library's object for one address; what it says of its own attributes is not what they hold."""
OURS: Final = frozenset({"verify", "redirect", "retry", "wait", "template", "optional"})
"""Options of an address that would undo what is promised of every message, or read a file."""


class Refusal(Exception):
    """An address that no letter is carried to."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(trouble)
        self.answer = Answer(outcome=Outcome.REFUSED, trouble=trouble, detail=detail)


def main() -> None:
    """Do what standard input orders."""
    _limit_memory()
    order = json.load(sys.stdin)
    wire = Wire(begun=lambda: _tell({"sent": True}))
    _listen(wire)
    try:
        service = _service(order)
        taken = _taken(service)
        answer = Answer(outcome=Outcome.DELIVERED, taken=taken)
        if order["send"]:
            answer = _carried(service, taken, Letter(**order["letter"]), order["timeout"], wire)
    except Refusal as refusal:
        answer = refusal.answer
    _tell({"answer": asdict(answer)})


def _limit_memory() -> None:
    import resource

    with suppress(ValueError, OSError):  # not every system knows this limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _tell(facts: Mapping[str, Any]) -> None:
    os.write(1, json.dumps(facts).encode() + b"\n")


def _listen(wire: Wire) -> None:
    """See to it that the wire hears what leaves, what is answered and what the library says."""
    sys.addaudithook(wire.audit)
    for name in ("apprise", "urllib3.connectionpool"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        logger.addHandler(wire)


def _service(order: Mapping[str, Any]) -> Service:
    """The library's object for the address. Raises :class:`Refusal` where we would not use it."""
    from apprise import Apprise, AppriseAsset, OverflowMode, plugins

    url_to_dict: Any = plugins.url_to_dict
    given = url_to_dict(order["url"])
    if not given:
        raise Refusal(Trouble.ADDRESS)
    asked = {str(name).casefold() for name in given.get("qsd") or {}}
    if asked & OURS:
        raise Refusal(Trouble.OPTION, min(asked & OURS))
    if order["password"] is not None:
        given["password"] = order["password"]
    if order["to"] is not None:
        given = {**given, "targets": [order["to"]], "cc": None, "bcc": None}
    asset = AppriseAsset(
        app_id="followthrough",
        app_desc="followthrough",
        app_url="",
        async_mode=False,
        http_redirects=False,
        allow_templates=False,
        storage_mode="memory",
        pgp_autogen=False,
        pem_autogen=False,
        image_url_mask="",  # its pictures lie in a place of others
        image_url_logo="",
    )
    service: Service = Apprise.instantiate(given, asset=asset)
    if service is None or (order["to"] is not None and not _is_mail(service)):
        raise Refusal(Trouble.ADDRESS)
    _protected(service)
    if "overflow" not in asked and service.schema not in ("workflow", "workflows"):
        # Cut rather than refused where a service takes less; Teams takes far more than the library thinks.
        service.overflow_mode = OverflowMode.TRUNCATE
    service.socket_read_timeout = order["timeout"]
    service.socket_connect_timeout = order["timeout"] if _is_mail(service) else min(CONNECT, order["timeout"])
    return service


def _protected(service: Service) -> None:
    """Raise :class:`Refusal` for a channel that others can read. Of mail the wire sees to that."""
    secure = service.secure_protocol or ()
    known = (secure,) if isinstance(secure, str) else tuple(secure)
    if not _is_mail(service) and service.schema not in known and not is_loopback(service.host or ""):
        raise Refusal(Trouble.UNPROTECTED)


def _is_mail(service: Service) -> bool:
    from apprise.plugins.email.base import NotifyEmail

    return isinstance(service, NotifyEmail)


def _taken(service: Service) -> Taken:
    from apprise import NotifyFormat

    mail = _is_mail(service)
    formats = service.notify_format
    known = (formats,) if isinstance(formats, str) else tuple(formats)
    to: tuple[str, ...] = ()
    if mail:
        everybody = [*(address for _name, address in service.targets), *service.cc, *service.bcc]
        to = tuple(sorted(dict.fromkeys(everybody)))
    return Taken(
        service=str(service.service_name),
        to=to,
        markdown=not mail and NotifyFormat.MARKDOWN in known,
        attaches=mail,
    )


def _carried(service: Service, taken: Taken, letter: Letter, timeout: float, wire: Wire) -> Answer:
    """Send it, within the time that it has."""
    from apprise import AppriseAttachment, NotifyFormat, NotifyType
    from apprise.attachment import memory

    def too_late(_number: int, _frame: object) -> NoReturn:
        _tell({"answer": asdict(judged(False, wire, taken, late=True))})
        os._exit(0)

    attached = None
    if taken.attaches and letter.page is not None:
        as_file: Any = memory.AttachMemory
        file = as_file(content=letter.page.encode(), name=letter.page_name, mimetype="text/html")
        attached = AppriseAttachment(file)
    wire.observable = _is_mail(service) or hasattr(sys.modules[type(service).__module__], "requests")
    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        took = service.notify(
            body=letter.body(taken),
            title=letter.title,
            notify_type=NotifyType.INFO,
            body_format=NotifyFormat.MARKDOWN if taken.markdown else NotifyFormat.TEXT,
            attach=attached,
        )
    except Exception:  # noqa: BLE001  its words may hold what must not be told
        took = False
    signal.setitimer(signal.ITIMER_REAL, 0)
    return judged(bool(took), wire, taken)


if __name__ == "__main__":
    main()
