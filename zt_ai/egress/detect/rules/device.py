"""(M) Device identifiers and serial numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import checksums
from zt_ai.egress.detect.context import IDENTIFIER, at_least, digits, labelled, near, said
from zt_ai.egress.detect.rule import Rule, matching

_SERIAL = (
    r"(?:ser\.?\s(?:no\b\.?|num\b|#)|serial[\s_]*(?:no\b\.?|num(?:ber)?s?|nbr|#|id\b|(?=\s?[:=\n]))|(?<![A-Za-z0-9])s/n|"
    r"(?<![A-Za-z0-9])sn(?=\s?[:#])|"
    r"(?:device|pacemaker|implant|pump|icd|lead|generator|meter|monitor|cgm|sensor|prosthesis|stent|valve|"
    r"ventilator|cpap|scanner|machine|equipment|asset|model|unit)[\s_-]*"
    r"(?:serial|s/n|sn\b|id\b|identifier|udi)(?:[\s_]*(?:no\b\.?|num(?:ber)?|#))?|udi(?:-di|"
    r"-pi)?(?![A-Za-z])|unique\s+device\s+identifier|lot[\s_]*/[\s_]*serial)"
)


def _imei(match: re.Match[str]) -> bool:
    number = digits(match["v"])
    return len(number) == 15 and checksums.luhn(number)


def _udi(match: re.Match[str]) -> bool:
    return checksums.gtin(match["di"])


_PAIR = re.compile(
    r"(?i:hearing aids?|cochlear (?:implant|processor)s?|processors?)[^0-9A-Za-z]{1,3}(?i:r|l|right|left|as|ad)[ :]{1,2}(?P<v>[0-9A-Z][0-9A-Z-]{5,15})"
    r"(?:[ ,;/]{1,3}(?:and )?(?i:r|l|right|left|as|ad)[ :]{1,2}(?P<w>[0-9A-Z][0-9A-Z-]{5,15}))?(?![0-9A-Za-z])"
)


def _sides(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _PAIR.finditer(text, low, high):
        for group in ("v", "w"):
            if match[group] and len(digits(match[group])) > 3:
                yield match.span(group)


RULES: tuple[Rule, ...] = (
    Rule(
        id="device.serial",
        kind="device",
        source="45 CFR 164.514(b)(2)(i)(M); the form is each maker's own",
        triggers=(
            near(r"serial"),
            near(r"ser\.? (?:no|num|#)", 8),
            near(r"(?:^|[^a-z])(?:s/n|sn ?[:#])", 12),
            said(
                r"(?:device|pacemaker|implant|pump|icd|lead|generator|meter|monitor|cgm|sensor|prosthesis|"
                r"stent|valve|ventilator|cpap|scanner|machine|equipment|asset|unit)[ _-]?(?:id\b|"
                r"identifier|s/n|sn\b|udi)"
            ),
            near(r"(?:[^a-z]|^)udi[^a-z]"),
            said(r"unique device identifier"),
        ),
        spans=matching(
            labelled(
                _SERIAL,
                rf"(?:[A-Z]{{2,4}} [0-9]{{5,8}}(?: [A-Z])?(?![A-Za-z0-9])|[0-9A-Z]{{1,6}}(?:-[0-9A-Z]{{1,8}}){{2,5}}(?![A-Za-z0-9])|{IDENTIFIER})",
            ),
            at_least(3),
        ),
        before=70,
        after=110,
        rank=2,
        positives=(
            "serial number «SN12345678»",
            "S/N: «PJN445566H»",
            "pacemaker serial # «RNB-223344»",
            "Serial No. «0088-1234»",
            "serialNumber\n«8841-A22»",
            "device id: «DEV-99812»",
            "SN: «A1B2C3D4»",
            "device serial «GH778812»",
            "pacer SN: «PJN 330184 H»",
            "wheelchair ser no «Q21-40-D0018» fault",
        ),
        negatives=(
            "serial 7 subtraction",
            "serial troponins 3 hours apart",
            "serial dilutions 1:10",
            "Sn 3 mg",
            "serially 3",
        ),
    ),
    Rule(
        id="device.sn",
        kind="device",
        source="45 CFR 164.514(b)(2)(i)(M); `SN` and a number in which letters and digits take turns",
        triggers=(r"[^A-Za-z]S/?N [A-Z0-9]{2}[A-Z0-9-]{4}", r"^S/?N [A-Z0-9]{2}[A-Z0-9-]{4}"),
        spans=matching(
            r"(?<![A-Za-z])S/?N (?P<v>(?=[A-Z-]{0,10}[0-9])(?=[0-9-]{0,12}[A-Z])[A-Z0-9](?:[A-Z0-9]|-(?=[A-Z0-9])){5,23})(?![A-Za-z0-9])",
            at_least(3),
        ),
        before=12,
        after=28,
        rank=1,
        positives=("bumped the sensor (SN «3MH00C8L7QT») off", "port SN «PP-REDW1190» | auth"),
        negatives=("SN 12", "the SN RESIDENT", "SN visit 3 times"),
    ),
    Rule(
        id="device.transmitter",
        kind="device",
        source="45 CFR 164.514(b)(2)(i)(M); Dexcom G6 user guide: six letters and digits on the transmitter",
        triggers=(r"(?i)transmitter(?: id)?[ :#]{1,2}[0-9a-z]{5}",),
        spans=matching(
            r"(?i:transmitter(?: id)?)[ :#]{1,2}(?P<v>(?=[A-Z]{0,5}[0-9])(?=[0-9]{0,5}[A-Z])[0-9A-Z]{5,6})(?![0-9A-Za-z-])"
        ),
        before=24,
        after=10,
        positives=("with CGM transmitter «8KQ4R2» on 1/8/25",),
        negatives=("transmitter 12 months", "transmitter CHANGED today"),
    ),
    Rule(
        id="device.sides",
        kind="device",
        source="45 CFR 164.514(b)(2)(i)(M); devices worn on both sides have a serial number each",
        triggers=(
            r"(?i)(?:hearing aids?|cochlear (?:implant|processor)s?|processors?)[^0-9a-z]{1,3}(?:r|l|right|left|as|ad)[ :]{1,2}[0-9a-z]{0,7}[0-9]",
        ),
        spans=_sides,
        before=50,
        after=70,
        positives=("Hearing aids R «1933X0K7T» L «1933X0K82» lost", "cochlear processor right: «CP10-88213»"),
        negatives=("hearing aid R 2 days", "hearing aids L 35 dB", "cochlear implant left 2019 by ENT"),
    ),
    Rule(
        id="device.udi",
        kind="device",
        source="21 CFR 830; GS1 General Specifications, 3.2 AI (01), (10), (17), (21) and 7.9 check digit",
        triggers=(r"\(01\)[0-9]{14}", r"\(21\)[0-9A-Za-z]{3}", r"[^0-9A-Za-z]\+[A-Z][0-9]{3}[0-9A-Z]{2,18}/"),
        spans=matching(r"(?P<v>\(01\)(?P<di>[0-9]{14})(?:\((?:1[0-9]|21|24[01]|30)\)[0-9A-Za-z/-]{1,20})*)", _udi),
        before=24,
        after=80,
        rank=3,
        positives=("UDI «(01)00844588003288(17)141120(10)7654321D(21)10987654d321»", "«(01)00844588003288»"),
        negatives=("(01)00844588003289", "(01) of 12"),
    ),
    Rule(
        id="device.udi-serial",
        kind="device",
        source="21 CFR 830; GS1 General Specifications, 3.2 AI (21)",
        triggers=(r"\(21\)[0-9A-Za-z]{3}",),
        spans=matching(r"\(21\)(?P<v>[0-9A-Za-z/-]{4,20})"),
        after=24,
        positives=("(21)«A55H7712»",),
        negatives=("(21) patients",),
    ),
    Rule(
        id="device.imei",
        kind="device",
        source="3GPP TS 23.003, 6.2 and annex B: fifteen digits, Luhn",
        triggers=(near(r"(?:imei|meid|imsi|iccid)"),),
        spans=matching(labelled(r"(?:imei|imsi|meid|iccid)", r"[0-9](?:[ -]?[0-9]){13,19}(?![0-9A-Za-z])")),
        before=60,
        after=110,
        rank=4,
        positives=("IMEI «490154203237518»", "imei: «49-015420-323751-8»", "IMSI «310150123456789»"),
        negatives=("imei 123",),
    ),
    Rule(
        id="device.imei-alone",
        kind="device",
        source="3GPP TS 23.003, annex B and GSMA TS.06: reporting body 01, 35, 86, 91, 98 or 99",
        triggers=(r"(?:^|[^0-9A-Za-z.])(?:01|35|86|91|98|99)[0-9]{4}-?[0-9]{2}-?[0-9]{6}-?[0-9](?:[^0-9A-Za-z]|$)",),
        spans=matching(
            r"(?<![0-9A-Za-z.])(?P<v>(?:01|35|86|91|98|99)[0-9]{4}(?:-[0-9]{2}-[0-9]{6}-|"
            r"[0-9]{8})[0-9])(?![0-9A-Za-z])",
            _imei,
        ),
        before=24,
        after=3,
        rank=2,
        positives=("phone «356938035643809»", "«356938-03-564380-9»"),
        negatives=("356938035643808",),
    ),
    Rule(
        id="mac.address",
        kind="mac",
        source="IEEE 802-2014, 8.2: six pairs of hexadecimal digits; Cisco notation of three groups of four",
        triggers=(
            r"(?i)[0-9a-f]{2}(?::[0-9a-f]{2}){5}",
            r"(?i)[0-9a-f]{2}(?:-[0-9a-f]{2}){5}",
            r"(?i)(?:^|[^0-9a-z.])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}(?:[^0-9a-z.]|$)",
        ),
        spans=matching(
            r"(?<![0-9A-Za-z:-])(?P<v>[0-9A-Fa-f]{2}(?P<s>[:-])[0-9A-Fa-f]{2}(?:(?P=s)[0-9A-Fa-f]{2}){4})"
            r"(?![0-9A-Za-z]|[:-][0-9A-Fa-f])"
            r"|(?<![0-9A-Za-z.])(?P<w>(?=[0-9.]*[A-Fa-f])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})"
            r"(?![0-9A-Za-z.])"
        ),
        before=30,
        after=8,
        rank=1,
        positives=("MAC «00:1A:2B:3C:4D:5E»", "«00-1a-2b-3c-4d-5e»", "«001a.2b3c.4d5e»"),
        negatives=("12:30:45", "00:1A:2B:3C:4D", "aa:bb:cc:dd:ee:ff:00:11"),
    ),
)
