from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools import html2plaintext

SUBJECT_LENGTH, TEXT_LENGTH = 200, 10_000


class CrmLoyaltyComplaint(models.Model):
    """Complaints that customers open themselves."""

    _inherit = "crm.loyalty.complaint"

    @api.model
    def _portal_domain(self, partner):
        """Return the domain of the complaints a customer's contact may see."""
        firm = partner.commercial_partner_id
        return [("commercial_partner_id", "=", firm.id)]

    @api.model
    def _create_from_portal(self, partner, values):
        """Open a complaint for a customer, who has no rights of his own.

        :param partner: the contact of the user who is logged in
        :param dict values: ``name``, ``description`` and, optionally, ``order_id``,
            ``product_id`` and ``cause_id``; anything else is left out
        :return: the complaint, as superuser
        :raise ValidationError: in words for the customer
        """
        firm = partner.commercial_partner_id
        order = self._portal_order(firm, values.get("order_id"))
        product = self._portal_product(firm, order, values.get("product_id"))
        cases = self.sudo()  # portal users have no rights; all was checked above
        case = cases.create(
            {
                "name": self._portal_text(values.get("name"), SUBJECT_LENGTH),
                "description": self._portal_text(
                    values.get("description"), TEXT_LENGTH
                ),
                "partner_id": partner.id,
                "company_id": (order.company_id or self.env.company).id,
                "order_id": order.id,
                "product_id": product.id,
                "cause_id": self._portal_cause(values.get("cause_id")).id,
                "user_id": (order.user_id or firm.user_id or partner.user_id).id,
            }
        )
        case.message_subscribe(partner_ids=partner.ids)
        if case.user_id:
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=case.user_id.id,
                summary=self.env._("New complaint of a customer"),
            )
        return case

    @api.model
    def _portal_text(self, text, length):
        text = html2plaintext(str(text or "")).strip()
        if not text:
            raise ValidationError(
                self.env._("Please tell us in a subject and in words what happened.")
            )
        if len(text) > length:
            raise ValidationError(
                self.env._(
                    "Please be brief: up to %(limit)s characters here, not %(count)s.",
                    limit=length,
                    count=len(text),
                )
            )
        return text

    @api.model
    def _portal_order(self, firm, identifier):
        """Return the firm's order; one that is not there and one of somebody else
        give the same answer."""
        orders = self.env["sale.order"].sudo()  # ownership is in the domain
        if not identifier:
            return orders
        order = orders.search(
            [
                ("id", "=", self._portal_identifier(identifier)),
                ("partner_id.commercial_partner_id", "=", firm.id),
                ("state", "=", "sale"),
            ]
        )
        if not order:
            raise ValidationError(
                self.env._("We found no such order of yours. Please choose another.")
            )
        return order

    @api.model
    def _portal_product(self, firm, order, identifier):
        """Return the product, if the firm bought it, on the order if one is given."""
        products = self.env["product.product"].sudo()  # ownership is in the domain
        if not identifier:
            return products
        product = products.browse(self._portal_identifier(identifier)).exists()
        bought = self.env["sale.order.line"].sudo()  # as above
        if not product or not bought.search_count(
            [
                ("product_id", "=", product.id),
                ("order_id.partner_id.commercial_partner_id", "=", firm.id),
                ("state", "=", "sale"),
                *([("order_id", "=", order.id)] if order else []),
            ],
            limit=1,
        ):
            raise ValidationError(
                self.env._("We found no such product among your purchases.")
            )
        return product

    @api.model
    def _portal_cause(self, identifier):
        causes = self.env["crm.loyalty.complaint.cause"].sudo()  # a public list
        if not identifier:
            return causes
        cause = causes.search([("id", "=", self._portal_identifier(identifier))])
        if not cause:
            raise ValidationError(self.env._("Please choose a cause from the list."))
        return cause

    @api.model
    def _portal_identifier(self, text):
        try:
            number = int(text)
        except (TypeError, ValueError):
            return 0
        return number if 0 < number < 2**31 else 0
