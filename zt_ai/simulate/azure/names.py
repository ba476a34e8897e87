"""How Azure resources may be called [Microsoft Learn, "Naming rules and restrictions for Azure resources"].

Rules without an entry in that article come from the resource's own documentation, named beside them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameRule:
    """Shortest and longest name, its form, and the form in words."""

    shortest: int
    longest: int
    form: re.Pattern[str]
    words: str

    def problem(self, name: str) -> str | None:
        """What is wrong with a name, in words; None where it is right."""
        if self.shortest <= len(name) <= self.longest and self.form.fullmatch(name):
            return None
        size = str(self.longest) if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        return f"it has {len(name)} characters and may have {size}; its form: {self.words}"


def _rule(shortest: int, longest: int, form: str, words: str) -> NameRule:
    return NameRule(shortest, longest, re.compile(form, re.DOTALL), words)


_DOTTED = r"[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_])?"
_DOTTED_WORDS = "alphanumerics, _ . and -; starts with an alphanumeric, ends with an alphanumeric or underscore"
_HYPHENED = "alphanumerics and hyphens; starts and ends with an alphanumeric"

RULES: Mapping[str, NameRule] = {
    "group": _rule(1, 90, r"[\w().-]*[\w()-]", "letters, digits, _ ( ) - and .; does not end with a period"),
    "network": _rule(2, 64, _DOTTED, _DOTTED_WORDS),
    "dotted": _rule(1, 80, _DOTTED, _DOTTED_WORDS),
    "zone": _rule(
        1, 63, r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+){1,33}", "2 to 34 labels of alphanumerics, underscores and hyphens"
    ),
    # Azure DNS documentation, "DNS zones and records": @, * or relative names of labels.
    "record": _rule(1, 63, r"@|(\*|[A-Za-z0-9_-]+)(\.[A-Za-z0-9_-]+)*", "'@', or labels of alphanumerics, _ and -"),
    "storage": _rule(3, 24, r"[a-z0-9]+", "lower-case letters and digits"),
    "container": _rule(
        3,
        63,
        r"[a-z0-9]+(-[a-z0-9]+)*|\$(root|web|logs)",
        "lower-case letters, digits and single hyphens; starts and ends with a letter or digit",
    ),
    "default": _rule(7, 7, r"default", "'default' is the only name there is"),
    "vault": _rule(
        3,
        24,
        r"[A-Za-z](-?[A-Za-z0-9])+",
        "alphanumerics and single hyphens; starts with a letter, ends with a letter or digit",
    ),
    "secret": _rule(1, 127, r"[A-Za-z0-9-]+", "alphanumerics and hyphens"),
    "registry": _rule(5, 50, r"[A-Za-z0-9]+", "alphanumerics"),
    "hyphened2": _rule(2, 64, r"[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]", _HYPHENED),
    # Cognitive Services REST API reference, Deployments - Create Or Update, deploymentName.
    "deployment": _rule(2, 64, r"[A-Za-z0-9][A-Za-z0-9_.-]*", "alphanumerics, _ . and -; starts with an alphanumeric"),
    "workspace": _rule(4, 63, r"[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]", _HYPHENED),
    # Azure Monitor documentation, "Custom logs": letters, digits and underscores, at most 45 with the suffix _CL.
    "table": _rule(1, 63, r"[A-Za-z][A-Za-z0-9_]*", "letters, digits and underscores; starts with a letter"),
    # REST API reference, Diagnostic Settings - Create Or Update; Azure portal: 1 to 260 characters.
    "setting": _rule(1, 260, r"[^<>*%&:\\?+/#]+", "no < > * % & : \\ ? + / #"),
    # Azure Monitor REST API reference, Data Collection Rules - Create.
    "collection": _rule(
        3,
        44,
        r"[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9]",
        "alphanumerics, _ . and -; starts and ends with an alphanumeric",
    ),
    "alert": _rule(
        1, 260, r"[^<>*%&:\\?+/#]*[^<>*%&:\\?+/#. ]", "no < > * % & : \\ ? + / #; no space or period at its end"
    ),
    "identity": _rule(3, 128, r"[A-Za-z0-9][A-Za-z0-9_-]*", "alphanumerics, hyphens and underscores"),
    # Microsoft Entra documentation, "Workload identity federation: considerations".
    "federated": _rule(3, 120, r"[A-Za-z0-9][A-Za-z0-9_-]*", "alphanumerics, hyphens and underscores"),
    "guid": _rule(36, 36, r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "a GUID"),
    "lock": _rule(1, 90, r"[A-Za-z0-9_().-]*[A-Za-z0-9_()-]", "alphanumerics, . _ - ( ); does not end with a period"),
    "machine": _rule(
        1, 64, r"(?!_)[^\\/\"\[\]:|<>+=;,?*@&\s]*[^\\/\"\[\]:|<>+=;,?*@&\s.-]", 'no \\ / " [ ] : | < > + = ; , ? * @ &'
    ),
    "containers": _rule(1, 63, r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case letters, digits and single hyphens"),
    # Azure Container Apps documentation, "Containers": 2 to 32 characters.
    "app": _rule(2, 32, r"[a-z]([a-z0-9-]*[a-z0-9])?", "lower-case letters, digits and hyphens; starts with a letter"),
    "dashboard": _rule(3, 160, r"[A-Za-z0-9-]+", "alphanumerics and hyphens"),
}
