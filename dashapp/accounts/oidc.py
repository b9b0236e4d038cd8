"""Sign-in by an organisation's own provider: OpenID Connect 1.0, authorization code flow with PKCE (RFC 7636).

The provider says who somebody is and nothing of what they may see: that is what the account says.
"""

import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

START: Final = "/sign-in/provider"
BACK: Final = f"{START}/back"
SCOPE: Final = "openid email"
ALGORITHMS: Final = ["RS256", "PS256", "ES256"]  # signed by the provider's own key: never "none", never a shared secret
PATIENCE: Final = 5  # seconds for each answer of the provider
KNOWN_FOR: Final = 3600.0  # seconds that its addresses and keys are taken for the same
LEEWAY: Final = 60  # seconds between two clocks
AT_ONCE: Final = 3  # sign-ins that may wait for the provider: when it hangs, other requests still find a thread
QUEUE: Final = 1.0  # seconds that others wait for their turn
SILENT_FOR: Final = 10.0  # seconds that nobody waits for a provider that has not answered
LONGEST_ONWARD: Final = 2500  # encoded; browsers drop a cookie of more than 4096 characters


class Unproven(Exception):
    """The provider did not say who somebody is, or not so that it can be believed; the text is for the log."""


class NoAnswer(Unproven):
    """The provider does not answer, or not in time; nobody has tried anything."""


@dataclass(frozen=True, slots=True)
class Proven:
    """Who somebody is to a provider: `subject` never changes, `email` is "" unless the provider has verified it."""

    issuer: str
    subject: str
    email: str


@dataclass(frozen=True, slots=True)
class Began:
    """A sign-in that has begun, as the browser keeps it meanwhile: nobody else can end it there."""

    state: str
    nonce: str
    verifier: str
    onward: str

    @classmethod
    def new(cls, onward: str) -> "Began":
        """One that nobody can guess. onward: where somebody wants to go; if that is too long, its page alone."""
        onward = onward if len(quote(onward)) <= LONGEST_ONWARD else onward.partition("?")[0]
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, onward)

    @classmethod
    def read(cls, kept: str) -> "Began":
        """What a browser kept; raises Unproven."""
        parts = kept.split(".", 3)
        if len(parts) != 4 or not all(parts):
            raise Unproven("no sign-in has begun in this browser")
        return cls(*parts)

    def __str__(self) -> str:
        return ".".join((self.state, self.nonce, self.verifier, self.onward))


