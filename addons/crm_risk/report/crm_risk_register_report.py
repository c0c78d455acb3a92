"""The register on paper."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from . import curves, tables
from .bars import bar

UNIT = 1000
LARGE = 100 * UNIT
"""From here axes count in thousands."""


class RegisterFormat:
    """How a number of the register is written, in the reader's language."""

    def __init__(self, env, currency):
        self.env = env
        self.currency = currency

    def money(self, amount):
        """Whole units: a register of estimates knows no cents."""
        text = formatLang(self.env, round(amount or 0.0) or 0.0, digits=0)
        symbol = self.currency.symbol or self.currency.name
        before = self.currency.position == "before"
        return f"{symbol}{text}" if before else f"{text}\N{NO-BREAK SPACE}{symbol}"

    def axis(self, amount):
        if abs(amount) < LARGE:
            return formatLang(self.env, round(amount) or 0.0, digits=0)
        thousands = formatLang(self.env, round(amount / UNIT) or 0.0, digits=0)
        return self.env._("%(thousands)s k", thousands=thousands)

    def percent(self, share, digits=0):
        return f"{formatLang(self.env, 100 * (share or 0.0), digits=digits)} %"

    def number(self, value, digits=2):
        return formatLang(self.env, value or 0.0, digits=digits)

    def day(self, text):
        return format_date(self.env, fields.Date.to_date(text)) if text else "–"


class ReportRegister(models.AbstractModel):
    _name = "report.crm_risk.report_register"
    _description = "Risk Register on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        docs = self.env["crm.implementation"].browse(docids)
        docs.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": docs._name,
            "docs": [self._get_page(doc._get_register_data()) for doc in docs],
            "rows_style": tables.style(),
        }

    @api.model
    def _get_page(self, data):
        """What the template needs to print these data."""
        currency = self.env["res.currency"].browse(data["context"]["currency_id"])
        words = RegisterFormat(self.env, currency)
        return {
            "data": data,
            "f": words,
            # of an HTML field, which Odoo has cleaned when it was written
            "minutes": Markup((data["review"] or {}).get("minutes", "")),
            "summary": self._get_summary(data, words),
            "curve": self._get_curve(data["simulation"], words),
            "matrix": curves.matrix,
            "spark": curves.spark,
            "bar": bar,
        }

    @api.model
    def _get_review_values(self, docids):
        """The same pages, of reviews."""
        reviews = self.env["crm.risk.review"].browse(docids)
        reviews.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": reviews._name,
            "docs": [self._get_page(review._get_register()) for review in reviews],
            "rows_style": tables.style(),
        }

    def _get_curve(self, simulation, words):
        if not simulation:
            return ""
        return curves.s_curve(
            simulation["curves"],
            simulation["reserve"],
            self.env._("Reserve"),
            words.axis,
        )

    # --- the summary in sentences ---

    def _get_summary(self, data, words):
        """Sentences for somebody who reads nothing else."""
        if not data["totals"]["count"]:
            return [self.env._("The register holds no open risks.")]
        return [
            self._get_loss_sentence(data, words),
            *self._get_exposure_sentences(data["simulation"], words),
            self._get_appetite_sentence(data, words),
            self._get_alarm_sentence(data["totals"]),
        ]

    def _get_loss_sentence(self, data, words):
        totals = data["totals"]
        return self.env._(
            "Open risks: %(count)s. Expected loss now %(current)s; it was %(inherent)s"
            " before any measure and will be %(residual)s once the planned responses"
            " are done.",
            count=totals["count"],
            current=words.money(totals["current"]),
            inherent=words.money(totals["inherent"]),
            residual=words.money(totals["residual"]),
        )

    def _get_exposure_sentences(self, simulation, words):
        if not simulation:
            return [self.env._("The register has not been simulated yet.")]
        now = next(
            one for one in simulation["scenarios"] if one["scenario"] == "current"
        )
        sentences = [
            self.env._(
                "With a chance of 80 %% the loss stays under %(p80)s, with 95 %% under"
                " %(p95)s. The reserve of %(reserve)s suffices with a chance of"
                " %(chance)s; for %(confidence)s it would have to be %(needed)s.",
                p80=words.money(now["p80"]),
                p95=words.money(now["p95"]),
                reserve=words.money(simulation["reserve"]),
                chance=words.percent(now["probability_within_reserve"]),
                confidence=words.percent(simulation["confidence"]),
                needed=words.money(now["reserve_needed"]),
            )
        ]
        if simulation["is_stale"]:
            sentences.append(
                self.env._(
                    "The register has changed since the simulation of %(date)s: these"
                    " chances are those of that day.",
                    date=words.day(simulation["date"]),
                )
            )
        return sentences

    def _get_appetite_sentence(self, data, words):
        appetite, now = data["context"]["appetite"], data["totals"]["current"]
        if not appetite:
            return self.env._("No risk appetite has been set.")
        if now <= appetite:
            return self.env._(
                "The expected loss is within the risk appetite of %(appetite)s.",
                appetite=words.money(appetite),
            )
        return self.env._(
            "The expected loss exceeds the risk appetite of %(appetite)s by"
            " %(excess)s: more responses are needed, or the sponsor accepts it.",
            appetite=words.money(appetite),
            excess=words.money(now - appetite),
        )

    def _get_alarm_sentence(self, totals):
        return self.env._(
            "Red indicators: %(red)s. Overdue responses: %(overdue)s. Risks without an"
            " owner: %(unowned)s.",
            red=totals["red"],
            overdue=totals["overdue"],
            unowned=totals["unowned"],
        )


class ReportReview(models.AbstractModel):
    _name = "report.crm_risk.report_review"
    _description = "Risk Register of a Review on Paper"

    @api.model
    def _get_report_values(self, docids, data=None):
        return self.env["report.crm_risk.report_register"]._get_review_values(docids)
