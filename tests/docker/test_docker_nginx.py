"""The nginx files: read by crossplane, and served by a real nginx where there is one,
with two small servers in the place of Odoo's ports 8069 and 8072.

    /                     web        /websocket          websocket
    /crm_risk/static/x    web, once  /web/database/…     nobody
"""

import http.client
import json
import os
import re
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import docker_support as support
import pytest
from docker_support import DOCKER

NGINX = DOCKER / "nginx"
SITES = ("default.conf", "tls.conf")


# Names of variables' values inside map { }, and directives newer than crossplane.
NOT_KNOWN_TO_CROSSPLANE = {"default", "https", "", "http2", "proxy_cookie_flags"}


def installed(site: str, folder, **replaced: str):
    """A whole nginx.conf around one site, as the official image has it."""
    replaced["/etc/nginx/odoo.locations"] = str(folder / "odoo.locations")
    texts = {name: (NGINX / name).read_text() for name in (site, "odoo.locations")}
    for old, new in replaced.items():
        assert old in "".join(texts.values()), old
        texts = {name: text.replace(old, new) for name, text in texts.items()}
    for name, text in texts.items():
        (folder / name).write_text(text)
    temporary = "".join(
        f"    {kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = folder / "nginx.conf"
    # Workers of a root's nginx would become nobody, who may not enter this folder.
    user = "user root;\n" if os.getuid() == 0 else ""
    main.write_text(
        f"{user}daemon off;\npid {folder}/pid;\nworker_processes 1;\nevents {{}}\n"
        f"http {{\n{temporary}    access_log off;\n    include {folder}/{site};\n}}\n"
    )
    return main


@pytest.mark.parametrize("site", SITES)
def test_crossplane_reads_it(site, tmp_path):
    program = support.tool("crossplane")
    if not program:
        pytest.skip("crossplane is not installed; ./run lint installs it")
    main = installed(site, tmp_path)
    parsed = json.loads(support.run(program, "parse", main).stdout)
    assert (parsed["status"], parsed["errors"]) == ("ok", [])
    assert len(parsed["config"]) == 3, "nginx.conf, the site, the locations"
    strict = json.loads(support.run(program, "parse", "--strict", main).stdout)
    unknown = {
        re.match('unknown directive "(.*?)"', item["error"])[1]
        for item in strict["errors"]
    }
    assert unknown <= NOT_KNOWN_TO_CROSSPLANE


@pytest.mark.parametrize("site", SITES)
def test_lists_differ_only_where_they_must(site):
    """Both sites share cache, compression and name server word for word."""
    blocks = [
        re.search(r"proxy_cache_path.*?server_tokens off;", text, re.DOTALL)[0]
        for text in ((NGINX / name).read_text() for name in SITES)
    ]
    assert blocks[0] == blocks[1]
    assert "resolver 127.0.0.11" in (NGINX / site).read_text()


def test_a_location_with_headers_of_its_own_repeats_all_of_them():
    """nginx inherits proxy_set_header only where a location sets none."""
    text = (NGINX / "odoo.locations").read_text()
    general, _, rest = text.partition("location / {")
    websocket = re.search(r"location /websocket \{(.*?)\n\}", rest, re.DOTALL)[1]
    header = re.compile(r"proxy_set_header (\S+ \S+);")
    assert len(header.findall(general)) == 5
    assert set(header.findall(general)) < set(header.findall(websocket))


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked and remembers it."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        body = json.dumps({"who": self.server.who, "headers": dict(self.headers)})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "session_id=x")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def backend(who: str) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.who, server.asked = who, []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Proxy:
    def __init__(self, port, alive, web):
        self.port, self.alive, self.web = port, alive, web
        self.context = None

    def get(self, path, port=None, **headers):
        """(status, headers, what the echo said or None)"""
        at = ("127.0.0.1", port or self.port)
        if self.context and not port:
            connection = http.client.HTTPSConnection(*at, context=self.context)
        else:
            connection = http.client.HTTPConnection(*at, timeout=10)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": "crm.test:8443", **named})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        is_echo = body.startswith('{"who"')
        return answer.status, answer.headers, json.loads(body) if is_echo else None


def serve(site, folder, replaced, web, port, alive):
    """Runs nginx for as long as the caller needs it."""
    (folder / "cache").mkdir()
    replaced["/var/cache/nginx"] = str(folder / "cache")
    replaced["127.0.0.1:8081"] = f"127.0.0.1:{alive}"
    process = subprocess.Popen(
        [
            *(support.tool("nginx"), "-p", folder, "-e", folder / "error.log"),
            *("-c", installed(site, folder, **replaced)),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    found = Proxy(port, alive, web)
    try:
        _wait(found, process)
        yield found
    finally:
        process.terminate()
        process.wait(30)
        web.shutdown()


def nginx_version() -> tuple[int, ...]:
    program = support.tool("nginx")
    if not program:
        pytest.skip("nginx is not installed; for example: apt install nginx-light")
    text = support.run(program, "-v").stderr
    return tuple(map(int, re.search(r"(\d+)\.(\d+)\.(\d+)", text).groups()))


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    nginx_version()
    web, websocket = backend("web"), backend("websocket")
    port = support.free_port()
    replaced = {
        "odoo:8069": f"127.0.0.1:{web.server_port}",
        "odoo:8072": f"127.0.0.1:{websocket.server_port}",
        "listen 8080": f"listen 127.0.0.1:{port}",
    }
    folder = tmp_path_factory.mktemp("nginx")
    yield from serve("default.conf", folder, replaced, web, port, support.free_port())
    websocket.shutdown()


@pytest.fixture(scope="module")
def tls_proxy(tmp_path_factory):
    """The site of compose.tls.yaml; `.port` is its HTTPS port."""
    version = nginx_version()
    if not support.tool("openssl"):
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = support.run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"),
        *("-subj", "/CN=crm.test", "-out", certificate, "-keyout", key),
    )
    assert made.returncode == 0, made.stderr
    web, plain, port = backend("web"), support.free_port(), support.free_port()
    replaced = {
        "odoo:8069": f"127.0.0.1:{web.server_port}",
        "listen 8080": f"listen 127.0.0.1:{plain}",
        "listen 8443": f"listen 127.0.0.1:{port}",
        "/run/secrets/tls_certificate": str(certificate),
        "/run/secrets/tls_key": str(key),
    }
    if version < (1, 25, 1):
        replaced["http2 on;"] = ""  # a newer spelling of what listen had
    for found in serve("tls.conf", folder, replaced, web, port, support.free_port()):
        found.plain = plain
        found.context = ssl.create_default_context(cafile=str(certificate))
        found.context.check_hostname = False
        yield found


def _wait(proxy, process):
    for _ in range(50):
        assert process.poll() is None, process.stderr.read()
        try:
            return proxy.get("/alive", proxy.alive)
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nginx does not answer")


class TestServed:
    def test_pages_go_to_odoo(self, proxy):
        status, _headers, echo = proxy.get("/odoo?x=1")
        assert (status, echo["who"]) == (200, "web")
        assert proxy.web.asked[-1] == "/odoo?x=1"

    def test_websocket_goes_to_its_own_process_and_is_upgraded(self, proxy):
        _status, _headers, echo = proxy.get(
            "/websocket?version=1", Upgrade="websocket", Connection="Upgrade"
        )
        assert echo["who"] == "websocket"
        assert echo["headers"]["Upgrade"] == "websocket"
        assert echo["headers"]["Connection"] == "upgrade"

    @pytest.mark.parametrize("path", ["/odoo", "/websocket", "/web/static/a.js"])
    def test_odoo_learns_who_asks_and_how(self, proxy, path):
        _status, _headers, echo = proxy.get(path, X_Forwarded_Proto="https")
        told = {k: v for k, v in echo["headers"].items() if k.startswith("X-")}
        assert told == {
            "X-Forwarded-Host": "crm.test:8443",
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Proto": "https",
            "X-Real-IP": "127.0.0.1",
        }

    @pytest.mark.parametrize("claim", ["http", "gopher", ""])
    def test_without_tls_in_front_it_says_http(self, proxy, claim):
        _status, _headers, echo = proxy.get("/odoo", X_Forwarded_Proto=claim)
        assert echo["headers"]["X-Forwarded-Proto"] == "http"

    @pytest.mark.parametrize(
        "path", ["/web/database/manager", "/web/database/list", "/web//database/drop"]
    )
    def test_database_manager_is_not_reached(self, proxy, path):
        asked = len(proxy.web.asked)
        status, _headers, echo = proxy.get(path)
        assert (status, echo) == (404, None)
        assert len(proxy.web.asked) == asked

    def test_static_files_are_asked_for_once(self, proxy):
        path = "/crm_risk/static/description/icon.svg"
        for _ in range(3):
            status, headers, _echo = proxy.get(path)
            assert status == 200
            assert headers["Set-Cookie"] is None, "nobody's session in a shared file"
        assert proxy.web.asked.count(path) == 1

    def test_pages_are_not_kept(self, proxy):
        for _ in range(2):
            assert proxy.get("/my/page")[1]["Set-Cookie"] == "session_id=x"
        assert proxy.web.asked.count("/my/page") == 2

    def test_answers_say_little_of_the_server(self, proxy):
        headers = proxy.get("/odoo")[1]
        assert headers["Server"] == "nginx"
        assert headers["X-Content-Type-Options"] == "nosniff"

    def test_health_check_of_compose_answers(self, proxy):
        assert proxy.get("/alive", proxy.alive)[0] == 204


class TestServedByTls:
    def test_http_is_sent_to_https(self, tls_proxy):
        status, headers, _echo = tls_proxy.get("/odoo?x=1", tls_proxy.plain)
        assert status == 301
        assert headers["Location"] == "https://crm.test/odoo?x=1"

    @pytest.mark.parametrize("claim", ["http", "https", "gopher"])
    def test_odoo_is_told_https_whatever_the_visitor_claims(self, tls_proxy, claim):
        _status, _headers, echo = tls_proxy.get("/odoo", X_Forwarded_Proto=claim)
        assert echo["headers"]["X-Forwarded-Proto"] == "https"

    def test_browsers_are_told_to_stay_with_https(self, tls_proxy):
        headers = tls_proxy.get("/odoo")[1]
        assert headers["Strict-Transport-Security"] == "max-age=31536000"
        assert headers["X-Content-Type-Options"] == "nosniff"

    def test_session_never_travels_in_the_open(self, tls_proxy):
        words = tls_proxy.get("/odoo")[1]["Set-Cookie"].lower().split("; ")
        assert {"secure", "samesite=lax"} <= set(words)

    def test_health_check_of_compose_answers(self, tls_proxy):
        assert tls_proxy.get("/alive", tls_proxy.alive)[0] == 204
