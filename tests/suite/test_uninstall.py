"""The suite leaves a database as it found it: no table, column or record of ours stays
behind, and every card keeps its points."""

import json
import subprocess

import pytest

from tools import databases, odoo_process, paths, suite

DATABASE = "crm_uninstall"

BEFORE = """
import json
program = env["loyalty.program"].create({
    "name": "Stock points", "program_type": "loyalty",
    "reward_ids": [(0, 0, {"discount": 5, "required_points": 10})],
})
env["loyalty.card"].create([
    {"program_id": program.id, "points": points} for points in (0, 12.5, 300)
])
ledger = program.copy({"name": "Ledger", "applies_on": "both", "use_ledger": True})
partner = env["res.partner"].create({"name": "Leaving"})
card = env["loyalty.card"].create(
    {"program_id": ledger.id, "partner_id": partner.id, "points": 50}
)
card._post_points("bonus", 30, reason="Welcome")
card._post_points("redeem", -5)
env.cr.execute('''
    SELECT m.model, f.name FROM ir_model_fields f
      JOIN ir_model m ON m.id = f.model_id
     WHERE f.store
       AND EXISTS (SELECT 1 FROM ir_model_data d WHERE d.model = 'ir.model.fields'
                      AND d.res_id = f.id AND d.module = ANY(%s))
       AND NOT EXISTS (SELECT 1 FROM ir_model_data d WHERE d.model = 'ir.model.fields'
                      AND d.res_id = f.id AND NOT d.module = ANY(%s))
''', [arguments, arguments])
ours = [(env[m]._table, f) for m, f in env.cr.fetchall() if m in env]
env.cr.execute('''SELECT table_name, column_name FROM information_schema.columns
                   WHERE table_schema = 'public' ''')
real = set(env.cr.fetchall())
print("RESULT" + json.dumps(sorted(set(ours) & real)))
"""
UNINSTALL = """
modules = env["ir.module.module"].search([("name", "in", arguments)])
modules.button_immediate_uninstall()
"""
AFTER = """
import json
env.cr.execute('''SELECT table_name, column_name FROM information_schema.columns
                   WHERE table_schema = 'public' ''')
columns = env.cr.fetchall()
env.cr.execute("SELECT module, model, name FROM ir_model_data WHERE module = ANY(%s)",
               [arguments])
data = env.cr.fetchall()
env.cr.execute("SELECT count(*) FROM ir_cron WHERE ir_actions_server_id NOT IN "
               "(SELECT id FROM ir_act_server)")
crons = env.cr.fetchone()[0]
env.cr.execute("SELECT points FROM loyalty_card ORDER BY points")
points = [row[0] for row in env.cr.fetchall()]
env.cr.execute("SELECT sum(issued - used) FROM loyalty_history h JOIN loyalty_card c "
               "ON c.id = h.card_id WHERE c.points = 75")
logged = env.cr.fetchone()[0]
print("RESULT" + json.dumps([columns, data, crons, points, logged]))
"""


@pytest.fixture(scope="module")
def database():
    if not databases.exists(suite.PRISTINE):
        pytest.skip("needs the database that ./run test prepares")
    databases.copy(suite.PRISTINE, DATABASE)
    yield DATABASE
    databases.drop(DATABASE)


def in_odoo(database, code):
    """Run code in a process of its own; returns what it printed after RESULT."""
    done = subprocess.run(
        [
            str(paths.VENV_PYTHON),
            str(paths.ROOT / "tools" / "in_odoo.py"),
            database,
            odoo_process.addons_path(),
            code,
            *paths.SUITE,
        ],
        env=odoo_process.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    return json.loads(lines[-1].removeprefix("RESULT")) if lines else None


def test_uninstall_leaves_nothing_behind_and_points_unchanged(database):
    ours = {tuple(pair) for pair in in_odoo(database, BEFORE)}
    assert {table for table, _column in ours} >= {"crm_indicator_fact"}
    in_odoo(database, UNINSTALL)
    columns, data, crons, points, logged = in_odoo(database, AFTER)
    assert not ours & {tuple(pair) for pair in columns}
    assert data == []
    assert crons == 0
    assert points == [0, 12.5, 75, 300]
    assert logged == 75, "the log still explains the balance"


def test_the_suite_can_be_installed_again(database):
    odoo_process.install(database, ["crm_effects"])
    assert in_odoo(database, AFTER)[1] != []
