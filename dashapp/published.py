"""What follows whenever another version begins to be served."""

import logging

from dashapp.accounts.gate import door
from dashapp.alerts import desk
from data.version import Version

log = logging.getLogger(__name__)


def published(version: Version, action: str, by: int | None = None) -> None:
    """Called once after each publication and each roll-back, by the process that did it.

    action: what the book calls it. by: the account that wanted it, None for a command in the terminal.
    """
    door().accounts.note(by, action, about=version.id, rows=version.manifest.total)
    log.info("Version %s is served from now on", version.id)
    desk.look(version.id)
