"""Reading the inputs of a resource in three states: what is there, what is absent, what nobody knows before the
deployment.

A claim about protection needs the third state: a retention that is not known is not the same as none, and proves
nothing. (`zt_ai.verify.aws.values` reads in two states, for those to whom both mean that nothing is permitted.)
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.graph.model import Ref, Secret, Unknown, Value

UNKNOWN = Unknown()


def plain(value: Value) -> Value:
    """The value inside a secret; a secret of which only the ciphertext is there is unknown."""
    while isinstance(value, Secret):
        if value.value is None:
            return UNKNOWN
        value = value.value
    return value


def member(inputs: Mapping[str, Value], *path: str) -> Value:
    """The value at a path of keys, None where one is absent; a list of one on the way is entered.

    An unknown on the way is the answer, because nobody knows what is inside.
    """
    value: Value = inputs
    for key in path:
        value = plain(value)
        if isinstance(value, tuple) and len(value) == 1:
            value = plain(value[0])
        if isinstance(value, Unknown | Ref):
            return UNKNOWN
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return plain(value)


def flag(inputs: Mapping[str, Value], key: str, *, default: bool) -> bool | Unknown:
    """A switch; `default` where it is absent."""
    value = plain(inputs.get(key))
    if value is None:
        return default
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return value == "true"
    return UNKNOWN


def text(value: Value) -> str | Unknown | None:
    """A text, None where there is none, unknown for a reference or an unknown."""
    value = plain(value)
    if value is None or isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else UNKNOWN


def number(value: Value) -> int | Unknown | None:
    """A whole number, None where there is none. Sources differ in whether 6 is written 6, 6.0 or "6"."""
    value = plain(value)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return UNKNOWN
    try:
        return int(float(value))
    except ValueError:
        return UNKNOWN


def items(value: Value) -> tuple[Value, ...]:
    """The members of a list; a single value is a list of one, an absent one an empty list."""
    value = plain(value)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def maps(value: Value) -> tuple[Mapping[str, Value], ...]:
    """The members of a list of objects; what is no object is left out (ask `unknown_in` for what could not be read)."""
    return tuple(one for one in map(plain, items(value)) if isinstance(one, Mapping))


def texts(value: Value) -> tuple[str, ...]:
    """The members of a list that are known texts."""
    return tuple(one for one in map(plain, items(value)) if isinstance(one, str))


def unknown_in(value: Value) -> bool:
    """Whether anything inside is not known before the deployment. A reference counts as known: it says what it refers
    to."""
    value = plain(value)
    if isinstance(value, Unknown):
        return True
    if isinstance(value, tuple):
        return any(map(unknown_in, value))
    return isinstance(value, Mapping) and any(map(unknown_in, value.values()))
