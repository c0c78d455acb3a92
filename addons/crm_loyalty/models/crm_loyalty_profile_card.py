from odoo import api, models
from odoo.tools import format_date


class CrmLoyaltyProfile(models.Model):
    """The 360 card: what a salesperson needs to know at one glance, line by line.

    To add a line, extend `_card_items`: one batched look-up for all the profiles, then
    one `_card_item` per profile that has something to say. The whole card may cost ten
    queries per form, so a line has one or two of them.
    """

    _inherit = "crm.loyalty.profile"

    def _card_items(self):
        """Return the lines of the card: a list of `_card_item` per profile id."""
        return {
            profile.id: [
                item
                for item in (
                    profile._card_stage(),
                    profile._card_segment(),
                    profile._card_strategy(),
                    profile._card_rhythm(),
                )
                if item
            ]
            for profile in self
        }

    @api.model
    def _card_item(self, key, sequence, label, value, why, level="muted"):
        """Return one line of the card.

        Sequences: stage 10, segment 20, strategy 30, tier 40, points 50, reorder 60,
        complaint 70, satisfaction 80, rhythm 90. Levels colour the value: muted, info,
        success, warning, danger. All texts are in the user's language.
        """
        return {
            "key": key,
            "sequence": sequence,
            "label": label,
            "value": value,
            "why": why,
            "level": level,
        }

    def _card(self):
        """Return the sorted lines of the card per profile id."""
        if not self:  # nobody to look anything up for, perhaps no right to
            return {}
        return {
            profile_id: sorted(items, key=lambda item: item["sequence"])
            for profile_id, items in self._card_items().items()
        }

    def _card_stage(self):
        if not self.stage_id:
            return None
        return self._card_item(
            "stage",
            10,
            self.env._("Stage"),
            self.stage_id._words().name,
            self._explain_stage(),
            self.stage_id._words().level,
        )

    def _card_strategy(self):
        if not self.strategy_id:
            return None
        states = dict(self._fields["strategy_state"]._description_selection(self.env))
        return self._card_item(
            "strategy",
            30,
            self.env._("Strategy"),
            f"{self.strategy_id._words().name} ({states[self.strategy_state].lower()})",
            self._explain_strategy(),
            "warning" if self.strategy_state == "proposed" else "info",
        )

    def _card_segment(self):
        if not self.segment_id:
            return None
        return self._card_item(
            "segment",
            20,
            self.env._("Segment"),
            self.segment_id._words().name,
            self._explain_segment(),
            "info",
        )

    def _card_rhythm(self):
        if not self.last_order_date:
            return None
        last = format_date(self.env, self.last_order_date)
        if self.order_days > 1:
            why = self.env._(
                "Orders: %(orders)s; one every %(days)s days on average.",
                orders=self.order_count,
                days=round(self.avg_interval),
            )
        else:
            why = self.env._("One purchase day so far: no rhythm yet.")
        return self._card_item("rhythm", 90, self.env._("Last order"), last, why)
