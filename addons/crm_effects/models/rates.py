"""Exchange rates: that there is one, and which one counts on a day."""

from bisect import bisect_right

from odoo import fields
from odoo.exceptions import ValidationError


def require_rate(currency, company):
    """Refuse a currency that would silently be taken one to one.

    :raises ValidationError: if ``currency`` has no rate in ``company``
    """
    own = company.currency_id
    if not currency or currency == own or _search_rates(currency, company):
        return
    today = fields.Date.context_today(currency)
    if currency._get_conversion_rate(currency, own, company, today) == 1.0:
        raise ValidationError(
            currency.env._(
                "There is no rate of %(currency)s to %(own)s: one unit would count as"
                " one %(own)s. Enter a rate of the currency, or choose another one.",
                currency=currency.name,
                own=own.name,
            )
        )


def _search_rates(currency, company):
    # sudo: whether there are rates, and which; they are no secret
    return (
        currency.env["res.currency.rate"]
        .sudo()
        .search(
            [
                ("currency_id", "=", currency.id),
                ("company_id", "in", (False, company.root_id.id)),
            ],
            order="name",
        )
    )


class Rates:
    """Units of ``target`` for one unit of the company's currency, day by day.

    The rule is that of ``res.currency``: the last rate up to the day, the company's own
    before the common one, else the first one there is. Read once for all days.
    """

    def __init__(self, company, target):
        self.own = self._read(company.currency_id, company)
        self.target = self._read(target, company)

    @staticmethod
    def _read(currency, company):
        """[(days, rates) of the company, (days, rates) for everybody]"""
        found = _search_rates(currency, company)
        ours = found.filtered("company_id")
        return [
            (rates.mapped("name"), rates.mapped("rate"))
            for rates in (ours, found - ours)
        ]

    def __call__(self, day):
        return self._get_rate(self.target, day) / self._get_rate(self.own, day)

    @staticmethod
    def _get_rate(pools, day):
        for days, rates in pools:
            place = bisect_right(days, day)
            if place:
                return rates[place - 1] or 1.0
        firsts = [rates[0] for _days, rates in pools if rates]
        return firsts[0] if firsts else 1.0
