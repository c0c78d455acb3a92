from datetime import timedelta

from odoo import api, fields, models

DETRACTOR = 6
# Older answers are read, not acted upon: nobody calls about last year's bad day.
ACT_WITHIN = timedelta(days=30)


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    loyalty_followed_up = fields.Boolean(
        copy=False, readonly=True, help="An activity was raised for this answer."
    )

    def _mark_done(self):
        result = super()._mark_done()
        self._follow_up_detractors()
        return result

    @api.model
    def _detractor_domain(self):
        return [
            ("state", "=", "done"),
            ("test_entry", "=", False),
            ("loyalty_followed_up", "=", False),
            ("partner_id", "!=", False),
            ("end_datetime", ">=", fields.Datetime.now() - ACT_WITHIN),
        ]

    @api.model
    def _follow_up_waiting(self):
        """Raise what was missed, e.g. answers that came in by an import."""
        scores = self.env["survey.user_input.line"].search(
            [
                *self._detractor_line_domain(),
                *(
                    (f"user_input_id.{name}", operator, value)
                    for name, operator, value in self._detractor_domain()
                ),
            ]
        )
        scores.user_input_id._follow_up_detractors()

    @api.model
    def _detractor_line_domain(self):
        return [
            ("question_id.loyalty_measure", "=", "nps"),
            ("answer_type", "=", "scale"),
            ("skipped", "=", False),
            ("value_scale", "<=", DETRACTOR),
        ]

    def _follow_up_detractors(self):
        """Ask the salesperson to call who would not recommend us, once an answer."""
        answers = self.sudo()  # customers answer, who have no rights on activities
        waiting = answers.filtered_domain(self._detractor_domain())
        scores = self.env["survey.user_input.line"].sudo()  # as above
        found = scores.search(
            [("user_input_id", "in", waiting.ids), *self._detractor_line_domain()]
        )
        for score in found:
            answer = score.user_input_id
            salesperson = answer._loyalty_salesperson()
            if not salesperson or answer.loyalty_followed_up:
                continue
            texts = answer.with_context(lang=salesperson.lang).env
            answer.partner_id.commercial_partner_id.activity_schedule(
                "mail.mail_activity_data_call",
                user_id=salesperson.id,
                summary=texts._(
                    "Would not recommend us: %(score)s of 10", score=score.value_scale
                ),
                note=texts._(
                    "%(contact)s answered the survey “%(survey)s”. Call and find out "
                    "what went wrong.",
                    contact=answer.partner_id.display_name,
                    survey=answer.survey_id.title,
                ),
            )
            answer.loyalty_followed_up = True

    def _loyalty_salesperson(self):
        contact = self.partner_id
        users = (
            contact.commercial_partner_id.user_id
            or contact.user_id
            or self.survey_id.user_id
        )
        return users.filtered("active")
