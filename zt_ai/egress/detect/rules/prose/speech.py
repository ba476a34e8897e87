"""The words of questions, orders and reports about a patient, for `spoken`."""

from __future__ import annotations

import re


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


OTHER = _words(
    "ticket tickets build builds invoice invoices claim claims phone fax callback dial ext extension issue issues po purchase",
    "tracking serial model models npi dea lot lots version versions port ports commit commits pr payment payments pmid pmids",
    "pubmed article articles paper papers abstract abstracts trial trials loinc snomed cpt icd ndc ndcs rxnorm rxcui hcpcs",
    "concept concepts codes oid row rows token tokens seed seeds thread threads sku catalog catalogue zoom meeting webinar",
    "passcode pin bug bugs vendor server servers servicenow jira incident incidents job jobs pipeline pipelines deploy deployed",
    "release releases confirmation shipment shipments requisition part parts population revenue budget bytes samples steps",
    "iterations batch process endpoint database queue kernel price cost listing listings prime primes factors divisible",
    "divided integer integers digits upc isbn sum squares hex binary warehouse",
)
"""Things whose numbers are asked for in the same words."""

LITTLE = _words(
    "on for re about is if that with of see have let and or then as from to compare yes sorry please pls using did does has",
    "was why done say know between be give gave review check pull find tell until before after it's its when what what's meds",
    "can will should could order list send old new prior former",
)
"""Words after which the number of something else would be called by its name."""

AMOUNTS = _words(
    "total totals mean median average count counts size rate ratio value values result results load copies level titer platelets",
    "rna dna pcr viral hcv hbv hiv cmv ebv cells cfu ferritin ck bnp wbc rbc snomed mapped mapping concept term terms",
    "weighs costs earned paid owes dollars salary lines words characters views users visits votes",
)
"""Words of amounts: only a plain phrase makes a number beside one that of a patient."""

HEADS = _words(
    "summarise summarize sum rounding rounded round preround one-liner signout sign-out handoff hand-off lab labs lytes bmp cmp",
    "cbc vitals culture cultures imaging troponin troponins lactate inr trough med meds allergies drip drips ekg ecg cxr echo",
    "consult consent dressing restraint restraints summary h&p note status crit critical crits stopped held restarted hung weaned",
    "discontinued d/c'd d/cd bolused titrated newborn baby infant twin twins triplet triplets sister brother mother father sibling roommate neighbor neighbour called",
    "calling message msg question q page paged fyi re anyone arrived registered banded checked came label labels sticker stickers",
    "band bands armband wristband bracelet packet facesheet sheet requisition specimen tube card jacket folder chart record pid",
    "lady gentleman man woman kid guy girl boy documented charted wrote no-show show lwbs admit recheck dialysis clinic covering "
    "add-on add addons add-ons discharges transfers number # unidentified unknown trauma john jane patient pt rm room bed bay huddle census rounds board",
)
"""One of them is in every phrase of `TOLD`, which costs more to look for."""

