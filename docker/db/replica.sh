#!/bin/bash
# Starts a streaming standby; on the first start it copies the primary.
set -euo pipefail

export PGPASSFILE="${REPLICA_PASSFILE:-/tmp/replica.pgpass}"
primary="${PRIMARY_HOST:-db}"
port="${PRIMARY_PORT:-5432}"
password_file="${REPLICA_PASSWORD_FILE:-/run/secrets/replica_password}"

# A password file: pg_basebackup writes its path, not the password, into the data.
(
    umask 077
    password="$(< "$password_file")"
    # In this format \ and : are special.
    password="${password//\\/\\\\}"
    printf '*:*:*:replicator:%s\n' "${password//:/\\:}" > "$PGPASSFILE"
)

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    copy="$PGDATA.copying" # a killed copy is begun anew
    rm -rf "$copy"
    mkdir -p "${PGDATA%/*}"
    pg_basebackup --host="$primary" --port="$port" --username=replicator --no-password \
        --pgdata="$copy" --wal-method=stream --write-recovery-conf
    chmod 0700 "$copy"
    rm -rf "$PGDATA"
    mv "$copy" "$PGDATA"
fi

exec "${OFFICIAL_ENTRYPOINT:-docker-entrypoint.sh}" "$@"
