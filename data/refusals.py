"""What keeps a version from being published: no room on the disk, no right to write there, too little memory."""

import errno
import os
from typing import Final

from data.version import WarehouseError

NO_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_RIGHT: Final = (errno.EACCES, errno.EPERM, errno.EROFS)


class NotEnoughSpace(WarehouseError):
    """The new version does not fit on the disk, in the quota or under the file size limit."""


class NotEnoughMemory(WarehouseError):
    """The refresh needs more memory than it may take."""


class NotWritable(WarehouseError):
    """The warehouse directory may not be written."""


def because(error: Exception, codes: tuple[int, ...]) -> str | None:
    """The system's words for the first of `codes` behind the error; DuckDB only hands them on in its message."""
    if isinstance(error, OSError):
        return os.strerror(error.errno) if error.errno in codes else None
    if "max_temp_directory_size" in str(error):  # DuckDB's words for a disk too full to sort on
        return os.strerror(errno.ENOSPC) if errno.ENOSPC in codes else None
    return next((text for text in map(os.strerror, codes) if text in str(error)), None)
