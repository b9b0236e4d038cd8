"""E-mail through the operator's SMTP server, if there is one: a plain text, no picture, no file."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

PATIENCE: Final = 10  # seconds for each step
PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
ADDRESS: Final = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,190}")


class MailError(RuntimeError):
    """The mail server cannot be reached, or takes no mail from here."""


def is_address(text: str) -> bool:
    """Whether a login is somebody's address."""
    return ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server. url: smtp://, smtp+starttls:// or smtps://[user:password@]host[:port]; sender: an address."""

    url: str
    sender: str

    def send(self, to: str, subject: str, text: str) -> bool:
        """Hands a mail over; False if it is refused for what it is or whom it is to. Raises MailError."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self.sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # no holiday answers
        message.set_content(text)
        parts = urlsplit(self.url)
        try:
            with self._opened(parts.scheme, parts.hostname or "", parts.port or PORTS[parts.scheme]) as server:
                if parts.scheme == "smtp+starttls":
                    server.starttls(context=ssl.create_default_context())
                if parts.username:
                    server.login(unquote(parts.username), unquote(parts.password or ""))
                server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError):
            return False
        except OSError as error:  # smtplib's errors are some
            raise MailError(f"Mail cannot be sent: {error}.") from error
        return True

    def _opened(self, scheme: str, host: str, port: int) -> smtplib.SMTP:
        if scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=ssl.create_default_context())
        return smtplib.SMTP(host, port, timeout=PATIENCE)
