from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

# A customer asked more often than this stops answering.
PAUSE = timedelta(days=90)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_send_satisfaction_survey(self):
        """Invite the customers to the company's satisfaction survey by mail.

        Who has no address or was asked lately is left out, and the user is told.
        """
        if not self.env.user.has_group("sales_team.group_sale_salesman"):
            raise AccessError(
                self.env._("Only salespeople may ask customers how satisfied they are.")
            )
        self.check_access("read")
        survey = self.env.company._loyalty_survey()
        if not survey.active:
            raise UserError(
                self.env._(
                    "There is no satisfaction survey to send: choose one in the "
                    "settings of loyalty."
                )
            )
        reachable = self.filtered("email")
        asked = self._asked_lately(survey)
        invited = reachable - asked
        if invited:
            self._invite(survey, invited)
        return self._survey_notification(invited, self - reachable, reachable & asked)

    def _asked_lately(self, survey):
        answers = self.env["survey.user_input"].sudo()  # only who was asked, and when
        return answers.search(
            [
                ("survey_id", "=", survey.id),
                ("partner_id", "in", self.ids),
                ("test_entry", "=", False),
                ("create_date", ">=", fields.Datetime.now() - PAUSE),
            ]
        ).partner_id.sudo(False)

    def _invite(self, survey, partners):
        survey.check_validity()
        template = self.env.ref("survey.mail_template_user_input_invite")
        invites = self.env["survey.invite"].sudo()  # salespeople need no survey rights
        invites.with_context(
            default_email_layout_xmlid="mail.mail_notification_light"
        ).create(
            {
                "survey_id": survey.id,
                "partner_ids": [fields.Command.set(partners.ids)],
                "template_id": template.id,
                "existing_mode": "new",
            }
        ).action_invite()

    def _survey_notification(self, invited, unreachable, asked):
        lines = [self.env._("Invitations sent: %(count)s.", count=len(invited))]
        if unreachable:
            lines.append(
                self.env._(
                    "No e-mail address: %(names)s.",
                    names=", ".join(unreachable.mapped("display_name")),
                )
            )
        if asked:
            lines.append(
                self.env._(
                    "Asked in the last %(days)s days: %(names)s.",
                    days=PAUSE.days,
                    names=", ".join(asked.mapped("display_name")),
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if invited else "warning",
                "title": self.env._("Satisfaction survey"),
                "message": " ".join(lines),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
