"""What a browser does for someone who signs in: follow the provider's form, keep the cookies. Knows only HTTP."""

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

AGENT = "Mozilla/5.0 (X11; Linux x86_64)"


class Browser:
    """Cookies by hand: a library's jar sends no Secure cookie over plain HTTP, as browsers do on loopback."""

    def __init__(self, client: Any, home: str) -> None:
        self._client = client
        self._home = home
        self._cookies: dict[str, str] = {}

    def headers(self, accept: str) -> dict[str, str]:
        """What every request to the gateway carries."""
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"Accept": accept, "Cookie": cookie, "Origin": self._home, "User-Agent": AGENT}

    def sign_in(self, account: str) -> None:
        """Go to the identity service, press one person's button, come back, agree to the notice."""
        at = self._get(self._home + "/signin").headers["Location"]
        page = self._client.get(at, name="provider", headers={"User-Agent": AGENT})
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
        action = re.search(r'<form[^>]*action="([^"]*)"', page.text)
        form = {name: unescape(value) for name, value in hidden} | {"account": account}
        to = urljoin(at, unescape(action[1])) if action else at
        back = self._client.post(to, form, name="provider", allow_redirects=False, headers={"User-Agent": AGENT})
        self._get(back.headers["Location"])
        agreed = self._client.post(
            self._home + "/banner",
            {"accept": "yes"},
            name="/banner",
            allow_redirects=False,
            headers=self.headers("text/html"),
        )
        if agreed.status_code != 303:
            raise RuntimeError(f"signing in ended with {agreed.status_code}")

    def _get(self, url: str) -> Any:
        answer = self._client.get(url, name="/signin", allow_redirects=False, headers=self.headers("text/html"))
        for line in answer.headers.getheaders("set-cookie"):
            name, _, rest = line.partition("=")
            self._cookies[name] = rest.partition(";")[0]
        return answer
