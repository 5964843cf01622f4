"""Asking the web server whether all is ready."""

import http.client

from sentinel.deploy.claims import HOST


def is_ready(port: int, seconds: float = 0.5) -> bool:
    """Whether /readyz answers 200 (database, migrations, worker's heart beat)."""
    # http.client, not urllib: no proxy of the environment must stand between us and our own web server.
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request("GET", "/readyz", headers={"Host": f"localhost:{port}", "Connection": "close"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