_MARK = r"[ :]{1,2}[#\"'(\[`]?$"
TOLD = re.compile(
    r"(?:\b(?:summari[sz]e|sum up|(?:round(?:ing|ed)?|preround|one-liner|sign-?out|hand-?off) (?:on|for)|"
    # What is known or done, and for whom.
    r"(?:labs?|lytes|bmp|cmp|cbc|vitals|cultures?|imaging|troponins?|lactate|inr|trough|meds?|med list|allergies|drips?|"
    r"ekg|ecg|cxr|echo|consult|consent|dressing|restraints?|discharge summary|h&p|progress note|code status) (?:on|for|of)|"
    r"crit(?:ical)?s?\b[^.;\n0-9]{0,16}[0-9.]{0,5} (?:on|for)|"
    r"(?:stopped|held|restarted|hung|weaned|discontinued|d/c'?d|bolused|titrated) (?:on|for)|"
    r"(?:newborn|baby|infant|twin|triplet) of|(?:her|his|their|the|other) (?:twin|sister|brother|mother|father|sibling|"
    r"newborn|baby|roommate|neighbou?r)|"
    r"(?:called|calling|message|msg|question|q|page|paged|fyi) re|"
    r"anyone (?:have|got|seen|covering|following)|"
    r"(?:pt|patient|lady|gentleman|mom|baby) (?:\w+ )?(?:arrived|registered|banded|checked in|came in) (?:as|under)|"
    # Where the number is read.
    r"(?:labels?|stickers?|bands?|armband|wristband|bracelet|packet|face ?sheet|requisition|consent|specimen|tube)\b"
    r"[^.;\n0-9]{0,20}(?:reads?|says?|said|has|had|shows?|showed|it (?:was|is|says|reads))|"
    r"(?:card|jacket|folder|chart|band|sticker)\b[^.;\n]{0,40}\b(?:has|had|bears|with|is|was|typed|printed) (?:the )?(?:number|#)|"
    r"pid-?[2-4](?:\.1)? (?:said|says|is|was|has|reads?|shows?)|"
    r"(?:number|#) (?:i|we|they|you) (?:have|had|see|got|wrote down) for (?:her|him|them|this \w+|the (?:pt|patient|baby|lady)) "
    r"(?:is|was)|"
    r"(?:chart|record|patient|pt) (?:that )?(?:i|we|you) (?:have|had|got) (?:open|up|pulled),?)"
    r"|\b(?:unidentified|unknown|trauma|john|jane)[ -](?:doe|male|female|man|woman|child|pt|patient|adult|infant)\b[, ]?"
    r"|\b(?:rm|room|bed|bay)\.? ?[0-9]{1,4}[a-d]?(?:\s?(?:--?|[\u2013\u2014/:|,])| is|(?= [(\[]))"
    r"|\b(?:huddle|census|sign-?out|hand-?off|rounds|board)\b[^\n]{0,90}[:,;] ?[0-9]{1,4}[a-d]? ?[-\u2013\u2014]"
    r"|\b(?:twins?|triplets?)\b[^\n]{0,60}\b[abc] ?[=:-]"
    r"|\b(?:patient|pt|lady|gentleman|man|woman|kid|baby|guy|girl|boy) in (?:rm |room |bed )?[0-9]{1,4}[a-d]?,?"
    r"|\b(?:documented|charted|wrote (?:it|my note|the note)) on"
    r"|\b(?:no[- ]show|lwbs|new admit|admit|consult|recheck)"
    r"|\b(?:dialysis|clinic|rounds|covering|add[- ]?ons?|discharges|transfers) (?:for )?(?:today|tomorrow|tonight|nights?)"
    rf"){_MARK}|\bre{_MARK}"
)
"""Words right before the number of a patient, in lower case."""

SAID = re.compile(
    r"(?i)(?:['\u2019]s (?:(?:current|last|latest|recent|home|new|old|most|med(?:ication)?) )*(?:meds?|medications?|labs?|chart|"
    r"notes?|vitals|history|allerg\w+|problems?|imaging|ct|mri|ekg|echo|a1c|creatinine|potassium|inr|family|mom|mother|wife|"
    r"husband|son|daughter|nurse|discharge|consent|code status|diagnos[ie]s|dx|list|records?|surgery|drips?)\b"
    r"| know (?:(?:that )?(?:her|his|their)|the (?:pap|results?|labs?))\b"
    r"| (?:has|had) (?:ever|never|not|already) (?:had|been|seen|received)\b"
    r"| (?:is |was )?(?:dc home|d/c home|going home|pending (?:pt|ot|slp|placement|eval|discharge|snf)\b|tx to|s/p|c/o|p/w|"
    r"pod ?#?[0-9]|npo|denies|coded|left ama|desat\w*|intubated|extubated|febrile|hypotensive|tachycardic)"
    r"| (?:is |was |keeps |just )?(?:refus(?:es|ed|ing)|going (?:to|home|for)|home (?:on|with|today|tomorrow)|"
    r"in (?:the system|epic|cerner|meditech|registration)|asking for|complain\w*|vomit\w*|agitated|confused|"
    r"tolerat\w+|bleeding|in pain|on (?:bipap|hfnc|ra|room air|pressors|heparin|dialysis|tele|isolation|hospice))\b"
    r"| needs (?:to be |an? |his |her |the |more |new )*(?:bed|repeat|sitter|transfus\w+|interpreter|redraw|labs?|ct|mri|x-?ray|"
    r"iv|foley|consent|dressing|recheck|ride|meds?|insulin|potassium|k|mag|k\+|ekg|echo|turned|suction\w*|pain|restraints?)\b"
    r"| to (?:(?:the|my|our|your) (?:(?:rounding|morning|consult|transfer|discharge) )?(?:list|census|schedule|board)|"
    r"(?:rounding|morning|consult|transfer|discharge) (?:list|census|board))\b"
    r"| (?:rt|lt|bilat|bil)\.? [a-z]{3}"
    r"| ?\((?:bed|rm|room) ?[0-9]"
    r"|\s?[/|,;]\s?[A-Z][A-Za-z'\u2019-]+(?:,? [A-Z][A-Za-z'\u2019-]*)?\s?[/|,;]\s?[0-9]{1,3}\s?(?:y/?o)?\s?[MF]\b"
    r"| and #?[0-9-]{6,10} (?:are )?(?:both )?open\b)"
)
"""Words right after it."""

