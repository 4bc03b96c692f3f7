"""Never reads more of a request than its page takes, whatever length was declared."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.boundary.html import Problem


class AtMost:
    """Wraps one page: a body of more than `largest` bytes is a 413 with its reason."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Raises `Problem`, at once where the length was declared, else while the body is read."""
        if _declared(scope) > self._largest:
            raise self._refusal()
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._largest:
                raise self._refusal()
            return message

        await self._app(scope, counted, send)

    def _refusal(self) -> Problem:
        return Problem(413, "This is too large", f"Sightline reads at most {self._largest // 1024:,} KB here.")


def _declared(scope: Scope) -> int:
    """The length a request says it has; 0 where it says nothing that is a number."""
    try:
        return int(Headers(scope=scope).get("content-length", ""))
    except ValueError:
        return 0
