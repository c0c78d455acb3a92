from . import test_risk_catalogue
from . import test_indicator_property
from . import test_indicator_stock_ledger
