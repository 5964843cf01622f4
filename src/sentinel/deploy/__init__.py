"""`sentinel run`: one supervisor that starts the database, brings it up to date, and keeps the web server and a worker.

It belongs to no room and imports `foundation` only: no Django runs in the supervisor itself, so it stays small
and can say plainly what is wrong when Django cannot start.
"""

from sentinel.deploy.supervisor import run

__all__ = ["run"]
