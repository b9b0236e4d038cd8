"""The deployment, meant to run behind a proxy that buffers slow clients: each of those would hold a thread here."""

import ctypes
import os
from typing import Any, Final

wsgi_app = "wsgi:server"
bind = os.environ.get("BIND", "127.0.0.1:8050")  # the proxy's side only; 0.0.0.0:8050 opens it to the network
worker_class = "gthread"  # threads share one mapped copy of the data and one cache; requests are short
workers = int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count() or 2)  # Python uses one core a process
threads = int(os.environ.get("WEB_THREADS", "8"))  # enough to answer while some wait for the disk or the cache
raw_env = ["OPENBLAS_NUM_THREADS=1"]  # workers already share the cores; numpy's threads made a what-if wait for them
preload_app = True  # import and warm up once, then fork: workers start ready and share the pages
timeout = 60  # seconds without a sign of life from a worker, not a limit for requests
graceful_timeout = 30  # what a stop or an upgrade gives running requests to finish
keepalive = 75  # longer than the proxy's 60 s, so that the proxy is the side that closes
max_requests, max_requests_jitter = 20_000, 2_000  # a leak of a library never grows for weeks; not all at once
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # heartbeats must not wait for a disk
limit_request_line = 8190  # links that carry many stores
control_socket_disable = True  # on by default, and shared by every instance of one user
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
errorlog = "-"
accesslog = os.environ.get("ACCESS_LOG")  # "-" logs requests; off by default, as a proxy does it
access_log_format = '%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms "%(a)s"'  # no query string: it names what people look at
loglevel = os.environ.get("LOG_LEVEL", "info")

M_TRIM_THRESHOLD: Final = -1  # numbers of malloc.h
M_MMAP_THRESHOLD: Final = -3
libc = ctypes.CDLL(None)
if hasattr(libc, "mallopt"):  # of glibc, which else keeps what one answer over a million shelves took for the next
    libc.mallopt(M_MMAP_THRESHOLD, 2**20)
    libc.mallopt(M_TRIM_THRESHOLD, 2**24)


def when_ready(server: Any) -> None:
    """Says where to look once the socket listens, and how to come in the first time."""
    from dashapp.accounts.welcome import ways_in
    from wsgi import server as application

    address = str(server.LISTENERS[0])
    for line in [f"The dashboard is ready: {address}", *ways_in(application, address)]:
        server.log.info(line)
