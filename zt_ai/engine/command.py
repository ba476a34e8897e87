"""The Pulumi CLI as the Automation API wants it, for an engine that was found and checked already."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from pulumi.automation import CommandResult, OnOutput, PulumiCommand

from zt_ai.engine.locate import EngineBinary


class FoundCommand(PulumiCommand):
    """`PulumiCommand` for a binary anywhere; the original looks on PATH or in `<root>/bin` and asks the version."""

    def __init__(self, engine: EngineBinary) -> None:
        self.command = str(engine.path)
        self.version = engine.version

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run a CLI command; after Ctrl-C wait until the engine has ended the steps under way, then raise.

        The terminal sends the interrupt to the engine too, which starts nothing new, waits for the cloud's answers,
        saves and unlocks. The original leaves it alone at once, with its output broken: it dies and its lock and
        unfinished creations stay. A second Ctrl-C still does that, and the next operation settles it.
        """
        results: list[CommandResult] = []
        errors: list[BaseException] = []

        def work() -> None:
            try:
                results.append(super(FoundCommand, self).run(args, cwd, additional_env, on_output, on_error))
            except BaseException as error:  # noqa: BLE001 - handed to the calling thread, which raises it
                errors.append(error)

        thread = threading.Thread(target=work, name="pulumi", daemon=True)
        thread.start()
        try:
            thread.join()
        except KeyboardInterrupt:
            thread.join()
            raise
        if errors:
            raise errors[0]
        return results[0]
