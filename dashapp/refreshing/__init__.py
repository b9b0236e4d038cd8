"""New data from the app: files arrive, are checked in a process of their own, and are published or not."""

from dashapp.refreshing.inbox import Inbox
from dashapp.refreshing.jobs import Job, Jobs
from dashapp.refreshing.service import Refreshing, install, refreshing

__all__ = ["Inbox", "Job", "Jobs", "Refreshing", "install", "refreshing"]
