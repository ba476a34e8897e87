"""What has the form of an identifier and is none: placeholders, versions, doses, journals, brands, states, codes."""

from __future__ import annotations

import pytest

from zt_ai.egress.detect.engine import Detectors
from zt_ai.spec.types import DetectorSet

DETECTORS = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))

HARMLESS = (
    'note = re.sub(pattern, "<MRN>", note)  # 84 s for 12 workers',
    '{"name": [{"family": "<FAMILY>", "given": ["<GIVEN>"]}]}',
    "<LAST_NAME> was seen with <FIRST_NAME> by <DOCTOR> on <DATE>.",
    "Dear Dr. [NAME],\nThank you for the referral.",
    "Qlik 2024.2.1 runs beside Tableau 2023.3.4, version 2023.3.4.",
    "heparin 5000 U SQ every 8 hours",
    "Confusion matrix: TP 182, FP 47, FN 21, TN 1250.",
    "Balance: PO 1240, IV 2150, UOP 1830.",
    "Sites were in Iowa, Nevada, Kansas and Maine.",
    "Dengue was reported in Puerto Rico and Florida.",
    "Preterm, GA 31+4 weeks, 1480 g.",
    "Esophagitis, LA grade B; Forrest IIb ulcer, Killip III.",
    "The Parkland formula and the Laplace mechanism are unrelated.",
    "The printer can do 2D Aztec, QR and Code 128.",
    "Switched from Yasmin to Camila, norethindrone only.",
    "BMJ 2020;370:m22. Ann Intern Med 2010;152:11-20.",
    "Circulatory arrest at 20 C. Del Nido cardioplegia 1000 mL.",
    "Kidney Donor Profile Index 45 percent.",
    "A model of 110M parameters, trained on 92M tokens.",
    "Roaming in less than 50 ms. VLAN 110 is for voice.",
    "(0008,0050) AccessionNumber, (0010,0020) and the rest stay empty.",
    "Claims 99213-25 and 99214 were denied with CO-45.",
    "Medicaid covered 20000000 adults; Oxford 2011 levels of evidence.",
    "Laser 30 W, then 120 W Monopolar at 20 Hz.",
    "Insulin reg 10 units; parking level P2; a 96-well plate.",
    "Pain 05/10 at first, then 08/10.",
    '<SCRIPT xmlns="http://www.ncpdp.org/schema/SCRIPT" xmlns:x="http://www.lakeside.org/patients">',
    "Date,Time,mg/dL,Tag\nrow,06:58,141,before breakfast\nrow,12:20,212,after lunch",
    '<DicomAttribute tag="00080050" vr="SH"/><DicomAttribute tag="00181000" vr="LO"/>',
    "NM1*IL*1*<LAST>*<FIRST>****MI*<MEMBER_ID>~\nN3*<STREET>~\nREF*XX*<NPI>~\nN4",
    "PID-3 Patient Identifier List, PID-30 Patient Death Indicator, table HL70215",
    "User: Hello\nAssistant: Sure, here it is.\ndriver: Postgres\noperator: Equals\nfloat: Left",
    "Principal Component Analysis; Principal Engineer; Inv Total: 12; Det Limit: 3",
    "Dear Hiring Manager, dear Customer, and dear Colleague,",
    "Static field 3 T; Max SAR head; Max slew 200",
    "Jobe not tested; Argyle chest tube, Unna boots, a 16 Fr Foley and a 14 Fr Nelaton.",
    "Epworth 9, Oswestry 12%; Beighton 2/9. Vineland 84",
)

FOUND = (
    ("<MRN>8841022</MRN>", "8841022"),
    ("<given>Aaron</given>", "Aaron"),
    ("Dear Dr. Okafor,", "Okafor"),
    ("Seen on 2024.2.11 in clinic", "2024.2.11"),
    ("lives at 5000 U Street NW", "5000 U Street NW"),
    ("Moved from Delaware, Ohio last year", "Delaware"),
    ("Camila was seen today", "Camila"),
    ("Yasmin Delgado started oral contraceptives", "Yasmin Delgado"),
    ("lives in Aztec, NM", "Aztec"),
    ("Ms. Valentin called", "Valentin"),
)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_an_identifier_is_left_alone(text: str) -> None:
    assert DETECTORS.scan(text).findings == ()


@pytest.mark.parametrize(("text", "value"), FOUND)
def test_its_twin_that_names_somebody_is_found(text: str, value: str) -> None:
    place = text.index(value)
    found = DETECTORS.scan(text).findings
    assert any(one.start <= place and one.end >= place + len(value) for one in found), found
