#!/bin/bash
# Runs once, when the database server is set up. Odoo gets a role that may create
# databases and nothing more; the standby gets one that may only replicate. psql reads
# the passwords from the environment of this process: not a command line, not a log.
set -euo pipefail

secrets="${SECRETS_DIR:-/run/secrets}"
ODOO_PASSWORD="$(< "$secrets/pg_password")"
REPLICA_PASSWORD="$(< "$secrets/replica_password")"
export ODOO_PASSWORD REPLICA_PASSWORD

psql -Xq -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres << 'SQL'
\getenv odoo_password ODOO_PASSWORD
\getenv replica_password REPLICA_PASSWORD
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
CREATE ROLE odoo LOGIN CREATEDB PASSWORD :'odoo_password';
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replica_password';
SQL

# "all" in the image's own rule does not cover replication connections.
echo "host replication replicator samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
