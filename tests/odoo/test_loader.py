"""Two ways, one result: documents written by users and documents copied in bulk.

A sample is loaded through the ORM (orders confirmed, transfers validated, invoices
posted, goods returned and credited, each at its moment) and through the loader. Then
every column of every table that either of them touched is compared.
"""

import os
import re
from datetime import datetime
from pathlib import Path

import pytest

from odoo.tests import TransactionCase, tagged

from tools.loader import company, pattern, retail, rules
from tools.loader.by_orm import OrmLoader
from tools.loader.model import Customer, Item, Opportunity, Product, Sale
from tools.loader.moments import Moment
from tools.loader.synthetic import Size, Synthetic
from tools.loader.writer import Writer

DATA = Path(os.environ.get("CRM_SUITE_DATA", "../shared/data"))
FILE = DATA / "online_retail" / "online_retail_2010-12_2011-12.csv.gz"
START = Moment(datetime(2010, 11, 29, 12))

# Not loaded, on purpose: notes in the chatter ("this transfer was created from…").
# Left behind by users only: the return wizard.
# Statistics that Odoo's own nightly job counts anew: those of lead scoring.
OTHER_TABLES = {
    "crm_lead_scoring_frequency",
    "mail_message",
    "stock_return_picking",
    "stock_return_picking_line",
}

# Cannot be equal: the time at which the test itself runs.
OTHER_COLUMNS = {"write_date"}

# invoice, code, description, quantity, moment, price, customer, country
SAMPLE = """
536365,85123A,HEART HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
536365,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,17850.0,United Kingdom
536366,22633,HAND WARMER,6,2010-12-01 08:28:00,1.85,12583.0,France
536366,POST,POSTAGE,3,2010-12-01 08:28:00,18.00,12583.0,France
536370,22633,HAND WARMER,24,2010-12-01 08:45:00,1.85,17850.0,United Kingdom
536371,POST,POSTAGE,1,2010-12-01 09:00:00,18.00,12583.0,France
536372,22633,HAND WARMER,6,2010-12-01 09:01:00,1.85,,United Kingdom
536373,85123A,HEART HOLDER,12,2010-12-01 09:02:00,0.00,12583.0,France
C536379,71053,LANTERN,-7,2010-12-01 09:41:00,3.39,17850.0,United Kingdom
C536380,POST,POSTAGE,-1,2010-12-01 09:49:00,18.00,12583.0,France
C536381,22633,HAND WARMER,-10,2010-12-02 09:49:00,1.85,17850.0,United Kingdom
C536382,22633,HAND WARMER,-14,2010-12-03 09:49:00,1.85,17850.0,United Kingdom
C536383,D,Discount,-1,2010-12-03 10:00:00,27.50,17850.0,United Kingdom
C536384,85123A,HEART HOLDER,-2,2010-12-03 10:01:00,2.55,17850.0,United Kingdom
C536384,85123A,HEART HOLDER,-5,2010-12-03 10:01:00,2.55,17850.0,United Kingdom
C536384,22633,HAND WARMER,-1,2010-12-03 10:01:00,9.99,17850.0,United Kingdom
540001,22633,HAND WARMER,48,2011-01-04 10:00:00,1.65,12583.0,France
540001,85123A,HEART HOLDER,1,2011-01-04 10:00:00,2.95,12583.0,France
560001,22633,HAND WARMER,5,2011-07-04 10:00:00,1.65,17850.0,United Kingdom
"""


def sample():
    return [line.split(",") for line in SAMPLE.strip().splitlines()]


