"""Mail goes to a real server: in plain, by TLS, with a password, or not at all."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashapp.alerts import mail as module
from dashapp.alerts.mail import MailError, Post, is_address
from tests.dashapp.alerts.mailbox import Mailbox, certificate
from tests.programs import free_port

SENDER = "dashboard@example.com"
ANN = "ann@example.com"


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


def test_a_mail_arrives_as_it_was_written(mailbox: Mailbox) -> None:
    with mailbox.open():
        assert Post(f"smtp://127.0.0.1:{mailbox.port}", SENDER).send(
            ANN, "Lagerlücken, Dez. 2023: 9,1 %", "Grüße ü €\n.\nEnd"
        )
    (found,) = mailbox.mails
    assert (found["From"], found["To"], found["X-To"]) == (SENDER, ANN, ANN)
    assert found["Subject"] == "Lagerlücken, Dez. 2023: 9,1 %"
    assert found.get_content().splitlines() == ["Grüße ü €", ".", "End"]
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Message-ID"].endswith("@example.com>")


@pytest.mark.parametrize("kind", ["smtps", "smtp+starttls"])
def test_so_it_does_by_tls_with_a_password(
    mailbox: Mailbox, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{kind}://{mailbox.user}localhost:{mailbox.port}"
    with mailbox.open(kind, tmp_path):
        with pytest.raises(MailError, match="CERTIFICATE_VERIFY_FAILED"):
            Post(url, SENDER).send(ANN, "Hello", "Text")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate(tmp_path)[0]))
        assert Post(url, SENDER).send(ANN, "Hello", "Text")
        with pytest.raises(MailError, match="535"):
            Post(url.replace("dashboard:", "dashboard:not-"), SENDER).send(ANN, "Hello", "Text")
        with pytest.raises(MailError):  # another name than the certificate's
            Post(url.replace("localhost", "127.0.0.1"), SENDER).send(ANN, "Hello", "Text")
    assert [found["Subject"] for found in mailbox.mails] == ["Hello"]
    assert mailbox.signed_in == 1


def test_a_password_never_goes_out_in_plain_when_tls_was_meant(mailbox: Mailbox) -> None:
    with mailbox.open(), pytest.raises(MailError, match="STARTTLS"):
        Post(f"smtp+starttls://{mailbox.user}127.0.0.1:{mailbox.port}", SENDER).send(ANN, "Hello", "Text")
    assert mailbox.mails == []


def test_a_recipient_may_be_refused(mailbox: Mailbox) -> None:
    mailbox.refuses.add(ANN)
    with mailbox.open():
        post = Post(f"smtp://127.0.0.1:{mailbox.port}", SENDER)
        assert not post.send(ANN, "Hello", "Text")
        assert post.send("ben@example.com", "Hello", "Text")
    assert [found["X-To"] for found in mailbox.mails] == ["ben@example.com"]


def test_a_server_may_be_down() -> None:
    with pytest.raises(MailError, match="refused"):
        Post(f"smtp://127.0.0.1:{free_port()}", SENDER).send(ANN, "Hello", "Text")


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []
        thread = threading.Thread(target=lambda: held.append(server.accept()[0]))
        thread.start()
        yield server.getsockname()[1]
        thread.join()
        held[0].close()


def test_a_server_may_hang(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    with pytest.raises(MailError, match="timed out"):
        Post(f"smtp://127.0.0.1:{silent}", SENDER).send(ANN, "Hello", "Text")


@pytest.mark.parametrize("text", ["ann@example.com", "ann.b+c@mail.example.com", "ü@example.com"])
def test_some_logins_are_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "ann",
        "ann@",
        "@example.com",
        "a b@example.com",
        "ann@example.com\r\nBcc: x@y.z",
        "a@b@c",
        "<ann@example.com>",
        "a,b@c.d",
    ],
)
def test_others_are_not(text: str) -> None:
    assert not is_address(text)
