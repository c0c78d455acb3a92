import base64

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..report import workbook

MONTHS = 12  # reported unless the manager chooses otherwise


class CrmLoyaltyReport(models.TransientModel):
    """What is to be reported: the company and the days."""

    _name = "crm.loyalty.report"
    _description = "Loyalty Report"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    date_from = fields.Date(
        "From",
        required=True,
        default=lambda self: self._month_start() - relativedelta(months=MONTHS),
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: self._month_start() - relativedelta(days=1),
    )
    file = fields.Binary(readonly=True, attachment=False)

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for report in self:
            if report.date_from > report.date_to:
                raise ValidationError(
                    self.env._(
                        "The report would end on %(end)s, before it begins on "
                        "%(start)s.",
                        start=report.date_from,
                        end=report.date_to,
                    )
                )

    @api.constrains("company_id")
    def _check_own_company(self):
        """Figures of a company are for those who may work in it."""
        for report in self:
            if report.company_id not in self.env.user.company_ids:
                raise ValidationError(
                    self.env._(
                        "You do not work in %(company)s.",
                        company=report.company_id.sudo().name,  # its name only
                    )
                )

    @api.model
    def _month_start(self):
        return self.env.company._loyalty_today().replace(day=1)

    def _get_data(self):
        """Return what is reported: a headline and sections."""
        self.ensure_one()
        company = self.company_id
        period = self.env["crm.loyalty.period"].with_context(
            allowed_company_ids=company.ids
        )
        return {
            "headline": period._get_headline(company, self.date_from, self.date_to),
            "sections": period._get_sections(company, self.date_from, self.date_to),
        }

    def _get_file_name(self):
        return self.env._(
            "Loyalty report %(company)s %(start)s %(end)s",
            company=self.company_id.name.replace("/", "-"),
            start=self.date_from,
            end=self.date_to,
        )

    def action_print(self):
        """Print the report."""
        self.ensure_one()
        return self.env.ref("crm_loyalty.crm_loyalty_report_action").report_action(self)

    def action_download(self):
        """Give the report as a workbook."""
        self.ensure_one()
        self.file = base64.b64encode(workbook.build(self))
        name = self._get_file_name()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{name}.xlsx"
            "?download=true",
            "target": "download",
        }
