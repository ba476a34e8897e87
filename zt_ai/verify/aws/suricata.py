"""The rules of Suricata that Network Firewall takes, as far as they are understood.

A rule is `action protocol source port -> destination port (options)`. Every option narrows what matches, so a pass
rule with an option that is not understood passes at most what the rest of it says [Suricata User Guide, "Rules
Format", "SSL/TLS Keywords", "Payload Keywords"; Network Firewall Developer Guide, "Suricata compatible rule groups"].
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RULE = re.compile(
    r"^(?P<action>\w+)\s+(?P<protocol>[\w-]+)\s+(?P<source>\S+|\[.*?\])\s+(?P<sport>\S+|\[.*?\])\s+(?P<direction>->|<>)\s+"
    r"(?P<destination>\S+|\[.*?\])\s+(?P<dport>\S+|\[.*?\])\s*\((?P<options>.*)\)\s*$"
)
_OPTION = re.compile(r'\s*(?P<keyword>[\w.]+)\s*(?::(?P<value>(?:"(?:\\.|[^"\\])*"|[^;"])*))?;')
_PLAIN = frozenset(
    {
        "sid",
        "rev",
        "msg",
        "priority",
        "metadata",
        "classtype",
        "reference",
        "gid",
        "noalert",
        "flow",
        "nocase",
        "target",
        "fast_pattern",
    }
)
_BUFFERS = {"tls.sni": "tls", "tls_sni": "tls", "http.host": "http", "http_host": "http", "ssl_state": ""}


@dataclass(frozen=True, slots=True)
class StatefulRule:
    """One stateful rule. `names` None: it matches whatever the name; else patterns as DNS Firewall writes them (`*.`
    in front: below)."""

    action: str  # pass, drop, reject, alert
    protocol: str
    source: str
    source_port: str
    destination: str
    destination_port: str
    both_ways: bool
    names: tuple[str, ...] | None
    exact: bool  # every option is understood; if not, the rule matches less than this says
    handshake: bool  # it matches only packets before a connection is established
    text: str


def parse_options(options: list[tuple[str, str | None]]) -> tuple[tuple[str, ...] | None, bool]:
    """Names that a rule's options ask for, and whether all of them are understood."""
    exact, buffer = True, ""
    found: str | None = None
    starts = ends = dotted = False
    for keyword, value in options:
        word = keyword.lower()
        if word in _BUFFERS:
            buffer = _BUFFERS[word] or buffer
        elif (
            word == "content" and buffer and found is None and value is not None and not value.lstrip().startswith("!")
        ):
            found = value.strip().strip('"').lower()
        elif word == "startswith":
            starts = True
        elif word == "endswith":
            ends = True
        elif word == "dotprefix":
            dotted = True
        elif word == "bsize" and found is not None and value is not None and value.strip() == str(len(found)):
            starts = ends = True
        elif word not in _PLAIN:
            exact = False
    if found is None:
        return None, exact
    if dotted and ends and found.startswith("."):
        # With a dot put before the name, `.example.com` at the end is example.com and everything below it.
        return (found[1:], f"*{found}"), exact
    if ends:
        return (found if starts else f"*{found}",), exact
    return ("*",), exact


def parse_rules(text: str) -> tuple[tuple[StatefulRule, ...], tuple[str, ...]]:
    """The rules of a rule string, and the lines that are no rule that is understood."""
    rules: list[StatefulRule] = []
    unread: list[str] = []
    for line in (line.strip() for line in text.replace("\\\n", " ").splitlines()):
        if not line or line.startswith("#"):
            continue
        match = _RULE.match(line)
        if match is None:
            unread.append(line)
            continue
        options = [(found["keyword"], found["value"]) for found in _OPTION.finditer(match["options"])]
        names, exact = parse_options(options)
        handshake = any(word == "flow" and "not_established" in (value or "") for word, value in options)
        rules.append(
            StatefulRule(
                match["action"].lower(),
                match["protocol"].lower(),
                match["source"],
                match["sport"],
                match["destination"],
                match["dport"],
                match["direction"] == "<>",
                names,
                exact,
                handshake,
                line,
            )
        )
    return tuple(rules), tuple(unread)