@tagged("post_install", "-at_install")
class TestLoaderEqualsOrm(TransactionCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        setting = company.Setting("Loader test", "LT", "GBP", "GB", "Europe/London")
        cls.env = company.create(cls.env, setting)
        cls.user = cls.env["res.users"].create(
            {
                "name": "Sally",
                "login": "loader_sally",
                "company_id": cls.env.company.id,
                "company_ids": [(6, 0, cls.env.company.ids)],
                "group_ids": [(4, cls.env.ref("sales_team.group_sale_salesman").id)],
            }
        )
        cls.team = cls.env["crm.team"].create(
            {"name": "Loader team", "company_id": cls.env.company.id}
        )
        cls.env.flush_all()

    def test_hand_made_sample(self):
        self.assert_both_ways(lambda: retail.plan(rules.judge(sample()).lines))

    def test_salespeople(self):
        def plan():
            result = retail.plan(rules.judge(sample()).lines)
            for document in result.documents:
                if isinstance(document, retail.Sale):
                    document.user_id = self.user.id
                    document.team_id = self.team.id
            return result

        self.assert_both_ways(plan)

    def test_opportunities_and_orders_not_yet_delivered(self):
        def plan():
            product = Product("HELP", "Help", 5000, 0, is_goods=False)
            customer = Customer("Buyer", "B1", "GB")
            made, end = (Moment(datetime(2010, 12, day, 10)) for day in (1, 6))
            people = self.user.id, self.team.id
            deals = [
                Opportunity(made, customer, 57000, *people, "won", end),
                Opportunity(made, customer, 9900, *people, "lost", end),
                Opportunity(made, customer, 100, *people),
            ]
            items = [Item(product, 3, 5000), Item(product, 1, 4000)] * 3
            sale = Sale(end, "W1", customer, items, *people, deals[0], delivered=False)
            return retail.Plan([customer], [product], [*deals, sale])

        self.assert_both_ways(plan)

    def test_synthetic_company(self):
        def plan():
            size = Size(8, 15, 40, months=3, seed=3, products=6)
            made = Synthetic(size, [(self.user.id, self.team.id)])
            return retail.Plan(made.customers, made.products, list(made.documents()))

        self.assert_both_ways(plan)

    @pytest.mark.skipif(not FILE.is_file(), reason=f"no real data: {FILE} is absent")
    def test_real_sample(self):
        lines = real_sample()
        self.assertGreater(len(lines), 100)
        self.assert_both_ways(lambda: retail.plan(lines))

    # ---- machinery

    def assert_both_ways(self, plan):
        by_orm = self.outcome(OrmLoader(self.env), plan())
        by_copy = self.outcome(Writer(self.env), plan())
        self.assertGreater(len(by_orm["sale_order_line"]), 5)
        self.assertEqual(sorted(by_orm), sorted(by_copy), "tables touched")
        differences = [
            f"{table}: {difference}"
            for table in by_orm
            for difference in compare(by_orm[table], by_copy[table])
        ]
        self.assertFalse(differences, "\n" + "\n".join(differences[:80]))

    def outcome(self, loader, plan):
        """Tables and what is in them after loading; everything is undone."""
        cr = self.env.cr
        sequences = pattern._sequence_state(cr)
        savepoint = cr.savepoint(flush=True)
        before = self.content(self.tables())
        loader.load(plan.customers, plan.products, plan.documents, START)
        self.raise_ranks()
        self.env.flush_all()
        touched = self.touched()
        tables = self.content(touched)
        result = self.comparable(tables, before)
        result["sequences"] = {
            name: {"at": str(state)}
            for name, state in pattern._sequence_state(cr).items()
        }
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.env.invalidate_all()
        pattern._give_back(cr, sequences)
        return result

    def raise_ranks(self):
        """What Odoo does after the commit, which a test never reaches."""
        noted = self.env.cr.postcommit.data.get(f"{pattern.RANKS}.customer_rank", {})
        for partner, rank in noted.items():
            self.env["res.partner"].browse(partner).customer_rank += rank
        noted.clear()

    def tables(self):
        self.env.cr.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
            "AND table_name NOT LIKE 'ir\\_%' ORDER BY 1"
        )
        return [name for (name,) in self.env.cr.fetchall()]

    def touched(self):
        """Tables with a row different from what it was, by PostgreSQL's own count."""
        self.env.cr.execute(
            "SELECT relname FROM pg_stat_xact_user_tables "
            "WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        names = {name for (name,) in self.env.cr.fetchall()}
        return sorted(names & set(self.tables()) - OTHER_TABLES)

    def content(self, tables):
        result = {}
        for table in tables:
            self.env.cr.execute(f'SELECT to_jsonb(t) FROM "{table}" t')
            result[table] = [row for (row,) in self.env.cr.fetchall()]
        return result

    def comparable(self, tables, before):
        """Rows by rank among the new ones, references by the rank of their target."""
        ranks = {}
        for table, rows in tables.items():
            old = {row["id"] for row in before[table] if "id" in row}
            new = sorted(row["id"] for row in rows if row.get("id", 0) not in {*old, 0})
            ranks[table] = {key: f"new {rank}" for rank, key in enumerate(new)}
        references = self.references()
        result = {}
        for table, rows in tables.items():
            changed = [row for row in rows if row not in before[table]]
            named = [
                self.named(table, row, ranks, references.get(table, {}))
                for row in changed
            ]
            result[table] = {
                row.get("id", tuple(sorted(row.items()))): row for row in named
            }
        return {table: rows for table, rows in result.items() if rows}

    def references(self):
        self.env.cr.execute(
            "SELECT c.relname, a.attname, t.relname FROM pg_constraint k "
            "JOIN pg_class c ON c.oid = k.conrelid "
            "JOIN pg_class t ON t.oid = k.confrelid "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] "
            "WHERE k.contype = 'f'"
        )
        result = {}
        for table, column, target in self.env.cr.fetchall():
            result.setdefault(table, {})[column] = target
        return result

    @staticmethod
    def named(table, row, ranks, references):
        named = {k: v for k, v in row.items() if k not in OTHER_COLUMNS}
        for column, target in {**references, "id": table}.items():
            if named.get(column) is not None:
                named[column] = ranks.get(target, {}).get(row[column], row[column])
        if row.get("matching_number"):  # "P7" or "7": the number is an identifier
            partial, number = re.fullmatch(
                r"(P?)(\d+)", row["matching_number"]
            ).groups()
            target = f"account_{'partial' if partial else 'full'}_reconcile"
            named["matching_number"] = partial + ranks[target][int(number)]
        return named


def compare(expected, got):
    """Differences in words: rows of one way only, then columns."""
    for key in expected.keys() - got.keys():
        yield f"only through the ORM: {expected[key]}"
    for key in got.keys() - expected.keys():
        yield f"only through the loader: {got[key]}"
    for key in expected.keys() & got.keys():
        for column, value in expected[key].items():
            if got[key].get(column) != value:
                yield f"{key} {column}: ORM {value!r}, loader {got[key].get(column)!r}"


def real_sample():
    """All lines of some customers who bought and returned little."""
    lines = rules.read(FILE, rows=40_000).lines
    sizes, credited = {}, set()
    for line in lines:
        sizes[line.customer] = sizes.get(line.customer, 0) + 1
        if line.is_credit:
            credited.add(line.customer)
    chosen = [c for c in sorted(credited) if c and 3 <= sizes[c] <= 25][:12]
    return [line for line in lines if line.customer in chosen]
