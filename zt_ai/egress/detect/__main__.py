"""`python -m zt_ai.egress.detect SET…`: make the detectors of some sets, which leaves them in the user's cache."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from zt_ai.egress.detect.engine import Detectors
from zt_ai.spec.types import DetectorSet


def main(argv: Sequence[str] | None = None) -> int:
    """1 when they cannot be had; the reason is on standard error."""
    parser = argparse.ArgumentParser(prog="python -m zt_ai.egress.detect", description=__doc__)
    parser.add_argument("sets", nargs="*", type=DetectorSet, choices=list(DetectorSet))
    try:
        Detectors.of(parser.parse_args(argv).sets)
    except Exception as error:  # noqa: BLE001 - whatever it is, the proxy must not start
        print(error or type(error).__name__, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
