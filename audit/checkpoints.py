"""A checkpoint a day, as a file outside the database: copy the folder to where this host can't write."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from audit.export import checkpoint
from config.local_files import private_folder, write_private


def checkpoint_sweep(now: datetime) -> Path | None:
    """Write the checkpoint of the day (UTC) unless it is there; return the new file, None otherwise."""
    folder = private_folder(Path(settings.AUDIT_CHECKPOINTS))
    file = folder / f"{now:%Y-%m-%d}.checkpoint.json"
    if file.exists():
        return None
    write_private(file, checkpoint(now).decode())
    return file
