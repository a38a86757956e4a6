"""A real PostgreSQL and a real Valkey on one machine, with nothing to install by hand.

Both come from wheels, listen on sockets in a directory that only their user may enter, and never
on a network. `DATABASE_URL` and `REDIS_URL` point the system at other servers instead.
"""

from __future__ import annotations

from deploy.local.errors import ServersError
from deploy.local.servers import (
    Servers,
    connect_or_start,
    healthy,
    leave,
    parts,
    remove,
    start,
    stop,
)

__all__ = [
    "Servers",
    "ServersError",
    "connect_or_start",
    "healthy",
    "leave",
    "parts",
    "remove",
    "start",
    "stop",
]