ASKING = _words(
    "is are does do did has have was will can could should when what which why how tell ask asking list draft write send give",
    "order schedule compare follow follow-up plan update latest input word",
)
"""What a question or an order begins with."""
VERB = re.compile(
    r"[?.,:]|['\u2019]s\b| (?:on|in|for|about|have|had|has|get|got|getting|take|taking|took|need|needs|due|still|ever|last|"
    r"allergic|seen|ok|go|going|safe|eligible|cleared|ready|home|been|given|receiv\w+|tolerat\w+|respond\w+|supposed|able|before|"
    r"after|to|is|was|and)\b"
)
"""What it goes on with behind the number of a patient."""
CARE = _words(
    "anticoagulation anticoagulated anticoagulant allergy allergies med meds medication medications dose dosing insulin heparin",
    "warfarin clinic surgery colonoscopy endoscopy bronchoscopy cystoscopy arthroscopy appendectomy mastectomy hysterectomy",
    "colectomy cholecystectomy nephrectomy scan scans mri ct xray labs creatinine potassium hemoglobin hgb inr a1c lactate troponin",
    "culture cultures antibiotic antibiotics vaccine vaccines vaccinated mammogram pap ekg echo diet npo fever pain sepsis stroke",
    "pneumonia diabetes diabetic admission discharge letter referral isolation follow-up contrast reaction steroid steroids oxygen",
    "dialysis chemo chemotherapy pregnant pregnancy biopsy problems history imaging vitals",
)
"""What is asked about a patient."""

WARD = _words(
    "febrile afebrile stemi nstemi sbp bipap cpap hfnc npo redraw hemolyzed dialysis sbar triage crossmatch abg vbg ortho tele",
    "cardiology neurology nephrology apixaban heparin warfarin insulin lasix furosemide metformin metoprolol lisinopril vanc",
    "zosyn ceftriaxone wheezing fell dnr ama telemetry icu nicu picu micu sicu pacu bedside dvt chf copd dka gib sepsis septic",
    "stroke seizure pneumonia surgery post-op postop preop pod bolus voicemail diabetic discharge discharged admitted inpatient",
    "outpatient cxr biopsy vaccine vaccinated ambulating extubated intubated sedated transfusion transfused prbc wound",
    "foley picc abdomen hip knee fever scope carpal hypotensive tachycardic bracelet mom mother dad father stent chemo hospice",
)
"""What is said on a ward, and of no other thing that has a number of seven digits."""
CALLED = (LITTLE - _words("of to between and or then as")) | _words(
    "admit admitted admitting accept accepting accepted add adding see seeing page at documented covering at intubate extubate"
)
"""Words before the number of a patient where such things are said."""
SAYING = re.compile(r"[.?!,;:]|['\u2019]s\b| ?[-\u2013\u2014]|$| (?![a-z-]{3,}s\b)[A-Za-z0-9]")
"""How it goes on: not with a plural, which would be counted."""
BESIDE = LITTLE - _words("to from of between and or was until before after list has did does order send give gave")
"""Words before the number of a patient where nothing else is said of it than that there is somebody."""
REST = re.compile(
    r"\s*(?:[.?!,;)\]\"\n\u2014\u2013]|--|- |->|$)|['\u2019]s\b|  |(?i: (?:is|was|has|had|needs?|and|or|but|who|before|after|first|next|"
    r"now|again|please|pls|thx|thanks|when|because|due|today|tonight|tomorrow|overnight|ever|open)\b)"
)
"""What follows a number that counts nothing."""
MANY = re.compile(r" (?!was|is|has|needs|does|this|his|its|always)[a-z]{2,}s\b(?!/)")
"""A plural: the number before it is how many."""

SOMEBODY = _words(
    "she he she's he's her hers him patient patients pt pts lady gentleman twin twins newborn mom wife husband chart charts mrn",
    "mammogram admitted discharged intubated transferred icu telemetry bedside rounds cardiology nephrology hospice arrive",
    "arrives arrived named epic meditech cerner allergic biopsy colonoscopy chemo dialysis",
)
"""Words of which one shows that somebody is spoken of."""
AGED = re.compile(r"[0-9] ?(?:(?:[Yy]/?[Oo] ?)?[MF]\b|-?year[- ]old)")
"""Somebody by age and sex."""
WHERE = ("rapid response", "code blue", "on the unit", "on our unit", "on the floor", "on the ward", "on our service")
"""What befalls a patient, and where patients are."""
