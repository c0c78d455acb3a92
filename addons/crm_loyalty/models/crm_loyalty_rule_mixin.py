from ast import literal_eval
from typing import NamedTuple

from psycopg2 import DataError, ProgrammingError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

# What a condition typed by hand can fail with; all of it is explained to who typed it.
BAD_CONDITION = (ValueError, TypeError, NotImplementedError, UserError)


class Words(NamedTuple):
    """What is said of a rule wherever a customer is shown."""

    name: str
    rule: str
    level: str  # how the card colours the name


class CrmLoyaltyRuleMixin(models.AbstractModel):
    """A list of rules on profiles: a customer gets the first whose rule he meets."""

    _name = "crm.loyalty.rule.mixin"
    _description = "Rule on Loyalty Profiles"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    description = fields.Text(
        translate=True, help="The rule in words, as salespeople read it."
    )
    domain = fields.Char(
        string="Rule",
        required=True,
        default="[]",
        help="Conditions on the profile. The first rule that is met wins.",
    )
    profile_count = fields.Integer("Customers", compute="_compute_profile_count")
    has_mailing = fields.Boolean(compute="_compute_has_mailing")

    def _compute_profile_count(self):
        name = self._profile_field()
        counts = dict(
            self.env["crm.loyalty.profile"]._read_group(
                [(name, "in", self.ids)], [name], ["__count"]
            )
        )
        for rule in self:
            rule.profile_count = counts.get(rule._origin, 0)

    def _compute_has_mailing(self):
        # Mass mailing is used where it is installed; nothing depends on it
        mailings = self.env.get("mailing.mailing")
        self.has_mailing = mailings is not None and mailings.has_access("create")

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            _found, problem = rule._count_matches(limit=1)
            if problem:
                raise ValidationError(
                    self.env._(
                        "The rule of %(name)s cannot be used: %(problem)s",
                        name=rule.name,
                        problem=problem,
                    )
                )

    @api.onchange("domain")
    def _onchange_rule(self):
        """Warn of a rule that tells nobody apart, before it is saved."""
        found, problem = self._count_matches()
        total = self.env["crm.loyalty.profile"].search_count(self._all_domain())
        if problem:
            return self._warning(self.env._("This rule cannot be used"), problem)
        if not total or 0 < found < total:
            return None
        return self._warning(
            self.env._("This rule tells nobody apart"),
            self.env._(
                "Customers who meet it: %(found)s of %(total)s.",
                found=found,
                total=total,
            ),
        )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def action_view_profiles(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_loyalty.crm_loyalty_profile_action"
        )
        domain = [(self._profile_field(), "=", self.id)]
        return {**action, "domain": domain, "context": {}}

    @api.model
    def _profile_field(self):
        """Return the field of the profile that holds the rule a customer met."""
        raise NotImplementedError

    def action_send_mailing(self):
        """Write a mailing to the customers who met this rule."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mailing"),
            "res_model": "mailing.mailing",
            "view_mode": "form",
            "context": {
                "default_mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "default_mailing_domain": repr(
                    [(f"loyalty_{self._profile_field()}", "=", self.id)]
                ),
                "default_subject": self.name,
            },
        }

    def _words(self):
        """Return the words of this rule without a query: every form shows them."""
        self.ensure_one()
        return self._all_words()[self.id]

    @api.model
    @ormcache("self.env.lang")
    def _all_words(self):
        # sudo: whoever sees a customer may read the name of his stage
        rules = self.sudo().with_context(active_test=False).search([])  # pylint: disable=no-search-all
        return {
            rule.id: Words(rule.name, rule._rule_in_words(), rule._card_level())
            for rule in rules
        }

    def _rule_in_words(self):
        return self.description or self.domain

    def _card_level(self):
        return "info"

    @api.model
    def _warning(self, title, message):
        return {"warning": {"title": title, "message": message}}

    def _conditions(self):
        try:
            return Domain(literal_eval(self.domain or "[]"))
        except (ValueError, SyntaxError, TypeError) as error:
            raise ValueError(
                self.env._(
                    "“%(text)s” is no list of conditions such as "
                    "[('order_count', '>', 3)].",
                    text=self.domain,
                )
            ) from error

    @api.model
    def _all_domain(self):
        """Return the customers among whom the rules are to tell apart."""
        return Domain.TRUE

    def _profile_domain(self):
        """Return the whole rule of one record."""
        return self._conditions()

    def _count_matches(self, limit=None):
        """Return how many customers meet the rule, and what is wrong with it."""
        try:
            with self.env.cr.savepoint():
                profiles = self.env["crm.loyalty.profile"]
                return profiles.search_count(self._profile_domain(), limit=limit), None
        except BAD_CONDITION as error:
            return 0, str(error)
        except (DataError, ProgrammingError) as error:
            return 0, error.diag.message_primary

    def _sql_first_match(self):
        """Return the id of the first rule that a row called crm_loyalty_profile meets.

        The row need not be the table: a subquery of that name may hold columns that
        are only being decided.
        """
        return self._sql_case(rule._sql_match() for rule in self)

    def _sql_case(self, conditions):
        """Return the id of the first rule whose condition, one for each, holds."""
        cases = [
            SQL("WHEN %s THEN %s", condition, rule.id)
            for rule, condition in zip(self, conditions, strict=True)
        ]
        if not cases:
            return SQL("NULL::integer")
        return SQL("CASE %s END", SQL(" ").join(cases))

    def _sql_match(self):
        profiles = self.env["crm.loyalty.profile"].with_context(active_test=False)
        query = profiles._search(self._conditions())
        if query.is_empty():
            return SQL("FALSE")
        if query.from_clause != SQL.identifier(profiles._table):  # it joins
            return SQL(
                "EXISTS (WITH %(row)s AS (SELECT %(row)s.*) %(found)s)",
                row=SQL.identifier(profiles._table),
                found=query.select(SQL("1")),
            )
        return query.where_clause if query.where_clause else SQL("TRUE")
