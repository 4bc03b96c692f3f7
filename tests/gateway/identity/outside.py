"""What is outside the gateway when someone signs in: a browser, and the way a provider reaches us without it."""

import queue
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import anyio
import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.identity.proof import EndSession

HOME = "http://127.0.0.1:9"  # the gateway's own address; nothing listens there, the browser stops at its door


class BackChannel:
    """Where a provider tells the gateway that a session is over."""

    def __init__(self) -> None:
        self._told: queue.Queue[str] = queue.Queue()

    async def heard(self) -> str:
        """The next logout token."""
        return await anyio.to_thread.run_sync(self._told.get)

    def app(self, _: str) -> Starlette:
        return Starlette(routes=[Route("/backchannel-logout", self._hear, methods=["POST"])])

    async def _hear(self, request: Request) -> Response:
        self._told.put(str((await request.form())["logout_token"]))
        return Response()


class Form(HTMLParser):
    """The one form of a page: where it goes and what it carries without anyone's doing."""

    def __init__(self, page: httpx2.Response) -> None:
        super().__init__()
        self.action, self.fields = str(page.url), dict[str, str]()
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.action = urljoin(self.action, given.get("action") or "")
        if tag == "input":
            self.fields[str(given["name"])] = given.get("value") or ""


class Browser:
    """A browser with its cookies, that goes wherever it is sent until it is sent home."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def sign_in(self, url: str, account: str) -> dict[str, str]:
        return await self._choose(await self._arrive(self._http.build_request("GET", url)), account=account)

    async def sign_out(self, form: EndSession) -> dict[str, str]:
        return await self._choose(
            await self._arrive(self._http.build_request("POST", form.action, data=form.fields)), logout="yes"
        )

    async def _choose(self, page: httpx2.Response | str, **chosen: str) -> dict[str, str]:
        """Answer a page, if there is one, and give what is brought home."""
        if isinstance(page, httpx2.Response):
            form = Form(page)
            request = self._http.build_request("POST", form.action, data={**form.fields, **chosen})
            page = await self._arrive(request)
        assert isinstance(page, str)
        return dict(parse_qsl(urlsplit(page).query))

    async def _arrive(self, request: httpx2.Request) -> httpx2.Response | str:
        answer = await self._http.send(request)
        while answer.next_request is not None:
            if str(answer.next_request.url).startswith(HOME):
                return str(answer.next_request.url)
            answer = await self._http.send(answer.next_request)
        assert answer.status_code == 200, answer.text
        return answer