class Provider:
    """One OpenID provider, asked for its addresses and keys when they are first needed."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, url: str) -> None:
        self.issuer = issuer
        self._client = {"client_id": client_id, "client_secret": client_secret, "redirect_uri": f"{url}{BACK}"}
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._silent_until = 0.0
        self._known: dict[str, tuple[float, Any]] = {}

    def leads(self, began: Began) -> str:
        """Where the browser goes to sign in. Raises Unproven if the provider cannot be asked."""
        with self._turn(), self._session() as session:
            address, _state = session.create_authorization_url(
                self._metadata("authorization_endpoint"),
                state=began.state,
                nonce=began.nonce,
                code_verifier=began.verifier,
            )
        return str(address)

    def proven(self, began: Began, answer: Mapping[str, str]) -> Proven:
        """Who came back. answer: the query that the browser brought. Raises Unproven."""
        if not hmac.compare_digest(answer.get("state", "").encode(), began.state.encode()):
            raise Unproven("the answer is to another sign-in")
        if "code" not in answer:
            raise Unproven(f"the provider says {answer.get('error', 'nothing')[:100]!r}")
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise Unproven("the answer is another provider's")
        with self._turn():
            given = self._given(answer["code"], began)
            claims = self._read(str(given["id_token"]), began)
            if "email" not in claims:
                claims |= self._more(given, claims["sub"])
        email = claims.get("email") if claims.get("email_verified") is True else None
        return Proven(self.issuer, str(claims["sub"]), email if isinstance(email, str) else "")

    def _given(self, code: str, began: Began) -> Any:
        """The tokens for a code."""
        from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
        from requests import RequestException

        try:
            address = self._metadata("token_endpoint")
            with self._answering(), self._session() as session:
                given = session.fetch_token(address, code=code, code_verifier=began.verifier)
        except (AuthlibBaseError, RequestException, ValueError) as error:
            raise Unproven(f"the code was not taken: {type(error).__name__}") from error
        if "id_token" not in given:
            raise Unproven("there is no token that says who it is")
        return given

    def _more(self, given: Any, subject: str) -> Any:
        """What the provider tells of somebody beside the token, if it does (OpenID Connect Core, 5.3)."""
        from requests import RequestException, get

        try:
            address = self._metadata("userinfo_endpoint")
            bearer = {"Authorization": f"Bearer {given['access_token']}"}
            claims = get(address, headers=bearer, timeout=PATIENCE, allow_redirects=False).json()
        except (Unproven, RequestException, KeyError, ValueError):
            return {}
        return claims if isinstance(claims, dict) and claims.get("sub") == subject else {}

    def _read(self, token: str, began: Began) -> dict[str, Any]:
        """What a token says that this provider signed for this client and this sign-in."""
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        must: Any = {"iss": self.issuer, "aud": self._client["client_id"], "nonce": began.nonce}
        wanted: Any = {name: {"essential": True, "value": value} for name, value in must.items()}
        wanted |= {"exp": {"essential": True}, "sub": {"essential": True}}
        for fresh in (False, True):  # keys change
            try:
                keys = KeySet.import_key_set(self._asked(self._metadata("jwks_uri"), fresh))
                claims = jwt.decode(token, keys, algorithms=ALGORITHMS).claims
                jwt.JWTClaimsRegistry(leeway=LEEWAY, **wanted).validate(claims)
                if claims.get("azp", must["aud"]) != must["aud"]:
                    raise ValueError("the token is for another client")
            except (JoseError, ValueError, KeyError, TypeError) as error:
                why = f"the token is not good: {type(error).__name__}"
            else:
                return dict(claims)
        raise Unproven(why)

    def _metadata(self, name: str) -> str:
        found = self._asked(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        found = found if isinstance(found, dict) else {}
        if found.get("issuer") != self.issuer or not isinstance(found.get(name), str):
            raise Unproven(f"the provider's configuration is not that of {self.issuer}, or names no {name}")
        return str(found[name])

    def _asked(self, address: str, fresh: bool = False) -> Any:
        """What stands at an address of the provider, remembered for a while."""
        from requests import RequestException, get

        with self._lock:
            at, known = self._known.get(address, (0.0, None))
            if known is None or fresh or time.monotonic() - at > KNOWN_FOR:
                try:
                    with self._answering():
                        answer = get(address, timeout=PATIENCE, allow_redirects=False)
                    answer.raise_for_status()
                    known = json.loads(answer.content[:1_000_000])
                except (RequestException, ValueError) as error:
                    raise NoAnswer(f"the provider answers with an error: {type(error).__name__}") from error
                self._known[address] = time.monotonic(), known
        return known

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One of few that wait for the provider at once. Raises NoAnswer."""
        if not self._turns.acquire(timeout=QUEUE):
            raise NoAnswer("many wait for the provider")
        try:
            yield
        finally:
            self._turns.release()

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """A question to the provider. Raises NoAnswer, and for a while without asking once it has not answered."""
        from requests import ConnectionError, Timeout

        if time.monotonic() < self._silent_until:
            raise NoAnswer("the provider did not answer a moment ago")
        try:
            yield
        except (ConnectionError, Timeout) as error:
            self._silent_until = time.monotonic() + SILENT_FOR
            raise NoAnswer(f"the provider does not answer: {type(error).__name__}") from error

    def _session(self) -> Any:
        from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]

        return OAuth2Session(**self._client, scope=SCOPE, code_challenge_method="S256", default_timeout=PATIENCE)
