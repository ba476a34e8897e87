"""Kinds of identifiers: what a finding may be, which clause of Safe Harbor names it, and which sets look for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.spec.types import DetectorSet

HARBOR, CARE, SECRETS, NAMES = (
    DetectorSet.SAFE_HARBOR,
    DetectorSet.HEALTHCARE_IDS,
    DetectorSet.SECRETS,
    DetectorSet.NAMES,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of identifier."""

    id: str
    clause: str
    """Letter of 45 CFR 164.514(b)(2)(i), `A` to `R`; empty for secrets, which are no identifiers of a person."""
    title: str
    sets: frozenset[DetectorSet]
    is_secret: bool = False


def _kinds(*rows: tuple[str, str, str, tuple[DetectorSet, ...]]) -> Mapping[str, Kind]:
    return {
        id_: Kind(id_, clause, title, frozenset(sets), is_secret=SECRETS in sets) for id_, clause, title, sets in rows
    }


KINDS: Mapping[str, Kind] = _kinds(
    ("name", "A", "name of a person", (HARBOR, NAMES)),
    ("address", "B", "street address or post box", (HARBOR,)),
    ("location", "B", "city, county or other place smaller than a state", (HARBOR, NAMES)),
    ("zip", "B", "ZIP or postal code", (HARBOR,)),
    ("facility", "B", "hospital, clinic or practice", (HARBOR, NAMES)),
    ("coordinates", "B", "geographic coordinates", (HARBOR,)),
    ("date", "C", "date finer than a year", (HARBOR,)),
    ("age", "C", "age over 89", (HARBOR,)),
    ("phone", "D", "telephone number", (HARBOR,)),
    ("fax", "E", "fax number", (HARBOR,)),
    ("email", "F", "e-mail address", (HARBOR,)),
    ("ssn", "G", "Social Security number", (HARBOR,)),
    ("itin", "G", "individual taxpayer identification number", (HARBOR,)),
    ("mrn", "H", "medical record number", (HARBOR, CARE)),
    ("mbi", "I", "Medicare beneficiary identifier or its predecessor", (HARBOR, CARE)),
    ("health_plan", "I", "member, policy or group number of a health plan", (HARBOR, CARE)),
    ("account", "J", "account number", (HARBOR,)),
    ("routing", "J", "bank routing number", (HARBOR,)),
    ("iban", "J", "international bank account number", (HARBOR,)),
    ("credit_card", "J", "payment card number", (HARBOR,)),
    ("npi", "K", "national provider identifier", (HARBOR, CARE)),
    ("dea", "K", "DEA registration number", (HARBOR, CARE)),
    ("license", "K", "certificate or license number", (HARBOR,)),
    ("passport", "K", "passport number", (HARBOR,)),
    ("vin", "L", "vehicle identification number", (HARBOR,)),
    ("plate", "L", "license plate", (HARBOR,)),
    ("device", "M", "device identifier or serial number", (HARBOR, CARE)),
    ("mac", "M", "hardware address", (HARBOR,)),
    ("url", "N", "web address", (HARBOR,)),
    ("ip", "O", "internet address", (HARBOR,)),
    ("biometric", "P", "biometric identifier", (HARBOR,)),
    ("prescription", "R", "prescription number", (HARBOR, CARE)),
    ("claim", "R", "claim number", (HARBOR, CARE)),
    ("accession", "R", "accession or specimen number", (HARBOR, CARE)),
    ("encounter", "R", "encounter, visit or admission number", (HARBOR, CARE)),
    ("study_subject", "R", "participant number of a study", (HARBOR, CARE)),
    ("record", "R", "resource id of a person's record", (HARBOR, CARE)),
    ("other_id", "R", "other unique number of a person", (HARBOR,)),
    ("private_key", "", "private key", (SECRETS,)),
    ("api_key", "", "key of an API or cloud", (SECRETS,)),
    ("token", "", "access token", (SECRETS,)),
    ("password", "", "password", (SECRETS,)),
    ("connection_string", "", "connection string with credentials", (SECRETS,)),
)
"""By id."""


def kinds_of(sets: frozenset[DetectorSet]) -> frozenset[str]:
    """Ids of the kinds that any of the sets looks for."""
    return frozenset(kind.id for kind in KINDS.values() if kind.sets & sets)
