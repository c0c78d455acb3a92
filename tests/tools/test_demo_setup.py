"""The demo shows what the nightly jobs make."""

from xml.etree import ElementTree

from tools import demo_setup, paths


def test_every_job_of_the_suite_runs():
    jobs = {
        f"{addon}.{record.get('id')}"
        for addon in paths.SUITE
        for file in (paths.ADDONS / addon / "data").glob("*.xml")
        for record in ElementTree.parse(file).iter("record")
        if record.get("model") == "ir.cron"
    }
    assert jobs
    assert jobs == set(demo_setup.JOBS)
