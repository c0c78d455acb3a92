"""The documents a trading company leaves behind, as the writers take them.

Money is in whole pence, moments are naive UTC as Odoo stores them. The fields below
the line in each class are filled while the document is written.
"""

from dataclasses import dataclass, field

from .moments import Moment


@dataclass(slots=True, eq=False)
class Customer:
    name: str
    reference: str
    country: str = ""  # ISO code, "" when unknown
    is_company: bool = True
    # ----
    id: int = 0


@dataclass(slots=True, eq=False)
class Product:
    code: str
    name: str
    price: int
    cost: int
    is_goods: bool = True
    # ----
    id: int = 0

    @property
    def label(self) -> str:
        return f"[{self.code}] {self.name}"


@dataclass(slots=True, eq=False)
class Item:
    """A line of a sale."""

    product: Product
    quantity: int
    price: int
    returned: int = 0  # taken back by credits, known before writing
    # ----
    line_id: int = 0
    move_id: int = 0

    @property
    def amount(self) -> int:
        return self.quantity * self.price


@dataclass(slots=True, eq=False)
class Sale:
    """An order confirmed, delivered and invoiced at one moment."""

    moment: Moment
    reference: str
    customer: Customer
    items: list[Item]
    user_id: int | None = None
    team_id: int | None = None
    opportunity: "Opportunity | None" = None  # won by this sale
    delivered: bool = True  # and invoiced; else confirmed only
    # ----
    reversed_amount: int = 0  # by credits that name this invoice only
    id: int = 0
    name: str = ""
    picking_id: int = 0
    picking_name: str = ""
    stock_reference_id: int = 0
    invoice_id: int = 0
    receivable_id: int = 0
    partials: list[int] = field(default_factory=list)

    @property
    def amount(self) -> int:
        return sum(item.amount for item in self.items)

    @property
    def has_goods(self) -> bool:
        return any(item.product.is_goods for item in self.items)


@dataclass(slots=True, eq=False)
class Opportunity:
    """A deal of the sales pipeline, from its creation to its end. One that is won is
    worth at least the sale that wins it: Odoo raises it to that on confirmation."""

    moment: Moment
    customer: Customer
    amount: int
    user_id: int
    team_id: int
    outcome: str = "open"  # or won, or lost
    closed: Moment | None = None
    # ----
    id: int = 0

    @property
    def name(self) -> str:
        return f"Opportunity of {self.customer.name}"


@dataclass(slots=True, eq=False)
class Return:
    """A line of a credit: what came back, and from which line of which sale."""

    product: Product
    quantity: int
    price: int
    sale: Sale | None = None
    item: Item | None = None

    @property
    def amount(self) -> int:
        return self.quantity * self.price


def merged(items: list[Return]) -> list[Return]:
    """One line per product, as Odoo merges the moves of a transfer."""
    totals: dict[Product, int] = {}
    for item in items:
        totals[item.product] = totals.get(item.product, 0) + item.quantity
    return [Return(product, total, 0) for product, total in totals.items()]


@dataclass(slots=True, eq=False)
class Credit:
    """Goods taken back and credited at one moment."""

    moment: Moment
    reference: str
    customer: Customer
    items: list[Return]

    @property
    def amount(self) -> int:
        return sum(item.amount for item in self.items)

    @property
    def reversed_sale(self) -> Sale | None:
        """The one sale that everything came from, if there is one."""
        sales = {item.sale for item in self.items}
        return sales.pop() if len(sales) == 1 else None

    def by_sale(self) -> dict[Sale | None, list[Return]]:
        """Goods that came back, by the sale they came from, unknown ones last."""
        groups: dict[Sale | None, list[Return]] = {}
        for item in self.items:
            if item.product.is_goods:
                groups.setdefault(item.sale, []).append(item)
        if None in groups:
            groups[None] = groups.pop(None)
        return groups


@dataclass(slots=True, eq=False)
class Count:
    """A stock count that finds so much more of each product than the books say."""

    moment: Moment
    found: list[tuple[Product, int]]


Document = Sale | Credit | Count | Opportunity
