"""The matrix as data: one method for the screen and for paper."""

from odoo import api, models
from odoo.exceptions import UserError

from .crm_risk_estimate import SCENARIOS
from .crm_risk_scale import LEVELS

SHOWN_REFS = 6
"""References written into a cell; the rest is one click away."""

SHOWN_IMPLEMENTATIONS = 80


class CrmRisk(models.Model):
    _inherit = "crm.risk"

    @api.model
    @api.readonly
    def get_heatmap(self, implementation_id, scenario="current", kind=False):
        """Risks of an implementation on the 5 × 5 matrix, as the user may see them.

        :param int implementation_id: 0 or ``False`` for all of the current company
        :param str scenario: "inherent", "current" or "residual"
        :param str kind: "threat", "opportunity", or ``False`` for both
        :return: {"scenario", "scenarios": [[value, label]], "kinds": [[value, label]]
            if there are opportunities, "implementations": [[id, name]] of the company,
            "total", "emv" and "amount" (text and number),
            "rows": 5 bands of probability, highest first, each {"level", "name",
            "cells": [{"p", "i", "score", "rating", "color", "count", "emv", "amount",
            "refs", "more", "domain"}]}, "columns": 5 bands of impact, "unplaced":
            {"count", "domain"}, "conflicts": {"count", "domain"} of crm.risk.conflict};
            the counts of cells and unplaced add up to the total
        """
        if scenario not in dict(SCENARIOS):
            raise UserError(
                self.env._(
                    "The heat map shows inherent, current or residual risks, not"
                    " %(scenario)s.",
                    scenario=scenario,
                )
            )
        implementation = self.env["crm.implementation"].browse(
            implementation_id or False
        )
        implementation.check_access("read")
        open_domain = self._get_heatmap_domain(implementation)
        domain = [*open_domain, ("kind", "=", kind)] if kind else open_domain
        groups = self._read_heatmap(domain, scenario)
        company = implementation.company_id or self.env.company
        bands = self._get_heatmap_bands(company)
        ratings = self.env["crm.risk.rating"]._get_by_score()
        if kind == "opportunity":
            ratings = {}
        rows = [
            {
                **band,
                "cells": [
                    self._get_heatmap_cell(
                        domain, scenario, band["level"], i, groups, ratings, company
                    )
                    for i in range(1, LEVELS + 1)
                ],
            }
            for band in reversed(bands["probability"])
        ]
        unplaced = domain + [(f"score_{scenario}", "=", 0)]
        return {
            "scenario": scenario,
            "scenarios": self._get_scenario_labels(),
            "kinds": self._get_heatmap_kinds(open_domain),
            "implementations": self._get_heatmap_implementations(),
            "total": sum(count for count, _emv, _refs in groups.values()),
            "emv": company.currency_id.format(
                sum(emv for _count, emv, _refs in groups.values())
            ),
            "amount": sum(emv for _count, emv, _refs in groups.values()),
            "conflicts": self._get_heatmap_conflicts(implementation, company),
            "rows": rows,
            "columns": bands["impact"],
            "unplaced": {
                "count": sum(
                    count for (p, i), (count, *_) in groups.items() if not p * i
                ),
                "domain": unplaced,
            },
        }

    @api.model
    def _get_heatmap_kinds(self, domain):
        """Threats and opportunities apart, where there are both."""
        if not self.search_count([*domain, ("kind", "=", "opportunity")], limit=1):
            return []
        return [
            ["threat", self.env._("Threats")],
            ["opportunity", self.env._("Opportunities")],
            [False, self.env._("Both")],
        ]

    @api.model
    def _get_heatmap_conflicts(self, implementation, company):
        """Pairs that the matrix puts in the wrong order of money."""
        domain = [
            ("implementation_id", "=", implementation.id)
            if implementation
            else ("company_id", "=", company.id)
        ]
        counts = self.env["crm.risk.conflict"]._count_by_implementation(domain)
        return {"count": sum(counts.values()), "domain": domain}

    @api.model
    def _get_scenario_labels(self):
        return [
            ["inherent", self.env._("Inherent")],
            ["current", self.env._("Current")],
            ["residual", self.env._("Residual")],
        ]

    @api.model
    def _get_heatmap_implementations(self):
        found = self.env["crm.implementation"].search(
            [("company_id", "=", self.env.company.id), ("state", "!=", "closed")],
            limit=SHOWN_IMPLEMENTATIONS,
        )
        return [[one.id, one.display_name] for one in found]

    @api.model
    def _get_heatmap_domain(self, implementation):
        """One currency per matrix: an implementation has one, a company too."""
        scope = (
            ("implementation_id", "=", implementation.id)
            if implementation
            else ("company_id", "=", self.env.company.id)
        )
        return [*self._get_open_domain(), scope]

    def _read_heatmap(self, domain, scenario):
        """{(probability level, impact level): (count, EMV, references)}"""
        groups = self._read_group(
            domain,
            [f"p_level_{scenario}", f"impact_level_{scenario}"],
            ["__count", f"emv_{scenario}:sum", "ref:array_agg"],
        )
        return {
            (p or 0, i or 0): (count, emv, refs) for p, i, count, emv, refs in groups
        }

    @api.model
    def _get_heatmap_bands(self, company):
        scale = self.env["crm.risk.scale"]
        bands = scale.search([("company_id", "in", [company.id, False])], order="level")
        result = {}
        for kind in ("probability", "impact"):
            of_kind = bands.filtered(lambda band, k=kind: band.type == k)
            shown = of_kind.filtered("company_id") or of_kind
            result[kind] = [
                {"level": band.level, "name": band.name, "range": band._get_range()}
                for band in shown
            ]
        return result

    def _get_heatmap_cell(self, domain, scenario, p, i, groups, ratings, company):
        count, emv, refs = groups.get((p, i), (0, 0.0, []))
        rating = ratings.get(p * i)
        return {
            "p": p,
            "i": i,
            "score": p * i,
            "rating": rating.name if rating else "",
            "color": rating.color if rating else f"hsl(210 80% {88 - 2 * p * i}%)",
            "count": count,
            "emv": company.currency_id.format(emv) if count else "",
            "amount": emv,
            "refs": sorted(ref for ref in refs if ref)[:SHOWN_REFS],
            "more": max(0, count - SHOWN_REFS),
            "domain": domain
            + [(f"p_level_{scenario}", "=", p), (f"impact_level_{scenario}", "=", i)],
        }
