from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthrough.connector import RateLimited, Rejected, Unreachable
from followthrough.http import READ, Network, Pace, Retries, Transport, Window, is_limit, retry_after
from followthrough.limiting import Halted

START = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
URL = "https://acme.example"
Answer = httpx.Response | Exception


class World:
    """A tracker that answers from a list, its last answer for ever, on a clock that sleep moves."""

    def __init__(self, *answers: Answer, chance: float = 0.5, **retries: int) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[float, str, str]] = []
        self.bodies: list[bytes] = []
        self.at = 0.0
        self.slept: list[float] = []
        self.transport = Transport(
            clock=lambda: START + timedelta(seconds=self.at),
            monotonic=lambda: self.at,
            sleep=self.sleep,
            random=lambda: chance,
            wire=httpx.MockTransport(self.answer),
            retries=Retries(**retries),
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((self.at, request.method, request.url.path))
        self.bodies.append(request.content)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def client(self, pace: Pace | None = None, **more: object) -> httpx.Client:
        return self.transport.client(URL, pace=pace, headers={"Authorization": "Bearer s3cret"})


OK = httpx.Response(200, content=b"{}")
RESET = httpx.ReadError("reset")


def too_many(**headers: str) -> httpx.Response:
    return httpx.Response(429, headers={name.replace("_", "-"): value for name, value in headers.items()})


# --- what is sent again ---------------------------------------------------------------------------


@pytest.mark.parametrize("bad", [httpx.Response(code) for code in (429, 502, 503, 504)], ids=str)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_a_read_is_sent_up_to_four_times(bad: httpx.Response, method: str) -> None:
    world = World(bad, bad, bad, OK)
    extensions = READ if method == "POST" else {}
    assert world.client().request(method, "/x", extensions=extensions, content=b"q").status_code == 200
    assert [method for _, method, _ in world.asked] == [method] * 4
    assert world.bodies == [b"q"] * 4
    world = World(bad)
    assert world.client().request(method, "/x", extensions=extensions).status_code == bad.status_code
    assert len(world.asked) == 4


@pytest.mark.parametrize(
    "error",
    [RESET, httpx.ConnectError("no"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("cut")],
    ids=lambda error: type(error).__name__,
)
def test_a_read_is_sent_again_where_the_network_failed(error: Exception) -> None:
    world = World(error, error, OK)
    assert world.client().get("/x").status_code == 200
    assert len(world.asked) == 3
    world = World(error)
    with pytest.raises(type(error)):
        world.client().get("/x")
    assert len(world.asked) == 4


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "bad",
    [*(httpx.Response(code, headers={"retry-after": "0"}) for code in (429, 500, 502, 503, 504)), RESET],
)
def test_what_changes_something_is_sent_once(method: str, bad: Answer) -> None:
    world = World(bad)
    if isinstance(bad, Exception):
        with pytest.raises(type(bad)):
            world.client().request(method, "/x")
    else:
        assert world.client().request(method, "/x").status_code == bad.status_code
    assert len(world.asked) == 1
    assert world.slept == []


@pytest.mark.parametrize("code", [200, 201, 304, 307, 400, 401, 403, 404, 409, 410, 422, 500, 501])
def test_other_answers_are_no_reason_to_ask_again(code: int) -> None:
    world = World(httpx.Response(code))
    assert world.client().get("/x").status_code == code
    assert len(world.asked) == 1


@pytest.mark.parametrize(
    "headers", [{"retry-after": "1"}, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1763611202"}]
)
def test_githubs_403_for_too_many_is_a_limit(headers: dict[str, str]) -> None:
    world = World(httpx.Response(403, headers=headers), OK)
    assert world.client().get("/x").status_code == 200
    assert len(world.asked) == 2


def test_an_answer_too_large_or_badly_packed_is_not_fetched_again() -> None:
    world = World(httpx.Response(200, content=b"x" * 100))
    with world.transport.client(URL, limit=99) as client, pytest.raises(httpx.ReadError, match="larger"):
        client.get("/x")
    assert len(world.asked) == 1
    asked = []

    def packed(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, headers={"content-encoding": "br"}, stream=httpx.ByteStream(b"x"))

    transport = Transport(wire=httpx.MockTransport(packed))
    with transport.client(URL) as client, pytest.raises(httpx.DecodingError):
        client.get("/x")
    assert len(asked) == 1


# --- how long it waits ----------------------------------------------------------------------------


@given(st.floats(0.001, 0.999))
def test_full_jitter(chance: float) -> None:
    world = World(httpx.Response(503), chance=chance)
    world.client().get("/x")
    assert world.slept == [pytest.approx(chance * most) for most in (0.5, 1, 2)]
    assert world.at < 3.5


def test_the_wait_between_two_tries_has_an_end() -> None:
    world = World(httpx.Response(502), chance=0.999, tries=12, quota=99, failures=99)
    world.client().get("/x")
    assert max(world.slept) <= 20
    assert world.at <= 120  # patience


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e99"}, 86_400),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Fri, 20 Nov 2026 04:00:09 GMT"}, 9),
        ({"retry-after": "Friday, 20-Nov-26 04:00:09 GMT"}, 9),
        ({"retry-after": "Fri, 20 Nov 2026 03:59:00 GMT"}, 0),
        # The server's clock is an hour ahead: its date counts from its own.
        ({"retry-after": "Fri, 20 Nov 2026 05:00:09 GMT", "date": "Fri, 20 Nov 2026 05:00:00 GMT"}, 9),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795147205"}, 5),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-11-20T04:01Z"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "later"}, None),
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": "1795147205"}, None),
        ({"retry-after": "2", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795147205"}, 2),
        ({}, None),
    ],
)
def test_retry_after_in_all_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    wait = retry_after(httpx.Response(429, headers=headers), START)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_no_header_makes_it_fail(value: str) -> None:
    for name in ("retry-after", "date", "x-ratelimit-reset"):
        headers = {"x-ratelimit-remaining": "0", "retry-after": "1", name: value}
        wait = retry_after(httpx.Response(403, headers=headers), START)
        assert wait is None or timedelta() <= wait <= timedelta(days=1)
    assert is_limit(httpx.Response(403, headers={"x-ratelimit-remaining": value})) is (value.strip() == "0")


