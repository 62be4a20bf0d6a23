"""What is said of a message that was sent, or was not: one sentence, with what to do next. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from followthrough.notify.dispatch import Sent
from followthrough.notify.letters import Answer, Outcome, Trouble
from followthrough.notify.reminders import Round
from followthrough.notify.saying import count, plain
from followthrough.reporting.plain import one_line
from followthrough.reporting.sentences import day

__all__ = ["counts", "facts", "left_out", "named", "sentence", "shown", "unchecked", "waiting", "why"]

_CERTIFICATES = {
    "name": "its certificate is made out to another name. Check the address and proxy.",
    "date": "its certificate is not valid today. Check this machine's clock; else whoever runs it renews it.",
    "file": "its ca_file cannot be read. It is a PEM file of certificates.",
    "authority": "its certificate is signed by an authority this machine does not know: set ca_file.",
}
_LEFT = {
    Trouble.ADDRESS: "its address is none that is known here. docs/how-to/send.md says how it is written.",
    Trouble.UNPROTECTED: (
        "its address would send everything unprotected. Write the form that ends in s, such as mailtos:// "
        "or ntfys:// (plain is for this machine only)."
    ),
    Trouble.NO_HOST: "its host has no address. Check the address, and that this machine is online.",
    Trouble.REFUSES: "its host refuses the connection. Check the address, or try again later.",
    Trouble.SILENT: "its host did not answer in time. Try again later, or set a longer timeout.",
    Trouble.SECURE: "its host and this machine could not agree on a secure connection. Check the address.",
    Trouble.LOGIN: "its mail server takes no login here. Write mailtos://, or leave user and password away.",
    Trouble.PROXY: "the proxy does not let us through. Check proxy.",
    Trouble.BROKEN: "the process that carries it broke down. Send again; if it stays so, please report it.",
    Trouble.OTHER: "the connection failed. Try again later.",
}


def named(sent: Sent) -> str:
    """The channel or person, with the service that carries it or the addresses that it goes to."""
    taken = sent.answer.taken
    name = one_line(sent.parcel.to)
    if taken is None:
        return name
    return f"{name} ({one_line(', '.join(taken.to) or taken.service)})"


def sentence(sent: Sent) -> str:
    """What became of it."""
    answer, name = sent.answer, named(sent)
    match answer.outcome:
        case Outcome.DELIVERED:
            return f"{name}: sent."
        case Outcome.UNKNOWN:
            return f"{name}: {_unsure(answer)} It is not sent again by itself; look there."
        case Outcome.LATER:
            return f"{name}: not sent, it asks to come back later ({answer.number}). Send again then."
        case Outcome.CREDENTIALS if sent.said:
            return f"{name}: not sent. {sent.said}"
        case Outcome.CREDENTIALS:
            return (
                f"{name}: not sent, its credentials were refused ({answer.number}). "
                "They expire or are taken back: make new ones."
            )
        case Outcome.REFUSED:
            return f"{name}: not sent, {why(answer)}"


def _unsure(answer: Answer) -> str:
    if answer.trouble is Trouble.RECIPIENT:
        return "some got it, but not everybody."
    if answer.number is not None:
        return f"it answered {answer.number}, so it may have arrived or not."
    return "it did not answer, so it may have arrived or not."


def why(answer: Answer) -> str:
    """What is wrong with a channel that did not take a message, and what to do."""
    match answer.trouble:
        case Trouble.OPTION:
            return (
                f"its address holds {answer.detail}=, which is not for an address to decide. Take that out."
            )
        case Trouble.CERTIFICATE:
            return _CERTIFICATES[answer.detail or "authority"]
        case Trouble.RECIPIENT:
            return f"nobody there is known to its mail server ({answer.number}). Check the recipients."
        case Trouble.ANSWERED if answer.number is not None and 300 <= answer.number < 400:
            return f"it leads elsewhere ({answer.number}), where nothing is sent. Write the right address."
        case Trouble.ANSWERED if answer.number in (404, 410):
            return f"its address is no longer there ({answer.number}). Make a new one."
        case Trouble.ANSWERED:
            return f"it did not take the message ({answer.number}). Check the channel's settings."
        case None:
            return _LEFT[Trouble.OTHER]
        case trouble:
            return _LEFT[trouble]


def shown(sent: Sent) -> Iterator[str]:
    """What a channel or person would get, whole."""
    letter, taken = sent.parcel.letter, sent.answer.taken
    yield f"To {named(sent)}"
    yield ""
    yield f"  {letter.title}"
    yield ""
    if taken is not None:
        yield from (f"  {line}".rstrip() for line in letter.body(taken).split("\n"))
        if taken.attaches and letter.page is not None:
            yield f"  [{letter.page_name}, {len(letter.page.encode()) // 1000:,} kB]"
    yield ""


def waiting(found: Round, today: date) -> list[tuple[str, str]]:
    """People who are not written to today, and why."""
    told = []
    for name, then in found.waiting.items():
        unsure = " (nobody knows whether it arrived)" if name in found.unsure else ""
        told.append(
            (name, f"{one_line(name)}: was written to this week{unsure}; next from {day(then, today)} on.")
        )
    for name in found.unreachable:
        words = f"{one_line(name)}: has no address. Add email or notify under [people.{one_line(name)}]."
        told.append((name, words))
    return told


def left_out(found: Round) -> Iterator[str]:
    """What nobody is asked about, a line each."""
    if found.unowned:
        yield f"{count(found.unowned, 'measure')} without an owner."
    if found.unknown:
        owners = ", ".join(plain(owner) for owner in list(found.unknown)[:5])
        more = ", …" if len(found.unknown) > 5 else ""
        number = sum(found.unknown.values())
        yield f"{count(number, 'measure')} of owners who are not in [people]: {owners}{more}."
    for number, words in (
        (found.confidential, "in confidential postmortems, left out."),
        (found.silenced, "silenced by the label no-reminder."),
        (found.missing, "whose ticket is no longer found."),
        (found.accepted, "accepted as a risk for now."),
    ):
        if number:
            yield f"{count(number, 'measure')} {words}"


def unchecked(scope: str, measures: int, reason: str) -> str:
    """That a tracker could not be asked; ``reason`` is its own sentence."""
    told = "is not spoken of: its ticket" if measures == 1 else "are not spoken of: their tickets"
    return f"{one_line(scope)}: {count(measures, 'measure')} {told} could not be read. {reason}"


def counts(found: Round | None) -> dict[str, int]:
    """The same for a program."""
    left = found or Round()
    return {
        "unowned": left.unowned,
        "unknown_owners": sum(left.unknown.values()),
        "confidential": left.confidential,
        "silenced": left.silenced,
        "missing": left.missing,
        "accepted": left.accepted,
        "unchecked": sum(left.unchecked.values()),
    }


def facts(sent: Sent, *, dry: bool) -> dict[str, Any]:
    """One message for a program; its words where it is only shown."""
    answer, letter = sent.answer, sent.parcel.letter
    return {
        "audience": sent.parcel.audience.value,
        "to": sent.parcel.to,
        "service": answer.taken.service if answer.taken else None,
        "addresses": list(answer.taken.to) if answer.taken else [],
        "outcome": "dry-run" if dry and answer.taken else answer.outcome.value,
        "reason": sentence(sent) if not (dry and answer.taken) else None,
        "title": letter.title,
        "body": letter.body(answer.taken) if dry and answer.taken else None,
    }
