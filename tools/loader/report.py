"""What was loaded, what was left out and why; the file's totals month by month."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .rules import BY_PROBLEM, COLUMNS, RULES, Source

PENNY = Decimal("0.01")


@dataclass
class Month:
    """Amounts in the file's currency; `loaded` is what Odoo's own books say."""

    name: str
    lines: int = 0
    file: Decimal = Decimal(0)
    left_out: Decimal = Decimal(0)
    loaded: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        return (self.file - self.left_out - self.loaded).quantize(PENNY)


def months(env, company, source: Source) -> list[Month]:
    """Invoices less credit notes in the books, beside the file."""
    table: dict[str, Month] = {}
    for line in source.lines:
        name = f"{line.moment:%Y-%m}"
        month = table.setdefault(name, Month(name))
        month.lines += 1
        month.file += line.amount
        month.left_out += line.amount - line.loaded_pence * PENNY
    env.cr.execute(
        """
        SELECT to_char(invoice_date, 'YYYY-MM'), sum(amount_untaxed_signed)
          FROM account_move
         WHERE company_id = %s AND state = 'posted' AND move_type LIKE 'out\\_%%'
         GROUP BY 1
        """,
        [company.id],
    )
    for name, amount in env.cr.fetchall():
        table.setdefault(name, Month(name)).loaded = Decimal(str(amount))
    return [table[name] for name in sorted(table)]


def text(source: Source, table: list[Month]) -> str:
    lines = ["", "Lines with a problem (one line may have several):"]
    counts, amounts = _by_decision(source)
    for rule in RULES:
        if source.counts[rule.problem]:
            lines.append(
                f"  {source.counts[rule.problem]:>8,}  {rule.problem}: {rule.handling}"
            )
    lines += ["", "Lines left out, by the first problem they have:"]
    for problem, count in sorted(counts.items()):
        lines.append(f"  {count:>8,}  {amounts[problem]:>14,.2f}  {problem}")
    lines += ["", *_month_lines(table)]
    return "\n".join(lines)


def _by_decision(source: Source) -> tuple[dict[str, int], dict[str, Decimal]]:
    counts: dict[str, int] = defaultdict(int)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    for line in source.lines:
        if not line.loaded:
            problem = next(p for p in line.problems if not BY_PROBLEM[p].loaded)
            counts[problem] += 1
            amounts[problem] += line.amount
    if source.unreadable:
        counts["unreadable"] = source.unreadable
    return counts, amounts


def _month_lines(table: list[Month]) -> list[str]:
    total = Month(
        "total",
        sum(month.lines for month in table),
        sum((month.file for month in table), Decimal(0)),
        sum((month.left_out for month in table), Decimal(0)),
        sum((month.loaded for month in table), Decimal(0)),
    )
    head = ("month", "lines", "loaded", "left out", "file", "difference")
    lines = ["{:<8}{:>9}{:>16}{:>14}{:>16}{:>12}".format(*head)]
    for month in [*table, total]:
        lines.append(
            f"{month.name:<8}{month.lines:>9,}{month.loaded:>16,.2f}"
            f"{month.left_out:>14,.2f}{month.file:>16,.2f}{month.difference:>12,.2f}"
        )
    return lines


def write(folder: Path, name: str, source: Source, table: list[Month]) -> None:
    """`load-NAME.csv` lists every line with a problem, `load-NAME.txt` sums up."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"load-{name}.txt").write_text(text(source, table) + "\n")
    problems = {line.row: line for line in source.lines if line.problems}
    with (folder / f"load-{name}.csv").open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["row", *COLUMNS, "problems", "loaded", "handling"])
        for row in sorted(source.raw):
            line = problems.get(row)
            found = line.problems if line else ("unreadable",)
            out.writerow([row, *_padded(source.raw[row]), *_decision(found)])


def _padded(record: list[str]) -> list[str]:
    return (record + [""] * len(COLUMNS))[: len(COLUMNS)]


def _decision(problems: tuple[str, ...]) -> list[str]:
    rules = [BY_PROBLEM[problem] for problem in problems]
    against = [rule for rule in rules if not rule.loaded]
    decisive = against[:1] or rules
    return [
        ", ".join(problems),
        "no" if against else "yes",
        "; ".join(rule.handling for rule in decisive),
    ]
