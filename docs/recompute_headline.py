#!/usr/bin/env python3
"""Compute the headline of an exported return anew, with nothing but Python.

    python3 recompute_headline.py "CRM for sales.json"
    python3 recompute_headline.py "CRM for sales.csv" --rate 0.10 \\
        --go-live 2025-01-01 --convention monthly

The JSON holds rate, go-live and convention, and the figures as the addon computed
them: they are compared, and the exit code is 1 if one differs by more than a cent
(or a millionth, for rates). A CSV holds only the amounts, so say the rest yourself.

Amounts: costs are negative; every amount counts times its factor (what linked risks
leave of an expected benefit, or the uplift of a planned cost).
Time in years from the first amount: whole months / 12 (monthly), one month more
(excel), 0 before the go-live and 1, 2 … at the end of the years after it
(tei_annual), days / 365 (dated).
"""

import argparse
import csv
import json
import sys
from datetime import date

CENT, MILLIONTH = 0.01, 1e-6


def main(arguments=None):
    options = parse(arguments)
    export = read(options)
    found = headline(
        export["flows"],
        export["discount_rate"],
        export["date_go_live"],
        export["convention"],
    )
    wrong = 0
    for name, value in found.items():
        stated = export.get("headline", {}).get(name)
        line = f"{name:20} {show(value):>18}"
        if export.get("headline"):
            same = is_same(name, value, stated)
            wrong += not same
            line += f" {show(stated):>18}  {'ok' if same else 'DIFFERS'}"
        print(line)
    return 1 if wrong else 0


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", help="the export, .json or .csv")
    parser.add_argument("--rate", type=float, default=0.10)
    parser.add_argument("--go-live", type=date.fromisoformat)
    parser.add_argument("--convention", default="monthly")
    return parser.parse_args(arguments)


def read(options):
    """The export as a dictionary, dates as dates and numbers as numbers."""
    if options.file.endswith(".json"):
        with open(options.file, encoding="utf-8") as source:
            export = json.load(source)
    else:
        with open(options.file, encoding="utf-8-sig", newline="") as source:
            flows = list(csv.DictReader(source))
        export = {
            "flows": flows,
            "discount_rate": options.rate,
            "date_go_live": options.go_live or min(flow["date"] for flow in flows),
            "convention": options.convention,
        }
    for flow in export["flows"]:
        flow["date"] = as_date(flow["date"])
        flow["net"] = float(flow["amount"]) * float(flow["factor"])
    export["flows"].sort(key=lambda flow: flow["date"])
    export["date_go_live"] = as_date(export["date_go_live"])
    return export


def as_date(value):
    return value if isinstance(value, date) else date.fromisoformat(value)


def headline(flows, rate, go_live, convention):
    """NPV, ROI and both paybacks of the flows."""
    times = years(flows, go_live, convention)
    values = [
        flow["net"] * (1 + rate) ** -time
        for flow, time in zip(flows, times, strict=True)
    ]
    kinds = [flow["kind"] for flow in flows]
    spent = -sum(v for v, kind in zip(values, kinds, strict=True) if kind == "cost")
    npv = sum(values)
    monthly = by_month(flows)
    growth = (1 + rate) ** (1 / 12)
    return {
        "npv": npv,
        "roi": npv / spent if spent > 0 else None,
        "payback": payback(monthly),
        "discounted_payback": payback(
            [amount * growth**-i for i, amount in enumerate(monthly)]
        ),
    }


def years(flows, go_live, convention):
    """Years from the first amount to each of them."""
    start = flows[0]["date"]
    if convention == "dated":
        return [(flow["date"] - start).days / 365 for flow in flows]
    if convention == "tei_annual":
        after = [months(go_live, flow["date"]) for flow in flows]
        return [0 if count < 0 else 1 + count // 12 for count in after]
    wait = {"monthly": 0, "excel": 1}[convention]
    return [(wait + months(start, flow["date"])) / 12 for flow in flows]


def months(first, second):
    return 12 * (second.year - first.year) + second.month - first.month


def by_month(flows):
    start = flows[0]["date"]
    totals = [0.0] * (1 + months(start, flows[-1]["date"]))
    for flow in flows:
        totals[months(start, flow["date"])] += flow["net"]
    return totals


def payback(amounts):
    """Months until the running total first recovers, linear inside the month."""
    total, deficit = 0.0, False
    for period, amount in enumerate(amounts):
        before, total = total, total + amount
        if deficit and total >= 0:
            return period - 1 + before / (before - total)
        deficit = deficit or total < 0
    return None if deficit else 0.0


def is_same(name, value, stated):
    if value is None or stated is None:
        return (value or None) == (stated or None)
    return abs(value - stated) <= (CENT if name == "npv" else MILLIONTH)


def show(value):
    return "-" if value is None else f"{value:,.6f}"


if __name__ == "__main__":
    sys.exit(main())
