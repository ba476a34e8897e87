"""What the components have in common that programs in other languages use: how plain arguments are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from zt_ai.spec.load import from_data, load
from zt_ai.spec.model import ZoneSpec


def known(args: Mapping[str, Any], name: str) -> Any:
    """An argument that decides which resources exist, and so has to be known before the deployment.

    Raises:
        ValueError: it is the output of another resource.
    """
    value = args.get(name)
    if isinstance(value, pulumi.Output):
        raise ValueError(f"`{name}` decides what is built: give a plain value, not the output of a resource")  # noqa: TRY004
    return value


def specification(args: Mapping[str, Any]) -> ZoneSpec:
    """The zone specification that was given as `file` or written out as `specification`.

    Raises:
        ValueError: both or none of them is given.
        SpecError: the specification has mistakes.
    """
    file, data = known(args, "file"), known(args, "specification")
    if (file is None) == (data is None):
        raise ValueError("give either `file` or `specification`")
    return load(file) if file is not None else from_data(data)
