"""Serve a database that is already there."""

import socket

from .. import databases, odoo_process
from ..console import Failure

PORT = 8069


def add_arguments(parser):
    parser.add_argument("--database", default="demo")
    parser.add_argument("--port", type=int, default=PORT)


def run(options):
    check_port(options.port)
    odoo_process.provision()
    if not databases.exists(options.database):
        raise Failure(
            f"There is no database {options.database}; ./run demo makes the demo one, "
            "./run load FILE and ./run generate make others."
        )
    return serve(options.database, options.port)


def check_port(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise Failure(f"{port} is no port: choose one from 1 to 65535.") from None
        except OSError as error:
            raise Failure(
                f"Port {port} is not free ({error.strerror}): stop the program that "
                f"uses it, or choose another one with --port {port + 1}."
            ) from None


def serve(database, port):
    """In the foreground until Ctrl+C."""
    return odoo_process.run(
        *odoo_process.options(database),
        f"--http-port={port}",
        "--http-interface=127.0.0.1",
        f"--db-filter=^{database}$",
        "--no-database-list",
        "--max-cron-threads=1",
        "--log-level=warn",
    )
