from . import test_risk_catalogue
from . import test_indicator_property
from . import test_indicator_stock_ledger
from . import test_indicator_fact
from . import test_indicator_refresh
from . import test_indicator_rights
from . import test_indicator_domain
from . import test_implementation
