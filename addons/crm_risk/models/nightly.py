"""How nightly jobs go through their records."""

import logging

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)


def each(env, job, records, *steps):
    """Take every record through ``steps``, each record committed on its own.

    A step that fails is rolled back, logged, and told to whoever leads the
    implementation until it succeeds again; the other steps and records go on, now and
    at the next start.

    :param str job: external id of the scheduled action
    :param records: each has an ``implementation_id`` or is an implementation
    :param steps: names of methods without arguments
    :return: whether there was time for all of them
    """
    cron = env["ir.cron"]
    task = env.ref(job)
    failures = env["crm.job.failure"]._take_up(task, records)
    cron._commit_progress(remaining=len(records))
    for record in records:
        for step in steps:
            failures._settle(task, record, step, attempt(record, step))
        if not cron._commit_progress(1):
            return False
    return True


def attempt(record, step):
    """Do one step, all of it or nothing; return the error that stopped it."""
    try:
        with record.env.cr.savepoint():
            getattr(record, step)()
    except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:  # nobody's fault: the job is retried
        raise
    except Exception as error:
        _logger.exception("%s of %s failed", step, record)
        return error
    return None
