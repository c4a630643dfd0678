import asyncio
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import jwt
import pytest

from server.clock import StandingClock
from server.config import SettingsError
from server.domain import notices
from server.domain.errors import InvalidError
from server.domain.notices import Subscription
from server.push import keys, sealing, sender, vapid
from server.push.message import SIZE, compose
from server.push.sender import Sender, Sent
from server.store import ids
from tests.make import NOW
from tests.push import rows
from tests.pushservice import Answer, PushService

WEEK = notices.week(ids.new(), ids.new(), NOW.date(), now=NOW)
MESSAGE = compose(WEEK, origin="https://weft.example.org", shows_details=False, due=0, now=NOW)


@pytest.fixture
def service():
    with PushService(lambda: NOW) as running:
        yield running


@pytest.fixture
def mine(tmp_path):
    return keys.load(tmp_path / "secrets")


@pytest.fixture
def ours(tmp_path, mine, service):
    return Sender(mine, rows.settings(tmp_path, service.origin), StandingClock(NOW))


@pytest.fixture
def phone(service, mine):
    return service.phone(mine.public)


def sent(ours: Sender, *phones, message=MESSAGE) -> list[Sent]:
    async def send() -> list[Sent]:
        async with ours.open() as line:
            return await asyncio.gather(*(line.send(Subscription(one.endpoint, one.p256dh, one.auth), message) for one in phones))

    return asyncio.run(send())


def test_a_phone_decrypts_what_it_is_told(service, ours, phone):
    assert sent(ours, phone) == [Sent(201)]
    (received,) = phone.received
    assert received.plaintext == MESSAGE.payload
    assert received.notification["title"] == "Something new"
    assert service.refused == []


def test_how_soon_and_how_long_stand_in_the_headers(ours, phone):
    sent(ours, phone)
    headers = phone.received[0].headers
    assert {name: headers[name] for name in ("TTL", "Urgency", "Topic", "Content-Encoding")} == {
        "TTL": "172800",
        "Urgency": "low",
        "Topic": MESSAGE.topic,
        "Content-Encoding": "aes128gcm",
    }


def test_every_body_is_equally_long_and_never_the_same(ours, phone):
    kept = notices.kept(WEEK.member_id, ids.new(), NOW.date(), bond_id=ids.new(), title="Home by 18:30", name="Sam", now=NOW)
    sent(ours, phone)
    sent(ours, phone, message=compose(kept, origin=ours.origin, shows_details=True, due=0, now=NOW))
    assert [asked["Content-Length"] for asked in phone.asked] == [str(SIZE + 103)] * 2


def test_a_push_service_refuses_another_servers_key(ours, service):
    assert sent(ours, service.phone("another")) == [Sent(403)]


def test_one_token_an_origin_is_used_for_eleven_hours(ours, phone):
    for hours in (0, 10, 12):
        ours.clock = StandingClock(NOW + timedelta(hours=hours))
        sent(ours, phone)
    tokens = [asked["Authorization"].split("t=")[1].split(",")[0] for asked in phone.asked]
    ends = [jwt.decode(one, options={"verify_signature": False})["exp"] for one in tokens]
    assert tokens[0] == tokens[1] != tokens[2]
    assert [datetime.fromtimestamp(one, UTC) - NOW for one in (ends[0], ends[2])] == [timedelta(hours=12), timedelta(hours=24)]


def test_a_token_is_for_one_origin_with_its_port(mine):
    signer = vapid.Vapid(mine, "mailto:ada@example.org")
    headers = {signer.authorization(origin, NOW) for origin in ("https://a.example", "https://a.example:8443")}
    audiences = {jwt.decode(one.split("t=")[1].split(",")[0], options={"verify_signature": False})["aud"] for one in headers}
    assert audiences == {"https://a.example", "https://a.example:8443"}


def test_a_redirect_is_not_followed(service, ours, phone):
    other = service.phone(phone.application_server_key)
    phone.answers = [Answer(307, {"Location": other.endpoint})]
    assert sent(ours, phone) == [Sent(307)]
    assert other.asked == []


def test_a_topic_that_is_refused_is_left_out_once(ours, phone):
    phone.answers = [Answer(400, body=b'{"reason":"BadWebPushTopic"}')]
    assert sent(ours, phone) == [Sent(201)]
    assert ["Topic" in asked for asked in phone.asked] == [True, False]


