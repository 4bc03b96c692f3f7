"""Reads what was sent: a form or a JSON object of text, every value as text; anything else is refused with a reason."""

from collections.abc import Mapping

import msgspec
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
        form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
        found: dict[str, str] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                found[name] = f"{found[name]},{value}" if name in found and value else value
        return found
    raise Problem(415, "Sightline reads forms and JSON only.", "Send a form, or a JSON object of text values.")


def _from_json(body: bytes) -> Mapping[str, str]:
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Problem(400, "The body is not JSON.", "Send a JSON object of text values.") from error
    if not isinstance(given, dict):
        raise Problem(400, "The body is not a JSON object.", "Send a JSON object of text values.")
    found: dict[str, str] = {}
    for name, value in given.items():
        if value is None:
            continue
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            found[name] = ",".join(value)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            found[name] = str(value)
        else:
            wrong = {"field": str(name)[:40], "message": "Give text here."}
            raise Problem(422, "Something is missing or wrong.", errors=[wrong])
    return found
