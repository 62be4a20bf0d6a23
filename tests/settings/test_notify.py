"""``[notify]``: who is written to, without a secret in the file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from followthrough.settings import FILE_NAME, Settings, SettingsError, load
from followthrough.settings.notify import resolved
from followthrough.trust import Untrusted, grants_of

Write = Callable[[str], Path]
CHANNEL = '[[notify.channels]]\nname = "boss"\nurl = "env:BOSS"\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(text: str) -> Path:
        path = tmp_path / FILE_NAME
        path.write_text(text, encoding="utf-8")
        return path

    return put


def test_without_the_section_nobody_is_written_to() -> None:
    notify = Settings().notify
    assert (notify.channels, notify.owners, notify.after_run) == ((), False, False)


@pytest.mark.parametrize(
    "address",
    [
        *("env:BOSS", "file:~/boss", "command:pass show boss"),
        *(
            "mailto://localhost?from=a@b.example",
            "mailtos://bot@smtp.acme.example:465?to=x@y.example&mode=ssl",
        ),
    ],
)
def test_addresses_that_hold_no_secret_may_stand_there(address: str, write: Write) -> None:
    (channel,) = load(write(CHANNEL.replace("env:BOSS", address))).notify.channels
    assert channel.url.get_secret_value() == address
    assert address not in repr(channel)


@pytest.mark.parametrize(
    "address",
    [
        *("https://hooks.slack.com/services/canary", "slack://canary", "json://localhost/canary"),
        *("mailtos://bot:canary@smtp.acme.example", "mailtos://smtp.acme.example?pass=canary"),
        *("mailtos://smtp.acme.example?user=a&password=canary", "mailto://[canary", "canary", "env:9canary"),
    ],
)
def test_others_are_refused_and_not_repeated(address: str, write: Write) -> None:
    with pytest.raises(SettingsError) as told:
        load(write(CHANNEL.replace("env:BOSS", address)))
    assert f"{FILE_NAME}:3: 'notify.channels.0.url' is wrong: " in str(told.value)
    assert "canary" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (CHANNEL + 'password = "canary"\n', 4, "a secret must not stand in the settings"),
        (CHANNEL + 'only = "preventative"\n', 4, "did you mean 'preventive'?"),
        (CHANNEL + 'when = "lat"\n', 4, "there is no condition 'lat'; did you mean 'late'?"),
        (CHANNEL + 'days = "monday"\n', 4, 'it is a list: write ["monday"]'),
        (CHANNEL + 'days = ["mon"]\n', 4, "did you mean 'monday'?"),
        (CHANNEL + "timeout = 0\n", 4, "greater than or equal to 1"),
        (CHANNEL + 'proxy = "ftp://x"\n', 4, "is not the address of a proxy"),
        (CHANNEL + 'ca_file = "none.pem"\n', 4, "none.pem, and there is no such file. Check the path."),
        (CHANNEL + 'ur = ""\n', 4, "Did you mean 'url'?"),
        (CHANNEL + CHANNEL, 5, "the channel in line 2 is named 'boss' as well. Choose another name."),
        ("[notify]\nowners = true\n", 2, "Add [notify.mail], or notify under [people.X]."),
        ('[notify]\nreport_url = "reports/"\n', 2, "it is where people open the page"),
        ('[notify]\nsoon = "soon"\n', 2, "write it as 7d or 2w"),
        ('[people.sam]\nemail = "sam"\n', 2, "'sam' is no address of e-mail; write it as sam@acme.example"),
        ('[people.sam]\nnotify = "slack://canary"\n', 2, "an address that may hold a token must not stand"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, said: str, write: Write) -> None:
    with pytest.raises(SettingsError) as told:
        load(write(text))
    assert f"{FILE_NAME}:{line}: " in str(told.value)
    assert said in str(told.value)
    assert "canary" not in str(told.value)


def test_a_channel_has_its_days(write: Write) -> None:
    (channel,) = load(write(CHANNEL + 'days = ["Monday", "friday"]\n')).notify.channels
    week = [date(2026, 11, 23 + n) for n in range(7)]
    assert [channel.open_on(day) for day in week] == [True, False, False, False, True, False, False]


def test_what_is_sent_where_needs_trust(write: Write) -> None:
    mail = '[notify.mail]\nurl = "mailtos://bot@smtp.acme.example?from=a@b.example"\npassword = "command:pass mail"\n'
    person = '[people.sam]\nnotify = "file:sam"\n'
    channel = CHANNEL.replace("env:BOSS", "command: pass show boss") + 'proxy = "http://proxy.example:3128"\n'
    assert grants_of(load(write(mail + person + channel))) == (
        "run pass mail",
        "run pass show boss",
        "send command:pass mail to mailtos://bot@smtp.acme.example?from=a@b.example",
        "send reminders to file:sam",
        "send reminders to mailtos://bot@smtp.acme.example?from=a@b.example",
        "send reports to command: pass show boss through http://proxy.example:3128",
    )


def test_a_secret_is_read_only_when_the_guard_lets_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOSS", "json://localhost/canary")
    (channel,) = load(write(CHANNEL)).notify.channels

    def guard() -> None:
        raise Untrusted("not allowed")

    with pytest.raises(Untrusted):
        resolved(channel.url, Path(), guard)
    assert resolved(channel.url, Path(), None) == "json://localhost/canary"


def test_a_person_s_address_is_the_one_given_else_a_name(write: Write) -> None:
    text = '[people.sam]\nnames = ["Sam", "sam@acme.example"]\n[people.ada]\nemail = "ada@acme.example"\n[people.eve]\n'
    people = load(write(text)).people
    assert [one.mailbox for one in people.values()] == ["sam@acme.example", "ada@acme.example", None]
