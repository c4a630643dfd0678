import pytest

from server.actions import push as subscribing
from server.domain.errors import ConflictError, InvalidError, NotFoundError
from server.domain.notices import Subscription
from server.push import addresses
from server.store import ids, push
from tests import make
from tests.make import NOW
from tests.push import rows

SERVICES = addresses.services(())


@pytest.fixture
def couple(database):
    with database.write() as session:
        return make.couple(session)


def at(name: str) -> Subscription:
    return Subscription(f"https://fcm.googleapis.com/{name}", rows.P256DH, rows.AUTH)


def subscribe(database, member, name="a", replaces=None):
    wish = {"session_id": None, "replaces": replaces and at(replaces).endpoint, "services": SERVICES, "vapid_key": "key"}
    with database.write() as session:
        return subscribing.subscribe(session, at(name), member_id=member.id, now=NOW, **wish)


def phones_of(database, member):
    with database.read() as session:
        return [(one.id, one.shows_details) for one in push.of_member(session, member.id)]


def show_details(database, subscription_id, member, *, shows=True):
    with database.write() as session:
        subscribing.show_details(session, subscription_id, member_id=member.id, shows=shows)


def test_a_phone_says_nothing_of_whom_or_what_at_first(database, couple):
    mine = subscribe(database, couple.noor)
    assert phones_of(database, couple.noor) == [(mine, False)]


def test_the_same_phone_again_is_the_same_phone(database, couple):
    mine = subscribe(database, couple.noor)
    show_details(database, mine, couple.noor)
    assert subscribe(database, couple.noor) == mine
    assert phones_of(database, couple.noor) == [(mine, True)]


def test_details_are_put_away_as_easily(database, couple):
    mine = subscribe(database, couple.noor)
    show_details(database, mine, couple.noor)
    show_details(database, mine, couple.noor, shows=False)
    assert phones_of(database, couple.noor) == [(mine, False)]


def test_a_phone_that_changes_hands_forgets_whose_choice_it_was(database, couple):
    show_details(database, subscribe(database, couple.noor), couple.noor)
    theirs = subscribe(database, couple.sam)
    assert phones_of(database, couple.noor) == []
    assert phones_of(database, couple.sam) == [(theirs, False)]


def test_a_new_endpoint_takes_the_place_of_the_old_with_its_choice(database, couple):
    show_details(database, subscribe(database, couple.noor, "old"), couple.noor)
    new = subscribe(database, couple.noor, "new", replaces="old")
    assert phones_of(database, couple.noor) == [(new, True)]


def test_an_endpoint_in_place_of_itself_stays(database, couple):
    mine = subscribe(database, couple.noor)
    assert subscribe(database, couple.noor, replaces="a") == mine
    assert phones_of(database, couple.noor) == [(mine, False)]


def test_nobody_replaces_anothers_phone(database, couple):
    theirs = subscribe(database, couple.noor, "theirs")
    subscribe(database, couple.sam, "mine", replaces="theirs")
    assert phones_of(database, couple.noor) == [(theirs, False)]


def test_a_phone_that_was_removed_can_come_back(database, couple):
    mine = subscribe(database, couple.noor)
    with database.write() as session:
        subscribing.remove(session, mine, member_id=couple.noor.id, now=NOW)
    assert phones_of(database, couple.noor) == []
    assert subscribe(database, couple.noor) == mine
    assert phones_of(database, couple.noor) == [(mine, False)]


def test_unsubscribing_twice_is_as_wished(database, couple):
    subscribe(database, couple.noor)
    for _ in range(2):
        with database.write() as session:
            subscribing.unsubscribe(session, at("a").endpoint, member_id=couple.noor.id, now=NOW)
    assert phones_of(database, couple.noor) == []


def test_nobody_unsubscribes_another(database, couple):
    theirs = subscribe(database, couple.noor)
    with database.write() as session:
        subscribing.unsubscribe(session, at("a").endpoint, member_id=couple.sam.id, now=NOW)
    assert phones_of(database, couple.noor) == [(theirs, False)]


@pytest.mark.parametrize("whose", ["another's", "nobody's"])
def test_a_phone_that_is_not_ones_own_is_not_found(database, couple, whose):
    theirs = subscribe(database, couple.noor) if whose == "another's" else ids.new()
    with database.write() as session:
        with pytest.raises(NotFoundError):
            subscribing.remove(session, theirs, member_id=couple.sam.id, now=NOW)
        with pytest.raises(NotFoundError):
            subscribing.show_details(session, theirs, member_id=couple.sam.id, shows=True)


@pytest.mark.parametrize(
    "to",
    [
        Subscription("https://evil.example/a", rows.P256DH, rows.AUTH),
        Subscription("http://169.254.169.254/", rows.P256DH, rows.AUTH),
        Subscription(at("a").endpoint, "", rows.AUTH),
        Subscription(at("a").endpoint, rows.P256DH, ""),
    ],
)
def test_what_cannot_be_sent_to_is_refused_and_leaves_no_trace(database, couple, to):
    with pytest.raises(InvalidError), database.write() as session:
        subscribing.subscribe(
            session, to, member_id=couple.noor.id, session_id=None, replaces=None, services=SERVICES, vapid_key="key", now=NOW
        )
    assert rows.phones(database) == []


def test_a_server_without_a_key_takes_no_phone(database, couple):
    with pytest.raises(ConflictError), database.write() as session:
        subscribing.subscribe(
            session, at("a"), member_id=couple.noor.id, session_id=None, replaces=None, services=SERVICES, vapid_key="", now=NOW
        )
