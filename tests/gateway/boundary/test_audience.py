"""Each page says who may have it, and nobody else gets it; who is not signed in loses nothing that was typed."""

import re
from collections.abc import Iterator

import pytest

from gateway.boundary.audience import Guard
from tests.world import HOLLIS, URL, Browser, World

JSON = "application/json"
SECRET = {"q": "hollis, merrick <b>2/11/1980</b>", "purpose": "C", "case_number": '26-04417"'}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


def test_a_page_without_an_audience_does_not_start() -> None:
    async def page(request: object) -> None: ...

    guard = Guard(sessions=None, directory=None, recorder=None, clock=None, html=None, idle_s=1, idle_handheld_s=1)

    with pytest.raises(TypeError):
        guard.wrap(page)


# Nobody is signed in


@pytest.mark.parametrize("path", ["/", "/search", "/role", "/banner", "/activity", "/records/x"])
def test_a_reader_is_led_to_sign_in(world: World, path: str) -> None:
    answer = world.browser().get(path)

    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


@pytest.mark.parametrize("path", ["/", "/search", "/role", "/activity", "/records/x"])
def test_a_program_is_told(world: World, path: str) -> None:
    answer = world.browser().get(path, JSON)

    assert (answer.status_code, answer.json()["title"]) == (401, "You are not signed in")


@pytest.mark.parametrize("path", ["/search", "/prints", "/activity", "/activity/subject", "/banner", "/signout"])
def test_a_post_is_never_led_away(world: World, path: str) -> None:
    answer = world.browser().post(path, {"accept": "yes"})

    assert answer.status_code == 401
    assert "location" not in answer.headers
    assert '<a class="usa-button" href="/signin" target="_blank">' in answer.text


def test_what_was_typed_stands_in_the_page_and_can_be_sent_again(world: World) -> None:
    page = world.browser().post("/search", SECRET).text

    assert '<form method="post" action="/search" class="again">' in page
    assert "hollis, merrick &lt;b&gt;2/11/1980&lt;/b&gt;" in page
    assert 'value="26-04417&#34;"' in page
    assert "<b>2/11" not in page


def test_what_was_typed_goes_into_no_address_and_no_cookie(world: World) -> None:
    browser = world.browser()
    answer = browser.post("/search", SECRET)

    assert browser.cookies == {}
    assert not any("hollis" in value.lower() for value in answer.headers.values())


def test_a_file_is_not_kept(world: World) -> None:
    answer = world.browser().send(
        "POST", "/search", headers={"origin": URL}, files={"file": ("hollis.pdf", b"hollis")}, data={"q": "hollis"}
    )

    assert answer.status_code == 401
    assert "hollis" not in answer.text


@pytest.mark.parametrize(("method", "path"), [("GET", "/records/x"), ("GET", "/search"), ("POST", "/search")])
def test_a_script_gets_the_part_of_a_page_it_asked_for_and_is_not_led_away(
    world: World, method: str, path: str
) -> None:
    headers = {"hx-request": "true", "accept": "text/html, text/event-stream", "origin": URL}
    answer = world.browser().send(method, path, headers=headers)

    assert answer.status_code == 401
    assert "location" not in answer.headers
    assert ">You are not signed in</h2>" in answer.text
    assert "<!doctype html>" not in answer.text


# Signed in, and the notice is not agreed to yet


@pytest.fixture
def new(world: World) -> Browser:
    browser = world.browser()
    browser.sign_in("officer")
    return browser


def test_before_the_notice_a_reader_is_led_to_it(new: Browser) -> None:
    for path in ("/", "/search", "/role", "/records/x", "/activity"):
        answer = new.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/banner")


def test_before_the_notice_nothing_is_asked(world: World, new: Browser) -> None:
    before = len(world.events("search.request"))
    page, program = new.post("/search", HOLLIS), new.post("/search", HOLLIS, accept=JSON)

    assert (page.status_code, program.status_code) == (403, 403)
    assert program.json()["rule"] == "notice.acknowledged"
    assert len(world.events("search.request")) == before


# Another role


def test_who_opens_a_page_of_another_role_reads_the_rule_and_the_entry_that_says_so(world: World) -> None:
    answer = world.signed_in("auditor").get("/search")
    (refusal,) = world.events("access.denied")[-1:]

    assert answer.status_code == 403
    assert "This page is not for your role." in answer.text
    assert re.search(r"audience\.role</span>.*entry " + f"{refusal['event']['sequence']:,}", answer.text)
    assert refusal["event"]["reason"] == "audience.role"
    assert refusal["event"]["outcome"] == "failure"
    assert refusal["user"]["name"] == "L. Farthingdale"


def test_someone_without_any_role_gets_no_page(world: World) -> None:
    world.change("497aad5666e3", roles="")
    try:
        dispatcher = world.signed_in("dispatcher")
        answers = {path: dispatcher.get(path, JSON) for path in ("/", "/search", "/role", "/activity")}
    finally:
        world.change("497aad5666e3", roles="dispatcher")

    assert {answer.json()["rule"] for answer in answers.values()} == {"audience.role"}
