#!/bin/bash
# One backup: a folder $BACKUP_DIR/<database>-<UTC time> with db.dump, filestore.tar,
# manifest.txt and SHA256SUMS. It appears under that name only when it is complete.
#
#   backup.sh            connection from PG*, files from $ODOO_DATA_DIR/filestore
#
# The dump comes first, the files after: files are named by their content and added
# before the rows that point to them, so every row of the dump finds its file.
set -euo pipefail
umask 077

: "${PGDATABASE:?set PGDATABASE to the name of the database}"
backup_dir="${BACKUP_DIR:-/backup}"
files="${ODOO_DATA_DIR:-/var/lib/odoo}/filestore/$PGDATABASE"
keep_days="${BACKUP_KEEP_DAYS:-14}"

fail() {
    echo "backup: $*" >&2
    exit 1
}

[[ $keep_days =~ ^[0-9]+$ ]] || fail "BACKUP_KEEP_DAYS must be a number of days."
[ -d "$backup_dir" ] && [ -w "$backup_dir" ] ||
    fail "the backup folder $backup_dir is missing or not writable by $(id -un)."

exec 9> "$backup_dir/.lock"
flock -n 9 || fail "another backup into $backup_dir is running."

name="$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ)"
draft="$(mktemp -d "$backup_dir/.draft-XXXXXX")"
trap 'rm -rf "$draft"' EXIT

dump_database() {
    pg_dump --format=custom --no-owner --no-acl --file="$draft/db.dump"
    pg_restore --list "$draft/db.dump" > /dev/null
}

archive_files() {
    local status=0
    [ -d "$files" ] || { tar -cf "$draft/filestore.tar" -T /dev/null; return; }
    # 1 = a folder got a new file meanwhile, which no row of the dump points to.
    tar -cf "$draft/filestore.tar" -C "$files" . || status=$?
    [ "$status" -le 1 ] || fail "the files in $files could not be archived."
}

# The file names the dump points to: column store_fname of its attachments.
referenced_files() {
    pg_restore --data-only --table=ir_attachment --file=- "$draft/db.dump" |
        awk -F '\t' '
            /^COPY / {
                sub(/^[^(]*\(/, ""); sub(/\).*/, ""); n = split($0, column, ", ")
                for (i = 1; i <= n; i++) if (column[i] == "store_fname") at = i
                rows = 1; next
            }
            $0 == "\\." { rows = 0 }
            rows && at && $at != "\\N" { print $at }' | LC_ALL=C sort -u
}

archived_files() {
    tar -tf "$draft/filestore.tar" | sed -n 's|^\./||; /[^/]$/p' | LC_ALL=C sort -u
}

check_completeness() {
    LC_ALL=C comm -23 <(referenced_files) <(archived_files) > "$draft/missing.txt"
    missing="$(wc -l < "$draft/missing.txt")"
    [ "$missing" -eq 0 ] || echo "backup: WARNING: $missing file(s) the database" \
        "points to are not in the filestore; see $name/missing.txt" >&2
}

write_manifest() {
    cat > "$draft/manifest.txt" << EOF
database=$PGDATABASE
taken=$(date -u +%Y-%m-%dT%H:%M:%SZ)
server=$(psql -XAtqc "SHOW server_version")
client=$(pg_dump --version)
base=$(psql -XAtqc "SELECT latest_version FROM ir_module_module WHERE name = 'base'")
files_missing=$missing
EOF
    (cd "$draft" && sha256sum db.dump filestore.tar manifest.txt missing.txt) \
        > "$draft/SHA256SUMS"
}

# Removes old backups of this database; the one just made always stays.
drop_old() {
    local old
    while IFS= read -r old; do
        [[ ${old##*/} =~ ^"$PGDATABASE"-[0-9]{8}T[0-9]{6}Z$ ]] || continue
        [ "${old##*/}" != "$name" ] || continue
        rm -rf "$old"
        echo "backup: removed $old"
    done < <(find "$backup_dir" -mindepth 1 -maxdepth 1 -type d \
        -mmin "+$((keep_days * 1440))")
}

missing=0
dump_database
archive_files
check_completeness
write_manifest
[ ! -e "$backup_dir/$name" ] || fail "$backup_dir/$name exists already."
mv "$draft" "$backup_dir/$name"
drop_old
echo "$backup_dir/$name"
