from . import (
    test_baseline,
    test_cost_burn,
    test_cost_documents,
    test_demo,
    test_digest,
    test_effect,
    test_job,
    test_report,
    test_return,
    test_return_published,
    test_security,
    test_tours,
)
