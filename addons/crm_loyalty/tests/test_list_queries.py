from lxml import etree

from .common_replenishment import TODAY, ReplenishmentCase

CUSTOMERS = 12
FEW = 3
# Lists that grow with customers and orders; those of settings do not.
GROWING = {
    "crm.loyalty.adjustment",
    "crm.loyalty.call",
    "crm.loyalty.call.log",
    "crm.loyalty.complaint",
    "crm.loyalty.decision",
    "crm.loyalty.holdout",
    "crm.loyalty.profile",
    "crm.loyalty.replenishment",
    "crm.loyalty.shortage",
    "crm.loyalty.transition",
    "loyalty.history",
}


class TestListQueries(ReplenishmentCase):
    """Every list of the addon reads three rows with as many queries as all.

    Twelve customers, each with a product of his own that he will need again and the
    stock does not hold, a stage he moved to, a decision, a call, a complaint and an
    adjustment.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].create(
            [
                {"name": f"Customer {n}", "user_id": cls._seller(n).id}
                for n in range(CUSTOMERS)
            ]
        )
        cls.scoring._refresh_company(cls.company)
        for number, customer in enumerate(cls.customers):
            product = cls._product(f"Product {number}")
            cls._buy(customer, product, (90, 10), (60, 10), (30 + number, 10))
        cls._forecast()
        cls.scoring._refresh_company(cls.company)
        cls.found = cls.profiles.search([("partner_id", "in", cls.customers.ids)])
        cls._add_records()

    @classmethod
    def _seller(cls, number):
        return cls.env["res.users"].create(
            {"name": f"Seller {number}", "login": f"list_seller_{number}"}
        )

    @classmethod
    def _add_records(cls):
        env = cls.env
        program = env["loyalty.program"].create(
            {
                "name": "Bonus",
                "program_type": "loyalty",
                "applies_on": "both",
                "use_ledger": True,
                "company_id": cls.company.id,
            }
        )
        cards = env["loyalty.card"].create(
            [
                {"program_id": program.id, "partner_id": customer.id, "points": 5}
                for customer in cls.customers
            ]
        )
        env["crm.loyalty.adjustment"].create(
            [{"card_id": card.id, "points": 1, "reason": "Gift"} for card in cards]
        )
        env["crm.loyalty.complaint"].create(
            [{"name": "Late", "partner_id": one.id} for one in cls.customers]
        )
        env["crm.loyalty.call.log"]._hide(
            dict.fromkeys(cls.found, TODAY), {"action": "snoozed"}
        )
        strategy = env["crm.loyalty.strategy"].search([], limit=1)
        for profile in cls.found:
            common = {
                "partner_id": profile.partner_id.id,
                "company_id": cls.company.id,
                "date": TODAY,
            }
            env["crm.loyalty.holdout"].create({**common, "program_id": program.id})
            env["crm.loyalty.decision"].create(
                {
                    **common,
                    "profile_id": profile.id,
                    "strategy_id": strategy.id,
                    "state": "approved",
                }
            )

    def _actions(self):
        names = self.env["ir.model.data"].search(
            [("module", "=", "crm_loyalty"), ("model", "=", "ir.actions.act_window")]
        )
        actions = self.env["ir.actions.act_window"].browse(names.mapped("res_id"))
        return actions.filtered(lambda action: "list" in action.view_mode)

    def _specification(self, action):
        view = dict(action.views).get("list")
        model = self.env[action.res_model]
        arch = etree.fromstring(model.get_view(view, "list")["arch"])
        names = {field.get("name") for field in arch.iterfind("field")}
        relations = ("many2one", "many2one_reference")
        return {
            name: {"fields": {"display_name": {}}}
            if model._fields[name].type in relations
            else {}
            for name in names
        }

    def _count(self, model, specification, limit):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        read = model.web_search_read([], specification, limit=limit)
        return self.env.cr.sql_log_count - before, len(read["records"])

    def test_every_list(self):
        measured = set()
        for action in self._actions():
            model = self.env[action.res_model]
            specification = self._specification(action)
            self._count(model, specification, FEW)  # fills the caches of the server
            few, _rows = self._count(model, specification, FEW)
            many, rows = self._count(model, specification, 80)
            if rows >= CUSTOMERS:
                measured.add(model._name)
            with self.subTest(list=action.name, rows=rows):
                self.assertLessEqual(many, few + 1)  # a count where a page is full
        self.assertLessEqual(GROWING, measured)
