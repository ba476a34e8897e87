"""Tables with a header: comma, semicolon, tab, pipe or blanks between cells, quoted cells, Markdown; SQL `(columns) VALUES (…)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from zt_ai.egress.detect.records import fixed_width
from zt_ai.egress.detect.records.cells import Cell, cells_of
from zt_ai.egress.detect.records.headers import kind_of
from zt_ai.egress.detect.records.heads import TITLE, Header, says
from zt_ai.egress.detect.records.memo import Kept, Value, opened_by
from zt_ai.egress.detect.rule import EVERYWHERE, Rule, Spans

Break = tuple["re.Pattern[str]", str]

_KEYWORD = 32
"""Characters from the beginning of a line in which a word of code is looked for, even where the line is shorter."""

WIDEST = 4000
"""Characters of a header or row that are read; a longer line is no row."""

_DELIMITERS = "\t|;,"
_REAL = re.compile(r"\r\n?|\n|[\x01\x1c]\n?")
_LITERAL = re.compile(r"(?:\\r)?\\n|\\r|\r\n?|\n|[\x01\x1c]\n?")
_UNDERLINE = re.compile(r"[\s|:+=,;-]+")
_TUPLE = re.compile(
    r"\s{0,40}+,?+\s{0,40}+\((?P<row>(?:'(?:[^'\\]|\\.|''){0,400}+'|\"[^\"]{0,400}+\"|[^()'\"]){1,4000}+)\)"
)
_VALUES = re.compile(r"\)\s{0,4}+(?i:values)\s{0,4}+(?=\()")


def _start(text: str, at: int) -> int:
    """Where the line around a place begins; -1 when that is further back than a header is wide."""
    floor = max(at - WIDEST, 0)
    start = max(text.rfind("\n", floor, at) + 1, text.rfind("\r", floor, at) + 1)
    # Whatever `read` takes for the end of a line is the beginning of the next.
    start = max(start, text.rfind("\x01", floor, at) + 1, text.rfind("\x1c", floor, at) + 1)
    for written in ("\\n", "\\r"):
        literal = text.rfind(written, floor, at)
        start = max(start, literal + 2 if literal >= 0 else 0)
    return start if start or not floor else -1


_CODE = re.compile(
    r"(?i)[^A-Za-z]{0,8}(?:select|insert|update|delete|from|where|def|class|import|for|if|return|function|const|let|var|group by|order by|print)\b[ (]"
)


def _header(text: str, start: int, end: int) -> Header | None:
    """The header that a line is, or None for any other line."""
    if not 3 <= end - start <= WIDEST or _CODE.match(text, start):
        return None
    for delimiter in _DELIMITERS:
        count = text.count(delimiter, start, end)
        # The names of columns are short.
        if not count or end - start > 48 * (count + 2):
            continue
        cells = cells_of(text, start, end, delimiter)
        # Words before the header on its line: `"content": "mrn,name`, `Here they are: mrn,name`.
        first, last = cells[0]
        cut = max(
            text.rfind('"', first, last) + 1,
            text.rfind(": ", first, last) + 2 if text.find(": ", first, last) >= 0 else 0,
        )
        if cut > first:
            cells[0] = (cut, last)
        if len(cells) < 2 or len(cells) > 300:
            continue
        named = sum(a < b for a, b in cells)
        titles = sum(bool(TITLE.fullmatch(text, a, b)) for a, b in cells)
        if named < 2 or titles < named:
            continue
        header = Header(text, cells, delimiter)
        if header.columns:
            return header
    return None


def find(text: str, low: int, high: int) -> int:
    """The first line of a window. Whether it is a header is for `read` to say, once for all kinds."""
    start = _start(text, low)
    if start < 0:
        breaking = _LITERAL.search(text, low, high)
        start = breaking.end() if breaking else -1
    return start if start < min(high, len(text)) else -1


def read(text: str, start: int) -> tuple[list[Value], int]:
    """Values of the rows under the header that begins at a place, and where the table ends; of no header its line."""
    first = _LITERAL.search(text, start, start + WIDEST)
    end = first.start() if first else min(len(text), start + WIDEST)
    if first is None or text[end] in "\x01\x1c":
        return [], first.end() if first else end
    header = _header(text, start, end)
    if header is None:
        wide = None if text[end] == "\\" else fixed_width.header(text, start, end)
        return ([], first.end()) if wide is None else fixed_width.read(text, first.end(), wide)
    breaks = _LITERAL if text[end] == "\\" else _REAL
    found: list[Value] = []
    at = first.end()
    while at < len(text):
        breaking = breaks.search(text, at)
        end = breaking.start() if breaking else len(text)
        if header.delimiter in ",;" and text.count('"', at, end) % 2:
            # A quoted cell with a line break in it.
            close = text.find('"', end, end + WIDEST)
            if close >= 0:
                breaking = breaks.search(text, close)
                end = breaking.start() if breaking else len(text)
        if at == end:
            break
        if not _UNDERLINE.fullmatch(text, at, end):
            row = cells_of(text, at, end, header.delimiter)
            if not max(2, header.width / 2) <= len(row) <= header.width + 4 or _again(text, row, at, end, header):
                break
            found.extend(_row(text, row, header))
        at = breaking.end() if breaking else len(text)
        if breaking is None or breaking[0][0] in "\x01\x1c":
            break
    return found, at


def _again(text: str, row: list[Cell], start: int, end: int, header: Header) -> bool:
    """Whether a row is the header of a further table: its cells name columns, known ones or those of the first."""
    if any("0" <= char <= "9" for char in text[start:end]):
        return False
    names = [text[a:b] for a, b in row if a < b]
    known = sum(kind_of(name) is not None for name in names)
    rest = sum(name in header.names and kind_of(name) is None for name in names)
    return known > 0 and (known > 1 or known + rest == len(names)) and _header(text, start, end) is not None


def _row(text: str, row: list[Cell], header: Header) -> Iterator[Value]:
    surplus = max(len(row) - header.width, 0)
    for place, kind, sure in header.columns:
        # A delimiter inside a cell without quotes moves the rest of the row: both places count.
        for at in {place, place + surplus}:
            if at < len(row):
                low, high = row[at]
                if says(kind, text[low:high], sure=sure):
                    yield low, high, kind


def reads_on(text: str, low: int, high: int) -> int:
    """`Rule.reads_on`: a line that is no header says nothing of what follows it."""
    if _VALUES.search(text, max(low - 20, 0), high + 1):
        return EVERYWHERE
    furthest, at = low, low
    while at < high and (start := find(text, at, high)) >= 0:
        line = _LITERAL.search(text, start, start + WIDEST)
        if line is not None and (
            _header(text, start, line.start()) is not None or fixed_width.header(text, start, line.start()) is not None
        ):
            return EVERYWHERE
        # Without its end it may yet become one.
        end = start + WIDEST if line is None else line.end()
        furthest = max(furthest, end + _KEYWORD)
        at = max(end, at + 1)
    return furthest


def read_sql(text: str, at: int) -> tuple[list[Value], int]:
    """Values of the rows after `(columns) VALUES`, and where the last of them ends."""
    opening = _VALUES.match(text, at)
    columns = text.rfind("(", max(at - WIDEST, 0), at) + 1
    if opening is None or not columns:
        return [], at + 1
    header = Header(text, cells_of(text, columns, at, ","), ",")
    found: list[Value] = []
    at = opening.end()
    while header.columns and (row := _TUPLE.match(text, at)):
        found.extend(_row(text, cells_of(text, *row.span("row"), ","), header))
        at = row.end()
    return found, at


_ID = r"(?:[ _-]?(?:id|ids|no|nos|num|nbr|number|identifier|#)\.?)"
_END = r"[\"'*\x60)#]{0,3}(?: ?(?:[,;\t|\r\n]|\\[nr])|  )"
# Last words of the names of columns, by kind: only where to look. `kind_of` decides.
_WORDS: Mapping[str, tuple[str, ...]] = {
    "mrn": (rf"mrn{_ID}?", rf"rec(?:ord)?{_ID}?", rf"(?:patient|pat|pt|person|chart|hospital|epic|ehr|emr|mpi|nhs){_ID}", "patientkey", "hrn", "mpi"),
    "name": ("name", "names", "patients?", "providers?", "physicians?", "doctors?", "attending", "prescriber", "surgeon", "contacts?", "practitioner", "guarantor", "caregiver", "(?:^|[^a-z])pcp",
             "given", "family", "(?:^|[^a-z])first", "(?:^|[^a-z])last", "(?:^|[^a-z])middle", "maiden", "guardian", "next of kin", "clinician", "author", "(?:^|[^a-z])pt", "members?", "clients?", "anes(?:thesia)?", "escort", "nom", "prenom"),
    "date": ("date", "dates", "(?:^|[^a-z])dob", "dttm", "_dt", "[a-z_ ]time", "timestamp", "birth", "birthday", "(?:^|[^a-z])do[asdi]",
             *(f"{word}(?:[ _]?(?:at|on))?" for word in "created updated modified admitted discharged collected received resulted scheduled ordered "
               "reported signed issued arrived departed administered dispensed filled".split()),
             "visit", "appointment", "appt", "discharge", "admission", "last seen", "[_ ]start", "[_ ]end", "admit", "death", "surgery", "service[ _]from", "service[ _]to", "from[ _]?date", "onset"),
    "age": (r"(?:^|[^a-z])age", r"_age", r"age[ _]?\(?(?:years|yrs|y)\)?"),
    "ssn": (rf"ssn{_ID}?(?:[ _-]?last)?[ _-]?4?", "last[ _-]?4", rf"security{_ID}?", rf"(?:^|[^a-z])ss{_ID}"),
    "itin": (r"itin",),
    "phone": (rf"phone{_ID}?[1-3]?", rf"(?:^|[^a-z])tel{_ID}?", rf"telephone{_ID}?", "mobile", "(?:^|[^a-z])cell", "pager", "callback", r"phone[ _](?:home|work|cell|mobile)"),
    "fax": (rf"fax{_ID}?",),
    "email": (r"mail(?:[ _]?addr(?:ess)?)?",),
    "address": (r"addr(?:ess)?(?:[ _]?(?:line)?[ _]?[1-3])?", r"street(?:[ _]?(?:line)?[ _]?[1-3])?", "residence"),
    "location": ("(?:^|[^a-z])city", "_city", "town", "county", "municipality", "birthplace", "place[ _]of[ _]birth", "city[ _]?name", "village", "district"),
    "zip": (r"zip(?:[ _-]?code)?5?", r"post(?:al)?[ _-]?code", "postal"),
    "facility": ("facility(?:[ _]?name)?", "hospital(?:[ _]?name)?", "clinic(?:[ _]?name)?", "practice[ _]?name", "pharmacy[ _]?name", "site", "organi[sz]ation[ _]?name"),
    "health_plan": (rf"(?:member|mem|mbr|subscriber|insured|insurance|policy|plan|group|grp|medicaid|cardholder|beneficiary|bene|recipient){_ID}", "policy", "medicaid", "hicn?", "(?:^|[^a-z])cin"),
    "mbi": ("mbi", rf"medicare{_ID}"),
    "claim": (rf"(?:claim|clm){_ID}?s?", rf"auth(?:orization)?{_ID}", rf"referral{_ID}", rf"(?:dcn|icn|tcn){_ID}?", rf"control{_ID}"),
    "npi": (rf"npi{_ID}?", rf"(?:provider|physician|prescriber){_ID}", "upin"),
    "dea": (rf"(?:^|[^a-z])dea{_ID}?",),
    "account": (rf"(?:account|acct|acc|invoice|bill|statement){_ID}", "account", "acct", "(?:^|[^a-z])har", "(?:^|[^a-z])pcn", rf"(?:control|ctr?l){_ID}"),
    "routing": (rf"(?:routing|aba){_ID}?",),
    "iban": ("iban",),
    "credit_card": (rf"card{_ID}", "cc_?num", "(?:^|[^a-z])pan"),
    "accession": (rf"accession{_ID}?s?", rf"(?:specimen|sample|order|requisition|study|exam|lab|image|test|report|result|document|acc){_ID}", "study_?uid", "barcode"),
    "encounter": (rf"(?:encounter|enc|visit|csn|(?:^|[^a-z])fin|admission|adm|hadm|stay|appointment|appt|episode|case){_ID}", "(?:^|[^a-z])csn", "(?:^|[^a-z])fin", "encounter"),
    "prescription": (rf"(?:rx|prescription|script){_ID}", "(?:^|[^a-z])rx"),
    "license": (rf"(?:licen[cs]e|(?:^|[^a-z])lic|(?:^|[^a-z])dl){_ID}?",),
    "passport": (rf"passport{_ID}?",),
    "vin": (rf"(?:^|[^a-z])vin{_ID}?", rf"vehicle{_ID}"),
    "plate": (rf"plate{_ID}?",),
    "device": (rf"serial{_ID}?", rf"(?:device|implant|equipment){_ID}", r"(?:^|[^a-z])sn", "udi"),
    "mac": (r"(?:^|[^a-z])mac(?:[ _]?addr(?:ess)?)?",),
    "ip": (r"(?:^|[^a-z])ip(?:[ _]?addr(?:ess)?)?", "_ip"),
    "url": (r"(?:url|website|link)",),
    "biometric": (r"(?:fingerprint|biometric|voiceprint)[a-z _]{0,12}",),
    "study_subject": (rf"(?:subject|subj|participant|enrollee|randomi[sz]ation){_ID}", "subjid"),
    "coordinates": ("(?:^|[^a-z])lat", "latitude", "_lat", "(?:^|[^a-z])lon", "(?:^|[^a-z])lng"),
    "other_id": (r"(?:^|[^a-z])id", "(?:employee|emp|staff|badge|student|client|customer|national|tax|user|record|row|contact|external|unique)[ _-]?(?:id|no|num|number)", "uuid", "guid", "(?:^|[^a-z])key", "(?:^|[^a-z])reference"),
}  # fmt: skip

_PLAIN = "analyte,result,units,flag\nSodium,140,mmol/L,N\nPotassium,4.1,mmol/L,N"
_GUIDE = "| Drug | Dose | Route |\n| --- | --- | --- |\n| Metformin | 500 mg | PO |"
_CASES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mrn": (
        (
            "mrn,unit\n«8441665»,ICU\n«641-31-351»,ED", "| MRN | Room |\n|---|---|\n| «8841022» | 12 |", "Unit;Medical Record No.\nICU;«A-7712»",
            "unit\tpatient_id\r\nICU\t«P00123»\r\nED\t«P00124»", '"unit","MRN"\n"ICU, north","«8841022»"', "mrn,unit\\n«8841022»,ICU\\n«8841023»,ED",
            "INSERT INTO patients (mrn, unit) VALUES ('«8441665»', 'ICU'), ('«8441666»', 'ED');", "Look: MRN,unit\n«8441665»,ICU", '{"text": "mrn,unit\\n«8441665»,ICU"}',
            "unit,mrn\n\"line\nbreak\",«8441665»\nED,«8441666»",
        ),
        ("mrn,unit\nnone,ICU\n[MRN],ED", "mrn,unit\n,ICU", _PLAIN, _GUIDE),
    ),
    "name": (
        (
            "| Patient | MRN |\n| --- | --- |\n| «Halina Zielinska» | 8841022 |", "last_name,first_name\n«Lastowska»,«Ji-woo»", "mrn,last,first\n8841,«lastowska»,«jo»",
            "dob;Name\n1960-08-05;«Okáfor Q»", "(first_name, unit) VALUES ('«Ji-woo»', 'ICU')", "Name\tTeam\n«Maria Lopez»\tA", "Date     Patient           Surgeon\n8/4      «Quackenbush Ida»   «Oyelowombo»", "mrn\tpatient name\n8841\t«O'NEIL, ROSE»",
        ),
        ("name,dose\nmetformin,500 mg\nLisinopril Tablets,10 mg", "Roles: PT, OT, RT, RN\nLevel 1: Passive ROM, RASS -5 to -3", "Name,Version\nflask,3.0", "| Patient | Outcome |\n|---|---|\n| A | improved |", _PLAIN, _GUIDE),
    ),
    "date": (
        ("unit;dob;cpt\nA;«19600805»;99213", "mrn,admit_date\n1,«2026-05-11»\n2,«5/11/26»", "| Visit | Next visit |\n|---|---|\n| 1 | «May 11, 2026» |", "a,charttime\n1,«2026-05-11 08:30:00»", "x,DOB\n1,«08/1960»"),
        ("unit;dose;cpt\nA;19600805;99213", "guideline,date\nACC,2017\nESC,2021", "a,dob\n1,1960", _PLAIN),
    ),
    "age": (("age,sex\n«93»,F\n45,M", "| Sex | Age |\n|---|---|\n| F | «101» |"), ("age,sex\n45,F\n89,M\n90+,F", "stage,n\n93,4")),
    "ssn": (("ssn\tunit\n«691891038»\tICU", "SSN4   NAME              CLINIC\n«7714»   BROUSSARD,OTIS L   X", "unit,ssn_last4\nICU,«7714»"), ("sn\tunit\n691891038\tICU", "ssn,unit\nXXX-XX-XXXX,ICU")),
    "itin": (("itin,unit\n«912-78-1234»,A",), (_PLAIN,)),
    "phone": (("unit,phone\nICU,«4476844278»", "Home Phone;unit\n«447 684 4278»;A"), ("unit,telemetry\nICU,4476844278", "unit,phone\nICU,n/a")),
    "fax": (("unit,fax\nICU,«4476844278»",), ("unit,faxes sent\nICU,4476844278",)),
    "email": (("unit,e-mail\nICU,«rose@intra»",), ("unit,email\nICU,none", _PLAIN)),
    "address": (("unit,address\nICU,«Ringvej 177»", 'mrn,street\n1,"«98 Birch Drive, Unit A»"'), ("unit,addressed\nICU,Ringbo 177", "unit,address\nICU,unknown")),
    "location": (("city,state\n«Qaqortoq»,NY", "mrn;County\n1;«Ostrobothnia»"), ("capacity,state\nfull,NY", "HomeCounty   varchar(40)     YES\nComplaint    nvarchar(255)   YES", _PLAIN)),
    "zip": (("state,zip\nNY,«06169»\nNY,«6169»\nNY,«036»", "ZIP Code|state\n«06169-1234»|NY"), ("state,zip\nNY,061\nNY,061**", _PLAIN)),
    "facility": (("mrn,facility\n1,«Lakeside»", "hospital,beds\n«Saint Olaf»,200"), ("faculty,n\nLaw,3", _PLAIN)),
    "health_plan": (("member_id;npi\n«J27638522»;1", "mrn,group id\n1,«GRP-881»"), ("member;tier\nJ27638522;1", "group_id,mean\nG100,2.5")),
    "mbi": (("mbi,unit\n«1EG4TE5MK73»,A",), (_PLAIN,)),
    "claim": (("claim_id;cpt\n«CLM-29253421»;99213", "Auth Number,cpt\n«A77123»,99213"), ("claimant;cpt\nCLM-29253421;99213",)),
    "npi": (("npi;cpt\n«2451173290»;99213",), ("npo;cpt\n2451173290;99213",)),
    "dea": (("unit,dea\nA,«MH0027462»",), ("idea,unit\nMH0027463,A",)),
    "account": (("account,unit\n«671-9836»,A", "Patient Control No.;x\n«5161-297229»;y", "ICN\tPT CTL#\tCARC\n1\t«43229»\t45"), ("count,unit\n671-9836,A",)),
    "routing": (("routing,unit\n«121000358»,A",), ("route,unit\n121000358,A",)),
    "iban": (("iban,unit\n«DE89370400440532013000»,A",), (_PLAIN,)),
    "credit_card": (("card number,unit\n«4111 1111 1111 1111»,A",), ("cards,unit\n4111,A",)),
    "accession": (("Accession\tPotassium\n«S58-26937»\t5.7", "mrn,sample_id\n1,«S-7712»"), ("Accessible\tPotassium\nS58-26937\t5.7", "sample_name,od600\nQ-7712,0.4")),
    "encounter": (("unit,csn\nA,«1002233»", "visit_id,unit\n«V-22»,A"), ("cs,unit\n1002233,A",)),
    "prescription": (("rx_no,drug\n«7712345»,metformin",), ("rx,drug\n7712345,metformin",)),
    "license": (("license_no,unit\n«D1234567»,A", "npi,lic,site\n1,«DPM00418»,206"), ("licensed,unit\nD1234567,A", "package,license\nflask,MIT")),
    "passport": (("passport,unit\n«C01234567»,A",), (_PLAIN,)),
    "vin": (("unit,vin\nA,«1HGCM82633A004352»",), ("wine,vin\nx,y",)),
    "plate": (("license plate,unit\n«ABC 1234»,A",), ("plate,well\nP100,A1",)),
    "device": (("serial,unit\n«AX-2291»,A",), ("serially,unit\nAX-2291,A",)),
    "mac": (("unit,mac\nA,«00:1b:44:11:3a:b7»",), ("unit,mac\nA,cheese",)),
    "ip": (("unit,ip\nA,«10.20.30.40»",), ("unit,ip\nA,none",)),
    "url": (("unit,website\nA,«lakeside.example/p/1»",), ("unit,link\nA,none",)),
    "biometric": (("fingerprint id,unit\n«FP-77123456»,A",), (_PLAIN,)),
    "study_subject": (("subject_id,arm\n«1001-042»,B",), ("subject,arm\n1001-042,B",)),
    "coordinates": (("unit,lat,lon\nA,«41.76348»,«-72.68509»",), ("unit,lat,lat2\nA,41.76348,2",)),
    "other_id": (("employee_id,unit\n«E55213»,A", "id,mrn\n«R-771»,8841022"), ("id,result\n771,5.2", _PLAIN, _GUIDE)),
}  # fmt: skip

_ROWS, _SQL = Kept(find, read), Kept(opened_by(_VALUES), read_sql)


def _spans(kind: str) -> Spans:
    rows, sql = _ROWS.of(kind), _SQL.of(kind)

    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        yield from rows(text, low, high)
        # The opening bracket of the first row ends the window.
        yield from sql(text, max(low - 20, 0), high + 1)

    return spans


RULES: tuple[Rule, ...] = tuple(
    Rule(
        id=f"{kind}.table-cell",
        kind=kind,
        source="RFC 4180, 2 (comma-separated values); GitHub Flavored Markdown, 4.10 (tables); the name of a column says what its cells are",
        triggers=(*(rf"(?i){word}{_END}" for word in _WORDS[kind]), r"(?i)\)\s{0,4}values\s{0,4}\("),
        spans=_spans(kind),
        positives=positives,
        negatives=negatives,
        before=1,
        after=0,
        reads_on=reads_on,
        rank=3,
    )
    for kind, (positives, negatives) in _CASES.items()
)
