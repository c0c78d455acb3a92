from . import (
    test_baseline,
    test_digest,
    test_effect,
    test_report,
    test_return,
    test_security,
)