def test_a_topic_refused_for_ever_is_tried_without_once_only(ours, phone):
    phone.answers = [Answer(400, body=b"BadWebPushTopic")] * 3
    assert [one.status for one in sent(ours, phone)] == [400]
    assert len(phone.asked) == 2


def test_of_a_long_answer_four_kilobytes_are_read(ours, phone):
    phone.answers = [Answer(400, body=b" " * 4096 + b"BadWebPushTopic" * 100_000)]
    assert sent(ours, phone) == [Sent(400)]


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("120", timedelta(minutes=2)),
        (format_datetime(NOW + timedelta(hours=1), usegmt=True), timedelta(hours=1)),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("9" * 5000, None),
    ],
)
def test_how_long_a_push_service_asks_to_wait(ours, phone, said, waits):
    phone.answers = [Answer(429, {"Retry-After": said})]
    assert sent(ours, phone) == [Sent(429, waits)]


def test_a_push_service_that_hangs_up_gave_no_answer(ours, phone):
    phone.answers = [Answer(hangs_up=True)] * 2
    assert sent(ours, phone) == [Sent(None)]


def test_a_push_service_that_takes_too_long_gave_no_answer(ours, phone, monkeypatch):
    monkeypatch.setattr(sender, "PATIENCE", timedelta(milliseconds=100))
    phone.answers = [Answer(waits=0.5)]
    assert sent(ours, phone) == [Sent(None)]


def test_an_endpoint_of_no_known_service_is_never_asked(tmp_path, mine, service, phone):
    stranger = Sender(mine, rows.settings(tmp_path), StandingClock(NOW))
    with pytest.raises(InvalidError):
        sent(stranger, phone)
    assert phone.asked == []


def test_a_service_whose_name_leads_home_is_never_asked(tmp_path, mine, service, phone):
    listed = Sender(mine, rows.settings(tmp_path, f"localhost:{service.port}"), StandingClock(NOW))
    phone.endpoint = phone.endpoint.replace("http://", "https://")
    assert sent(listed, phone) == [Sent(None)]
    assert service.most_at_once == 0


def test_a_push_service_gets_a_bounded_number_at_once(service, ours, mine):
    phones = [service.phone(mine.public) for _ in range(sender.AT_ONCE_EACH + 8)]
    for one in phones:
        one.answers = [Answer(waits=0.02)]
    assert {one.status for one in sent(ours, *phones)} == {201}
    assert service.most_at_once <= sender.AT_ONCE_EACH


def test_what_is_too_large_for_some_phones_is_not_encrypted(mine):
    with pytest.raises(ValueError, match="2001 bytes"):
        sealing.Sealer(mine).seal(b"a" * 2001, Subscription("https://a.example", rows.P256DH, rows.AUTH))


@pytest.mark.parametrize(
    ("p256dh", "auth", "refusal"),
    [
        (rows.P256DH, rows.AUTH, nullcontext()),
        (rows.P256DH + "=", rows.AUTH + "==", nullcontext()),
        (rows.P256DH[:-1], rows.AUTH, pytest.raises(InvalidError)),
        (rows.P256DH, rows.AUTH + "A", pytest.raises(InvalidError)),
        (rows.P256DH.replace("-", "+"), rows.AUTH, pytest.raises(InvalidError)),
        ("B" + "A" * 86, rows.AUTH, pytest.raises(InvalidError)),
        ("", "", pytest.raises(InvalidError)),
    ],
)
def test_keys_that_nothing_can_be_encrypted_for_are_refused(p256dh, auth, refusal):
    with refusal:
        sealing.check(Subscription("https://a.example", p256dh, auth))


@pytest.mark.parametrize(("chosen", "subject"), [("mailto:ada@example.org", "mailto:ada@example.org"), ("", "https://weft.example.org")])
def test_a_push_service_can_write_to_the_operator(tmp_path, chosen, subject):
    assert vapid.subject_of(rows.settings(tmp_path, push_subject=chosen)) == subject


def test_a_subject_that_nobody_can_write_to_stops_the_start(tmp_path):
    with pytest.raises(SettingsError, match="WEFT_PUSH_SUBJECT"):
        vapid.subject_of(rows.settings(tmp_path, push_subject="ada@example.org"))
