"""Names of columns, keys and elements: what kind of identifier stands under them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_WHO = (
    r"(?:patient|patients|pat|pt|member|mem|mbr|subscriber|subscribers|sub|insured|guarantor|guar|emergency|emergencycontact|contact|responsible|responsibleparty|provider|prov|physician|"
    r"doctor|dr|mother|mothers|father|fathers|parent|spouse|guardian|caregiver|employee|emp|customer|cust|client|home|work|cell|mobile|day|daytime|evening|primary|secondary|"
    r"billing|bill|mailing|mail|shipping|permanent|current|residence|residential|attending|referring|ordering|rendering|operating|performing|admitting|treating|"
    r"consulting|prescriber|prescribing|beneficiary|bene|dependent|policyholder|holder|cardholder|person|relative|child|baby|newborn|donor|recipient|nextofkin|nok|pcp|author|"
    r"clinician|nurse|surgeon|legal|your|birth|requester|requesting|decedent|practitioner|pharmacy|practice|office)?"
)
_NO = r"(?:id|ids|no|nos|num|nbr|number|nr|identifier|code|#)"
_LINE = r"(?:line)?[1-3]?"

_FORMS: Mapping[str, str] = {
    "mrn": rf"(?:{_WHO}|enterprise|facility|hospital|local)(?:mrn|medrec|medicalrecord|medicalrecords|mr){_NO}?|(?:patient|pat|pt|person){_NO}|patientkey|patientuid|chart{_NO}|(?:epic|cerner|ehr|emr)(?:patient)?id|e?mpi(?:{_NO})?"
    rf"|hospital{_NO}|unit(?:no|number)|emrn|nhs{_NO}|hrn",
    "name": rf"{_WHO}(?:first|last|middle|full|given|family|maiden|legal|preferred|display|nick|prior|previous|alias)names?|{_WHO}(?:sur|fore)names?|[flm]name|(?:name)?(?:first|last|middle|given|family)(?:nm)?|(?:patient|pat|pt|mem|member|prov)(?:first|last|middle)"
    r"|(?:patient|pat|pt|member|mem|mbr|subscriber|insured|guarantor|contact|emergencycontact|responsibleparty|provider|physician|doctor|mother|mothers|father|parent|spouse|guardian|caregiver|"
    r"employee|customer|client|attending|referring|ordering|rendering|operating|performing|admitting|prescriber|beneficiary|dependent|policyholder|holder|cardholder|person|relative|nextofkin|nok|pcp|"
    r"author|clinician|nurse|surgeon|practitioner|attendingprovider|referringprovider|orderingprovider|renderingprovider|attendingphysician|referringphysician|orderingphysician|requester|recipient|donor|user)"
    r"(?:full|s)?(?:names?|nm)|attending(?:provider|physician|md|dr)?|referring(?:provider|physician|md|dr)|ordering(?:provider|physician|md|dr)|rendering(?:provider|physician)"
    r"|(?:primarycare|admitting|operating|consulting|treating)(?:provider|physician|md)|surgeon|anesthesiologist|prescriber|pcp|nextofkin|emergencycontact|guarantor|policyholder|alias|caregiver|guardian|maiden",
    "date": rf"{_WHO}(?:dob|dateofbirth|birthdate|birthday|bdate|birthdt|birth|born)|dos|doa|dod|doi|{_WHO}[a-z]{{0,24}}(?:date|dates|dt|dttm|dtm|datetime|timestamp)(?:of[a-z]{{2,20}}|time|from|to|start|end|utc)?"
    r"|[a-z]{0,16}(?:time|start|end)|(?:created|updated|modified|admitted|discharged|collected|received|resulted|scheduled|ordered|reported|seen|signed|issued|expires|arrived|departed|administered|dispensed|filled)(?:at|on)?"
    r"|(?:last|next)(?:visit|seen|appointment|appt|fill|refill|dose)|visit|appointment|appt|admission|admit|discharge|service(?:from|to)|fromdate|todate|onset|death|deceased|surgery|followup",
    "age": rf"{_WHO}age(?:yrs|years|y|at[a-z]{{3,16}})?",
    "ssn": rf"{_WHO}(?:ssn|ss|socialsecurity|socsec|socialsecuritynum|socialsec){_NO}?(?:last)?4?|last4(?:ssn|ofssn|ss)?|l4ssn",
    "itin": rf"{_WHO}itin{_NO}?",
    "phone": rf"{_WHO}(?:phone|telephone|tel|mobile|cell|cellphone|mobilephone|homephone|workphone|pager|landline|callback)(?:s|{_NO}|[1-3]|home|work|cell|mobile)?",
    "fax": rf"{_WHO}(?:fax|facsimile)(?:{_NO}|phone)?",
    "email": rf"{_WHO}e?mail(?:s|addr|address|addresses|[12])?",
    "address": rf"{_WHO}(?:street)?addr(?:ess)?(?:es)?{_LINE}|{_WHO}street(?:name|address|addr)?{_LINE}|address(?:street|line){_LINE}|addr(?:line)?[1-3]|pobox|residence",
    "location": rf"{_WHO}(?:address)?(?:city|town|county|municipality|village|parish|borough|district|placeofbirth|birthplace)(?:name|nm|town|ofresidence|ofbirth)?",
    "zip": rf"{_WHO}(?:address)?(?:zip|zipcode|postal|postalcode|postcode|zip5|zip9|zip4|plz|pincode)(?:code)?",
    "facility": r"(?:facility|hospital|clinic|practice|pharmacy|sendingfacility|servicingfacility|organi[sz]ation|site|admittingfacility|referringfacility)(?:name|nm)|hospital|clinic|facility",
    "health_plan": rf"(?:member|mem|mbr|subscriber|sub|insured|insurance|insuranceid|insurancegroup|policy|healthplan|medicaid|cardholder|payermember|beneficiary|bene|recipient){_NO}|policy|group(?:no|num|number)|medicaid|hic{_NO}|hicn|cin",
    "mbi": r"mbi|medicare(?:beneficiary)?(?:id|no|num|number|identifier)|mbi(?:no|number|id)",
    "claim": rf"(?:claim|clm|dcn|icn|tcn){_NO}?s?|claimcontrol{_NO}|(?:prior)?auth(?:orization)?{_NO}|referral{_NO}",
    "npi": rf"{_WHO}(?:npi|upin|nationalprovideridentifier){_NO}?|(?:provider|physician|prescriber){_NO}",
    "dea": rf"{_WHO}dea{_NO}?",
    "account": rf"{_WHO}(?:acct|account|acc|har|hospitalaccount|bankaccount|visitaccount|invoice|bill|statement|guarantoraccount){_NO}|account|acct|har|pcn|(?:patient|pat|pt)(?:control|ctrl|ctl){_NO}",
    "routing": rf"(?:bank)?(?:routing|aba|rtn){_NO}?",
    "iban": r"iban(?:no|number)?",
    "credit_card": rf"(?:credit|debit|payment)?card{_NO}|creditcard|ccnum|ccnumber|pan",
    "accession": rf"(?:accession|acc|specimen|requisition|placerorder|fillerorder|laborder){_NO}|accessions?|studyinstanceuid|studyuid|seriesuid",
    "encounter": rf"(?:encounter|enc|visit|csn|fin|admission|adm|stay|hadm|appointment|appt|episode|case|contactserial|hospitalstay|icustay){_NO}|csn|fin|hadmid",
    "prescription": rf"(?:rx|prescription|script){_NO}|rxnbr",
    "license": rf"{_WHO}(?:drivers?)?(?:licen[cs]e|lic|dl|drivinglicen[cs]e){_NO}|(?:drivers?)?licen[cs]e|lic|dl|medicallicen[cs]e",
    "passport": rf"passport{_NO}?",
    "vin": rf"vin{_NO}?|vehicle(?:id|identificationnumber|identification)",
    "plate": r"(?:licen[cs]e|vehicle|number|tag)plates?(?:no|num|number|id)?|plate(?:no|num|number)|licen[cs]etag|registrationplate",
    "device": rf"(?:device|implant|equipment|pacemaker|pump|meter|machine|hardware)?(?:serial|sn|serialno|serialnumber|udi|lotserial){_NO}?|(?:device|implant|equipment){_NO}",
    "mac": r"mac(?:address|addr)?|hardwareaddress|bluetooth(?:address|mac)",
    "ip": r"(?:client|source|src|remote|host|user|device)?ip(?:v[46])?(?:address|addr)?",
    "url": r"(?:patient|portal|profile|home|chart|photo|image)(?:url|link|page)|website|url",
    "biometric": rf"(?:fingerprint|biometric|voiceprint|retina|iris|faceprint|palm){_NO}?(?:template)?(?:id)?",
    "study_subject": rf"(?:study|trial)?(?:subject|participant|enrollee|randomi[sz]ation|subj|usubj){_NO}|usubjid|subjid|studypatientid|studyid",
    "coordinates": r"(?:home|address|geo|gps)?(?:lat|latitude|lon|lng|long|longitude)",
    "other_id": rf"(?:employee|emp|staff|badge|student|veteran|military|inmate|national|tax|taxpayer|citizen|customer|client|guarantor|alternatepatient){_NO}|ein|nationalid",
}  # fmt: skip

_WEAK: Mapping[str, str] = {
    "name": r"names?|patients?|pt|members?|providers?|physicians?|doctors?|subscribers?|contacts?|employees?|clients?|customers?|residents?|nurses?|clinicians?|users?|author|mother|father|spouse|subject|person|who|insured|beneficiary|practitioner|owner|assignee|anes(?:thesia)?|rn|md|prov|presenter|escort|nom|prenom|rendering",
    "other_id": rf"ids?|identifier|key|no|number|#|reference|ref|uuid|guid|(?:user|record|row|contact|case|alternate|alt|external|master|unique|resource|source){_NO}",
    "accession": rf"(?:sample|order|test|lab|image|study|exam|report|result|document){_NO}|barcode",
    "health_plan": rf"(?:group|grp|plan){_NO}",
    "plate": r"plates?|tag",
    "mrn": r"mr",
    "facility": r"site|facility|practice|pharmacy|location|loc",
    "encounter": r"encounter|visit|case|fin|stay",
    "prescription": r"rx",
}
"""Words that need company: another column that identifies, or values that look like it."""


def _one(forms: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in forms.items()))


_STRONG = _one({kind: _FORMS[kind] for kind in (
    "ssn", "itin", "mbi", "dea", "npi", "health_plan", "claim", "accession", "encounter", "prescription", "license", "passport", "vin", "plate", "mac", "ip",
    "url", "biometric", "study_subject", "iban", "credit_card", "routing", "email", "fax", "phone", "zip", "age", "mrn", "account", "device", "facility",
    "other_id", "name", "location", "address", "coordinates", "date",
)})  # fmt: skip
_LOOSE = _one(_WEAK)
_SQUEEZE = re.compile(r"[^a-z0-9#]+")
_OWNER = re.compile(r"(?:[a-z]{1,24}[./:])+(?=[a-z])")

PERSONAL = frozenset(
    (
        "mrn",
        "name",
        "ssn",
        "mbi",
        "health_plan",
        "phone",
        "fax",
        "email",
        "address",
        "account",
        "encounter",
        "claim",
        "license",
        "passport",
        "prescription",
        "study_subject",
        "zip",
    )
)
"""Kinds that are company for a weak word: where one of them stands, the rows are about persons."""


@lru_cache(maxsize=4096)
def kind_of(header: str) -> tuple[str, bool] | None:
    """What stands under a header or key, and whether the header alone is enough to say so; None: no identifier.

    At most 48 characters of a header count, `patient.first_name` as `first_name`.
    """
    if not 1 <= len(header) <= 48:
        return None
    lowered = header.lower()
    if lowered.endswith("/dl"):
        return None  # "mg/dL" is no driver's licence
    squeezed = _SQUEEZE.sub("", _OWNER.sub("", lowered)) or "#" * ("#" in header)
    if strong := _STRONG.fullmatch(squeezed):
        return (strong.lastgroup or "", True)
    if weak := _LOOSE.fullmatch(squeezed.rstrip("#") or "#"):
        return (weak.lastgroup or "", False)
    return None
