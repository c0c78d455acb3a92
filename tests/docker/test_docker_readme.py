"""What the two READMEs tell people to type."""

import re
import stat

import docker_support as support
import pytest
from docker_support import DOCKER, compose

READMES = ("README.md", "README.ru.md")


def blocks(name: str) -> list[str]:
    text = (DOCKER / name).read_text()
    return re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(name: str) -> list[str]:
    lines = "".join(blocks(name)).replace("\\\n", " ").splitlines()
    return [line.split("#")[0].rstrip() for line in lines if line.split("#")[0].strip()]


def test_both_languages_give_the_same_commands():
    assert commands(READMES[0]) == commands(READMES[1])


@pytest.mark.parametrize("name", READMES)
def test_every_file_is_explained(name):
    text = (DOCKER / name).read_text()
    files = [path for path in DOCKER.rglob("*") if path.is_file()]
    ours = {
        str(path.relative_to(DOCKER))
        for path in files
        if not str(path.relative_to(DOCKER)).startswith((".git", "secrets/", "README"))
        and path.name != ".env"
    }
    assert {file for file in ours if f"`{file}`" not in text} == {".env.example"}
    assert ".env.example" in text


def test_first_block_makes_the_secrets_compose_wants(tmp_path):
    if not support.tool("openssl"):
        pytest.skip("openssl is not installed")
    (tmp_path / ".env.example").write_text("")
    script = f"set -eu; umask 022; cd '{tmp_path}'\n{blocks('README.md')[0]}"
    done = support.run("bash", "-c", script)
    assert (done.returncode, done.stderr) == (0, "")
    made = list((tmp_path / "secrets").iterdir())
    assert {path.name for path in made} == set(compose("compose.yaml")["secrets"])
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) == 0o444
        assert len(path.read_bytes()) == 32, "24 random bytes, no line end"


@pytest.mark.parametrize("name", READMES)
def test_named_services_profiles_and_files_exist(name):
    whole = compose("compose.yaml", "compose.dev.yaml")
    profiles = {
        profile
        for service in whole["services"].values()
        for profile in service.get("profiles", ())
    }
    text = "\n".join(commands(name))
    assert set(re.findall(r"--profile (\w+)", text)) <= profiles
    for file in re.findall(r"-f (\S+)", text):
        assert (DOCKER / file).is_file(), file
    pairs = re.findall(r"--profile (\w+) (?:run --rm(?: -T)?|up -d) (\w+)", text)
    assert len(pairs) >= 6
    for profile, service in pairs:
        assert profile in whole["services"][service]["profiles"], service


@pytest.mark.parametrize("name", READMES)
def test_sizing_table_gives_the_delivered_figures(name):
    text = (DOCKER / name).read_text()
    conf = support.odoo_conf()
    assert f"| {conf['workers']} |" in text
    production = compose("compose.yaml")["services"]
    memory = support.plain(production["odoo"]["mem_limit"])
    processes = int(conf["workers"]) + int(conf["max_cron_threads"]) + 2
    assert re.search(rf"{memory} > 2 \S+ × {processes} ", text)
    buffers = support.DEFAULT.search(" ".join(production["db"]["command"]))
    assert f"| {buffers['default']} |" in text
