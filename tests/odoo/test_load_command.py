"""The load as a whole: twice changes nothing, half leaves nothing, sums agree."""

import re
import tempfile
from datetime import date
from pathlib import Path
from unittest import mock

import psycopg2

from odoo.tests import TransactionCase, tagged

from tools.loader import main, rules, writer
from tools.loader.constraints import parked

# 12.00 sold, 4.00 of it returned; a duplicate of 12.00 and a bad debt left out
LINES = """
500001,MUG,Mug,6,2011-01-10 10:00:00,2.00,17850.0,France
500001,MUG,Mug,6,2011-01-10 10:00:00,2.00,17850.0,France
C500002,MUG,Mug,-2,2011-02-10 10:00:00,2.00,17850.0,France
A500003,B,Adjust bad debt,1,2011-02-11 10:00:00,-50.00,,United Kingdom
500004,POST,Postage,1,2011-02-12 10:00:00,5.00,,Germany
"""


def plain(index):
    """Name, definition and comment; PostgreSQL may spell casts in another way after a
    definition has been read back once."""
    name, definition, comment = index
    return name, re.sub(r"::[a-z ]+(\[\])?|[()]", "", definition), comment


@tagged("post_install", "-at_install")
class TestLoadCommand(TransactionCase):
    def setUp(self):
        super().setUp()
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / "sample.csv"
        self.file.write_text(",".join(rules.COLUMNS) + LINES)
        self.env["ir.config_parameter"].set_param(main.PARAMETER, False)
        setting = main.SETTING.__class__(
            "Load test", "LT", "GBP", "GB", "Europe/London"
        )
        self.enterContext(mock.patch.object(main, "SETTING", setting))

    def load(self, rows=None):
        main.load(self.env, self.file, rows, self.folder)

    def company(self):
        return self.env["res.company"].search([("name", "=", "Load test")])

    def state(self):
        """Newest row of every table that a load fills."""
        state = {}
        for table in (*writer.ORDER, "res_partner", "product_product", "stock_quant"):
            self.env.cr.execute(
                f"SELECT count(*), max(id), max(write_date) FROM {table}"
            )
            state[table] = self.env.cr.fetchone()
        return state

    def test_what_odoo_shows_after_a_load(self):
        self.load()
        company = self.company()
        self.assertEqual(company.loyalty_as_of, date(2011, 2, 12), "the last document")
        orders = self.env["sale.order"].search([("company_id", "=", company.id)])
        self.assertEqual(
            sorted(orders.mapped("client_order_ref")), ["500001", "500004"]
        )
        order = orders.filtered(lambda order: order.client_order_ref == "500001")
        line = order.order_line
        self.assertEqual((line.product_uom_qty, line.qty_delivered), (6, 4))
        self.assertEqual((line.qty_invoiced, line.qty_to_invoice), (4, 0))
        self.assertEqual(order.picking_ids.mapped("state"), ["done", "done"])
        invoice = order.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (12, 8))
        self.assertEqual(invoice.payment_state, "partial")
        mug = line.product_id.with_company(company)
        self.assertEqual(mug.name, "Mug")
        # 7 counted (6 needed and one more), 6 shipped, 2 back
        self.assertEqual(mug.qty_available, 3)
        # cost 60 % of 2.00
        self.assertEqual(mug.standard_price, 1.2)

    def test_what_odoo_computes_anew_agrees(self):
        """Recomputing everything that is stored and computed changes nothing."""
        self.load()
        company = self.company()
        for model in ("sale.order", "sale.order.line", "account.move", "stock.picking"):
            records = self.env[model].search([("company_id", "=", company.id)])
            names = [
                name
                for name, field in records._fields.items()
                if field.store
                and field.compute
                and field.readonly
                and field.column_type
            ]
            before = records.read(names, load=None)
            for name in names:
                self.env.add_to_compute(records._fields[name], records)
            records.flush_recordset()
            self.env.invalidate_all()
            self.assertEqual(records.read(names, load=None), before, model)

    def test_twice_changes_nothing(self):
        self.load()
        before = self.state()
        self.load()
        self.assertEqual(self.state(), before)

    def test_another_part_of_the_file_is_refused(self):
        self.load()
        with self.assertRaisesRegex(ValueError, "another part of the file"):
            self.load(rows=3)

    def test_failing_half_way_leaves_nothing(self):
        before = self.state()
        broken = mock.patch.object(
            writer, "write_quants", side_effect=RuntimeError("pulled the plug")
        )
        with self.assertRaises(RuntimeError), self.env.cr.savepoint(), broken:
            self.load()
        self.assertEqual(self.state(), before)
        self.assertFalse(self.company())

    def test_a_load_that_does_not_add_up_is_refused(self):
        """A loader that gets an invoice wrong by 1.00 must not commit."""
        load = main.Writer.load

        def wrong(loader, *arguments):
            load(loader, *arguments)
            self.env.cr.execute(
                "UPDATE account_move SET amount_untaxed_signed = 13 "
                "WHERE company_id = %s AND amount_untaxed_signed = 12",
                [self.company().id],
            )

        with (
            self.assertRaisesRegex(ValueError, "2011-01 do not add up"),
            self.env.cr.savepoint(),
            mock.patch.object(main.Writer, "load", wrong),
        ):
            self.load()
        self.assertFalse(self.company())

    def test_two_at_once_are_refused(self):
        elsewhere = psycopg2.connect(dbname=self.env.cr.dbname)
        self.addCleanup(elsewhere.close)
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [main.LOCK])
        with self.assertRaisesRegex(ValueError, "Another load"):
            self.load()

    def test_nothing_to_load_is_said(self):
        self.file.write_text(",".join(rules.COLUMNS))
        with self.assertRaisesRegex(ValueError, "no line that can be loaded"):
            self.load()

    def test_parked_constraints_and_indexes_come_back(self):
        def definitions():
            self.env.cr.execute(
                "SELECT conname, pg_get_constraintdef(oid), "
                "obj_description(oid, 'pg_constraint') FROM pg_constraint "
                "WHERE conrelid = ANY(%s::regclass[]) ORDER BY 1",
                [list(writer.ORDER)],
            )
            constraints = self.env.cr.fetchall()
            self.env.cr.execute(
                "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid), "
                "obj_description(indexrelid, 'pg_class') FROM pg_index "
                "WHERE indrelid = ANY(%s::regclass[]) ORDER BY 1",
                [list(writer.ORDER)],
            )
            return constraints, self.env.cr.fetchall()

        before = definitions()
        with parked(self.env.cr, writer.ORDER):
            constraints, indexes = definitions()
            self.assertFalse([d for _, d, _ in constraints if d.startswith("FOREIGN")])
            self.assertFalse([d for _, d, _ in indexes if "UNIQUE" not in d])
        after = definitions()
        self.assertEqual(after[0], before[0])
        self.assertEqual(list(map(plain, after[1])), list(map(plain, before[1])))
        self.assertGreater(len(before[0]), 50)
        self.assertGreater(len(before[1]), 50)
