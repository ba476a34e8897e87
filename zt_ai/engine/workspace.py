"""A place to run Pulumi programs from: one engine, one project, one back end.

The program is a Python function that runs in this process (an inline program of the Automation API), so no language
plugin is needed. Nothing is written to the user's `~/.pulumi`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pulumi.automation import CommandResult, LocalWorkspace, ProjectSettings, Stack, StackSettings

from zt_ai.engine import backend
from zt_ai.engine.channels import own_connections
from zt_ai.engine.collect import failures, quiet
from zt_ai.engine.command import FoundCommand
from zt_ai.engine.locate import EngineBinary
from zt_ai.engine.stack import StackHandle

Program = Callable[[], None]


class Workspace:
    """Runs the stacks of one Pulumi project.

    `state_dir` holds the state of the default back end, its passphrase and the stack settings. `backend_url` selects
    any other back end (default: `PULUMI_BACKEND_URL`, else a local one). `attach` maps provider names to ports of
    providers that already listen on this machine (`PULUMI_DEBUG_PROVIDERS`); then no plugin is ever downloaded.
    `environment` is added to what the engine sees. Raises PassphraseMissingError.
    """

    def __init__(
        self,
        engine: EngineBinary,
        project: str,
        *,
        state_dir: Path = backend.DEFAULT_STATE,
        backend_url: str | None = None,
        attach: Mapping[str, int] | None = None,
        secrets_provider: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        quiet()
        own_connections()
        self.project = project
        self.state_dir = state_dir.absolute()
        seen = {**os.environ, **(environment or {})}
        self.backend = backend.choose(self.state_dir, backend_url, seen)
        self.secrets_provider = secrets_provider
        self.environment = {
            **(environment or {}),
            **backend.environment_for(self.backend, self.state_dir, attach or {}, secrets_provider, seen),
        }
        self.command = FoundCommand(engine)
        # Kept, not a temporary folder: Pulumi.<stack>.yaml holds the salt that the stack's secrets need.
        self.work_dir = self.state_dir / "work" / project
        self.work_dir.mkdir(parents=True, exist_ok=True)

    def stack(self, name: str, program: Program, config: Mapping[str, str] | None = None) -> StackHandle:
        """The stack of this name, made when the back end has none, with `config` as its whole plain configuration."""
        local = LocalWorkspace(
            work_dir=str(self.work_dir),
            program=program,
            env_vars=self.environment,
            secrets_provider=self.secrets_provider,
            project_settings=ProjectSettings(name=self.project, runtime="python"),
            pulumi_command=self.command,
        )
        with failures(f"opening stack {name}", ()):
            stack = Stack.create_or_select(name, local)
        try:
            settings = local.stack_settings(name)
        except FileNotFoundError:
            settings = StackSettings()
        if dict(settings.config or {}) != dict(config or {}):
            settings.config = dict(config or {})
            local.save_stack_settings(name, settings)
        return StackHandle(self, stack, program)

    def run(self, *arguments: str) -> CommandResult:
        """Run a CLI command in this workspace. Raises the Automation API's CommandError."""
        return self.command.run(list(arguments), str(self.work_dir), self.environment)
