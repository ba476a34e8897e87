"""Request paths in one spelling: what can be read in two ways is not read at all.

A proxy and a server that disagree about a path are a way around every rule on paths [RFC 3986, section 6.2.2; OWASP,
"Path traversal", encoded variants]. So nothing is repaired: a path either has one reading or is refused.
"""

from __future__ import annotations

import re

# RFC 3986 pchar without `;` (parameters of a segment), `%` and the marks that no model API uses.
_PLAIN = re.compile(r"(?:/[A-Za-z0-9._~@:+,=-]+)+", re.ASCII)
_QUERY = re.compile(r"[!-\"$-~]*", re.ASCII)  # printable ASCII but `#`; what it says is scanned elsewhere
# Octets that clients write encoded although they need not [RFC 3986, section 3.3]: the version in a Bedrock model id
# (`v2%3A0`, botocore), the version of a model on Vertex AI (`claude%4020250101`).
_HARMLESS = re.compile(r"%(?:3[Aa]|40)")
_DECODED = {"%3A": ":", "%3a": ":", "%40": "@"}
_DOTS = frozenset({".", ".."})


def canonical_path(target: str) -> str | None:
    """The path of a request target in its one spelling, without the query; None when it is ambiguous.

    Ambiguous are: dot segments, empty segments (`//`, a slash at the end), backslashes, `;`, a fragment, control and
    non-ASCII characters, and every percent-encoding but `%3A` and `%40`, which become `:` and `@`.
    """
    path, _, query = target.partition("?")
    if "%" in path:
        path = _HARMLESS.sub(lambda found: _DECODED[found[0]], path)
    if _PLAIN.fullmatch(path) is None or (query and _QUERY.fullmatch(query) is None):
        return None
    if "/." in path and not _DOTS.isdisjoint(path.split("/")):
        return None
    return path


def model_path(target: str) -> str | None:
    """Like `canonical_path`, for Bedrock: the segment after `/model/` may be an ARN, whose slash stays `%2F`.

    An ARN such as `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude` is one segment, so its
    slash has to be encoded [Amazon Bedrock API Reference, InvokeModel, `modelId`; rest-json protocol, URI labels].
    """
    head, slash, rest = target.partition("?")
    if not head.startswith("/model/arn") or "%2" not in head:
        return canonical_path(target)
    segment, more, verb = head[len("/model/") :].partition("/")
    outer = canonical_path(f"/model/x{more}{verb}{slash}{rest}")
    name = model_id(_HARMLESS.sub(lambda found: _DECODED[found[0]], segment))
    if outer is None or name is None:
        return None
    return outer.replace("/model/x", f"/model/{name.replace('/', '%2F')}", 1)


# Amazon Bedrock API Reference, InvokeModel, pattern of `modelId`: at most one slash, inside the resource of an ARN
# (a custom model has two).
_ARN = re.compile(
    r"arn:aws(?:-[a-z-]+)?:(?:bedrock|sagemaker):[a-z0-9-]{1,20}:(?:[0-9]{12})?:"
    r"[a-z-]{1,40}/[A-Za-z0-9_:.-]{1,200}(?:/[A-Za-z0-9_-]{1,64})?",
    re.ASCII,
)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:.-]{0,255}", re.ASCII)


def model_id(segment: str) -> str | None:
    """The Bedrock model id or ARN in a path segment, None when it is neither."""
    name = segment.replace("%2F", "/").replace("%2f", "/")
    if "." in name and not _DOTS.isdisjoint(name.split("/")):
        return None
    return name if _NAME.fullmatch(name) or _ARN.fullmatch(name) else None
