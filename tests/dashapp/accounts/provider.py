"""OpenID providers on the loopback: a certified one, and one that forges."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.programs import free_port, program, running

FOLDER = Path(__file__).parents[2] / "oidc"
BACK = "http://localhost/sign-in/provider/back"
CLIENT, SECRET = "dashboard", "a-secret-of-forty-characters-for-the-test"


@contextmanager
def certified(back: str = BACK) -> Iterator[str]:
    """The issuer of oidc-provider, on a port of its own. back: where it may lead people."""
    if not (FOLDER / "node_modules" / ".package-lock.json").exists():  # npm writes it when all is there
        command = [program("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(command, cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)  # what goes wrong is to be seen
    port = free_port()
    command = [program("node"), str(FOLDER / "provider.mjs"), str(port), CLIENT, SECRET, back]
    with running(command, port, stderr=subprocess.DEVNULL):
        yield f"http://localhost:{port}"


def signed_in_at(address: str, login: str) -> str:
    """Where the provider leads somebody back to, who signs in there and agrees."""
    with requests.Session() as browser:
        answer = browser.get(address, allow_redirects=False, timeout=10)
        while True:
            where = urljoin(answer.url, answer.headers.get("Location", answer.url))
            if where.startswith(BACK):
                return where
            if answer.is_redirect:
                answer = browser.get(where, allow_redirects=False, timeout=10)
                continue
            assert answer.ok, answer.text
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            form = re.search(r'action="([^"]+)"', answer.text)
            assert prompt, answer.text
            assert form, answer.text
            typed = {"prompt": prompt[1], "login": login, "password": "any"}
            answer = browser.post(urljoin(answer.url, form[1]), typed, allow_redirects=False, timeout=10)


@cache
def two_keys() -> tuple[RSAKey, ...]:
    """Made once: it takes a second."""
    return tuple(RSAKey.generate_key(2048) for _ in range(2))


@dataclass
class Forger:
    """A provider that says what a test wants it to. claims: over good ones, None takes one away."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] | None = None
    algorithm: str = "RS256"
    other_key: bool = False
    configuration: dict[str, Any] = field(default_factory=dict)
    waits: float = 0.0
    nonce: str = ""
    keys: list[RSAKey] = field(default_factory=lambda: list(two_keys()))

    def answer(self, path: str) -> Any:
        time.sleep(self.waits)
        if path == "/.well-known/openid-configuration":
            named = {name: f"{self.issuer}/{name}" for name in ("jwks_uri", "userinfo_endpoint")}
            ends = {name: f"{self.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint")}
            return {"issuer": self.issuer, **named, **ends, **self.configuration}
        if path == "/jwks_uri":
            return {"keys": [self.keys[0].as_dict(private=False) | {"use": "sig"}]}
        if path == "/token_endpoint":
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.token()}
        return self.userinfo

    def token(self) -> str:
        now = int(time.time())
        good = {"iss": self.issuer, "aud": CLIENT, "sub": "s-1", "iat": now, "exp": now + 60, "nonce": self.nonce}
        good |= {"email": "ann@example.com", "email_verified": True} | self.claims
        claims = {name: value for name, value in good.items() if value is not None}
        if self.algorithm == "none":
            import base64

            parts = ({"alg": "none"}, claims)
            return ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in parts) + "."
        key = OctKey.import_key(SECRET) if self.algorithm == "HS256" else self.keys[self.other_key]
        return jwt.encode({"alg": self.algorithm}, claims, key, algorithms=[self.algorithm])


@contextmanager
def forging() -> Iterator[Forger]:
    """It, answering."""
    forger = Forger()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(forger.answer(urlsplit(self.path).path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        forger.issuer = f"http://localhost:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield forger
        server.shutdown()
        thread.join()
