"""Set everything up on a fresh machine and serve the suite with demo data."""

from .. import odoo_process, suite
from ..console import say
from ..provision import lock, system
from . import serve

DATABASE = "demo"
LANGUAGES = {"en": "en_US", "ru": "ru_RU"}


def add_arguments(parser):
    parser.add_argument("--lang", choices=LANGUAGES, help="language of the demo users")
    parser.add_argument("--port", type=int, default=serve.PORT)
    parser.add_argument("--no-serve", action="store_true", help="stop after set-up")


def run(options):
    if not options.no_serve:
        serve.check_port(options.port)
    odoo_process.provision()
    with lock.exclusive():
        suite.ensure(DATABASE, demo=True)
        if options.lang:
            _set_language(LANGUAGES[options.lang])
    system.report_missing()
    if options.no_serve:
        say("The demo is ready: ./run demo serves it.")
        return 0
    _introduce(options.port)
    return serve.serve(DATABASE, options.port)


def _set_language(code):
    if not lock.is_done("demo-language", code):
        odoo_process.script(
            DATABASE,
            "from tools.demo_setup import set_language; "
            "set_language(env, arguments[0])",
            code,
        )
        lock.mark_done("demo-language", code)


def _introduce(port):
    say(
        f"""
  CRM value suite on http://127.0.0.1:{port}
  Login: admin   Password: admin      (a salesperson: demo / demo)

  Look first at
    CRM Risks > Overview                  what threatens the introduction, in money
    CRM > Customers > Loyalty > Profiles  who matters and why
    Economic Effects > Implementations    what it brought and how sure we are

  Stop with Ctrl+C.
"""
    )
