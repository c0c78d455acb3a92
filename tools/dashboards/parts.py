"""What a dashboard consists of."""

from dataclasses import dataclass

COUNT = "__count"
COMPANY = '("company_id", "=", allowed_company_ids[0])'


@dataclass(frozen=True)
class Source:
    """Records of a model: further conditions in Odoo's domain notation. `company` is
    empty for models whose records belong to no company."""

    model: str
    conditions: tuple[str, ...] = ()
    company: str = COMPANY

    @property
    def domain(self) -> str:
        return f"[{', '.join(filter(None, (self.company, *self.conditions)))}]"

    def where(self, *conditions: str) -> "Source":
        return Source(self.model, (*self.conditions, *conditions), self.company)


@dataclass(frozen=True)
class Total:
    """Sum of a measure over a source; `sample` stands for it in the sample."""

    source: Source
    measure: str
    sample: float


@dataclass(frozen=True)
class Scorecard:
    title: str
    value: Total
    menu: str
    beside: Total | None = None
    beside_label: str = ""
    color: str = "#EFF6FF"


@dataclass(frozen=True)
class Chart:
    """`kind`: bar, line or pie. `sample`: label and value of each point."""

    title: str
    kind: str
    source: Source
    group: tuple[str, ...]
    measure: str
    menu: str
    sample: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Table:
    """The first records (`columns` are fields), the largest `order` on top unless
    `ascending`."""

    title: str
    source: Source
    columns: tuple[str, ...]
    order: str
    menu: str
    titles: tuple[str, ...]
    sample: tuple[tuple[str | float, ...], ...]
    ascending: bool = False


@dataclass(frozen=True)
class Filter:
    """A choice of the reader; `chains` tells the path to it from each model."""

    label: str
    model: str
    chains: dict[str, str]


@dataclass(frozen=True)
class Dashboard:
    addon: str
    name: str
    scorecards: tuple[Scorecard, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    filters: tuple[Filter, ...] = ()
