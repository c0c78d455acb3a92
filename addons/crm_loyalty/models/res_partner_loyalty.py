from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain


class ResPartner(models.Model):
    """What a customer told us for the programmes: consent, birthday, who sent him.

    Consent is the firm's: it is kept on the commercial partner.
    """

    _inherit = "res.partner"

    loyalty_birthday = fields.Date(
        "Birthday",
        help="Day of birth, for the birthday bonus; the year does not matter.",
        groups="sales_team.group_sale_salesman",
    )
    loyalty_terms_id = fields.Many2one(
        "crm.loyalty.terms",
        string="Agreed to Terms",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="sales_team.group_sale_salesman",
    )
    loyalty_consent_date = fields.Datetime(
        "Agreed On",
        readonly=True,
        copy=False,
        groups="sales_team.group_sale_salesman",
    )
    loyalty_no_profiling = fields.Boolean(
        "Do Not Profile",
        copy=False,
        groups="sales_team.group_sale_salesman",
        help="At the customer's wish he has no loyalty profile: he is neither scored "
        "nor segmented.",
    )
    loyalty_referrer_id = fields.Many2one(
        "res.partner",
        string="Recommended By",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="sales_team.group_sale_salesman",
        help="The customer who brought this one; rewarded by the first purchase.",
    )

    _loyalty_no_profiling_idx = models.Index("(id) WHERE loyalty_no_profiling")

    def write(self, vals):
        result = super().write(vals)
        if vals.get("loyalty_no_profiling"):
            self._drop_profiles()
        return result

    def _drop_profiles(self):
        profiles = self.env["crm.loyalty.profile"].sudo()  # whoever notes the wish
        profiles.with_context(active_test=False).search(
            [("partner_id", "in", self.ids)]
        ).unlink()

    @api.constrains("loyalty_referrer_id")
    def _check_loyalty_referrer_id(self):
        for partner in self:
            referrer = partner.loyalty_referrer_id.commercial_partner_id
            if referrer and referrer == partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(customer)s cannot be recommended by itself.",
                        customer=partner.display_name,
                    )
                )

    @api.constrains("loyalty_birthday")
    def _check_loyalty_birthday(self):
        today = fields.Date.context_today(self)
        for partner in self:
            if partner.loyalty_birthday and partner.loyalty_birthday > today:
                raise ValidationError(
                    self.env._(
                        "The birthday of %(customer)s is in the future.",
                        customer=partner.display_name,
                    )
                )

    # consent

    def _has_loyalty_consent(self):
        self.ensure_one()
        customer = self.commercial_partner_id.sudo()  # decides what he may see himself
        return bool(customer.loyalty_consent_date)

    def _give_loyalty_consent(self, company=None):
        """Note that the customer agrees to the terms in force, and to which."""
        self.ensure_one()
        company = company or self.company_id or self.env.company
        terms = self.env["crm.loyalty.terms"]._current(company)
        if not terms:
            raise UserError(
                self.env._(
                    "There are no terms of loyalty in force for %(company)s to agree "
                    "to.",
                    company=company.name,
                )
            )
        customer = self.commercial_partner_id.sudo()  # customers agree on the portal
        customer.write(
            {
                "loyalty_terms_id": terms.id,
                "loyalty_consent_date": fields.Datetime.now(),
            }
        )
        customer._message_log(
            body=self.env._(
                "Agreed to the terms of loyalty, version %(version)s.",
                version=terms.version,
            )
        )

    def _withdraw_loyalty_consent(self):
        """Note that the customer agrees no longer."""
        for customer in self.commercial_partner_id.sudo():  # as above
            if not customer.loyalty_consent_date:
                continue
            customer._message_log(
                body=self.env._(
                    "Withdrew the consent to the terms of loyalty, version "
                    "%(version)s.",
                    version=customer.loyalty_terms_id.version,
                )
            )
            customer.write({"loyalty_terms_id": False, "loyalty_consent_date": False})

    def action_loyalty_consent(self):
        """Note a consent the customer gave in person."""
        self._check_loyalty_clerk()
        for partner in self:
            partner._give_loyalty_consent()

    def action_loyalty_withdraw(self):
        self._check_loyalty_clerk()
        self._withdraw_loyalty_consent()

    def _check_loyalty_clerk(self):
        self.check_access("write")
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(self.env._("Only salespeople note consents."))

    def _loyalty_has_bought(self):
        """Tell whether the firm has ever confirmed an order.

        Not by `sale_order_count`, which is zero for whoever is no salesperson.
        """
        self.ensure_one()
        orders = self.env["sale.order"].sudo()  # whether there is one, no more
        firm = self.commercial_partner_id
        mine = Domain("partner_id.commercial_partner_id", "=", firm.id)
        return bool(orders.search_count(mine & Domain("state", "=", "sale"), limit=1))

    # erasure

    def action_loyalty_forget(self):
        """Erase what loyalty knows of the customer; documents stay as they are."""
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only sales managers erase the loyalty data of customers.")
            )
        self.check_access("write")
        self._forget_loyalty()

    def _forget_loyalty(self):
        """Make the ledger anonymous and drop everything else known of the customer.

        Points lapse, so the firm owes nothing to nobody. Afterwards the customer is
        not profiled any more.
        """
        customers = self.commercial_partner_id
        contacts = (
            self.with_context(active_test=False)
            .sudo()  # an erasure is complete, whatever its caller may see
            .search(Domain("commercial_partner_id", "in", customers.ids))
        )
        self.env["loyalty.card"].sudo()._anonymise(contacts)  # as above
        self.env["crm.loyalty.holdout"].sudo().search(  # as above
            [("partner_id", "in", contacts.ids)]
        ).unlink()
        contacts.write(
            {
                "loyalty_birthday": False,
                "loyalty_referrer_id": False,
                "loyalty_terms_id": False,
                "loyalty_consent_date": False,
                "loyalty_no_profiling": True,
            }
        )
        for customer in customers.sudo():  # as above
            customer._message_log(body=self.env._("Loyalty data erased."))
