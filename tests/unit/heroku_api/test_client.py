"""The client against a server that throttles, breaks, stalls and lies."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import pytest

from heroku_api.client import Client, budget_from_environment
from heroku_api.credentials import Credentials
from heroku_api.endpoints import Endpoints
from heroku_api.errors import (
    AnswerLostError,
    CancelledError,
    CertificateError,
    ConflictError,
    EndpointError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    OutcomeUnknownError,
    PaymentRequiredError,
    RateLimitedError,
    RefusedError,
    RequestError,
    ServerError,
    UnauthorizedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from heroku_api.transport import Timeouts
from tests.unit.heroku_api.scripted_server import (
    HEADERS_ONLY,
    Cut,
    Drip,
    FakeTime,
    Reply,
    ScriptedServer,
    Stall,
    Step,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "canary-key-3f9a"
LIMITED = Reply(429, {"id": "rate_limit", "message": "Your account reached the API rate limit"})
BROKEN = Reply(502, content=b"<html>Bad gateway</html>")
QUICK = Timeouts(connect=2, read=0.2, total=0.5)
WRITES = ["POST", "PATCH", "PUT", "DELETE"]


def client_of(
    server: ScriptedServer, faked: FakeTime | None = None, budget: float = 60, **options: Any
) -> Client:
    faked = faked or FakeTime()
    return Client(
        Endpoints(server.url, server.url),
        KEY,
        budget=timedelta(seconds=budget),
        clock=faked.clock,
        **{"cancelled": faked, **options},
    )


def test_a_request_carries_key_version_and_body() -> None:
    with ScriptedServer([Reply(201, {"name": "x"})]) as server:
        answer = client_of(server).request("POST", "/apps", {"name": "x"}, headers={"X-Extra": "1"})
    sent = server.received[0]
    assert answer == {"name": "x"}
    assert sent.json == {"name": "x"}
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert sent.headers["accept"] == "application/vnd.heroku+json; version=3"
    assert sent.headers["content-type"] == "application/json"
    assert sent.headers["x-extra"] == "1"
    assert len(sent.headers["request-id"]) == 36


def test_basic_authorization_is_sent_as_the_official_plugin_does() -> None:
    with ScriptedServer([Reply(200, {})]) as server:
        client = Client(Endpoints(server.url, server.url), Credentials("key", basic=True))
        client.request("GET", "/account")
    assert server.received[0].headers["authorization"] == "Basic OmtleQ=="


def test_a_request_without_a_body_sends_none() -> None:
    with ScriptedServer([Reply(201, {})]) as server:
        client_of(server).request("POST", "/client/v11/databases/x/backups", api="data")
    assert server.received[0].body == b""
    assert server.received[0].headers.get("content-length", "0") == "0"


@pytest.mark.fault("F01")
@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_throttled_twice_is_tried_again_after_what_retry_after_asks(method: str) -> None:
    faked = FakeTime()
    limited = Reply(429, LIMITED.body, {"Retry-After": "7"})
    with ScriptedServer([limited, limited, Reply(200, {"ok": 1})]) as server:
        assert client_of(server, faked).request(method, "/apps/x", {"a": 1}) == {"ok": 1}
    assert faked.slept == [7, 7]
    assert [request.json for request in server.received] == [{"a": 1}] * 3


@pytest.mark.fault("F01")
def test_throttled_without_retry_after_waits_longer_each_time() -> None:
    faked = FakeTime()
    with ScriptedServer([LIMITED, LIMITED, LIMITED, Reply(200, {})]) as server:
        client_of(server, faked).request("GET", "/apps/x")
    assert [low <= wait <= low + 1 for low, wait in zip([0.5, 1, 2], faked.slept, strict=True)] == [True] * 3


def test_retry_after_as_a_date_is_obeyed() -> None:
    faked = FakeTime()
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    with ScriptedServer([Reply(429, {}, {"Retry-After": date}), Reply(200, {})]) as server:
        client_of(server, faked).request("GET", "/apps/x")
    assert faked.slept[0] == pytest.approx(20, abs=2)


@pytest.mark.fault("F02", "T10")
def test_throttled_for_ever_ends_at_the_budget_and_says_so() -> None:
    faked = FakeTime()
    with ScriptedServer(lambda _: LIMITED) as server, pytest.raises(RateLimitedError) as raised:
        client_of(server, faked, budget=60).request("PATCH", "/apps/x", {})
    assert 25 < faked.now < 60
    assert str(raised.value) == (
        f"PATCH /apps/x at {server.host}: 429 Your account reached the API rate limit [rate_limit], after "
        f"{len(server.received)} tries in {faked.now:.0f} s. "
        "Rate limited: wait a few minutes, then run again; nothing was done by this request."
    )


def test_a_retry_after_beyond_the_budget_is_not_waited_for() -> None:
    faked = FakeTime()
    with (
        ScriptedServer([Reply(429, {}, {"Retry-After": "900"})]) as server,
        pytest.raises(RateLimitedError) as raised,
    ):
        client_of(server, faked).request("GET", "/apps/x")
    assert faked.slept == []
    assert "retry after 900 s" in str(raised.value)


@pytest.mark.parametrize(
    "fault",
    [
        Reply(500, {"id": "internal_server_error", "message": "Internal server error."}),
        BROKEN,
        Reply(503, {"id": "unavailable", "message": "try later"}),
        Cut(),
        Cut(HEADERS_ONLY),
        Cut(HEADERS_ONLY + b'{"na'),
        Stall(),
        Drip(),
    ],
    ids=["500", "502", "503", "reset", "reset after headers", "reset in the body", "stall", "drip"],
)
class TestOneFault:
    @pytest.mark.fault("F03", "F10", "F11")
    def test_a_get_is_tried_again(self, fault: Any) -> None:
        with ScriptedServer([fault, Reply(200, {"ok": 1})]) as server:
            assert client_of(server, timeouts=QUICK).request("GET", "/apps/x") == {"ok": 1}
        assert server.asked == ["GET /apps/x"] * 2

    @pytest.mark.parametrize("method", WRITES)
    def test_a_write_is_never_repeated_and_its_outcome_is_unknown(self, fault: Any, method: str) -> None:
        with ScriptedServer([fault, Reply(200, {})]) as server, pytest.raises(OutcomeUnknownError) as raised:
            client_of(server, timeouts=QUICK).request(method, "/apps/x", {"a": 1})
        assert server.asked == [f"{method} /apps/x"]
        assert "Heroku may have done it; look up what is there before trying again." in str(raised.value)


@pytest.mark.fault("F10")
def test_a_lost_answer_is_an_error_when_the_budget_ends() -> None:
    with ScriptedServer(lambda _: Cut()) as server, pytest.raises(AnswerLostError, match="connection broke"):
        client_of(server, budget=5).request("GET", "/apps/x")
    assert len(server.received) > 2


def test_without_a_budget_everything_is_tried_once() -> None:
    faults: list[tuple[Step, type[RequestError]]] = [
        (LIMITED, RateLimitedError),
        (BROKEN, ServerError),
        (Cut(), AnswerLostError),
    ]
    for fault, error in faults:
        with ScriptedServer([fault]) as server, pytest.raises(error):
            client_of(server, budget=0).request("GET", "/apps/x")
        assert len(server.received) == 1


@pytest.mark.parametrize("method", ["GET", *WRITES])
def test_a_refused_connection_is_tried_again_because_nothing_was_sent(method: str) -> None:
    faked = FakeTime()

    def notice(_: str) -> None:
        if len(faked.slept) == 1:
            server.listen()

    with ScriptedServer([Reply(200, {"ok": 1})], refusing=True) as server:
        assert client_of(server, faked, notice=notice).request(method, "/apps/x") == {"ok": 1}
    assert len(faked.slept) == 2
    assert server.asked == [f"{method} /apps/x"]


@pytest.mark.fault("F07")
def test_a_host_that_refuses_is_named_and_given_up_long_before_the_budget() -> None:
    faked = FakeTime()
    with ScriptedServer([], refusing=True) as server, pytest.raises(UnreachableError) as raised:
        client_of(server, faked, budget=600).request("GET", "/apps/x")
    assert faked.now < 20
    assert str(raised.value).startswith(
        f"GET /apps/x at {server.host}: no connection (refused, or no route to the host), after "
    )
    assert "HEROKU_API_URL" in str(raised.value)


@pytest.mark.fault("F08")
def test_a_host_that_has_no_address_is_named_and_given_up_long_before_the_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_address(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    faked = FakeTime()
    url = "https://api.heroku.invalid"
    client = Client(
        Endpoints(url, url), KEY, budget=timedelta(seconds=600), cancelled=faked, clock=faked.clock
    )
    with pytest.raises(UnreachableError) as raised:
        client.request("DELETE", "/apps/x")
    assert faked.now < 20
    assert str(raised.value).startswith(
        "DELETE /apps/x at api.heroku.invalid: the host's name was not found (DNS), after "
    )
    assert "Nothing was sent; check the network and HEROKU_API_URL" in str(raised.value)


@pytest.mark.fault("F17", "F18")
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, InvalidError),
        (401, UnauthorizedError),
        (402, PaymentRequiredError),
        (403, ForbiddenError),
        (404, NotFoundError),
        (409, ConflictError),
        (418, RefusedError),
        (422, InvalidError),
        (423, ConflictError),
    ],
)
def test_a_refusal_is_raised_at_once_with_herokus_words(status: int, error: type[RefusedError]) -> None:
    body = {"id": "some_id", "message": "No way.", "resource": "app", "url": "https://example.com/why"}
    with (
        ScriptedServer([Reply(status, body, {"Request-Id": "req-1"})]) as server,
        pytest.raises(error) as raised,
    ):
        client_of(server).request("POST", "/apps?x=secret", {"name": "x"})
    assert type(raised.value) is error
    said = raised.value.said
    assert (said.status, said.id, said.message, said.resource, said.url) == (
        status,
        "some_id",
        "No way.",
        "app",
        "https://example.com/why",
    )
    assert str(raised.value) == (
        f"POST /apps at {server.host}: {status} No way [some_id] (request id req-1). {error.next_step}"
    )


def test_a_data_api_404_without_message_is_understood() -> None:
    with (
        ScriptedServer([Reply(404, {"error": "not found"})]) as server,
        pytest.raises(NotFoundError, match="404 not found"),
    ):
        client_of(server).request("GET", "/client/v11/databases/x", api="data")


@pytest.mark.fault("F13", "F14")
@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, content=b""),
        Reply(200, content=b"<html>login</html>", headers={"Content-Type": "text/html"}),
        Reply(200, content=b'{"name": "sc'),
        Reply(200, content=b"\xff\xfe\x00"),
        Reply(200, content=b"[" * 200_000),
        Reply(302, {}, {"Location": "http://127.0.0.1:9/"}),
    ],
    ids=["empty", "html", "cut json", "no text", "too deep", "redirect"],
)
def test_a_success_that_is_no_answer_is_unexpected(reply: Reply) -> None:
    with (
        ScriptedServer([reply]) as server,
        pytest.raises(UnexpectedAnswerError, match="unexpected answer") as raised,
    ):
        client_of(server).request("GET", "/apps/x")
    assert server.host in str(raised.value)
    assert len(server.received) == 1


@pytest.mark.fault("B76")
def test_a_redirect_is_not_followed_so_the_key_goes_nowhere() -> None:
    with ScriptedServer([Reply(200, {})]) as stranger:
        moved = Reply(307, {}, {"Location": f"{stranger.url}/apps/x"})
        with ScriptedServer([moved]) as server, pytest.raises(UnexpectedAnswerError, match="redirect"):
            client_of(server).request("GET", "/apps/x")
    assert stranger.received == []


def test_a_delete_may_be_answered_without_a_body() -> None:
    with ScriptedServer([Reply(200, content=b"")]) as server:
        assert client_of(server).request("DELETE", "/addon-attachments/x") is None


def test_a_list_is_read_to_its_last_page() -> None:
    pages: list[Any] = [
        Reply(206, [1, 2], {"Next-Range": "id ]2..; max=2"}),
        Reply(206, [3, 4], {"Next-Range": "id ]4..; max=2"}),
        Reply(200, [5]),
    ]
    with ScriptedServer(pages) as server:
        assert client_of(server).list_all("/apps") == [1, 2, 3, 4, 5]
    assert [request.headers.get("range") for request in server.received] == [
        None,
        "id ]2..; max=2",
        "id ]4..; max=2",
    ]


@pytest.mark.parametrize(
    "last",
    [Reply(206, [3]), Reply(206, [3], {"Next-Range": "id ]2..; max=2"})],
    ids=["no more said", "a circle"],
)
def test_a_list_that_breaks_off_is_unexpected(last: Reply) -> None:
    """What is missing in it would look like something that is gone."""
    with (
        ScriptedServer([Reply(206, [1, 2], {"Next-Range": "id ]2..; max=2"}), last]) as server,
        pytest.raises(
            UnexpectedAnswerError, match=r"a part of a list \(206\) that doesn't say how it goes on"
        ),
    ):
        client_of(server).list_all("/apps")


def test_a_row_that_comes_twice_is_one() -> None:
    """As when the list changes between two pages."""
    rows = [{"id": "a", "name": "x"}, {"uuid": "b"}, {"name": "no id"}]
    pages: list[Any] = [
        Reply(206, rows, {"Next-Range": "id ]b..; max=2"}),
        Reply(200, [{"id": "a", "name": "y"}, rows[2]]),
    ]
    with ScriptedServer(pages) as server:
        assert client_of(server).list_all("/apps") == rows


def test_a_list_that_is_none_is_unexpected() -> None:
    with (
        ScriptedServer([Reply(200, {"id": "x"})]) as server,
        pytest.raises(UnexpectedAnswerError, match="found dict"),
    ):
        client_of(server).list_all("/apps")


def test_an_upload_carries_no_key_and_is_repeated() -> None:
    with ScriptedServer([BROKEN, Reply(200, content=b"")]) as server:
        client_of(server).upload(f"{server.url}/blobs/1?signature=s", b"tar", headers={"Content-Type": ""})
    assert [request.body for request in server.received] == [b"tar", b"tar"]
    assert all("authorization" not in request.headers for request in server.received)


@pytest.mark.parametrize(
    ("api", "url"),
    [
        ("http://127.0.0.1:1", "https://s3.example.com/x"),
        ("https://api.heroku.com", "http://s3.example.com/x"),
        ("https://api.heroku.com", "http://127.0.0.1:1/x"),
        ("https://api.heroku.com", "https://127.0.0.1:1/x"),
        ("http://127.0.0.1:1", "file:///etc/passwd"),
    ],
)
def test_an_upload_to_the_other_side_of_loopback_is_refused(api: str, url: str) -> None:
    with pytest.raises(EndpointError, match="was refused"):
        Client(Endpoints(api, api), KEY).upload(url, b"")


def test_no_error_shows_the_key_or_a_config_var_even_if_heroku_quotes_them() -> None:
    secret = "canary-value-77"
    message = f"{KEY} may not set {secret}\x1b[31m\nnow"
    with ScriptedServer([Reply(422, {"id": "invalid_params", "message": message})]) as server:
        client = client_of(server)
        with pytest.raises(InvalidError) as raised:
            client.request("PATCH", "/apps/x/config-vars", {"SECRET_KEY_BASE": secret})
    for text in (str(raised.value), repr(raised.value), repr(client), repr(client.credentials)):
        assert KEY not in text
        assert secret not in text
    assert "422 [key] may not set [value] [31m now" in str(raised.value)


def test_a_long_message_is_cut_and_stays_one_line() -> None:
    with (
        ScriptedServer([Reply(422, {"message": "a\n" * 5000})]) as server,
        pytest.raises(InvalidError) as raised,
    ):
        client_of(server).request("GET", "/apps/x")
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 500


def test_waits_are_told_one_line_each() -> None:
    told: list[str] = []
    with ScriptedServer([LIMITED, Reply(200, {})]) as server:
        client_of(server, notice=told.append).request("GET", "/apps/x")
    assert len(told) == 1
    assert told[0].startswith(f"GET /apps/x at {server.host}: 429 Your account reached the API rate limit")
    assert "; trying again in " in told[0]


def test_cancel_ends_a_wait_for_the_next_try() -> None:
    cancelled = threading.Event()
    with ScriptedServer(lambda _: Reply(429, {}, {"Retry-After": "50"})) as server:
        client = Client(Endpoints(server.url, server.url), KEY, cancelled=cancelled)
        threading.Timer(0.1, cancelled.set).start()
        started = time.monotonic()
        with pytest.raises(CancelledError, match="waiting to try again"):
            client.request("GET", "/apps/x")
    assert time.monotonic() - started < 2


@pytest.mark.fault("F11")
@pytest.mark.parametrize(
    ("method", "done"), [("GET", ""), ("POST", "; it was sent, and Heroku may have done it")]
)
def test_cancel_ends_a_stalled_answer(method: str, done: str) -> None:
    cancelled = threading.Event()
    with ScriptedServer([Stall()]) as server:
        client = Client(Endpoints(server.url, server.url), KEY, cancelled=cancelled)
        threading.Timer(0.1, cancelled.set).start()
        started = time.monotonic()
        with pytest.raises(CancelledError) as raised:
            client.request(method, "/apps/x")
    assert time.monotonic() - started < 2
    assert str(raised.value).endswith(f"while waiting for the answer{done}. Run again to go on.")


def test_nothing_is_sent_once_cancelled() -> None:
    cancelled = threading.Event()
    cancelled.set()
    with ScriptedServer([]) as server, pytest.raises(CancelledError, match="not sent"):
        client_of(server, cancelled=cancelled).request("POST", "/apps")
    assert server.received == []


@pytest.mark.fault("F09")
def test_an_untrusted_certificate_stops_at_once(untrusted_tls: str) -> None:
    faked = FakeTime()
    client = Client(Endpoints(untrusted_tls, untrusted_tls), KEY, cancelled=faked, clock=faked.clock)
    with pytest.raises(CertificateError, match="certificate verify failed: self-signed certificate"):
        client.request("GET", "/apps")
    assert faked.slept == []


@pytest.mark.fault("F09")
def test_a_server_that_speaks_no_tls_stops_at_once() -> None:
    with ScriptedServer([]) as server:
        url = server.url.replace("http:", "https:")
        with pytest.raises(CertificateError, match="TLS was refused: "):
            Client(Endpoints(url, url), KEY, budget=timedelta()).request("GET", "/apps")


@pytest.fixture
def untrusted_tls(tmp_path: Any) -> Iterator[str]:
    """A TLS server with a certificate nobody signed."""
    pem = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    listener = socket.create_server(("127.0.0.1", 0))
    stopping = threading.Event()

    def serve() -> None:
        while not stopping.is_set():
            try:
                connection, _ = listener.accept()
                with connection, context.wrap_socket(connection, server_side=True):
                    pass
            except OSError:
                continue

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    stopping.set()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def _self_signed(folder: Any) -> str:
    import shutil  # noqa: PLC0415 - only here
    import subprocess  # noqa: PLC0415 - only here

    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: the certificate test did not run")
    path = folder / "server.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", folder / "c.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + (folder / "c.pem").read_text())
    return str(path)


def test_a_proxy_of_the_environment_is_used_but_never_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with ScriptedServer([Reply(403, {})]) as proxy, ScriptedServer([Reply(200, {})]) as server:
        for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
            monkeypatch.setenv(name, proxy.url)
        client_of(server).request("GET", "/apps")
        assert proxy.received == []
        with pytest.raises(UnreachableError, match="the proxy did not connect"):
            Client(Endpoints(), KEY, budget=timedelta()).request("GET", "/apps")
    assert proxy.asked == ["CONNECT api.heroku.com:443"]
    assert "authorization" not in proxy.received[0].headers


def test_the_budget_comes_from_the_environment() -> None:
    assert budget_from_environment({}) == timedelta(seconds=120)
    assert budget_from_environment({"HEROKU_API_TIME_BUDGET": "0"}) == timedelta()
    assert budget_from_environment({"HEROKU_API_TIME_BUDGET": " 7.5 "}) == timedelta(seconds=7.5)


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf", "1e300"])
def test_a_budget_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(EndpointError, match="HEROKU_API_TIME_BUDGET is"):
        budget_from_environment({"HEROKU_API_TIME_BUDGET": text})


def test_every_error_class_has_a_next_step_and_says_if_a_retry_helps() -> None:
    classes = [RequestError]
    for kind in classes:
        classes += kind.__subclasses__()
    for kind in classes[1:]:
        assert kind.next_step, kind
        assert "retry" in (kind.__doc__ or "").lower() or kind is OutcomeUnknownError, kind
