from odoo import fields, models
from odoo.tools import SQL

from ..sql import satisfaction
from .crm_loyalty_profile_satisfaction import DETRACTOR, PROMOTER, SATISFIED


class CrmLoyaltySatisfaction(models.Model):
    """Every answer, with where the customer stands today; the mean of a measure over
    any selection is the indicator: NPS = % of 9–10 less % of 0–6, CSAT = % of 4–5.
    """

    _name = "crm.loyalty.satisfaction"
    _description = "Customer Satisfaction"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _depends = {
        "survey.question": ["loyalty_measure"],
        "survey.survey": ["loyalty_company_id"],
        "survey.user_input": ["end_datetime", "partner_id", "state", "test_entry"],
        "survey.user_input.line": ["answer_type", "skipped", "value_scale"],
        "res.partner": ["commercial_partner_id", "company_id", "user_id"],
        "crm.loyalty.profile": ["partner_id", "segment_id", "stage_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        [("nps", "NPS"), ("csat", "CSAT")], string="Measure", readonly=True
    )
    date = fields.Datetime("Answered", readonly=True)
    score = fields.Float("Answer", readonly=True, digits=(16, 1), aggregator="avg")
    nps = fields.Float(
        "NPS",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Share of answers 9 and 10 less the share of answers 0 to 6, in percent.",
    )
    csat = fields.Float(
        "CSAT (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Share of answers and ratings of 4 and 5, in percent.",
    )
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    contact_id = fields.Many2one("res.partner", "Answered By", readonly=True)
    profile_id = fields.Many2one("crm.loyalty.profile", readonly=True)
    segment_id = fields.Many2one("crm.loyalty.segment", readonly=True)
    stage_id = fields.Many2one("crm.loyalty.stage", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(
            SQL("(%s)", self._company_query(company)) for company in self.env.companies
        )

    def _company_query(self, company):
        # one answer may count for several companies, so the id takes the company in
        return SQL(
            """
            SELECT answer.id::bigint * 1000000 + %(company)s AS id,
                   %(company)s AS company_id, answer.kind, answer.answered AS date,
                   answer.score, answer.partner_id, answer.contact_id,
                   CASE WHEN answer.kind = 'nps' THEN
                       CASE WHEN answer.score >= %(promoter)s THEN 100.0
                            WHEN answer.score <= %(detractor)s THEN -100.0
                            ELSE 0.0 END END AS nps,
                   CASE WHEN answer.kind = 'csat' THEN
                       CASE WHEN answer.score >= %(satisfied)s THEN 100.0
                            ELSE 0.0 END END AS csat,
                   profile.id AS profile_id, profile.segment_id, profile.stage_id,
                   firm.user_id
              FROM (%(answers)s) answer
              JOIN res_partner firm ON firm.id = answer.partner_id
              LEFT JOIN crm_loyalty_profile profile
                ON profile.partner_id = answer.partner_id
               AND profile.company_id = %(company)s
             WHERE firm.company_id IS NULL OR firm.company_id = %(company)s""",
            company=company.id,
            promoter=PROMOTER,
            detractor=DETRACTOR,
            satisfied=SATISFIED,
            answers=satisfaction.answers(self.env, company),
        )
