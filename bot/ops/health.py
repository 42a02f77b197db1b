"""Does a server on this machine answer? Never through a proxy."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit


def answers(url: str, timeout: float = 5.0) -> bool:
    """Return whether GET gives 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
