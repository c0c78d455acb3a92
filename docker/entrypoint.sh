#!/bin/bash
# Reads the database password from a secret file and hands it on as PGPASSWORD: given
# so, neither the official entrypoint nor Odoo ever puts it on a command line.
set -euo pipefail

fail() {
    echo "entrypoint: $*" >&2
    exit 1
}

read_password() {
    local file="${PGPASSWORD_FILE:-/run/secrets/pg_password}"
    [ -r "$file" ] || fail "cannot read the database password from $file." \
        "Create the secret (docker/README.md, First start) or set PGPASSWORD_FILE."
    PGPASSWORD="$(< "$file")"
    [ -n "$PGPASSWORD" ] || fail "the database password file $file is empty."
    export PGPASSWORD
}

# People mean "no replica" by an empty value; Odoo 19 takes it for "simulate one".
drop_empty() {
    local name
    for name in "$@"; do
        [ -n "${!name:-}" ] || unset "$name"
    done
}

# Odoo creates a missing database by itself, empty and with admin/admin. The service
# that faces people must not: it waits for the job `init`.
require_database() {
    local tries=0
    until pg_isready -q -t 2; do
        tries=$((tries + 1))
        [ "$tries" -lt "${PG_WAIT_SECONDS:-60}" ] ||
            fail "PostgreSQL at $PGHOST:$PGPORT does not answer. Is it running?"
        sleep 1
    done
    psql -XAtq -d "$PGDATABASE" -o /dev/null \
        -c "SELECT 1 FROM ir_module_module LIMIT 1" ||
        fail "database \"$PGDATABASE\" is not there or not an Odoo database yet." \
            "Create it: docker compose --profile init run --rm init"
}

[ -n "${PGPASSWORD+set}" ] || read_password
export PGHOST="${PGHOST:-db}" PGPORT="${PGPORT:-5432}" PGUSER="${PGUSER:-odoo}"
drop_empty PGHOST_REPLICA PGPORT_REPLICA
[ -z "${REQUIRE_DATABASE:-}" ] || require_database

exec "${OFFICIAL_ENTRYPOINT:-/entrypoint.sh}" "$@"
