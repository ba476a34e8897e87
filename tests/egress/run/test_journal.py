"""The journal's process as the supervisor starts it: in a container its records are on standard output too."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.audit.journals import record, socket_folder
from zt_ai.audit import load_keys, verify
from zt_ai.audit.journal import Journal, answers
from zt_ai.egress.run.layout import Layout
from zt_ai.egress.run.options import Options
from zt_ai.egress.run.processes import journal_service


@pytest.mark.parametrize("container", [True, False])
def test_records_are_copied_to_the_output_in_a_container_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], container: bool
) -> None:
    layout = Layout(tmp_path / "state")
    layout.make()

    async def main(socket: Path) -> None:
        service = journal_service(socket, Options(state=layout.root, log_to_files=not container), layout)
        await service.begin()
        while not await answers(socket, 1):
            await asyncio.sleep(0.02)
        journal = Journal(socket, load_keys(layout.audit_key))
        await journal.append(record(1))
        await journal.close()
        await service.stop(10)

    with socket_folder() as folder:
        asyncio.run(main(folder / "s"))
    assert ("req-1" in capfd.readouterr().out) is container
    assert (layout.logs / "journal.log").exists() is not container
    assert verify(layout.audit, load_keys(layout.audit_key)).records == 2
