"""A real SMTP server on the loopback, with or without TLS and a password."""

import secrets
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.programs import free_port, program


class Mailbox:
    """What has arrived. refuses: recipients whose mail is not taken."""

    def __init__(self) -> None:
        self.port, self.mails, self.refuses = free_port(), list[EmailMessage](), set[str]()
        self.signed_in = 0
        self.password = secrets.token_hex(4) + "@:/"  # as an operator has to write it into a URL

    @property
    def user(self) -> str:
        return f"dashboard:{quote(self.password, safe='')}@"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refuses:
            return "550 No such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail: Any = message_from_bytes(envelope.content, policy=policy.default)
        mail["X-To"] = ", ".join(envelope.rcpt_tos)
        self.mails.append(mail)
        return "250 OK"

    def known(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        right = LoginPassword(b"dashboard", self.password.encode())
        self.signed_in += data == right
        return AuthResult(success=data == right, handled=False)

    @contextmanager
    def open(self, kind: str = "smtp", folder: Path | None = None) -> Iterator["Mailbox"]:
        """Takes mail, in plain or by TLS with a certificate in `folder`."""
        options: dict[str, Any] = {}
        if folder:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate(folder))
            options = {"authenticator": self.known}
            if kind == "smtps":
                options |= {"ssl_context": context, "auth_require_tls": False}  # it does not see that it is inside TLS
            else:
                options |= {"tls_context": context, "require_starttls": True, "auth_required": True}
        controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine and its key."""
    mine, key = folder / "mail.crt", folder / "mail.key"
    if not mine.exists():
        keys = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", str(key)]
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2", "-out", str(mine)]
        subprocess.run([program("openssl"), "req", "-x509", *keys, *subject], check=True, capture_output=True)
    return mine, key
