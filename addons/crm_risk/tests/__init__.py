from . import test_risk_catalogue
