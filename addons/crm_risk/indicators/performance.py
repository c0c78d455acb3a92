"""What the sales force achieves: K22, K23, K24, K25, K27.

The figures themselves; how they stand against the weeks before the go-live is told on
the implementation, whose baseline they are compared with.
"""

from odoo.tools import SQL

from . import parts
from .funnel import WinRate
from .orders import ConfirmedRevenue, OrderIndicator, OrdersPerSalesperson
from .registry import register


@register
class OrdersPerSeller(OrdersPerSalesperson):
    code = "K22"


@register
class RevenuePerSeller(OrdersPerSalesperson):
    """Confirmed revenue per salesperson who confirmed at least one order."""

    code = "K23"

    def numerator(self, window):
        return parts.order_amount()


@register
class QuotationToOrder(OrderIndicator):
    """Days from the making of a quotation to its confirmation."""

    code = "K24"
    has_median = True
    condition = SQL("s.date_order >= s.create_date")

    def numerator(self, window):
        return parts.elapsed(SQL("s.date_order - s.create_date"), parts.DAY)

    def denominator(self, window):
        return SQL("1")


@register
class OpportunityWinRate(WinRate):
    """Share of won among the opportunities closed; leads never qualified are left
    out."""

    code = "K25"
    condition = SQL("l.type = 'opportunity' AND l.won_status IN ('won', 'lost')")


@register
class MarginShare(ConfirmedRevenue):
    """Margin of the confirmed orders by their untaxed amount."""

    code = "K27"
    modules = ("sale_margin",)

    def numerator(self, window):
        return SQL("COALESCE(s.margin, 0) / %s", parts.order_rate())

    def denominator(self, window):
        return parts.order_amount()
