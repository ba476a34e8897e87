"""Building the engine from Go modules with the wrapper module that is shipped beside this file.

The CLI cannot be had with `go install …@version` (its module has replace directives), so `wrapper/go.mod` names it as a
tool and `wrapper/go.sum` pins every module by hash; `-mod=readonly` refuses anything that is not in there. The sums
were checked to be complete for Linux, macOS and Windows on amd64 and arm64.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from zt_ai.engine import process, version
from zt_ai.engine.cache import BINARY, remove_tree
from zt_ai.engine.errors import AttemptFailedError
from zt_ai.engine.progress import Reporter
from zt_ai.engine.toolchain import WRAPPER, Go, find_go

PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
"""What the linker sets so that `pulumi version` prints the version (its declaration says so)."""

PROBE_MODULE = "github.com/mitchellh/go-homedir"
"""A small module of the build: whether it can be had tells within seconds whether any module can."""

PROBE_SECONDS = 30.0
BUILD_SECONDS = 3600.0
BUILD_SILENCE = 900.0
"""One big package (an SDK of thousands of types) or the linker can be silent for minutes on a slow machine."""


def build(folder: Path, report: Reporter) -> None:
    """Build the pinned engine as `folder/bin/pulumi`. Raises AttemptFailedError."""
    scratch = folder / "build"
    module = scratch / "module"
    module.mkdir(parents=True)
    go = find_go(scratch, report)
    env = _environment(go, scratch)
    for name in ("go.mod", "go.sum"):
        shutil.copyfile(WRAPPER / name, module / name)
    _probe(go, module, env, report)
    _compile(go, module, env, folder / "bin" / BINARY, report)
    remove_tree(scratch)


def _environment(go: Go, scratch: Path) -> dict[str, str]:
    env = {
        **os.environ,
        "CGO_ENABLED": "0",
        "GOFLAGS": "-trimpath -mod=readonly -buildvcs=false",
        "GOTOOLCHAIN": "local",
        "GOWORK": "off",
    }
    for name in ("GOOS", "GOARCH", "GOROOT", "GOEXPERIMENT"):
        env.pop(name, None)
    if go.temporary:
        # The user has no Go: leave no build cache (about 2 GB) and no modules behind in the home folder.
        env["GOCACHE"] = str(scratch / "cache")
        env["GOPATH"] = str(scratch / "gopath")
    return env


def _probe(go: Go, module: Path, env: dict[str, str], report: Reporter) -> None:
    report.say(f"{go.origin}: asking for the modules of the engine")
    done = process.run(
        [str(go.path), "mod", "download", PROBE_MODULE],
        deadline=PROBE_SECONDS,
        cwd=module,
        env=env,
        on_tick=lambda: report.tick("asking for the modules of the engine"),
    )
    if done.code != 0:
        raise AttemptFailedError(f"Go modules cannot be fetched with {go.origin}: {done.reason}")


def _compile(go: Go, module: Path, env: dict[str, str], binary: Path, report: Reporter) -> None:
    counts = {"modules": 0, "packages": 0}

    def stage() -> str:
        return (
            f"building Pulumi {version.PINNED} with {go.origin} "
            f"({counts['modules']} modules fetched, {counts['packages']} packages compiled)"
        )

    def line(text: str) -> None:
        counts["modules" if text.startswith("go: downloading") else "packages"] += 1
        report.tick(stage())

    report.say(stage())
    flags = f"-s -w -X {VERSION_VARIABLE}=v{version.PINNED}"
    done = process.run(
        [str(go.path), "build", "-v", "-ldflags", flags, "-o", str(binary), PACKAGE],
        deadline=BUILD_SECONDS,
        silence=BUILD_SILENCE,
        cwd=module,
        env=env,
        on_line=line,
        on_tick=lambda: report.tick(stage()),
    )
    if done.code != 0:
        raise AttemptFailedError(f"building it with {go.origin} failed: {done.reason}")
