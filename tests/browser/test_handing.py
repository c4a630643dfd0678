"""An account goes to another phone, and a shared phone shows nothing of who left it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, Playwright, Route, expect
from webauthn.helpers import bytes_to_base64url

from server.actions import handing, links, sessions
from server.store.members import Member
from tests import make
from tests.browser.conftest import CHROMIUM, FLAGS, PATIENCE
from tests.browser.person import Person
from tests.browser.server import Running

OFFERS = """window.weft.notesKey = {
  give: async () => new Uint8Array([7, 1, 7, 2, 7]),
  take: async (bytes) => { localStorage.setItem("taken", [...bytes].join(" ")); },
}"""


def offers(person: Person) -> None:
    """A key of notes as easy to know again as the page's own would be, once that is there."""
    person.page.wait_for_function("() => window.weft?.notesKey")
    person.page.evaluate(OFFERS)


NUMBER = re.compile(r"^\d{6}$")


@pytest.fixture
def couple(weft: Running) -> make.Couple:
    with weft.desk.database.write() as session:
        couple = make.couple(session, now=weft.clock.at)
        make.promise(session, couple.noor, "Home for dinner", now=weft.clock.at)
    return couple


@pytest.fixture
def noor(meet: Callable[[str], Person], couple: make.Couple) -> Person:
    noor = meet("Noor")
    noor.is_signed_in(couple.noor)
    return noor


def begins(noor: Person) -> str:
    """The code that her phone shows, once it has bound itself to a key."""
    noor.open("/me")
    with noor.page.expect_response(re.compile("/me/hand-over/commitment$")):
        noor.taps("Sign in another phone")
    offers(noor)
    return noor.page.locator("output").first.inner_text()


def test_two_phones_show_one_number_and_the_key_of_the_notes_goes_along(noor: Person, meet: Callable[[str], Person]) -> None:
    code = begins(noor)
    new = meet("Noor’s new phone")
    new.open("/sign-in")
    new.page.locator("summary").filter(has_text="Use a phone that is signed in").tap()
    new.page.get_by_label("The code on your other phone").fill(code.lower())
    new.taps("Go on")
    expect(new.page.get_by_role("heading", name="Look at your other phone")).to_be_visible()
    offers(new)
    expect(noor.page.get_by_role("heading", name="Is that your phone?")).to_be_visible()
    for one in (noor, new):
        expect(one.page.locator("[data-number]")).to_have_text(NUMBER)
    assert noor.page.locator("[data-number]").inner_text() == new.page.locator("[data-number]").inner_text()
    yes, no = (noor.page.get_by_role("button", name=name).bounding_box() for name in ("Yes, let it in", "No, stop this"))
    assert yes
    assert no
    assert (yes["width"], yes["height"]) == (no["width"], no["height"])
    noor.taps("Yes, let it in")
    expect(new.page.get_by_role("button", name="Come in as Noor")).to_be_visible()
    assert "sid" not in {one["name"] for one in new.context.cookies()}
    new.taps("Come in as Noor")
    expect(new.page).to_have_url(re.compile("/me/new-phone$"))
    assert new.page.evaluate("localStorage.getItem('taken')") == "7 1 7 2 7"
    with noor.weft.desk.database.read() as session:
        assert session.exec_driver_sql("SELECT sealed FROM hand_overs").scalar() is None
    new.page.locator("[data-passkey=create]").tap()
    expect(new.page).to_have_url(re.compile("/me$"))
    noor.open("/me/hand-over")
    noor.sees("This is over")
    assert (noor.trouble, new.trouble) == ([], [])


