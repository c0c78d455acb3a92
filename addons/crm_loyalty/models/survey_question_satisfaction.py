from odoo import api, fields, models
from odoo.exceptions import ValidationError

MEASURES = [("nps", "NPS (0 to 10)"), ("csat", "CSAT (1 to 5)")]
SCALES = {"nps": (0, 10), "csat": (1, 5)}


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    loyalty_measure = fields.Selection(
        MEASURES,
        string="Customer Satisfaction",
        index="btree_not_null",
        help="Answers count as the customer's satisfaction: NPS, how likely he is to "
        "recommend us from 0 to 10; CSAT, how satisfied he is from 1 to 5.",
    )

    @api.constrains("loyalty_measure", "question_type", "scale_min", "scale_max")
    def _check_loyalty_measure(self):
        for question in self.filtered("loyalty_measure"):
            low, high = SCALES[question.loyalty_measure]
            scale = (question.scale_min, question.scale_max)
            if question.question_type != "scale" or scale != (low, high):
                raise ValidationError(
                    self.env._(
                        "The question “%(title)s” can measure %(measure)s only as a "
                        "scale from %(low)s to %(high)s.",
                        title=question.title,
                        measure=question.loyalty_measure.upper(),
                        low=low,
                        high=high,
                    )
                )