@settings(max_examples=1000, deadline=None)
@given(
    wait=st.integers(0, 119)
    | st.floats(0, 119)
    | st.integers(0, 119).map(lambda s: START + timedelta(seconds=s)),
    others=st.lists(st.sampled_from(["GET", "POST", "PUT"]), max_size=3),
)
def test_nothing_goes_out_before_it_is_asked_to(wait: float | datetime, others: list[str]) -> None:
    said = format_datetime(wait, usegmt=True) if isinstance(wait, datetime) else repr(wait)
    seconds = (wait - START).total_seconds() if isinstance(wait, datetime) else wait
    world = World(too_many(retry_after=said), OK)
    client = world.client()
    client.post("/first")
    for method in others:
        client.request(method, "/x")
    client.get("/x")
    assert len(world.asked) == len(others) + 2
    assert all(at >= seconds for at, _, _ in world.asked[1:])


def test_a_limit_that_does_not_say_how_long_is_given_the_time_the_connector_names() -> None:
    world = World(too_many(), OK)
    client = world.client(Pace(unsaid=60))
    client.post("/x")
    client.post("/x")
    assert [at for at, _, _ in world.asked] == [0, 60]


def test_it_gives_up_at_once_where_the_wait_is_longer_than_its_patience() -> None:
    world = World(too_many(retry_after="1847"), OK)
    client = world.client()
    assert client.get("/x").status_code == 429
    assert (len(world.asked), world.slept) == (1, [])
    # And until then nobody sends anything.
    for method in ("GET", "POST"):
        with pytest.raises(RateLimited, match="may go out in 31 min") as caught:
            client.request(method, "/x")
        assert caught.value.retry_after == timedelta(seconds=1847)
    assert len(world.asked) == 1
    world.at = 1847
    assert client.get("/x").status_code == 200


