"""The workers' metrics while a worker's file is torn: the page is given all the same."""

from __future__ import annotations

import struct
import threading
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from zt_ai.egress.run.metrics import workers_metrics


def counted(folder: Path) -> None:
    values = MmapedDict(str(folder / "counter_7.db"))
    values.write_value(mmap_key("zt_seen_total", "zt_seen_total", (), (), "seen"), 3.0, 0.0)
    values.close()


TORN = {
    "begun": b"\0\0",
    "longer than it is": struct.pack("<ii", 1 << 20, 0) + b"\0" * 56,
    "no text": struct.pack("<ii", 64, 0) + struct.pack("<i", 8) + b"\xff" * 52,
}


@pytest.mark.parametrize("name", TORN)
def test_a_torn_file_hides_no_other(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    counted(tmp_path)
    (tmp_path / "counter_8.db").write_bytes(TORN[name])
    assert b"zt_seen_total 3.0" in workers_metrics(tmp_path)
    assert "cannot be read" in caplog.text


def test_a_file_that_is_only_begun_is_waited_for(tmp_path: Path) -> None:
    counted(tmp_path)
    torn = tmp_path / "counter_8.db"
    torn.write_bytes(TORN["begun"])
    threading.Timer(0.07, torn.unlink).start()
    assert b"zt_seen_total 3.0" in workers_metrics(tmp_path)
