"""Reads what was sent: a form or a JSON object of text, every value as text; anything else is refused with a reason."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import msgspec
from starlette.datastructures import FormData
from starlette.requests import Request

from gateway.boundary.html import Problem

_MOST_FIELDS = 60


async def fields(request: Request) -> Mapping[str, str]:
    """The fields of a form or JSON object. A name given more than once becomes one text, joined by commas.

    Raises `Problem` 400 for a body that cannot be read and 415 for one of another kind.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(await request.body())
    if kind in {"application/x-www-form-urlencoded", "multipart/form-data", ""}:
        found: dict[str, str] = {}
        async with form(request) as sent:
            for name, value in sent.multi_items():
                if isinstance(value, str):
                    found[name] = ",".join(part for part in (found.get(name), value) if part)
        return found
    raise Problem(415, "Sightline reads forms and JSON only.", "Send a form, or a JSON object of text values.")


@asynccontextmanager
async def form(request: Request, files: int = 0) -> AsyncIterator[FormData]:
    """The form of a request, with at most so many files, closed at the end. Raises `Problem` 415 for other than UTF-8.

    Python knows encodings that give half characters, or fail in ways of their own.
    """
    charset = _CHARSET.search(request.headers.get("content-type", ""))
    if charset is not None and charset[1].lower() not in {"utf-8", "us-ascii"}:
        raise Problem(415, "Sightline reads UTF-8 only.", "Send text as UTF-8.")
    async with request.form(max_files=files, max_fields=_MOST_FIELDS) as sent:
        yield sent


_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^";\s]*)', re.IGNORECASE)


def _from_json(body: bytes) -> Mapping[str, str]:
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "The body is not JSON.", "Send a JSON object of text values.") from error
    if not isinstance(given, dict):
        raise Problem(400, "The body is not a JSON object.", "Send a JSON object of text values.")
    if len(given) > _MOST_FIELDS:
        raise Problem(400, "The body has too many fields.", f"Send at most {_MOST_FIELDS}.")
    found: dict[str, str] = {}
    for name, value in given.items():
        if value is None:
            continue
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            found[name] = ",".join(item for item in value if item)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            found[name] = str(value)
        else:
            wrong = {"field": str(name)[:40], "message": "Give text here."}
            raise Problem(422, "Something is missing or wrong.", errors=[wrong])
    return found
