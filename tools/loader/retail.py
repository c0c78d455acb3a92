"""The Online Retail file as documents: who sold what to whom, and what came back."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from . import counts
from .model import Count, Credit, Customer, Document, Item, Product, Return, Sale
from .moments import Moment
from .rules import Line

SHOP_TIME = ZoneInfo("Europe/London")  # the file gives local time, Odoo stores UTC
UTC = ZoneInfo("UTC")

# Codes that are no goods: postage, carriage, manual entries, discounts, samples,
# bank and marketplace fees, commission, gift vouchers.
SERVICES = {
    "AMAZONFEE",
    "B",
    "BANK CHARGES",
    "C2",
    "CRUK",
    "D",
    "DOT",
    "M",
    "POST",
    "S",
}
VOUCHER = "GIFT_"

# Costs are not in the file: a wholesaler's usual gross margin is 40 %.
COST_PERCENT = 60

COUNTRY_CODES = {
    "Australia": "AU",
    "Austria": "AT",
    "Bahrain": "BH",
    "Belgium": "BE",
    "Brazil": "BR",
    "Canada": "CA",
    "Cyprus": "CY",
    "Czech Republic": "CZ",
    "Denmark": "DK",
    "EIRE": "IE",
    "Finland": "FI",
    "France": "FR",
    "Germany": "DE",
    "Greece": "GR",
    "Hong Kong": "HK",
    "Iceland": "IS",
    "Israel": "IL",
    "Italy": "IT",
    "Japan": "JP",
    "Lebanon": "LB",
    "Lithuania": "LT",
    "Malta": "MT",
    "Netherlands": "NL",
    "Norway": "NO",
    "Poland": "PL",
    "Portugal": "PT",
    "RSA": "ZA",
    "Saudi Arabia": "SA",
    "Singapore": "SG",
    "Spain": "ES",
    "Sweden": "SE",
    "Switzerland": "CH",
    "USA": "US",
    "United Arab Emirates": "AE",
    "United Kingdom": "GB",
}


@dataclass
class Plan:
    customers: list[Customer]
    products: list[Product]
    documents: list[Document]


def plan(lines: Iterable[Line]) -> Plan:
    """All documents of the loadable lines, in the order of their moments."""
    loaded = [line for line in lines if line.loaded]
    customers = _customers(loaded)
    products = _products(loaded)
    trades = _trades(loaded, customers, products)
    documents = sorted(
        [*_counts(trades), *trades], key=lambda document: document.moment.at
    )
    return Plan(list(customers.values()), list(products.values()), documents)


def _customer_key(line: Line) -> str:
    return line.customer or f"unnamed {line.country}"


def _customers(lines: list[Line]) -> dict[str, Customer]:
    """A few customers appear under two countries: the more usual one is theirs."""
    named = _most_usual((_customer_key(line), line.country) for line in lines)
    return {
        key: Customer(
            name=(
                f"Customer {key}"
                if key[:1].isdigit()
                else f"Unnamed customers ({country})"
            ),
            reference=key,
            country=COUNTRY_CODES.get(country, ""),
            is_company=key[:1].isdigit(),
        )
        for key, country in named.items()
    }


def _products(lines: list[Line]) -> dict[str, Product]:
    names = _most_usual((line.code, line.description) for line in lines)
    prices = _most_usual((line.code, line.price) for line in lines)
    return {code: _product(code, names[code], prices[code]) for code in names}


def _most_usual(pairs: Iterable[tuple]) -> dict:
    """The value seen most often with each key; an empty one only if there is no
    other. Keys in order, equal counts by value, so that every run agrees."""
    best: dict = {}
    for (key, value), count in sorted(Counter(pairs).items()):
        rank = (bool(value), count)
        if key not in best or rank > best[key][0]:
            best[key] = rank, value
    return {key: value for key, (_, value) in best.items()}


def _product(code: str, name: str, price: int) -> Product:
    goods = is_goods(code)
    return Product(
        code=code,
        name=name or code,
        price=price,
        cost=(price * COST_PERCENT + 50) // 100 if goods else 0,
        is_goods=goods,
    )


def is_goods(code: str) -> bool:
    return code not in SERVICES and not code.startswith(VOUCHER)


def _trades(
    lines: list[Line], customers: dict[str, Customer], products: dict[str, Product]
) -> list[Sale | Credit]:
    """Sales and credits in order; a credit takes from the newest sale it fits."""
    moments: dict[datetime, Moment] = {}
    open_items: dict[tuple, list[tuple[Sale, Item]]] = defaultdict(list)
    trades: list[Sale | Credit] = []
    for group in _by_invoice(lines):
        first = group[0]
        at = _utc(first.moment)
        head = {
            "moment": moments.setdefault(at, Moment(at)),
            "reference": first.invoice,
            "customer": customers[_customer_key(first)],
        }
        if first.is_credit:
            items = [
                part
                for line in group
                for part in _take_back(line, products[line.code], open_items)
            ]
            trades.append(Credit(**head, items=items))
            continue
        sale = Sale(**head, items=[_item(line, products) for line in group])
        trades.append(sale)
        for line, item in zip(group, sale.items, strict=True):
            if line.customer and line.price:
                open_items[_match_key(line)].append((sale, item))
    return trades


def _by_invoice(lines: list[Line]) -> list[list[Line]]:
    """Lines of each invoice; some invoices were printed over two minutes."""
    ordered = sorted(lines, key=lambda line: (line.invoice, line.row))
    groups = [list(rows) for _, rows in groupby(ordered, key=lambda x: x.invoice)]
    return sorted(groups, key=lambda group: (group[0].moment, group[0].row))


def _utc(local: datetime) -> datetime:
    return local.replace(tzinfo=SHOP_TIME).astimezone(UTC).replace(tzinfo=None)


def _item(line: Line, products: dict[str, Product]) -> Item:
    return Item(products[line.code], line.quantity, line.price)


def _match_key(line: Line) -> tuple:
    return line.customer, line.code, line.price


def _take_back(line: Line, product: Product, open_items: dict) -> list[Return]:
    """Split a credited line over the sales it came from. Newest first: what comes
    back was mostly bought last. What fits no sale (bought before the file begins, or
    at another price) stays without one."""
    left = -line.quantity
    parts = []
    stack = open_items.get(_match_key(line), [])
    while left and stack:
        sale, item = stack[-1]
        quantity = min(left, item.quantity - item.returned)
        item.returned += quantity
        left -= quantity
        parts.append(Return(product, quantity, line.price, sale, item))
        if item.returned == item.quantity:
            stack.pop()
    if left:
        parts.append(Return(product, left, line.price))
    return parts


def _counts(trades: list[Sale | Credit]) -> list[Count]:
    shipped: dict[datetime, Counter] = defaultdict(Counter)
    back: dict[datetime, Counter] = defaultdict(Counter)
    for trade in trades:
        target = shipped if isinstance(trade, Sale) else back
        month = target[counts.month_of(trade.moment.at)]
        for item in trade.items:
            if item.product.is_goods:
                month[item.product] += item.quantity
    return counts.plan(shipped, back)
