"""(D) telephone, (E) fax, (F) e-mail."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import DASH, GAP, GROUPS, START, digits, each
from zt_ai.egress.detect.rule import Rule, matching, value

_PHONE_WORD = (
    r"(?:tele?phone|phone|tel|cell(?:ular|phone)?|mobile|mob|pager|beeper|call(?:ed|ing|s)?|dial(?:ed)?|"
    r"text(?:ed)?|sms|contact|reach(?:ed)?|"
    r"whatsapp|voicemail|home|work|office|emergency|landline|hotline|ph|ring|callback|call[ -]?back|number)"
)
_FAX_WORD = r"(?:fax(?:ed|es)?|facsimile|telefax)"
_SEP = rf"(?:{DASH}|[. /\u00a0]| {DASH} )"
_EXT = r"(?:,?\s{0,2}(?i:x|ext\.?|extension|#)\s{0,2}[0-9]{1,6}(?![0-9]))?"
_NANP = (
    rf"(?<![0-9A-Za-z$.])(?<![0-9][-/])(?P<v>(?:(?:\+|00)?1{_SEP}?|001{_SEP})?"
    rf"(?:\([0-9]{{3}}\){_SEP}{{0,2}}|[0-9]{{3}}{_SEP}{{1,2}})[0-9]{{3}}{_SEP}{{1,2}}[0-9]{{4}}{_EXT})"
    rf"(?![0-9A-WYZa-wyz])(?!{DASH}[0-9])"
)
_INTERNATIONAL = (
    r"(?<![0-9A-Za-z+])(?P<v>(?:\+|\b00(?=[1-9]))[1-9][0-9]{0,2}(?:[ .\u00a0/-]{0,2}\(?[0-9]{1,5}\)?){2,6})"
    + _EXT.replace("(?:", "(?:", 1)
    + r"(?![0-9A-Za-z])"
)
_LOOSE = r"\(?(?:\+|00)?[0-9](?:[ .\u00a0/-]{0,2}[()]?[ ]?[0-9]){5,14}" + _EXT
_FAX_BEFORE = re.compile(_FAX_WORD + r"[^0-9]{0,25}$", re.IGNORECASE)
_FAX_AFTER = re.compile(r"\s{0,2}[(\[]?\s?(?:fax|facsimile|f\))", re.IGNORECASE)
_DATE_LIKE = re.compile(
    r"(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:19|20)?[0-9]{2}"
)
_DRUG = re.compile(r"00[0-9]{3}-[0-9]{4}-[0-9]{2}")
"""National Drug Code of the form 5-4-2, as HIPAA transactions have it."""
_RANGE = re.compile(r"[0-9]{1,3}\s?-\s?[0-9]{1,3}|[0-9]{4}\s?-\s?[0-9]{4}")


def _plausible(match: re.Match[str]) -> bool:
    number = digits(value(match))
    return 7 <= len(number) <= 19 and not _DATE_LIKE.fullmatch(value(match).strip()) and len(set(number)) > 1


def _international(match: re.Match[str]) -> bool:
    return 8 <= len(digits(match["v"])) <= 16 and not _DRUG.fullmatch(match["v"])


def _is_fax(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start("v"), match.end("v")
    return bool(_FAX_BEFORE.search(text, max(start - 40, 0), start) or _FAX_AFTER.match(text, end, end + 16))


def _loose(match: re.Match[str]) -> bool:
    found = value(match).strip()
    return _plausible(match) and not _RANGE.fullmatch(found)


_SOMEBODY = re.compile(
    r"\b[A-Z\u00c0-\u00de][a-z\u00df-\u017f]|\b(?:me|him|her|us|them|mom|mum|dad|son|daughter|wife|husband|sister|brother|mother|father|nurse|doctor|caregiver)\b"
)
"""Who is called: `reach the target at 1024 2048 4096 steps` is nobody."""


def _spelled(match: re.Match[str]) -> bool:
    # Without brackets only a known last label tells an address from a sentence with "at" and "dot".
    return bool(
        re.search(
            r"(?i)[\[({<]\s?at\s?[\])}>]|\bdot\s+(?:com|org|net|edu|gov|mil|io|co|us|uk|info|ca|de|health)$", match["v"]
        )
    )


_EMAIL = r"(?<![\w.+%'-])(?P<v>[\w.+%'&=/!#$*?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,23})(?![\w@])"

RULES: tuple[Rule, ...] = (
    Rule(
        id="phone.grouped",
        kind="phone",
        source="North American Numbering Plan, ATIS-0300119: three, three and four digits; extensions and prefix 1",
        triggers=(GROUPS,),
        spans=matching(_NANP, lambda match: _plausible(match) and not _is_fax(match)),
        before=50,
        after=40,
        rank=1,
        positives=(
            "call «(415) 555-0132»",
            "«415-555-0132»",
            "«415.555.0132»",
            "«415 555 0132»",
            "«+1 415 555 0132»",
            "«1-800-555-0199»",
            "«(415)555-0132 ext. 44»",
            "«001-415-555-0132x123»",
            "phone\n«415-555-0132»",
            "«415‑555‑0132»",
        ),
        negatives=("NDC 0002-8215-01", "range 100-200", "9415-555-0132-1", "version 415.555.01", "2026-03-14"),
    ),
    Rule(
        id="fax.grouped",
        kind="fax",
        source="45 CFR 164.514(b)(2)(i)(E); North American Numbering Plan",
        triggers=(GROUPS,),
        spans=matching(_NANP, lambda match: _plausible(match) and _is_fax(match)),
        before=50,
        after=40,
        rank=2,
        positives=("Fax: «(415) 555-0132»", "faxed to «415-555-0132»", "«415-555-0132» (fax)", "fax\n«415.555.0132»"),
        negatives=("phone 415-555-0132",),
    ),
    Rule(
        id="phone.international",
        kind="phone",
        source="ITU-T E.164 and E.123: plus sign, country code, groups",
        triggers=(r"\+[1-9][0-9 ()./-]{6}", r"[^0-9A-Za-z]00[1-9][0-9 ()./-]{6}[0-9]"),
        spans=matching(_INTERNATIONAL, _international),
        before=16,
        after=40,
        positives=(
            "«+44 20 7946 0958»",
            "«+4915112345678»",
            "«+33 1 42 68 53 00»",
            "«+1-415-555-0132»",
            "«+91 98765 43210»",
        ),
        negatives=("+10 points", "CD4+ 450 100", "Na+ 140", '{ndc: "00169-4132-12", drug: "semaglutide"}'),
    ),
    Rule(
        id="phone.labelled",
        kind="phone",
        source="45 CFR 164.514(b)(2)(i)(D): a number after a word such as phone or call, in any grouping",
        triggers=each(_PHONE_WORD, r"(?is)", r"[^0-9]{0,30}[0-9][0-9 ()./-]{5}"),
        spans=matching(
            rf"{START}(?i:{_PHONE_WORD}){GAP}(?i:at\s|on\s|back\s|me\s|us\s|"
            rf"him\s){{0,3}}(?<![0-9A-Za-z])(?P<v>{_LOOSE})(?![0-9A-Za-z/])",
            _loose,
        ),
        before=70,
        after=40,
        positives=(
            "phone: «4155550132»",
            "call me at «555-0132»",
            "Tel «020 7946 0958»",
            "cell «415 5550132»",
            "reach him on «07700 900123»",
            '"phone": "«4155550132»"',
            "pager «555-0177»",
        ),
        negatives=("called 3 times", "work 2025-01-12", "number 12", "home 120/80", "text 100-200"),
    ),
    Rule(
        id="phone.pager",
        kind="phone",
        source="45 CFR 164.514(b)(2)(i)(D): the number of a pager, which calls one person",
        triggers=(r"(?i)(?:pager|beeper)[^0-9a-z]{1,4}(?:(?:no|number|is|id)[^0-9a-z]{1,3})?[0-9]{3}",),
        spans=matching(
            r"(?<![A-Za-z])(?i:pager|beeper)[^0-9A-Za-z]{1,4}(?:(?i:no|number|is|id)[^0-9A-Za-z]{1,3})?(?P<v>[0-9]{4,7})(?![0-9A-Za-z]|[-./][0-9])"
        ),
        before=30,
        after=12,
        positives=("— R. Oyelaran, PGY-3, pager «58213»", "beeper no. «4471»"),
        negatives=("pager 12", "pagers 1999 models"),
    ),
    Rule(
        id="fax.labelled",
        kind="fax",
        source="45 CFR 164.514(b)(2)(i)(E): a number after the word fax, in any grouping",
        triggers=(r"(?is)(?:fax|facsimile)[^0-9]{0,30}[0-9][0-9 ()./-]{5}",),
        spans=matching(
            rf"{START}(?i:{_FAX_WORD}){GAP}(?i:at\s|on\s){{0,2}}(?<![0-9A-Za-z])(?P<v>{_LOOSE})(?![0-9A-Za-z/])", _loose
        ),
        before=70,
        after=40,
        rank=1,
        positives=("fax: «4155550132»", "Fax no. «555-0132»", "faxNumber\n«4155550132»"),
        negatives=("faxed 3 pages",),
    ),
    Rule(
        id="fax.sent",
        kind="fax",
        source="45 CFR 164.514(b)(2)(i)(E); E.164 without its plus sign: logs of fax servers, arguments of tools",
        triggers=(
            r"(?i)fax.{0,60}(?:to|dest|destination|dst|recipient|rcpt|number|num|callee|dialed)[\"'\\ ]{0,4}[=:][\"'\\ ]{0,4}\+?[0-9]{10}",
        ),
        spans=matching(
            r"(?i:fax)[^\n]{0,60}?(?<![A-Za-z])(?i:to|dest(?:ination)?|dst|recipient|rcpt|(?:fax_?)?num(?:ber)?|callee|dialed)"
            r"[\"'\\ ]{0,4}[=:][\"'\\ ]{0,4}(?P<v>\+?1?[2-9][0-9]{9})(?![0-9A-Za-z])"
        ),
        before=120,
        after=6,
        rank=2,
        positives=(
            "OUTBOUND FAX OK dest=«16025550148» pages=4",
            '{"tool":"send_fax","args":{"to":"«13605550171»","pages":6}}',
            "fax job 12 done, number: «6025550148»",
        ),
        negatives=("fax queue depth=12 to=30", "fax retries=3, number=120"),
    ),
    Rule(
        id="phone.local",
        kind="phone",
        source="North American Numbering Plan, ATIS-0300119: seven digits within an area; whom to call, then the number",
        triggers=(r"(?:at|on|@|ext|is) [2-9][0-9]{2}-[0-9]{4}",),
        spans=matching(
            r"(?<![A-Za-z])(?i:call|page|paged|reach|ring|phone|text|contact|notify|callback|dial|cb)\b[^.\n0-9]{1,40}?(?<![A-Za-z])"
            r"(?:at|on|@|is) (?P<v>[2-9][0-9]{2}-[0-9]{4})(?![0-9A-Za-z]|-[0-9])"
        ),
        before=64,
        after=4,
        positives=("call the GI fellow at «555-0171»", "page surgery resident on «555-0122»"),
        negatives=("seen at 555-0171", "number at 300-4000"),
    ),
    Rule(
        id="phone.of-somebody",
        kind="phone",
        source="ITU-T E.123: national notations; whom to call, then the number, in any grouping",
        triggers=(
            r"(?is)(?:call|page|reach|ring|phone|text|contact|notify|dial)[a-z]{0,4} [^.\n0-9]{1,50} (?:at|on|under|via) \(?\+?0?[0-9]{2}",
            r"(?is)(?:contact|next of kin|nok|phone|mobile|cell|tel)[^\n0-9(]{1,60}\(\(?\+?[0-9]{2}",
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?i:call|page|reach|ring|phone|text|contact|notify|dial)[a-z]{{0,4}} [^.\n0-9]{{1,50}}? (?:at|on|under|via) (?P<v>{_LOOSE})(?![0-9A-Za-z/])"
            rf"|(?<![A-Za-z])(?i:contact|next of kin|nok|phone|mobile|cell|tel)[^\n0-9(]{{1,60}}\((?P<w>{_LOOSE})\)",
            lambda match: _loose(match) and _SOMEBODY.search(match[0], match[0].find(" ")) is not None,
        ),
        before=90,
        after=24,
        positives=(
            "Please call Fiona Hodgson at «0141 4960602» to",
            "call Joshua Gay at «02.2519.1956»",
            "Emergency contact: Leon Stanisławek («513 230 455»)",
            "ring Gustav on «0413-502 84»",
        ),
        negatives=(
            "call the ward at 0830",
            "contact precautions (2025-01-12)",
            "reach a goal at 100-200",
            "Reach the target at 1024 2048 4096 steps",
            "Call the API at 8080 1234567",
            "then text mode at 1920 1080 6000",
            "call Dr. X on 12/04/2025",
        ),
    ),
    Rule(
        id="phone.behind-name",
        kind="phone",
        source="ITU-T E.123: national notations; next of kin, a name and the number",
        triggers=(r"(?is)(?:next of kin|nok|contact|emergency)[^\n0-9]{1,60}, \(?\+?[0-9]{2}",),
        spans=matching(
            rf"(?<![A-Za-z])(?i:next of kin|nok|contact|emergency)[^\n0-9]{{1,60}}?, (?P<v>{_LOOSE})(?=[,;\n]|$)",
            _loose,
        ),
        before=80,
        after=24,
        positives=("Next of kin: Pia Thorsen, «18 38 46 31», Odins Allé", "emergency contact: her son, «0734 384 953»"),
        negatives=("contact precautions, 2025-01-12", "emergency surgery, 12 units"),
    ),
    Rule(
        id="phone.below-address",
        kind="phone",
        source="45 CFR 164.514(b)(2)(i)(D): a number alone on the line below an address",
        triggers=(),
        beside=frozenset({"address"}),
        spans=matching(rf"\n[ ]{{0,4}}(?P<v>{_LOOSE})[ ]{{0,2}}(?=\n|$)", _loose),
        before=2,
        after=40,
        positives=("Omar Haddad\n12 Oak Street\n«37 40 95 46»", "12 Oak Street, Akron, OH 44301\n«04 8326 616»\n"),
        negatives=("12 Oak Street\n2025-01-12", "12 Oak Street\n120 80"),
    ),
    Rule(
        id="email.address",
        kind="email",
        source="RFC 5321, 4.1.2 and RFC 6531 (letters beyond ASCII)",
        triggers=(r"[^\x00-\x20@]@[^\x00-\x20@]",),
        spans=matching(_EMAIL),
        before=80,
        after=120,
        rank=1,
        positives=(
            "«jane.doe@example.org»",
            "mail «o'neil+x@sub.example.co.uk».",
            "<«j_d@example.com»>",
            "mailto:«a@b.io»",
            "«jürgen@exämple.de»",
        ),
        negatives=("@decorator", "user@", "a @ b", "5 mg @ 8pm", "pkg@1.2.3"),
    ),
    Rule(
        id="email.spelled",
        kind="email",
        source="RFC 5321, 4.1.2; written out so that machines do not read it",
        triggers=(
            r"(?i)[ \[({<]at[ \])}>]{1,2}.{1,40}[ \[({<]dot[ \])}>]",
            r"(?i)[a-z0-9] ?[\[({<]at[\])}>] ?[a-z0-9-]{1,40}\.[a-z]",
        ),
        spans=matching(
            r"(?i)(?<![\w.])(?P<v>[\w.+-]{1,40}(?:(?:\s?[\[({<]\s?dot\s?[\])}>]\s?|\s+dot\s+)[\w+-]{1,30}){0,3}"
            r"(?:\s?[\[({<]\s?at\s?[\])}>]\s?|\s+at\s+)[\w-]{1,40}(?:(?:\s?[\[({<]\s?dot\s?[\])}>]\s?|"
            r"\s+dot\s+|\.)[\w-]{2,24}){1,4})(?!\w)",
            _spelled,
        ),
        before=120,
        after=60,
        positives=(
            "«jane at example dot com»",
            "«jane.doe [at] example [dot] org»",
            "«jane(at)example.org»",
            "«jane dot doe at gmail dot com»",
        ),
        negatives=("look at the dot on the film",),
    ),
)
