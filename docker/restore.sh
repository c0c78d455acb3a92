#!/bin/bash
# Restores a backup into a NEW database:
#
#   restore.sh BACKUP DATABASE                neutralised copy, for tests and drills
#   restore.sh --production BACKUP DATABASE   the real thing, after a loss
#
# BACKUP is a folder made by backup.sh, or its name inside $BACKUP_DIR. A neutralised
# copy sends no mail, runs no scheduled jobs, calls no payment or delivery service, and
# shares no signing secret with the original. All work is done under a draft name;
# DATABASE appears when it is finished, so a live copy is never reachable by accident.
set -euo pipefail
umask 077

fail() {
    echo "restore: $*" >&2
    exit 1
}

production=
if [ "${1:-}" = "--production" ]; then
    production=yes
    shift
fi
[ $# -eq 2 ] || fail "usage: restore.sh [--production] BACKUP DATABASE"

backup="$1"
target="$2"
[ -d "$backup" ] || backup="${BACKUP_DIR:-/backup}/$1"
[ -f "$backup/SHA256SUMS" ] || fail "$1 is not a backup: it has no SHA256SUMS."
[[ $target =~ ^[a-z][a-z0-9_-]{0,48}$ ]] ||
    fail "the name $target does not fit: up to 49 of a-z 0-9 _ - and a letter first."

filestore="${ODOO_DATA_DIR:-/var/lib/odoo}/filestore"
draft="${target}-restoring"

# Statements go through standard input, where psql quotes its variables.
sql() {
    local database="$1"
    shift
    psql -XAtq -v ON_ERROR_STOP=1 -d "$database" "$@"
}

exists() {
    [ "$(sql postgres -v name="$1" <<< \
        "SELECT 1 FROM pg_database WHERE datname = :'name'")" = 1 ]
}

discard_draft() {
    local attempt
    # A busy server may need a moment to end the last connection.
    for attempt in 1 2 3 4 5 6; do
        dropdb --if-exists --force "$draft" 2> /dev/null && break
        [ "$attempt" -lt 6 ] || echo "restore: drop database $draft by hand." >&2
        sleep 2
    done
    rm -rf "${filestore:?}/$draft"
}

(cd "$backup" && sha256sum --quiet --check SHA256SUMS) ||
    fail "the backup $backup is damaged: checksums differ."
! exists "$target" || fail "database $target exists; drop it or choose another name."
[ ! -e "$filestore/$target" ] ||
    fail "$filestore/$target holds files already; move them away first."

trap discard_draft EXIT
discard_draft # what a killed run left behind

# As Odoo creates databases: its indexes expect the collation C.
createdb --template=template0 --encoding=UTF8 --lc-collate=C "$draft"
pg_restore --no-owner --no-acl --exit-on-error --dbname="$draft" \
    --jobs="${RESTORE_JOBS:-2}" "$backup/db.dump"
mkdir -p "$filestore/$draft"
tar -xf "$backup/filestore.tar" -C "$filestore/$draft" --no-same-owner

neutralise() {
    "${ODOO_BIN:-odoo}" neutralize -d "$draft"
    sql "$draft" << 'SQL'
UPDATE ir_config_parameter SET value = gen_random_uuid()
 WHERE key IN ('database.secret', 'database.uuid');
SQL
    [ "$(sql "$draft" << 'SQL'
SELECT lower(value) FROM ir_config_parameter WHERE key = 'database.is_neutralized'
SQL
    )" = true ] || fail "the copy could not be neutralised and was removed."
}

[ -n "$production" ] || neutralise
mv "$filestore/$draft" "$filestore/$target"
sql postgres -v draft="$draft" -v target="$target" <<< \
    'ALTER DATABASE :"draft" RENAME TO :"target"' || {
    rm -rf "${filestore:?}/$target"
    fail "the finished database could not be renamed to $target."
}
trap - EXIT
echo "restore: $target is ready${production:+, LIVE: it sends mail and runs jobs}"
