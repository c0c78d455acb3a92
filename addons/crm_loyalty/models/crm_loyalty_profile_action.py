from odoo import models
from odoo.tools import SQL


class CrmLoyaltyProfile(models.Model):
    """Activities and mails for many customers at a time."""

    _inherit = "crm.loyalty.profile"

    def _schedule_plan(self, plan):
        """Schedule the activities of a plan; return how many there were.

        "Ask at launch" means the salesperson: nobody is there to be asked. Customers
        whose salesperson is not known, and companies the plan is not for, get none.
        """
        profiles = self.filtered(lambda p: plan.company_id in (p.company_id, False))
        if not plan.company_id:
            profiles = self
        sellers = profiles._salespeople()
        model_id = self.env["ir.model"]._get_id("res.partner")
        values = [
            {
                "res_model_id": model_id,
                "res_id": profile.partner_id.id,
                "activity_type_id": template.activity_type_id.id,
                "summary": template.summary,
                "note": template.note,
                "user_id": responsible.id,
                "date_deadline": template._get_date_deadline(),
                "automated": True,
            }
            for profile in profiles
            for template in plan.template_ids
            if (
                responsible := template._determine_responsible(
                    sellers[profile], profile.partner_id
                )["responsible"]
            )
        ]
        # a mail per activity would bury the salesperson: they are on his list anyway
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        return len(activities.sudo().create(values))  # sudo: for others' lists too

    def _salespeople(self):
        """Return the salesperson of each customer, else who sold to him last."""
        last_sellers = self._last_sellers()
        users = self.env["res.users"].sudo()  # others' accounts, only their ids
        return {
            profile: (
                profile.partner_id.user_id
                or users.browse(
                    last_sellers.get((profile.company_id.id, profile.partner_id.id), [])
                )
            ).filtered(lambda user: user.active and not user.share)
            for profile in self
        }

    def _last_sellers(self):
        unknown = self.filtered(lambda profile: not profile.partner_id.user_id)
        if not unknown:
            return {}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (o.company_id, firm.commercial_partner_id)
                       o.company_id, firm.commercial_partner_id, o.user_id
                  FROM sale_order o
                  JOIN res_partner firm ON firm.id = o.partner_id
                 WHERE o.state = 'sale' AND o.user_id IS NOT NULL
                   AND o.company_id IN %s AND firm.commercial_partner_id IN %s
                 ORDER BY o.company_id, firm.commercial_partner_id, o.date_order DESC,
                          o.id DESC""",
                tuple(unknown.company_id.ids),
                tuple(unknown.partner_id.ids),
            )
        )
        return {(company, partner): user for company, partner, user in rows}

    def _send_stage_mail(self, template):
        """Queue a mail to each customer who may get one; return how many."""
        if self.env.context.get("loyalty_no_mail"):
            return 0
        partners = self.partner_id.filtered(
            lambda partner: partner.email and not partner.is_blacklisted
        )
        if partners:
            template.send_mail_batch(partners.ids)
        return len(partners)
