"""The customer's account of loyalty, `/my/loyalty`."""

import math

from werkzeug.exceptions import NotFound

from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.crm_loyalty_portal import QUANTITY_LIMIT

HOME = "/my/loyalty"
COMPLAINT_FIELDS = ("name", "description", "order_id", "cause_id")
SHOWN_COMPLAINTS = 3
MESSAGE_KINDS = {
    "known": "info",
    "nothing": "warning",
    "quantity": "warning",
    "code": "warning",
}


class LoyaltyPortal(CustomerPortal):
    """Reads and writes through `crm.loyalty.portal`, which finds only what is the
    customer's own; anything else does not exist."""

    @route(HOME, type="http", auth="user", website=True, readonly=True)
    def portal_my_loyalty(self, done=None, **kw):
        portal, partner = self._loyalty()
        cards = portal._get_cards(partner)
        complaints, domain = portal._get_complaints(partner)
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "loyalty",
            "cards": cards,
            "referrals": portal._get_referrals(cards),
            "may_name_referrer": portal._may_name_referrer(partner),
            "rewards_of": portal._get_rewards,
            "replenishment": portal._get_replenishment(partner),
            "quantity_of": portal._get_quantity,
            "surveys": portal._get_surveys(partner),
            "complaints": complaints.search(domain, limit=SHOWN_COMPLAINTS),
            "message": self._loyalty_message(done),
            **portal._get_consent(partner),
        }
        return request.render("crm_loyalty.portal_my_loyalty", values)

    @route(
        [
            f"{HOME}/points/<int:card_id>",
            f"{HOME}/points/<int:card_id>/page/<int:page>",
        ],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_loyalty_points(
        self, card_id, page=1, sortby=None, filterby=None, **kw
    ):
        portal, partner = self._loyalty()
        card = portal._get_card(partner, card_id) or self._not_found()
        filters, sortings = portal._ledger_filters(), portal._ledger_sortings()
        filterby = filterby if filterby in filters else "all"
        sortby = sortby if sortby in sortings else "newest"
        history = request.env["loyalty.history"].sudo()  # of the customer's own card
        domain = portal._ledger_domain(card, filters[filterby]["domain"])
        url = f"{HOME}/points/{card.id}"
        pages = pager(
            url=url,
            url_args={"sortby": sortby, "filterby": filterby},
            total=history.search_count(domain),
            page=self._as_number(page, 1),
            step=self._items_per_page,
        )
        values = {
            **self._prepare_portal_layout_values(),
            "page_name": "loyalty_points",
            "card": card,
            "rows": history.search(
                domain,
                order=sortings[sortby]["order"],
                limit=self._items_per_page,
                offset=pages["offset"],
            ),
            "pager": pages,
            "default_url": url,
            "searchbar_sortings": sortings,
            "searchbar_filters": filters,
            "sortby": sortby,
            "filterby": filterby,
        }
        return request.render("crm_loyalty.portal_my_loyalty_points", values)

    @route(f"{HOME}/reorder", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_loyalty_reorder(self, note="", **kw):
        portal, partner = self._loyalty()
        form = request.httprequest.form
        quantities = {
            self._as_number(key, 0): self._as_quantity(form.get(f"quantity_{key}"))
            for key in form.getlist("product")
        }
        own = set(portal._get_replenishment(partner).ids)
        if not quantities.keys() <= own:
            self._not_found()
        if not quantities or None in quantities.values():
            return self._back("nothing" if not quantities else "quantity")
        quotations = portal._request_quotation(partner, quantities, self._text(note))
        return self._back("requested" if quotations else "known")

    @route(
        [f"{HOME}/complaints", f"{HOME}/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_loyalty_complaints(self, page=1, done=None, **kw):
        return self._render_complaints(page, message=self._loyalty_message(done))

    @route(
        f"{HOME}/complaints/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_my_loyalty_complain(self, **kw):
        _portal, partner = self._loyalty()
        values = {
            name: self._text(kw[name])
            for name in COMPLAINT_FIELDS
            if isinstance(kw.get(name), str)
        }
        try:
            request.env["crm.loyalty.complaint"]._create_from_portal(partner, values)
        except ValidationError as error:  # what was typed is kept
            return self._render_complaints(1, ("warning", str(error)), values)
        return request.redirect(f"{HOME}/complaints?done=complained")

    def _render_complaints(self, page, message=None, typed=None):
        portal, partner = self._loyalty()
        complaints, domain = portal._get_complaints(partner)
        pages = pager(
            url=f"{HOME}/complaints",
            total=complaints.search_count(domain),
            page=self._as_number(page, 1),
            step=self._items_per_page,
        )
        values = {
            **self._prepare_portal_layout_values(),
            **portal._complaint_choices(partner),
            "page_name": "loyalty_complaints",
            "complaints": complaints.search(
                domain, limit=self._items_per_page, offset=pages["offset"]
            ),
            "pager": pages,
            "message": message,
            "typed": typed or {},
        }
        return request.render("crm_loyalty.portal_my_loyalty_complaints", values)

    @route(f"{HOME}/referral", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_loyalty_referral(self, code="", **kw):
        portal, partner = self._loyalty()
        is_good = portal._name_referrer(partner, self._text(code))
        return self._back("referred" if is_good else "code")

    @route(f"{HOME}/consent", type="http", auth="user", website=True, methods=["POST"])
    def portal_my_loyalty_consent(self, agrees=None, profiled=None, **kw):
        portal, partner = self._loyalty()
        portal._set_consent(partner, bool(agrees), bool(profiled))
        return self._back("saved")

    def _loyalty(self):
        return request.env["crm.loyalty.portal"], request.env.user.partner_id

    def _loyalty_message(self, done):
        """Return kind and text of what is said after an action; none for others."""
        text = self._loyalty_texts().get(done)
        return text and (MESSAGE_KINDS.get(done, "success"), text)

    def _loyalty_texts(self):
        env = request.env
        return {
            "requested": env._(
                "Thank you! We prepare your quotation and send it to you."
            ),
            "known": env._(
                "These products are in a quotation or an order of yours already."
            ),
            "nothing": env._("Please choose at least one product."),
            "quantity": env._(
                "Please enter quantities above zero and below a million."
            ),
            "complained": env._("Thank you for telling us. We look into it at once."),
            "referred": env._("Thank you! We shall thank who recommended us."),
            "code": env._("We do not know this code. Please check it."),
            "saved": env._("Your choice has been saved."),
        }

    def _back(self, done):
        return request.redirect(f"{HOME}?done={done}")

    def _not_found(self):
        raise NotFound

    @staticmethod
    def _as_number(value, otherwise):
        """Return a whole number written by a stranger; none is that long."""
        text = str(value)
        return int(text) if text.isdecimal() and len(text) < 16 else otherwise

    @staticmethod
    def _as_quantity(value):
        """Return the quantity typed, `None` if it is none."""
        try:
            quantity = float((value or "").replace(",", "."))
        except ValueError:
            return None
        in_range = math.isfinite(quantity) and 0 < quantity < QUANTITY_LIMIT
        return quantity if in_range else None

    @staticmethod
    def _text(value):
        return value.replace("\x00", "").strip()
