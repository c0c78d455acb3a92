#!/bin/bash
# Creates the database with the three addons and gives the administrator the password
# from a secret. Safe to repeat: what is installed stays, and a password that someone
# has changed is not touched.
set -euo pipefail

: "${PGDATABASE:?set PGDATABASE to the name of the database}"
odoo="${ODOO_BIN:-odoo}"
password_file="${ADMIN_PASSWORD_FILE:-/run/secrets/admin_password}"

if [ ! -s "$password_file" ]; then
    echo "init: cannot read the administrator's password from $password_file." >&2
    exit 1
fi

options=(-d "$PGDATABASE" --no-http --workers=0 --max-cron-threads=0)
"$odoo" "${options[@]}" --limit-time-real=0 --limit-time-cpu=0 --stop-after-init \
    ${ODOO_LANGUAGES:+"--load-language=$ODOO_LANGUAGES"} \
    -i "${ODOO_MODULES:-crm_loyalty,crm_risk,crm_effects}"

ADMIN_PASSWORD_FILE="$password_file" "$odoo" shell "${options[@]}" << 'PYTHON'
import os
from pathlib import Path

from odoo.exceptions import AccessDenied

admin = env.ref("base.user_admin")
stock = {"type": "password", "login": admin.login, "password": "admin"}
try:
    admin.with_user(admin)._check_credentials(stock, {"interactive": False})
except AccessDenied:
    print("init: the administrator's password is not the stock one; left as it is")
else:
    admin.password = Path(os.environ["ADMIN_PASSWORD_FILE"]).read_text().strip()
    env.cr.commit()
    print("init: the administrator has the password from the secret")
PYTHON
