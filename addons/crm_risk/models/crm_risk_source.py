"""From where a risk was seen, and the button that raises one there.

Any record can be the source of a risk: a finding of the preparation, an order, a
lead. What inherits :class:`CrmRiskSource` says in `_prepare_raised_risk` how the
statement "cause → event → consequence" reads, and gets the buttons of both ways.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CrmRiskSource(models.AbstractModel):
    _name = "crm.risk.source"
    _description = "Source of Risks"

    _risk_children = ()
    """Names of the lines whose risks count as raised here too."""

    raised_risk_count = fields.Integer(
        compute="_compute_raised_risk_count", string="Raised Risks"
    )

    @api.depends_context("uid")
    def _compute_raised_risk_count(self):
        parents = self._get_raising()
        risks = self.env["crm.risk"]
        if not risks.has_access("read"):
            self.raised_risk_count = 0
            return
        groups = risks._read_group(
            self._get_raised_domain(parents), ["res_model", "res_id"], ["__count"]
        )
        counts = dict.fromkeys(self.ids, 0)
        for model, res_id, count in groups:
            if (model, res_id) in parents:
                counts[parents[model, res_id]] += count
        for source in self:
            source.raised_risk_count = counts.get(source.id, 0)

    def _get_raising(self):
        """{(model, id): id of the source that shows it} of sources and their lines."""
        parents = {(self._name, source.id): source.id for source in self}
        for name in self._risk_children:
            for source in self:
                for line in source[name]:
                    parents[line._name, line.id] = source.id
        return parents

    def _get_raised_domain(self, parents):
        models_ = {model for model, _id in parents}
        return Domain.OR(
            Domain("res_model", "=", model)
            & Domain("res_id", "in", [i for name, i in parents if name == model])
            for model in models_
        )

    def unlink(self):
        # sudo: a risk outlives what it was seen at, whoever may read the risk
        risks = self.env["crm.risk"].sudo().with_context(active_test=False)
        raised = risks.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        result = super().unlink()
        raised.write({"res_model": False, "res_id": False})
        return result

    # --- raising

    def _prepare_raised_risk(self):
        """Values of the risk seen here: at least name and cause."""
        raise NotImplementedError

    def _get_raised_template(self):
        """Risk of the catalogue that this record points to, if it does."""
        return self.env["crm.risk.template"]

    def action_raise_risk(self):
        """Put the risk seen here into the register and show it.

        Pressed twice, it shows the risk that is open already.
        """
        self.ensure_one()
        return self._get_or_raise()._get_records_action()

    def _get_or_raise(self):
        self.ensure_one()
        risks = self.env["crm.risk"]
        is_open = [
            *risks._get_open_domain(),
            ("implementation_id", "=", self._hub().id),
        ]
        mine = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        found = risks.search([*is_open, *mine], limit=1)
        template = self._get_raised_template()
        if not found and template:
            found = risks.search([*is_open, ("template_id", "=", template.id)], limit=1)
            if found and not found.res_id:
                found.write({"res_model": self._name, "res_id": self.id})
        return found or risks.create(self._prepare_linked_risk(template))

    def _hub(self):
        """Implementation in whose register the risk goes."""
        return self.implementation_id

    def _prepare_linked_risk(self, template):
        hub = self._hub()
        if not hub:
            raise UserError(
                self.env._(
                    "%(record)s: choose the implementation first, its register takes"
                    " the risk.",
                    record=self.display_name,
                )
            )
        values = template._prepare_risk(hub) if template else {}
        return {
            **values,
            "owner_id": hub.manager_id.id,
            **self._prepare_raised_risk(),
            "implementation_id": hub.id,
            "res_model": self._name,
            "res_id": self.id,
        }

    def action_open_raised_risks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_risk.crm_risk_action"
        )
        return {
            **action,
            "domain": list(self._get_raised_domain(self._get_raising())),
            "context": {"default_implementation_id": self._hub().id, "create": False},
        }
