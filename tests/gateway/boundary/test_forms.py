"""Whatever is sent, fields are read as text or refused with a reason; nothing that is sent makes the gateway fail."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.boundary import forms
from gateway.boundary.html import Problem
from tests.world import URL, Browser, World

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data; boundary=x"


def read(kind: str, *pieces: bytes) -> Mapping[str, str]:
    """The fields of a body that comes in `pieces`."""
    coming = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    coming.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Any:
        return coming.pop(0)

    headers = [(b"content-type", kind.encode("latin-1", "replace"))]
    scope = {"type": "http", "method": "POST", "headers": headers, "app": None}
    return asyncio.run(forms.fields(Request(scope, receive)))


def read_or_refused(kind: str, *pieces: bytes) -> Mapping[str, str] | int:
    """The fields, or the status of the refusal."""
    try:
        return read(kind, *pieces)
    except Problem as problem:
        return problem.status
    except HTTPException as refused:
        return refused.status_code


def parts(*fields: tuple[str, str]) -> bytes:
    written = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in fields]
    return "".join([*written, "--x--\r\n"]).encode()


# What is read


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"q=smith%2C+john&purpose=C"),
        (f"{FORM}; charset=utf-8", b"q=smith%2C+john&purpose=C"),
        (JSON, b'{"q": "smith, john", "purpose": "C"}'),
        ("Application/JSON; charset=utf-8", b'{"q": "smith, john", "purpose": "C"}'),
        (MULTIPART, parts(("q", "smith, john"), ("purpose", "C"))),
    ],
)
def test_a_form_and_a_json_object_say_the_same(kind: str, body: bytes) -> None:
    assert read(kind, body) == {"q": "smith, john", "purpose": "C"}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (FORM, b"sources=dmv&sources=courts"),
        (FORM, b"sources=dmv&sources=&sources=courts"),
        (FORM, b"sources=dmv&sources=courts&sources="),
        (JSON, b'{"sources": ["dmv", "courts"]}'),
        (JSON, b'{"sources": ["dmv", "", "courts"]}'),
        (MULTIPART, parts(("sources", "dmv"), ("sources", "courts"))),
    ],
)
def test_what_is_said_more_than_once_is_joined(kind: str, body: bytes) -> None:
    assert read(kind, body) == {"sources": "dmv,courts"}


def test_numbers_in_json_are_text_and_null_is_not_there() -> None:
    assert read(JSON, b'{"birth_date_tolerance_years": 2, "vin": null}') == {"birth_date_tolerance_years": "2"}


@pytest.mark.parametrize("kind", [FORM, JSON, MULTIPART, ""])
def test_nothing_sent_is_no_field(kind: str) -> None:
    assert read(kind, b"{}" if kind == JSON else parts() if kind == MULTIPART else b"") == {}


texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(texts, texts, max_size=60))
def test_any_text_survives_a_form(typed: dict[str, str]) -> None:
    body = "&".join(f"{quote_plus(name)}={quote_plus(text)}" for name, text in typed.items())

    assert {**dict.fromkeys(typed, ""), **read(FORM, body.encode())} == typed


@given(st.dictionaries(texts, texts, max_size=60))
def test_any_text_survives_json(typed: dict[str, str]) -> None:
    assert read(JSON, msgspec.json.encode(typed)) == typed


# What is refused


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        pytest.param(JSON, b"", 400, id="no JSON at all"),
        pytest.param(JSON, b"{", 400, id="half of it"),
        pytest.param(JSON, b"[" * 60_000, 400, id="nested without end"),
        pytest.param(JSON, b'{"q":' * 10_000, 400, id="objects without end"),
        pytest.param(JSON, b'"text"', 400, id="JSON that is no object"),
        pytest.param(JSON, b"\xff\xfe", 400, id="no text at all"),
        pytest.param(JSON, b'{"q": "\\ud800"}', 400, id="half a character"),
        pytest.param(JSON, b'{"q": NaN}', 400, id="no number"),
        pytest.param(JSON, b'{"q": 1e999}', 400, id="a number without end"),
        pytest.param(JSON, b'{"q": {"surname": "smith"}}', 422, id="an object where text belongs"),
        pytest.param(JSON, b'{"q": true}', 422, id="a yes where text belongs"),
        pytest.param(JSON, b'{"sources": [1, 2]}', 422, id="numbers where a list of text belongs"),
        pytest.param(JSON, msgspec.json.encode({f"f{n}": "" for n in range(61)}), 400, id="too many fields in JSON"),
        pytest.param(FORM, b"&".join(b"f%d=" % n for n in range(61)), 400, id="too many fields"),
        pytest.param(MULTIPART, parts(*((f"f{n}", "") for n in range(61))), 400, id="too many parts"),
        pytest.param("multipart/form-data", parts(("q", "x")), 400, id="parts without a boundary"),
        pytest.param(MULTIPART, b"--y\r\n", 400, id="another boundary"),
        pytest.param(MULTIPART, b"--x\r\nContent-Disposition: form-data\r\n\r\nx", 400, id="a part without a name"),
        pytest.param(
            MULTIPART, b'--x\r\nContent-Disposition: form-data; name="q"; filename="f"\r\n\r\nx', 400, id="a file"
        ),
        pytest.param(
            "multipart/form-data; boundary=x; charset=utf-7", parts(("q", "+2AA-")), 415, id="half characters"
        ),
        pytest.param("multipart/form-data; charset=undefined; boundary=x", parts(("q", "x")), 415, id="no encoding"),
        pytest.param(f"{FORM}; charset=utf-16", b"q=smith", 415, id="a form in UTF-16"),
        pytest.param("text/plain", b"q=smith", 415, id="plain text"),
        pytest.param("application/xml", b"<q/>", 415, id="XML"),
        pytest.param("application/x-msgpack", b"\x80", 415, id="another encoding"),
    ],
)
def test_what_cannot_be_read_is_refused(kind: str, body: bytes, status: int) -> None:
    assert read_or_refused(kind, body) == status


kinds = st.sampled_from([FORM, JSON, MULTIPART, "multipart/form-data; boundary=", "", f"{MULTIPART}; charset=utf-7"])
pieces = st.lists(
    st.binary(max_size=200)
    | st.sampled_from([b"--x\r\n", b"--x--", b'Content-Disposition: form-data; name="q"\r\n\r\n']),
    max_size=6,
)


@given(kinds | st.text(), pieces)
def test_whatever_comes_is_read_or_refused(kind: str, sent: list[bytes]) -> None:
    found = read_or_refused(kind, *sent)

    if isinstance(found, int):
        assert found in {400, 415, 422}
    else:
        assert all(isinstance(value, str) for value in found.values())
        "".join([*found, *found.values()]).encode()  # else it could be neither written down nor sent back


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)


@given(json_values)
def test_whatever_json_comes_is_read_or_refused(sent: object) -> None:
    found = read_or_refused(JSON, msgspec.json.encode(sent))

    if isinstance(found, int):
        assert found in {400, 422}
    else:
        assert isinstance(sent, dict)
        assert set(found) <= set(sent)


# Through the whole gateway


@pytest.fixture(scope="module")
def deputy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with World(tmp_path_factory.mktemp("world")).running() as world:
        yield world.signed_in()


@pytest.mark.parametrize("path", ["/search", "/prints", "/banner", "/appearance", "/verify", "/backchannel-logout"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        pytest.param(FORM, b"q=%zz%&%&=&&purpose=%ff%fe&case_number=%00", id="broken percent signs"),
        pytest.param(FORM, b"q=" + b"x" * 10_240, id="10 kB in a field"),
        pytest.param(FORM, bytes(range(256)), id="every byte there is"),
        pytest.param(FORM, "q=\u202etxet\u202c&reason=\x1b[2J&attention=\x07".encode(), id="control characters"),
        pytest.param(FORM, b"q=<script>alert(1)</script>&case_number='%22;--", id="markup"),
        pytest.param(JSON, b"[" * 5000, id="nested JSON"),
        pytest.param(MULTIPART, b"--x\r\n\r\n\r\n--x--", id="a part of nothing"),
        pytest.param(MULTIPART, b"--x\r\nContent-Disposition: \xff\r\n\r\n", id="a header that is no text"),
        pytest.param(
            "multipart/form-data; boundary=x; charset=undefined", b"--x--", id="an encoding that always fails"
        ),
        pytest.param("\x00", b"q=x", id="a kind that is no kind"),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", JSON])
def test_no_page_fails_over_what_it_is_sent(deputy: Browser, path: str, kind: str, body: bytes, accept: str) -> None:
    headers = {"accept": accept, "origin": URL, "content-type": kind}
    answer = deputy.send("POST", path, headers=headers, content=body)

    assert answer.status_code < 500
    assert "<script>alert" not in answer.text
