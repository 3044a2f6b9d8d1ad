"""The web server's own log: the same scrubbed lines as everywhere, and no list of who asked for what."""

import logging
from typing import Any

from gunicorn.glogging import Logger

from config.log import ScrubbedHandler


class WebLog(Logger):
    """Gunicorn's log by our handler; there is no access log, whatever its settings say."""

    def _set_handler(self, log: logging.Logger, output: Any, fmt: Any, stream: Any = None) -> None:
        if log is self.access_log or self._get_gunicorn_handler(log):
            return
        handler = ScrubbedHandler()
        handler._gunicorn = True  # type: ignore[attr-defined]
        log.addHandler(handler)
