"""(N) web addresses and (O) internet addresses.

Safe Harbor names every URL and IP address. An address of public documentation says nothing about a person, and prompts
are full of it, so a URL is left alone when its host is a public reference in the list below and neither its path nor
its query carries a word or number that could stand for a person. Everything else is found, hosts without a name too.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from zt_ai.egress.detect.rule import Rule, matching

_REFERENCE = re.compile(
    r"(?:.*\.)?(?:[a-z0-9-]+\.gov|[a-z0-9-]+\.mil|[a-z0-9-]+\.gov\.uk|nhs\.uk|who\.int|europa\.eu|"
    r"wikipedia\.org|wikimedia\.org|wikidata\.org|doi\.org|orcid\.org|pubmed\.org|"
    r"nejm\.org|bmj\.com|thelancet\.com|jamanetwork\.com|nature\.com|science\.org|springer\.com|wiley\.com|"
    r"elsevier\.com|sciencedirect\.com|plos\.org|cochrane\.org|cochranelibrary\.com|"
    r"biorxiv\.org|medrxiv\.org|arxiv\.org|uptodate\.com|medscape\.com|mayoclinic\.org|"
    r"clevelandclinic\.org|hopkinsmedicine\.org|merckmanuals\.com|msdmanuals\.com|webmd\.com|"
    r"drugs\.com|rxlist\.com|statpearls\.com|aafp\.org|acog\.org|aap\.org|ama-assn\.org|acc\.org|"
    r"heart\.org|cancer\.org|diabetes\.org|nccn\.org|asco\.org|idsociety\.org|"
    r"hl7\.org|fhir\.org|loinc\.org|snomed\.org|snomed\.info|snomedbrowser\.com|icd10data\.com|"
    r"nice\.org\.uk|ihe\.net|dicomstandard\.org|umls\.org|w3\.org|ietf\.org|rfc-editor\.org|iso\.org|"
    r"schema\.org|json-schema\.org|unitsofmeasure\.org|openapis\.org|mozilla\.org|python\.org|pypi\.org|"
    r"npmjs\.com|rust-lang\.org|docs\.rs|golang\.org|go\.dev|nodejs\.org|"
    r"github\.com|githubusercontent\.com|gitlab\.com|readthedocs\.io|readthedocs\.org|stackoverflow\.com|"
    r"stackexchange\.com|huggingface\.co|kubernetes\.io|docker\.com|"
    r"openai\.com|anthropic\.com|ai\.google\.dev|cloud\.google\.com|aws\.amazon\.com|amazonaws\.com|"
    r"azure\.com|microsoft\.com|google\.com|apache\.org|mit\.edu|harvard\.edu|stanford\.edu|"
    r"example\.(?:com|org|net|edu)|localhost|creativecommons\.org|gnu\.org|opensource\.org|purl\.org|"
    r"xmlsoap\.org|openxmlformats\.org|youtube\.com)"
)
"""Hosts of public references: governments, journals, societies, standards, documentation of software."""

_PERSONAL = re.compile(
    r"(?:patients?|pt|mrn|ssn|dob|members?|subscriber|users?|profiles?|accounts?|person|people|records?|"
    r"chart|visits?|encounters?|appointments?|orders?|claims?|rx|prescriptions?|"
    r"results?|portal|mychart|emr|ehr|admissions?|referrals?|consents?|intake|register|individual|"
    r"beneficiary|customer|client|employee|practitioner|id|uid|guid|token|session|name|"
    r"first_?name|last_?name|email|phone|birthdate|~[a-z]+|@[a-z0-9_.-]+)(?:$|[/=?&._-])",
    re.IGNORECASE,
)
_CODE_PATH = re.compile(
    r"/(?:blob|tree|issues|pull|releases|commit|raw|questions|wiki|docs?|reference|en|en-us|latest|stable|"
    r"abs|pdf|article|doi|pmc|pubmed|ct2|study|gl|label|setid)(?:/|$)",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[.,;:!?)\]}>'\"*]+$")


_NAMESPACE = re.compile(r"xmlns(?::[\w-]+)?=[\"']$")


def _url(match: re.Match[str]) -> bool:
    """Whether a URL may say something about a person: it is no name of a namespace, and none of public documentation."""
    start = match.start("v")
    return not _NAMESPACE.search(match.string, max(start - 40, 0), start) and not is_reference(match["v"])


def is_reference(url: str) -> bool:
    """Whether a URL is one of public documentation and says nothing about a person."""
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").lower()
    except ValueError:
        return False
    if host.endswith(_INTERNAL) and _BARE.fullmatch(parts.path) and not (parts.query or parts.username):
        return True
    if parts.username or not _REFERENCE.fullmatch(host):
        return False
    if _CODE_PATH.search(parts.path) and not parts.query:
        return True
    tail = parts.path + ("?" + parts.query if parts.query else "")
    example = host.startswith("example.") or host.endswith((".example.com", ".example.org", ".example.net"))
    return not any(_PERSONAL.match(tail, at) for at in _starts(tail)) and not (example and len(tail) > 1)


_INTERNAL = (".local", ".localdomain", ".internal", ".test", ".localhost")
_BARE = re.compile(r"(?:/(?:api|rest|fhir|r[45]|v[0-9]|health|healthz|metrics|docs))*/?")
"""Paths of a service that name nothing of a record."""


def _starts(tail: str) -> list[int]:
    return [match.end() for match in re.finditer(r"[/?&]", tail)]


_HOST = r"(?:[A-Za-z0-9\u00c0-\u024f_](?:[A-Za-z0-9\u00c0-\u024f_-]{0,62})\.){1,8}[A-Za-z][A-Za-z0-9-]{1,23}"
_PATH = r"(?:[/?#][^\s<>\"'`\\{}|^\[\]\u00ab\u00bb]{0,400})?"
_END = r"(?<![.,;:!?)*_])"


_PREFIX = re.compile(r"/([0-9]{1,2})(?![\w/]|\.[0-9])|(?:/| (?:(?:net|sub)?mask )?)(255(?:\.[0-9]{1,3}){3})(?![\w.]\w)")
_LIBRARY = re.compile(
    r"(?i)\w\.(?:dll|ocx|so|msi|msp|cab|apk|rpm|deb|nupkg|whl|(exe|jar))[\"'`)]{0,2}[ \t,;:|]{1,4}v?$"
)


def _network(match: re.Match[str]) -> bool:
    """Whether an address with its prefix is that of a network: no bit of a host is set. A few addresses at a provider
    are those of one customer, so networks out in the internet are wide ones."""
    prefix = _PREFIX.match(match.string, match.end("v"))
    if prefix is None:
        return False
    try:
        network = ipaddress.IPv4Network(f"{match['v']}/{prefix[1] or prefix[2]}")
    except ValueError:
        return False
    return 8 <= network.prefixlen <= (30 if network.is_private else 24)


def _of_file(match: re.Match[str], address: ipaddress.IPv4Address) -> bool:
    """Whether four numbers are the version of the file before them; to programs the address of a host is given, too."""
    start = match.start("v")
    file = _LIBRARY.search(match.string, max(start - 24, 0), start)
    return file is not None and not address.is_private and (not file[1] or address.packed[0] < 8)


_KNOWN = frozenset("8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 1.2.3.4".split())
"""Public resolvers, and what stands for any address in examples."""
_SERVICE = re.compile(
    r"(?i)(?<![a-z])(?:hosts?(?:name)?|node|server|radius|container|instance|(?:domain )?controller|gateway|dns|listen|bind|upstream|"
    r"endpoint|registry|broker|database|db|ntp|syslog|proxy|load balancer|vip)(?: (?:at|on|is|ip))?[\s=:\"'({]{1,4}$|snmp(?:walk|get)[^\n]{0,24} $"
)
_SOMEBODY = re.compile(
    r"(?i)(?<![a-z])(?:users?|patients?|pts?|mrn|log(?:ged|in|on|s)?|access(?:ed|es)?|client|workstation|laptop|home|his|her|she|he|my|visitor|drs?|acc(?:ession)?|dob|worklist|chart)(?![a-z])"
)
_SECTION = re.compile(r"(?i)(?<![a-z])(?:code|nfpa|standard|rule|clause|cfr|far|annex|iso|iec)(?![a-z])[^.;\n]{0,30}$")


def _of_service(match: re.Match[str]) -> bool:
    """Whether a private address is a service's: so its label says, and nobody who uses it is spoken of."""
    text, (start, end) = match.string, match.span("v")
    return _SERVICE.search(text, max(start - 32, 0), start) is not None and not _SOMEBODY.search(
        text, max(start - 90, 0), end + 60
    )


