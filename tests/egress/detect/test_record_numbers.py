"""Numbers of patients without a label are found by what is said of them; their harmless twins are left alone."""

from __future__ import annotations

import pytest

from zt_ai.egress.detect.engine import Detectors
from zt_ai.spec.types import DetectorSet

DETECTORS = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS))

FOUND = (
    "What's the plan for «4471903» today? She was NPO for the procedure.",
    "Can you round on «8820174»? The family is at the bedside.",
    "BMP on «7710023» please, K was hemolyzed.",
    "crit K 6.9 on «4471903», RN notified",
    "Does «7720183» have any allergies?",
    "When was «7720183» last seen in clinic?",
    "What meds is «40188273» taking?",
    "Has «3391028» had a colonoscopy in the last 10 years?",
    "Draft a letter to «5521837» about her mammogram.",
    "«4419820» needs a bed in the ICU",
    "«4419820» going to IR at 1400",
    "«7698841» / Clark / 71M",
    "Rm 12 - «7698841» - CHF, diuresing",
    "Name alert: two of them, «4029188» (bed 2) and «4031772» (bed 11)",
    "Unknown female, «999001122», found down",
    "Baby of «8830271» born at 0412",
    "User: what's the code status of «2290377»?",
    "Patients to call today:\n- «5501273» abnormal pap\n- «5498810» INR 5.1",
    "MRNs:\n«7740012»\n«7740388»\n«7741905»",
    "«4471903»_wound_left_heel.jpg",
    "Admit «8837120» to tele for chest pain",
    "NICU: «8837120» off CPAP at 0600",
    "dialysis today: «8837120», «8837166»",
    "Patient in 412 («8837120») wants to go home",
    "bed 12 is «8837120»",
    "Add «9083321» to the list",
    "MRN (old system): «448-20»",
    "Cross-cover\n- Jacobson («9004417»): f/u 0200 trop\n- Ruiz («9005371»): sundowns",
    "Patients: Gutierrez «8820471» (GIB, q6 H/H), Moreno «8820590» (HHS, insulin gtt)",
    "Rm 6 Lila Desmond 9mo bronchiolitis «3308204» HFNC 8L",
    "Bed 14: Moore, Ann 71F CHF «8837120» dc home",
    "The band has\n«1120-4482»\nand the packet has\n«0098837»",
    "Clinic\n0800 Pemberton «330981» f/u DM\n0820 Abernethy «417702» wound chk\n0900 Nguyen T «298834» new",
    "0800 Nguyen T «298834» new\n0820 Abernethy «417702» wound chk",
    "1:30p Whitlock, Ann («330040») INR",
    "bed 3 («4419920») on heparin gtt, bed 4 («4420013») NPO for cath",
    "pls add «19-00427» to rounding list",
)

TWINS = (
    "- Metformin (860975): first line\n- Hypertension (38341003): code it",
    "Rm 6 Supply Closet 9 boxes of 3308204 gauze",
    "Figure (1234567): the sizes",
    "Foley 1234567 (16 Fr, 5 ml)",
    "Parker 8820471 (lot 12, blue)",
    "Wilson 8820590 (sealed)",
    "What's the plan for 30018827 rows today? She was asking.",
    "Can you look at issue 8820174? The server is at the bedside.",
    "Load test on 7710023 requests, K means were stable.",
    "crit path is 69 days on build 4471903, she said.",
    "Does 4471903 have any prime factors?",
    "When was version 7720183 last seen in clinic?",
    "What is 1234567 times 2?",
    "Has commit 3391028 had a review in the last 10 days?",
    "Send 1204418 letters about mammograms.",
    "Update 4471903 rows in the labs table.",
    "7698841 / 12 / 71%",
    "Room 12 - 120 people",
    "Two sizes, 4029188 (bytes) and 4031772 (bytes)",
    "Unknown error, 999001122, found in the log",
    "Of 48213 patients screened, 1204 were enrolled.",
    "SNOMED concepts for patients with diabetes:\n44054006 type 2\n73211009 any",
    "Admissions by ward, patients of 2023:\n184223 medicine\n118204 surgery",
    "seeds:\n7740012\n7740388",
    "4471903_frame.jpg",
    "20231231_consent.pdf",
    "NCT01234567_consent.pdf",
    "What is the tracking number of the chart printer?\n4471903882",
    "NDC 00093-7367-56 on the label, lot 4471903.",
    "The label reads 00093-7367-56.",
    "Viral load was 1204418 copies in March, she was not on therapy.",
    "Platelets 412000 on repeat, he is stable.",
    "Ferritin 11204 on admission; she has HLH.",
    "HCV RNA 1840000 on repeat; she starts therapy.",
    "OMOP concept 4329847 (MI) for patients",
    "CPT 99214 and 99454 were billed for her.",
    "LOINC 4548-4, she asks about hers.",
    "Model 5076-52 leads, he is paced.",
    "Compare 1204418 and 1402211 admissions.",
    "The job was stopped on 4471903 rows; she restarted it.",
    "Pages went from 1204418 to 1402211; he was happy.",
    "It rose to 1402211. He was happy.",
    "rows: 1204418, patients: 48",
    "We had 1204418 in total. She counted them.",
    "His salary is 1204418. He is content.",
    "summary_1234567.txt",
    "[1717243] patient service started",
    "Fever (386661006) and dialysis (302497006) map to the codes below.",
    "fever: 386661006, dialysis: 302497006",
    "HCV RNA: 1840233, on dialysis",
    "In 1204418 admissions for sepsis, mortality fell.",
    "A cohort of 1204418 adults discharged alive after stroke",
    "A grant of 3301928 for stroke care",
    "MR 118 27 40 mL regurgitant volume",
    "Braden items 4 0 2 8 8 1 9",
    "Zebra HC100 prints the wristband at 300 dpi.",
    "2019 Pemberton 330981",
    "0800 Flight 330981 boards\n0900 Flight 417702 boards",
    "08:15 Batch 330981 done\n08:20 Batch 330982 done",
    "0800 Pemberton 330981 people",
    "room 12 (330981 sq ft)",
    "bay 4 (4419920 bytes)",
    "room 3 4419920",
    "took 19-00427 to board",
)


def unmark(case: str) -> tuple[str, list[str]]:
    """A case without its marks, and what stood between them."""
    pieces = case.replace("»", "«").split("«")
    return "".join(pieces), pieces[1::2]


@pytest.mark.parametrize("case", FOUND)
def test_a_patients_number_is_found(case: str) -> None:
    text, marked = unmark(case)
    found = [text[f.start : f.end] for f in DETECTORS.scan(text).findings]
    assert [value for value in marked if not any(value in one for one in found)] == []


@pytest.mark.parametrize("twin", TWINS)
def test_its_harmless_twin_is_left_alone(twin: str) -> None:
    assert DETECTORS.scan(twin).findings == ()


def test_a_long_list_is_read_to_its_end() -> None:
    text = "Sign-out\n" + "\n".join(f"{number}) {4471100 + 37 * number} stable" for number in range(1, 12))
    assert len(DETECTORS.scan(text).findings) == 11
