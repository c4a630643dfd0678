import gzip
import re

import pytest

from web import assets, icons

ALL = assets.load()


def weight(body):
    return len(gzip.compress(body, 9))


def test_the_script_of_a_page_weighs_at_most_18_kb():
    assert weight(ALL["app.js"].body) + weight(ALL["htmx.min.js"].body) <= 18 * 1024


def test_the_style_of_a_page_weighs_at_most_8_kb():
    assert weight(ALL["app.css"].body) <= 8 * 1024


def test_the_worker_weighs_at_most_5_kb():
    assert weight(assets.worker(ALL, "0123456789").encode()) <= 5 * 1024


def test_an_address_changes_with_what_stands_behind_it():
    one, other = assets.Asset("app.css", b"a{}"), assets.Asset("app.css", b"b{}")
    assert re.fullmatch(r"/static/app\.[0-9a-f]{10}\.css", one.path)
    assert one.path != other.path
    assert ALL["htmx.min.js"].path.startswith("/static/htmx.min.")


def test_the_order_of_layers_is_said_before_any_layer():
    assert ALL["app.css"].body.decode().startswith("@layer reset, base, components, pages, utilities;")


def test_every_rule_stands_in_a_layer():
    for path in (assets.STATIC / "css").glob("**/*.css"):
        outside = re.sub(r"(?s)@layer \w+ \{.*?\n\}", "", path.read_text()).replace("@layer reset, base, components, pages, utilities;", "")
        assert outside.strip() == "", path


@pytest.mark.parametrize("path", sorted((assets.STATIC / "js").glob("**/*.js")), ids=lambda path: path.stem)
def test_a_behaviour_is_small_and_runs_nothing_that_was_text(path):
    source = path.read_text()
    assert len(source.splitlines()) <= 90
    # WebAuthn calls what a passkey makes a key of `eval` as well.
    assert not re.search(r"\beval\b(?!: \{ first: )|new Function|innerHTML|document\.write", source)


def test_the_worker_keeps_the_files_of_its_own_version():
    source = assets.worker(ALL, "0123456789")
    assert 'const BUILD = "0123456789";' in source
    assert all(f'"{ALL[name].path}"' in source for name in ("app.css", "app.js", "pages.js", "later.js", "htmx.min.js"))
    assert "__" not in source


def test_a_version_is_named_by_all_that_a_phone_keeps():
    changed = {**ALL, "app.css": assets.Asset("app.css", b"")}
    assert assets.build(ALL) == assets.build(ALL) != assets.build(changed)


def test_the_manifest_has_what_a_phone_asks_for_before_it_installs():
    described = assets.manifest(ALL)
    sizes = {(icon["sizes"], icon["purpose"]) for icon in described["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    assert described["id"] == described["scope"] == "/"
    assert described["display"] == "standalone"
    assert all(
        shot["form_factor"] == "narrow" and shot["src"] == ALL[f"{shot['src'].split('/')[2].split('.')[0]}.png"].path
        for shot in described["screenshots"]
    )


def test_the_shortcuts_lead_into_the_app_and_need_no_more_than_a_look():
    described = assets.manifest(ALL)
    assert [shortcut["url"] for shortcut in described["shortcuts"]] == ["/?shortcut=kept", "/?shortcut=late", "/promises/new", "/week"]
    assert described["share_target"]["method"] == "GET"
    assert described["share_target"]["action"] == "/promises/new"


def test_the_icons_of_the_manifest_are_there_in_their_size():
    for icon in assets.manifest(ALL)["icons"]:
        body = (icons.ICONS / icon["src"].rpartition("/")[2]).read_bytes()
        width, height = int.from_bytes(body[16:20]), int.from_bytes(body[20:24])
        assert icon["sizes"] == f"{width}x{height}"


def test_the_icons_are_what_the_program_draws():
    badge = icons.ALL[-1]
    assert (icons.ICONS / badge.name).read_bytes() == icons.draw(badge)