def _section(match: re.Match[str]) -> bool:
    """Whether four small numbers are a section: `NFPA 101-2012, 19.7.1.6`."""
    small = all(int(part) < 40 for part in match["v"].split("."))
    return small and _SECTION.search(match.string, max(match.start("v") - 50, 0), match.start("v")) is not None


def _version(match: re.Match[str]) -> bool:
    """`1.2.3.4` after `version` is none; neither is a name that begins with four numbers."""
    text, start = match.string, match.start("v")
    before = text[max(start - 24, 0) : start]
    if re.search(
        r"(?i)(?:\bv|\bver(?:sion)?s?\W{0,3}|release\W{0,3}|build\W{0,3}|section\W{0,3}|chapter\W{0,3}|"
        r"chrome/|firefox/|firmware\W{0,4}|[\w-]==|>=|<=|~=|\boid\W{0,4}|urn:oid:[0-9.]*)$",
        before,
    ):
        return False
    address = ipaddress.IPv4Address(match["v"])
    if match["v"] in _KNOWN or _section(match) or (address.is_private and _of_service(match)):
        return False
    if _network(match) or _of_file(match, address):
        return False
    # Loopback, "any", netmasks and broadcast say nothing about anyone; private ones name a machine in a record.
    return not (
        address.is_loopback or address.is_unspecified or address.is_multicast or match["v"].startswith(("255.", "0."))
    )