def test_it_gives_up_at_once_where_the_wait_goes_over_the_runs_deadline() -> None:
    world = World(too_many(retry_after="30"), OK)
    world.transport.wait_no_longer_than(20)
    assert world.client().get("/x").status_code == 429
    assert (len(world.asked), world.slept) == (1, [])
    world = World(httpx.Response(503), chance=0.9)
    world.transport.wait_no_longer_than(0.4)
    assert world.client().get("/x").status_code == 503
    assert (len(world.asked), world.slept) == (1, [])


# --- who waits together ---------------------------------------------------------------------------


def test_one_limiter_for_a_host_and_token() -> None:
    world = World(too_many(retry_after="50"), OK)
    other = world.transport.through(Network())
    world.client().post("/a")
    with other.client(URL, headers={"Authorization": "Bearer s3cret"}) as same_account:
        same_account.post("/b")
    assert world.asked[-1] == (50, "POST", "/b")


def test_another_token_or_host_does_not_wait() -> None:
    world = World(too_many(retry_after="50"), OK)
    other = world.transport.through(Network())
    world.client().post("/a")
    with (
        other.client(URL, headers={"Authorization": "Bearer other"}) as other_account,
        other.client(URL + ":444", headers={"Authorization": "Bearer s3cret"}) as other_place,
    ):
        other_account.post("/b")
        other_place.post("/c")
    assert [at for at, _, _ in world.asked] == [0, 0, 0]


def test_writes_of_two_clients_keep_the_pace_together() -> None:
    world = World(OK)
    pace = Pace(writes=(Window(1, 1),))
    clients = [
        world.client(pace),
        world.transport.through(None).client(URL, pace=pace, headers={"authorization": "Bearer s3cret"}),
    ]
    for number in range(6):
        clients[number % 2].post("/x")
    assert [at for at, _, _ in world.asked] == [0, 1, 2, 3, 4, 5]


# --- when a scope is asked no more ----------------------------------------------------------------


@pytest.mark.parametrize("bad", [RESET, *(httpx.Response(code) for code in (429, 500, 502, 503, 504))])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_storm_costs_at_most_ten_requests(bad: Answer, method: str) -> None:
    world = World(bad)
    client = world.client()
    for _ in range(1000):
        with contextlib.suppress(httpx.HTTPError, Unreachable):
            client.request(method, "/x")
    breaker = world.transport.breaker
    assert len(world.asked) == breaker.wasted <= 10
    assert breaker.off == "5 requests in a row failed"
    with pytest.raises(
        Unreachable, match=r"acme\.example is asked no more in this run: 5 requests in a row"
    ) as caught:
        client.request(method, "/x")
    assert "The next run tries again." in str(caught.value)


def test_a_tracker_that_answers_only_every_other_time_uses_up_the_quota() -> None:
    world = World(*[httpx.Response(503), OK] * 50)
    client = world.client()
    answered = 0
    told = ""
    for _ in range(100):
        try:
            answered += client.get("/x").status_code == 200
        except Unreachable as error:
            told = str(error)
    assert (
        "asked no more in this run: too many requests had to be sent again (7 failed). The next run" in told
    )
    assert answered == 6
    assert world.transport.breaker.wasted == 7


def test_a_rare_failure_is_earned_back() -> None:
    world = World(*([httpx.Response(503)] + [OK] * 9) * 100)
    client = world.client()
    assert [client.get("/x").status_code for _ in range(800)] == [200] * 800
    assert world.transport.breaker.off == ""


def test_refusals_are_answers() -> None:
    world = World(httpx.Response(404))
    client = world.client()
    assert [client.get("/x").status_code for _ in range(20)] == [404] * 20
    assert (world.transport.breaker.wasted, world.transport.breaker.off) == (0, "")
    with pytest.raises(Rejected):
        client.get("https://elsewhere.example/x")


