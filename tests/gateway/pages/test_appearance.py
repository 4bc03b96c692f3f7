"""Colors and keys are two words in two cookies; nothing else can be put there, and no page depends on it."""

from collections.abc import Iterator

import pytest

from tests.world import Browser, World

THEME, KEYS = "sightline-theme", "sightline-keys"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


@pytest.fixture
def deputy(world: World) -> Browser:
    return world.signed_in()


@pytest.mark.parametrize("theme", ["auto", "day", "night"])
def test_a_theme_is_kept_for_a_year_in_a_cookie_no_script_reads(deputy: Browser, theme: str) -> None:
    answer = deputy.post("/appearance", {"theme": theme})
    (cookie,) = answer.headers.get_list("set-cookie")
    value, *said = cookie.split("; ")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert value == f"{THEME}={theme}"
    assert sorted(said) == ["HttpOnly", "Max-Age=31536000", "Path=/", "SameSite=lax", "Secure"]
    assert f'id="theme-{theme}" value="{theme}" checked' in deputy.get("/search").text


def test_single_keys_can_be_switched_off(deputy: Browser) -> None:
    assert 'data-keys="on"' in deputy.get("/search").text
    deputy.post("/appearance", {"keys": "off"})

    assert 'data-keys="off"' in deputy.get("/search").text


@pytest.mark.parametrize("form", [{}, {"theme": "red"}, {"theme": "<script>"}, {"keys": "maybe"}, {"colour": "night"}])
def test_any_other_word_is_not_kept(deputy: Browser, form: dict[str, str]) -> None:
    answer = deputy.post("/appearance", form)

    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("theme", ["red", '"><script>alert(1)</script>', "", "x" * 3000])
def test_a_cookie_with_another_word_is_the_same_as_none(deputy: Browser, theme: str) -> None:
    deputy.cookies[THEME] = theme
    page = deputy.get("/search")

    assert page.status_code == 200
    assert 'id="theme-auto" value="auto" checked' in page.text
    assert "alert(1)" not in page.text


def test_who_is_not_signed_in_chooses_nothing(world: World) -> None:
    assert world.browser().post("/appearance", {"theme": "night"}).status_code == 401