def test_a_key_that_somebody_puts_between_the_two_phones_is_noticed(noor: Person, meet: Callable[[str], Person]) -> None:
    code, new = begins(noor), meet("Noor’s new phone")
    foreign = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def lies(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        route.fulfill(response=answer, json=said | ({"key": bytes_to_base64url(foreign)} if said.get("key") else {}))

    new.page.route("**/sign-in/hand-over/state", lies)
    new.open("/sign-in/hand-over")
    new.page.get_by_label("The code on your other phone").fill(code)
    new.taps("Go on")
    new.sees("This did not work out. Say no on the other phone and begin once more.")
    assert new.page.locator("[data-number]").inner_text() == ""
    noor.taps("No, stop this")
    expect(noor.page).to_have_url(re.compile("/me$"))


def test_the_picture_leads_there_and_its_token_leaves_the_address_bar(
    noor: Person, couple: make.Couple, meet: Callable[[str], Person]
) -> None:
    begins(noor)
    fresh, new = handing.make(), meet("Noor’s new phone")
    asked: list[str] = []
    new.page.on("request", lambda request: asked.append(request.url.partition("#")[0]))
    with noor.weft.desk.database.write() as session:
        (device,) = sessions.devices(session, couple.noor.id, now=noor.weft.clock.at)
        handing.begin(session, fresh, member_id=couple.noor.id, session_id=device.id, now=noor.weft.clock.at)
    new.page.goto(f"{noor.weft.url}/sign-in/hand-over#{fresh.token}")
    expect(new.page.get_by_role("heading", name="Look at your other phone")).to_be_visible()
    assert fresh.token not in f"{new.page.url} {asked}"
    noor.open("/me/hand-over")
    noor.taps("No, stop this")
    expect(new.page.get_by_label("The code on your other phone")).to_be_visible()


def test_without_script_a_code_is_typed_and_confirmed(noor: Person, meet: Callable[[str], Person]) -> None:
    code = begins(noor)
    new = meet("Noor’s new phone")
    new.page.route("**/*.js", lambda route: route.abort())
    new.open("/sign-in/hand-over")
    new.page.get_by_label("The code on your other phone").fill(code)
    new.taps("Go on")
    expect(new.page.locator("[data-number]")).to_have_text(NUMBER)
    expect(noor.page.locator("[data-number]")).to_have_text(new.page.locator("[data-number]").inner_text())
    noor.taps("Yes, let it in")
    noor.sees("You let it in")
    new.open("/sign-in/hand-over")
    new.taps("Come in as Noor")
    expect(new.page).to_have_url(re.compile("/me/new-phone$"))


def test_a_link_of_the_operator_lets_in_who_opens_it(weft: Running, couple: make.Couple, meet: Callable[[str], Person]) -> None:
    with weft.desk.database.write() as session:
        token = links.make_link(session, couple.noor.id, now=weft.clock.at)
    noor = meet("Noor")
    noor.open(f"/enter/{token}")
    noor.sees("Home for dinner")


def test_who_comes_next_on_a_shared_phone_sees_nothing_of_who_left(noor: Person, weft: Running, couple: make.Couple) -> None:
    for path in ("/", "/promises", "/"):
        noor.open(path)
        noor.sees("Home for dinner")
    noor.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    noor.open("/")
    noor.page.evaluate("caches.open('pages').then(async (all) => { if (!(await all.keys()).length) throw new Error('nothing was kept'); })")
    noor.open("/me")
    noor.taps("Sign out on this phone")
    expect(noor.page).to_have_url(re.compile("/sign-in$"))
    for _ in range(3):
        noor.page.go_back()
        expect(noor.page.get_by_text("Home for dinner")).to_have_count(0)
        expect(noor.page.locator("main.me")).to_have_count(0)
    assert noor.page.evaluate("caches.open('pages').then((all) => all.keys()).then((all) => all.length)") == 0
    noor.goes_offline()
    noor.page.goto(weft.url + "/", wait_until="domcontentloaded")
    noor.does_not_see("Home for dinner")


def test_who_comes_in_by_a_link_finds_no_page_that_was_kept_for_another(noor: Person, weft: Running, couple: make.Couple) -> None:
    noor.open("/")
    noor.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    for path in ("/", "/promises"):
        noor.open(path)
        noor.sees("Home for dinner")
    with weft.desk.database.write() as session:
        eve = make.eve(session, now=weft.clock.at)
        token = links.make_link(session, eve.id, now=weft.clock.at)
    noor.page.goto("about:blank")
    another = noor.context.new_page()
    another.goto(f"{weft.url}/enter/{token}")
    expect(another.get_by_text("Good", exact=False).first).to_be_visible()
    noor.goes_offline()
    another.goto(f"{weft.url}/promises")
    expect(another.get_by_text("Home for dinner")).to_have_count(0)


def test_a_page_that_the_browser_itself_remembers_is_not_shown_to_who_comes_next(
    playwright: Playwright, weft: Running, couple: make.Couple, tmp_path: Path
) -> None:
    with playwright.chromium.launch_persistent_context(
        tmp_path / "shared", executable_path=CHROMIUM, args=FLAGS, headless=True, ignore_default_args=["--disable-back-forward-cache"]
    ) as context:
        context.set_default_timeout(PATIENCE)
        context.clock.set_system_time(weft.clock.at)
        context.add_init_script("addEventListener('pageshow', ({ persisted }) => persisted && localStorage.setItem('remembered', 'yes'));")

        def opens(page: Page, member: Member) -> None:
            with weft.desk.database.write() as session:
                token = sessions.begin(session, member.id, device="Chromium", now=weft.clock.at)
            context.add_cookies([{"name": "sid", "value": token, "url": weft.url}])
            page.goto(f"{weft.url}/me")
            expect(page.get_by_label("Name")).to_have_value(member.name)
            page.wait_for_load_state("networkidle")

        first = context.pages[0]
        opens(first, couple.noor)
        first.goto(f"{weft.url}/help")
        opens(context.new_page(), couple.sam)
        first.evaluate("history.back()")
        expect(first.get_by_label("Name")).to_have_value("Sam")
        assert first.evaluate("localStorage.getItem('remembered')") == "yes"