def test_one_scope_that_fails_leaves_the_others_alone() -> None:
    world = World(RESET)
    bad, good = world.transport.through(None), world.transport.through(None)
    with bad.client("https://bad.example") as client:
        for _ in range(5):
            with pytest.raises((httpx.ReadError, Unreachable)):
                client.post("/x")
    assert (bool(bad.breaker.off), good.breaker.off) == (True, "")
    world.answers = [OK]
    with good.client("https://good.example") as client:
        assert client.post("/x").status_code == 200


# --- whose clock ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "earliest", "latest"),
    [(0, 0, 0), (0.02, 0, 0), (25, 0, 25), (-25, -25, 0), (24 * 3650, 0, 48), (-24 * 3650, -48, 0)],
)
def test_a_wait_counts_by_whichever_clock_makes_it_longer(hours: float, earliest: int, latest: int) -> None:
    date = format_datetime(START + timedelta(hours=hours), usegmt=True)
    world = World(httpx.Response(200, headers={"date": date}))
    with world.transport.through(None).client(URL) as client:
        client.get("/x")
    outside = world.transport
    assert outside.earliest_now() - outside.now() == timedelta(hours=earliest)
    assert outside.latest_now() - outside.now() == timedelta(hours=latest)


# --- when the run is stopped ----------------------------------------------------------------------


def test_a_run_that_is_being_stopped_sends_nothing_more() -> None:
    world = World(OK)
    halted = [False]

    def sleep(_seconds: float) -> None:
        halted[0] = True
        raise Halted

    transport = Transport(
        clock=lambda: START,
        monotonic=lambda: world.at,
        sleep=sleep,
        halted=lambda: halted[0],
        wire=httpx.MockTransport(world.answer),
    )
    with transport.client(URL, pace=Pace(writes=(Window(1, 1),))) as client:
        assert client.post("/x").status_code == 200
        for _ in range(2):
            with pytest.raises(
                Unreachable, match=r"acme\.example was not asked, because this run is being stopped"
            ):
                client.post("/x")
    assert len(world.asked) == 1
    with pytest.raises(Unreachable, match="The wait was broken off, because this run is being stopped"):
        transport.sleep(5)
    # A read between two tries keeps the answer it has.
    halted[0] = False
    world.answers = [httpx.Response(503)]
    with transport.client(URL) as client:
        assert client.get("/x").status_code == 503


# --- over a real socket ---------------------------------------------------------------------------


@pytest.fixture
def flaky() -> Iterator[Callable[[list[str]], tuple[str, list[str]]]]:
    """A server that treats its n-th connection as the list says: ``reset``, ``cut`` or ``ok``."""
    servers: list[ThreadingHTTPServer] = []

    def start(script: list[str]) -> tuple[str, list[str]]:
        seen: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                seen.append(self.command)
                self.rfile.read(int(self.headers.get("content-length", 0)))
                act = script[min(len(seen), len(script)) - 1]
                if act == "reset":
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    self.connection.close()
                    return
                self.send_response(200)
                body = json.dumps({"number": len(seen)}).encode()
                self.send_header("Content-Length", str(len(body) + (act == "cut")))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                pass

        server = Quiet(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", seen

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_reads_get_over_resets_and_torn_answers(flaky: Callable[[list[str]], tuple[str, list[str]]]) -> None:
    url, seen = flaky(["reset", "cut", "reset", "ok"])
    with Transport(random=lambda: 0.0).client(url) as client:
        assert client.get("/x").json() == {"number": 4}
    assert len(seen) == 4


@pytest.mark.parametrize("act", ["reset", "cut"])
def test_a_create_whose_answer_is_lost_is_not_repeated(
    flaky: Callable[[list[str]], tuple[str, list[str]]], act: str
) -> None:
    url, seen = flaky([act])
    with Transport().client(url) as client, pytest.raises(httpx.HTTPError):
        client.post("/x", json={"title": "once"})
    assert len(seen) == 1
