"""The Dockerfile, the scripts and the linters of their kinds."""

import ast
import re

import docker_support as support
import pytest
from docker_support import DOCKER, ROOT

SHELL = sorted([*DOCKER.glob("*.sh"), *DOCKER.glob("db/*.sh")])
YAML = sorted(DOCKER.glob("*.yaml"))


def instructions() -> list[tuple[str, str]]:
    """(INSTRUCTION, arguments) with continued lines joined."""
    text = (DOCKER / "Dockerfile").read_text()
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [tuple(x.split(None, 1)) for x in joined.splitlines() if x.strip()]


def arguments(instruction: str) -> list[str]:
    return [text for name, text in instructions() if name == instruction]


def copies() -> list[tuple[str, str]]:
    """(source, target) of every COPY."""
    parts = [text.split() for text in arguments("COPY")]
    plain = [[word for word in words if not word.startswith("--")] for words in parts]
    return [(source, target) for source, target in plain]


def pins(path) -> dict[str, str]:
    """name → version as Python 3.12, the image's, reads the file."""
    found = {}
    for line in path.read_text().splitlines():
        match = re.match(r"([\w.-]+)==([\w.]+)\s*(?:;\s*(.*))?", line.rstrip("\\ "))
        if match and '< "3.11"' not in (match[3] or ""):
            found[match[1].lower()] = match[2]
    return found


class TestDockerfile:
    def test_base_is_fixed_by_date_and_can_be_replaced(self):
        (argument,) = arguments("ARG")
        name, _, default = argument.partition("=")
        assert arguments("FROM") == [f"${{{name}}}"]
        series, day = re.fullmatch(r"odoo:(19\.0)-(\d{8})", default).groups()
        assert day >= "20260513", "older official entrypoints put passwords in argv"

    def test_compose_builds_on_the_same_base(self):
        (argument,) = arguments("ARG")
        variable = f"${{ODOO_IMAGE:-{argument.partition('=')[2]}}}"
        for file in ("compose.yaml", "compose.test.yaml"):
            assert variable in (DOCKER / file).read_text(), file

    def test_runs_as_odoo(self):
        assert arguments("USER")[-1] == "odoo"

    def test_carries_no_secret(self):
        for text in arguments("ENV") + arguments("ARG"):
            assert not re.search("password|secret|token", text, re.IGNORECASE), text
        assert (
            not (DOCKER / ".env").is_file()
            or ".env" in (DOCKER / ".gitignore").read_text()
        )

    def test_copies_what_exists_and_not_into_a_volume_of_the_base(self):
        for source, target in copies():
            assert (ROOT / source).exists(), source
            assert not target.startswith(("/mnt/extra-addons", "/var/lib/odoo")), target

    def test_build_context_holds_what_is_copied_and_little_else(self):
        rules = (DOCKER / "Dockerfile.dockerignore").read_text().split("\n")
        rules = [rule for rule in rules if rule and not rule.startswith("#")]
        assert rules[0] == "*"
        allowed = {rule[1:] for rule in rules if rule.startswith("!")}
        for source, _target in copies():
            pattern = re.sub(r"[^/]+(\.sh)$", r"*\1", source)
            assert {source, pattern} & allowed, source

    def test_configured_folder_is_the_copied_one(self):
        assert ("addons", support.odoo_conf()["addons_path"]) in copies()

    def test_scripts_can_be_executed(self):
        for script in SHELL:
            assert script.stat().st_mode & 0o111 == 0o111, script.name
            assert script.read_text().startswith("#!/bin/bash\n"), script.name

    def test_starts_odoo_through_our_entrypoint(self):
        assert arguments("ENTRYPOINT") == ['["/usr/local/bin/suite-entrypoint"]']
        assert arguments("CMD") == ['["odoo"]']
        targets = dict((target, source) for source, target in copies())
        assert targets["/usr/local/bin/suite-entrypoint"] == "docker/entrypoint.sh"


class TestPythonNeeds:
    def test_versions_are_the_tested_ones(self):
        image = pins(DOCKER / "requirements.txt")
        tested = pins(ROOT / "tools/pins/runtime.txt")
        named_in_both = image.keys() & tested.keys()
        assert named_in_both >= {"numpy", "scipy", "matplotlib"}
        assert {n: image[n] for n in named_in_both} == {
            n: tested[n] for n in named_in_both
        }

    def test_cover_what_the_manifests_ask_for(self):
        asked = set()
        for manifest in ROOT.glob("addons/*/__manifest__.py"):
            needs = ast.literal_eval(manifest.read_text())
            asked |= set(needs.get("external_dependencies", {}).get("python", ()))
        assert asked
        assert asked <= pins(DOCKER / "requirements.txt").keys()

    def test_every_one_has_hashes(self):
        text = (DOCKER / "requirements.txt").read_text()
        entries = re.split(r"\n(?=\w)", text.split("\n", 5)[5])
        assert len(entries) == len(pins(DOCKER / "requirements.txt"))
        for entry in entries:
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)
            assert hashes and len(set(hashes)) == len(hashes), entry


def lint(program: str, *options, files):
    found = support.tool(program)
    if not found:
        pytest.skip(f"{program} is not installed; ./run lint installs it")
    done = support.run(found, *options, *files)
    assert done.returncode == 0, done.stdout + done.stderr


class TestLinters:
    def test_hadolint(self):
        lint("hadolint", files=[DOCKER / "Dockerfile"])

    def test_shellcheck(self):
        lint("shellcheck", files=SHELL)

    @pytest.mark.parametrize("script", SHELL, ids=lambda path: path.name)
    def test_bash_reads_it(self, script):
        done = support.run("bash", "-n", script)
        assert (done.returncode, done.stderr) == (0, "")

    def test_compose_schema(self):
        schema = ("--builtin-schema", "vendor.compose-spec")
        lint("check-jsonschema", *schema, files=YAML)

    def test_compose_schema_finds_a_misspelt_key(self, tmp_path):
        if not support.tool("check-jsonschema"):
            pytest.skip("check-jsonschema is not installed; ./run lint installs it")
        wrong = tmp_path / "compose.yaml"
        text = (DOCKER / "compose.yaml").read_text()
        wrong.write_text(text.replace("    healthcheck:", "    healtcheck:"))
        with pytest.raises(AssertionError, match="healtcheck"):
            schema = ("--builtin-schema", "vendor.compose-spec")
            lint("check-jsonschema", *schema, files=[wrong])

    def test_yamllint(self):
        rules = (
            "{extends: default, rules: {document-start: disable, "
            "line-length: {max: 88}, truthy: {check-keys: false}}}"
        )
        lint("yamllint", "--strict", "-d", rules, files=YAML)
