"""Nobody can make the gateway read more than a page takes, and who sends too much is told so."""

from collections.abc import Callable, Iterator

import httpx2
import pytest

from tests.world import URL, Browser, World

LIMIT = 64 * 1024
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


@pytest.fixture(scope="module")
def deputy(world: World) -> Browser:
    return world.signed_in()


def declared(body: bytes) -> bytes:
    return body


def in_pieces(body: bytes) -> Iterator[bytes]:
    """Without saying how much it will be."""
    yield from (body[start : start + 1000] for start in range(0, len(body), 1000))


either_way = pytest.mark.parametrize("sent", [declared, in_pieces])


def post(
    browser: Browser, path: str, content: object, *, accept: str = "application/json", kind: str = FORM, **headers: str
) -> httpx2.Response:
    told = {"accept": accept, "origin": URL, "content-type": kind, **headers}
    return browser.send("POST", path, headers=told, content=content)


@either_way
@pytest.mark.parametrize("path", ["/search", "/prints", "/banner"])
@pytest.mark.parametrize("kind", [FORM, "application/json", "multipart/form-data; boundary=x"])
def test_a_body_that_is_too_large_is_refused_with_the_limit(
    deputy: Browser, sent: Callable[[bytes], object], path: str, kind: str
) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="q"\r\n\r\n' if kind.startswith("multi") else b'q="'
    answer = post(deputy, path, sent(body.ljust(LIMIT + 1, b"a")), kind=kind)

    assert answer.status_code == 413
    assert answer.json() == {
        "type": "about:blank",
        "title": "This is too large",
        "status": 413,
        "detail": "Sightline reads at most 64 KB here.",
    }


@either_way
def test_as_a_page_it_says_the_same(deputy: Browser, sent: Callable[[bytes], object]) -> None:
    answer = post(deputy, "/search", sent(b"q=" + b"a" * LIMIT), accept="text/html")

    assert answer.status_code == 413
    assert ">This is too large</h1>" in answer.text
    assert "Sightline reads at most 64 KB here." in answer.text


@either_way
def test_a_body_of_just_the_limit_is_read(deputy: Browser, sent: Callable[[bytes], object]) -> None:
    answer = post(deputy, "/search", sent(b"q=" + b"a" * (LIMIT - 2)))

    assert answer.status_code == 422  # read, and found wanting


@pytest.mark.parametrize("path", ["/signout", "/backchannel-logout"])
def test_even_where_nobody_would_read_it(deputy: Browser, path: str) -> None:
    assert post(deputy, path, b"x" * (LIMIT + 1)).status_code == 413


def test_who_is_not_signed_in_cannot_send_more_either(world: World) -> None:
    assert post(world.browser(), "/search", in_pieces(b"q=" + b"a" * LIMIT)).status_code == 413
    assert post(world.browser(), "/backchannel-logout", b"logout_token=" + b"a" * LIMIT).status_code == 413


def test_a_copy_to_verify_may_be_larger(world: World) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="copy.pdf"\r\n\r\n'
    copy = head + bytes(LIMIT * 2) + b"\r\n--x--\r\n"
    answer = post(world.browser(), "/verify", copy, kind="multipart/form-data; boundary=x")

    assert (answer.status_code, answer.json()["verdict"]) == (200, "unknown")


def test_a_copy_to_verify_has_a_limit_too(world: World) -> None:
    answer = post(
        world.browser(), "/verify", b"", kind="multipart/form-data; boundary=x", **{"content-length": "23000000"}
    )

    assert (answer.status_code, answer.json()["detail"]) == (413, "Sightline reads at most 21,504 KB here.")


@pytest.mark.parametrize("length", ["", "many", "-1", "9" * 5000, "1e9", "0x10"])
def test_a_length_that_is_no_number_is_counted_instead(deputy: Browser, length: str) -> None:
    answer = post(deputy, "/search", b"q=" + b"a" * LIMIT, **{"content-length": length})

    assert answer.status_code == 413
