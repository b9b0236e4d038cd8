"""nginx as docs/deploy.md has it: that page's own configuration, on free ports and with a certificate made here."""

import os
import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dashapp.accounts.rights import Rights
from tests.dashapp.visitors import ALL_RIGHTS
from tests.e2e.server import ROOT, Server
from tests.programs import free_port, program, running

PAGE = ROOT / "docs" / "deploy.md"
FILE = re.compile(r"^```\w+\n# (/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What Debian's nginx.conf has around the sites, without daemon and users; everything it writes lies in one folder.
AROUND = """
daemon off;
{user}
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 768; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site;
}}
"""


def files() -> dict[str, str]:
    """The files that the page has one write, by their paths."""
    return dict(FILE.findall(PAGE.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Proxy:
    """nginx in front of a server."""

    server: Server
    port: int
    plain_port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def seat(self, login: str = "visitor", rights: Rights = ALL_RIGHTS) -> Any:
        """As that of the server, with the cookie of production."""
        return self.server.seat(login, rights) | {"name": "__Host-dashboard", "url": self.url, "secure": True}

    @cached_property
    def visitor(self) -> dict[str, str]:
        """What the browser of somebody who is signed in sends with a request of our pages."""
        return {
            "Cookie": "{name}={value}".format(**self.seat()),
            "Origin": self.url,
            "Content-Type": "application/json",
        }

    def trust(self) -> ssl.SSLContext:
        """Knows the certificate."""
        return ssl.create_default_context(cafile=str(self.folder / "pem"))

    def failures(self) -> list[str]:
        """What nginx complained of."""
        return (self.folder / "error.log").read_text().splitlines()


@contextmanager
def proxy(server: Server, folder: Path, *others: Server) -> Iterator[Proxy]:
    """nginx in front of a server, or of several that take turns."""
    found = Proxy(server, free_port(), free_port(), folder)
    here = {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{found.port} ssl http2;",
        "listen 80;": f"listen 127.0.0.1:{found.plain_port};",
        "/etc/ssl/dashboard.pem": f"{folder}/pem",
        "/etc/ssl/dashboard.key": f"{folder}/key",
        "/var/log/nginx/dashboard.log": f"{folder}/access.log",
        "server 127.0.0.1:8050;": " ".join(f"server {one.url.removeprefix('http://')};" for one in (server, *others)),
    }
    site = files()["/etc/nginx/sites-enabled/dashboard"]
    for there, replaced in here.items():
        assert site.count(there) == 1, there
        site = site.replace(there, replaced)
    (folder / "site").write_text(site)
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "conf").write_text(AROUND.format(folder=folder, user=user))
    subject = ["-subj", "/CN=dashboard.example.com", "-addext", "subjectAltName=IP:127.0.0.1"]
    keys = ["-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/key", "-out", f"{folder}/pem"]
    subprocess.run([program("openssl"), "req", "-x509", *keys, *subject], check=True, capture_output=True)
    with running([program("nginx"), "-c", f"{folder}/conf", "-e", f"{folder}/error.log"], found.port):
        yield found
