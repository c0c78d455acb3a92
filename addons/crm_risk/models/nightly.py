"""How nightly jobs go through their records."""

import logging

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


def each(env, batches, work):
    """Do ``work(batch)`` for every recordset, each in a committed step of its own.

    What fails is rolled back and written to the log; the others go on, now and at the
    next start. Returns whether there was time for all of them.
    """
    batches = list(batches)
    cron = env["ir.cron"]
    cron._commit_progress(remaining=sum(map(len, batches)))
    for batch in batches:
        try:
            with env.cr.savepoint():
                work(batch)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:  # nobody's fault: the job is retried
            raise
        except Exception:
            _logger.exception("%s of %s failed", work.__qualname__, batch)
        if not cron._commit_progress(len(batch)):
            return False
    return True
