"""Style, script and fonts: no data, under an address that changes with what they hold, kept by browsers."""

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_FOLDER = Path(__file__).parent.parent / "static"


def static(max_age_s: int) -> Mount:
    """The files, below an address that is theirs alone: another content has another."""
    return Mount(f"/static/{_digest(_FOLDER)}", _Kept(max_age_s))


class _Kept(StaticFiles):
    def __init__(self, max_age_s: int) -> None:
        super().__init__(directory=_FOLDER)
        self._cache = f"public, max-age={max_age_s}, immutable"

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = self._cache
        return response


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            whole.update(file.read_bytes())
    return whole.hexdigest()[:12]
