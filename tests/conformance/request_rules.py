"""What the API references say in words, so that neither a service model nor moto can refuse it.

Amazon EC2's model has neither patterns nor ranges. Sources, where no other is named of the Amazon EC2 API Reference:

- `IpPermission`, `IpRange`: protocols, ports, characters of a description; `CreateSecurityGroup`: names;
- `CreateNetworkAclEntry`: numbers, protocols; it, `CreateRoute`, `CreateVpc`, `CreateSubnet`: canonical blocks;
- `CreateTags`: lengths, characters, the reserved prefix;
- IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM and STS quotas": inline policies of a role 10,240
  characters, trust policy 2,048, white space not counted;
- Amazon S3 User Guide: bucket policy 20 KB; AWS PrivateLink Guide, "Quotas": endpoint policy 20,480 characters;
  KMS Developer Guide, "Quotas": key policy 32 KB;
- CloudWatch Logs API Reference: `PutResourcePolicy` (5,120 characters), `PutRetentionPolicy` (periods);
- Elastic Load Balancing API Reference: `CreateLoadBalancer` and `CreateTargetGroup` (names).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any, Final

_PROTOCOLS: Final = {"tcp", "udp", "icmp", "icmpv6"}
_RULE_TEXT: Final = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}")
_RETENTIONS: Final = frozenset(
    (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
)
_TAG_TEXT: Final = re.compile(r"[\w\s.:/=+\-@]*")


def breaches(service: str, params: Any) -> Iterator[str]:
    """Every breach in the parameters of one request, at whatever depth. Wrong types are left to botocore."""
    rules = {**_EVERYWHERE, **(_EC2 if service == "ec2" else _OF_SERVICE.get(service, {}))}
    yield from _walk(params, rules)


def _walk(value: Any, rules: Mapping[str, Callable[[Any], str | None]]) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key in rules and (said := rules[key](item)) is not None:
                yield f"{key} {item!r} {said}"
            yield from _walk(item, rules)
        first, last = (value.get(key) for key in (("From", "To") if "From" in value else ("FromPort", "ToPort")))
        if isinstance(first, int) and isinstance(last, int) and first > last:
            yield f"ports {first}-{last} end before they begin"
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _walk(item, rules)


def _block(value: Any) -> str | None:
    """A block in canonical form: AWS clears host bits, so what is stored would differ from what was planned."""
    try:
        ip_network(value)
    except ValueError as error:
        return f"is no address block: {error}"
    return None


def _protocol(value: Any) -> str | None:
    known = value in _PROTOCOLS or (re.fullmatch(r"-1|\d{1,3}", str(value)) and int(value) <= 255)
    return None if known else "is neither a protocol's name nor its number"


def _protocol_number(value: Any) -> str | None:
    return None if re.fullmatch(r"-1|\d{1,3}", str(value)) and int(value) <= 255 else "is no protocol number"


def _port(value: Any) -> str | None:
    return "is no port" if isinstance(value, int) and not -1 <= value <= 65535 else None


def _number(value: Any) -> str | None:
    return None if 1 <= value <= 32766 else "is no rule number from 1 to 32766"


def _group_name(value: Any) -> str | None:
    if value.startswith("sg-"):
        return "starts with sg-"
    return _words(value)


def _words(value: Any) -> str | None:
    return None if _RULE_TEXT.fullmatch(value) else "has characters that are not allowed, or over 255 of them"


def _tags(value: Any) -> str | None:
    if not isinstance(value, list):
        return None
    for tag in value:
        key, text = (next((tag[k] for k in pair if k in tag), "") for pair in (("Key", "key"), ("Value", "value")))
        if key.lower().startswith("aws:"):
            return "has a reserved key"
        if len(key) > 128 or len(text) > 256 or not (_TAG_TEXT.fullmatch(key) and _TAG_TEXT.fullmatch(text)):
            return "has a tag that is too long or has characters that are not allowed"
    return "has over 50 tags" if len(value) > 50 else None


def _policy(longest: int) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        try:
            document = json.loads(value)
        except ValueError as error:
            return f"is no JSON: {error}"
        if not isinstance(document, dict) or "Statement" not in document:
            return "has no Statement"
        names = [statement["Sid"] for statement in document["Statement"] if "Sid" in statement]
        if len(names) != len(set(names)):
            return "has a Sid twice"
        if odd := [name for name in names if not re.fullmatch(r"[A-Za-z0-9]+", name)]:
            return f"has the Sid {odd[0]!r}, which is not letters and digits"
        size = len(re.sub(r"\s", "", value))
        return f"has {size} characters, at most {longest}" if size > longest else None

    return check


def _balancer_name(value: Any) -> str | None:
    fits = re.fullmatch(r"(?!internal-|-)[A-Za-z0-9-]{1,32}(?<!-)", value)
    return None if fits else "is not up to 32 letters, digits and hyphens"


def _retention(value: Any) -> str | None:
    return None if value in _RETENTIONS else "is none of the periods that CloudWatch Logs offers"


_EVERYWHERE: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "Tags": _tags,
    "AssumeRolePolicyDocument": _policy(2048),
    "policyDocument": _policy(5120),
    "retentionInDays": _retention,
}
_OF_SERVICE: Final[Mapping[str, Mapping[str, Callable[[Any], str | None]]]] = {
    "iam": {"PolicyDocument": _policy(10240)},
    "kms": {"Policy": _policy(32768)},
    "s3": {"Policy": _policy(20480)},
    "elbv2": {"Name": _balancer_name},
}
_EC2: Final[Mapping[str, Callable[[Any], str | None]]] = {
    "PolicyDocument": _policy(20480),
    "CidrBlock": _block,
    "CidrIp": _block,
    "DestinationCidrBlock": _block,
    "IpProtocol": _protocol,
    "Protocol": _protocol_number,
    "FromPort": _port,
    "ToPort": _port,
    "From": _port,
    "To": _port,
    "RuleNumber": _number,
    "GroupName": _group_name,
    "Description": _words,
}