def _ipv6(match: re.Match[str]) -> bool:
    try:
        address = ipaddress.IPv6Address(match["v"])
    except ValueError:
        return False
    hexadecimal = match["v"]
    return (
        not (address.is_loopback or address.is_unspecified)
        and (hexadecimal.count(":") >= 3 or any(c in "abcdefABCDEF" for c in hexadecimal))
        and len(hexadecimal) > 6
    )


_SCHEME = re.compile(r"(?<![A-Za-z])(?i:https?|hxxps?|ftps?|sftp|wss?|s3|gs|file)\Z")
_ABSOLUTE = re.compile(rf"(?P<v>[A-Za-z0-9]+://[^\s<>\"'`\\|^\u00ab\u00bb]{{2,600}}){_END}(?<![}}\]])")


def _absolute(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """URLs with their scheme. Windows are as wide as URLs are long, so what all of them have is looked for first."""
    at = text.find("://", low, high)
    while at >= 0:
        end = at + 3
        scheme = _SCHEME.search(text, max(at - 6, low), at)
        match = _ABSOLUTE.match(text, scheme.start(), high) if scheme else None
        if match is not None:
            end = match.end("v")
            if _url(match):
                yield match.span("v")
        at = text.find("://", end, high)


_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

RULES: tuple[Rule, ...] = (
    Rule(
        id="url.absolute",
        kind="url",
        source="45 CFR 164.514(b)(2)(i)(N); RFC 3986, 3",
        triggers=(r"(?i)(?:https?|ftps?|sftp|wss?|s3|gs|file)://[^ \n]", r"(?i)hxxps?://[^ \n]"),
        spans=_absolute,
        before=12,
        after=620,
        rank=1,
        positives=(
            "see «https://portal.lakeside-clinic.org/patient/8812»",
            "«http://janedoe.blogspot.com»",
            "«https://www.facebook.com/jane.doe.12»",
            'xml <x src="«https://portal.lakeside-clinic.org/patient/8812»"',
            "(«https://mychart.stmarys.org/x?id=1»).",
            "«ftp://files.hospital.org/scan.dcm»",
            "«https://example.org/patients/12»",
            "«https://emr.ward.local/v1/visits/9»",
            "«https://10.0.0.12/emr/visit/9»",
        ),
        negatives=(
            "https://pubmed.ncbi.nlm.nih.gov/12345678/",
            "https://doi.org/10.1056/NEJMoa2034577",
            "https://www.cdc.gov/flu/index.html",
            "https://docs.python.org/3/library/re.html",
            "https://github.com/owner/repo/issues/12",
            "http://hl7.org/fhir/observation.html",
            "http://loinc.org",
            "https://api.test.local/v1",
            "https://en.wikipedia.org/wiki/Sepsis",
        ),
    ),
    Rule(
        id="url.bare",
        kind="url",
        source="45 CFR 164.514(b)(2)(i)(N); RFC 1034, 3.5",
        triggers=(
            r"(?i)(?:^|[^a-z0-9@])www[0-9]?\.[a-z0-9]",
            r"(?i)[a-z0-9-]\.(?:com|org|net|edu|info|io|co|us|health|care|me|biz|uk|ca|de|eu)/[@a-z0-9]",
            r"(?i)youtu\.be/[a-z0-9]",
            r"(?i)[a-z0-9-]{3}\.(?:com|org|net|info|health|care|biz)(?:[^a-z0-9.@-]|\.?$|\.[ \n])",
        ),
        spans=matching(
            rf"(?<![\w@/.:-])(?P<v>(?:(?i:www[0-9]?)\.{_HOST}|{_HOST}(?=/)|"
            rf"(?:[A-Za-z0-9-]{{2,63}}\.){{1,5}}(?i:com|org|net|info|health|care|"
            rf"biz)(?![\w@-])(?!\.\w)){_PATH}){_END}",
            _url,
        ),
        before=70,
        after=300,
        positives=(
            "visit «www.janes-recovery.net»",
            "«mychart.stmarys.org/jane»",
            "on «jane-doe.me/about»",
            "blog «janedoe.com».",
            "a video at «youtu.be/hK77q2_Lm4Q».",
            "see «youtube.com/@lamarrollswithals»",
        ),
        negatives=(
            "e.g. this",
            "www.cdc.gov",
            "and/or",
            "mg/kg.day",
            "pubmed.ncbi.nlm.nih.gov/123",
            "node.js/react",
            "jane@example.com",
        ),
    ),
    Rule(
        id="ip.v4",
        kind="ip",
        source="RFC 791, 3.2; RFC 6890 for addresses that name nobody. Private addresses count: they name a machin"
        "e in a log",
        triggers=(r"(?:^|[^0-9.])[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}(?:[^0-9.]|\.(?:[^0-9]|$)|$)",),
        spans=matching(rf"(?<![0-9A-Za-z.-])(?P<v>{_OCTET}(?:\.{_OCTET}){{3}})(?![0-9A-Za-z-]|\.[0-9])", _version),
        before=40,
        after=6,
        rank=1,
        positives=(
            "user jdoe on host «10.40.3.7»",
            "the receiver «172.16.9.31». Dr. Okafor",
            "from «192.168.1.20»",
            "IP: «73.12.44.8».",
            "«73.12.44.8»:443",
            "client «203.0.113.9»/24",
            "client «10.40.3.7»/24",
            "her router «73.12.44.8»/30",
            "mstsc.exe «10.40.3.7»",
            "ping.exe «73.12.44.8»",
            "GET «10.40.0.0»/16/labs",
        ),
        negatives=(
            "version 1.2.3.4",
            "8.8.8.8:443",
            'psycopg2.connect(host="10.20.4.17", port=5432)',
            "nmap: Host 10.0.0.5 open 104/tcp",
            "Life Safety Code NFPA 101-2012, 19.7.1.6.",
            "v10.0.0.1",
            "127.0.0.1",
            "0.0.0.0",  # noqa: S104
            "255.255.255.0",
            "300.1.2.3",
            "1.2.3.4.5",
            "OID 2.16.840.1",
            "reserve 10.40.0.0/16 for clinical VLANs",
            'cidr_block = "10.20.64.0/20" -> "10.20.80.0/20"',
            "192.0.2.0/24 and 198.51.100.0/24.",
            "network 10.40.8.0 255.255.248.0",
            "17.0.0.0/8",
            "LabelFmt.ocx  3.0.44.2",
            "BarcodeEnc.dll, 11.9.7.0",
            "Listener.exe 5.2.118.0",
        ),
    ),
    Rule(
        id="ip.v6",
        kind="ip",
        source="RFC 4291, 2.2; RFC 5952",
        triggers=(
            r"(?i)[0-9a-f]{1,4}:(?::|[0-9a-f]{1,4}:)[0-9a-f:]{0,30}:[0-9a-f]{1,4}",
            r"(?i)[0-9a-f]{2,4}::[0-9a-f]{1,4}",
        ),
        spans=matching(
            r"(?<![0-9A-Za-z:.])(?P<v>(?:[0-9A-Fa-f]{1,4}:){1,7}:?(?:[0-9A-Fa-f]{1,4}:){0,6}[0-9A-Fa-f]{1,4"
            r"}|(?:[0-9A-Fa-f]{1,4}:){2,7}:)(?:%\w+)?(?![0-9A-Za-z:])",
            _ipv6,
        ),
        before=50,
        after=50,
        rank=1,
        positives=(
            "«2001:db8:85a3::8a2e:370:7334»",
            "«fe80::1ff:fe23:4567:890a»",
            "«2001:0db8:85a3:0000:0000:8a2e:0370:7334»",
        ),
        negatives=("::1", "12:30:45", "std::vector", "a::b", "1:2:3"),
    ),
)
