"""(J) Account numbers, routing numbers, payment cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import checksums
from zt_ai.egress.detect.context import DASH, DASH_BYTES, at_least, compact, digits, labelled, near, said
from zt_ai.egress.detect.rule import Rule, matching, value

_SEP, _SEP_BYTES = rf"(?:{DASH}|[ .\u00a0])?", rf"(?:{DASH_BYTES}|[ .]|\xc2\xa0)?"
# ISO/IEC 7812-1 and the networks' published ranges: Visa 4; Mastercard 51–55 and 2221–2720; American Express 34 and 37;
# Discover 6011, 644–649, 65; Diners 300–305, 36, 38, 39; JCB 3528–3589; UnionPay 62; Maestro 50, 56–69.
_CARD_HEAD = re.compile(r"4|5[0-9]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[4-9]|30[0-5]|6")
_CARD_WORD = re.compile(
    r"(?i)(?:card|visa|mastercard|amex|american express|discover|diners|jcb|maestro|debit|credit|\bcc\b|"
    r"pan\b|pay)[^\n]{0,40}$"
)
_LENGTHS = {
    **dict.fromkeys(("34", "37"), (15,)),
    **dict.fromkeys(("30", "36", "38", "39"), (14, 16, 19)),
    "35": (16, 17, 18, 19),
    "2": (16,),
    "4": (13, 16, 19),
    "5": (16, 12, 13, 15, 18),
    "6": (16, 17, 18, 19, 12, 13),
}


_ADDRESS = re.compile(r"(?<![0-9])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9])")
"""A network's mask and an address behind it are as many digits as a card."""


def _card(match: re.Match[str]) -> bool:
    number = digits(match["v"])
    before = match.string[max(match.start("v") - 60, 0) : match.start("v")]
    if len(set(number)) < 2 or not _CARD_HEAD.match(number) or _ADDRESS.search(match["v"]):
        return False
    if checksums.luhn(number) and len(number) in _LENGTHS.get(number[:2], _LENGTHS.get(number[0], ())):
        # Twelve or thirteen digits pass by chance too often: they need the word.
        return len(number) >= 14 or bool(_CARD_WORD.search(before))
    return False


def _card_said(match: re.Match[str]) -> bool:
    return 12 <= len(digits(match["v"])) <= 19


def _iban_spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _IBAN.finditer(text, low, high):
        if any(
            uuid.start() <= match.start() < uuid.end()
            for uuid in _UUID.finditer(text, max(match.start() - 36, 0), match.start() + 36)
        ):
            continue
        # A word may follow after a blank: the longest prefix with a right checksum counts.
        end = match.end("v")
        while end - match.start("v") >= 15:
            if (
                text[end - 1].isalnum()
                and (end == len(text) or not text[end].isalnum())
                and checksums.iban(compact(text[match.start("v") : end]))
            ):
                yield match.start("v"), end
                break
            end -= 1


_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z])")
_IBAN = re.compile(r"(?<![0-9A-Za-z])(?P<v>[A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]){11,30})")
_ACCOUNT = (
    r"(?:(?:bank|checking|savings|deposit|patient|guarantor|billing|customer|financial|hospital|credit|"
    r"brokerage|loan|mortgage|payment)?[\s_-]*"
    r"(?:accounts?|accts?|acct\.|a/c)[\s_]*(?:no\b\.?|num(?:ber)?s?|nbr|#|№|id\b|(?=\s?:)|(?=\s[0-9])|"
    r"(?=\s?=)|(?=\s(?:is|ending)\b))|"
    r"(?:patient[\s_-]*control|billing|invoice|statement|guarantor|customer|loan|mortgage|"
    r"bank)[\s_-]*(?:no\b\.?|num(?:ber)?|nbr|#|id\b))"
)

_SCORE = re.compile(r"[0-9]{1,2}/[0-9]{1,2}")


def _account(match: re.Match[str]) -> bool:
    """`A/C 18/24` is activity and chronicity of a nephritis, or a score."""
    return at_least(4)(match) and not _SCORE.fullmatch(value(match))


RULES: tuple[Rule, ...] = (
    Rule(
        id="credit_card.luhn",
        kind="credit_card",
        source="ISO/IEC 7812-1: issuer ranges, length and check digit",
        triggers=(rf"[2-6](?:[0-9]{_SEP_BYTES}){{11}}[0-9]",),
        spans=matching(
            rf"(?<![0-9A-Za-z.])(?<![0-9]-)(?P<v>[2-6](?:{_SEP}[0-9]){{11,18}})(?![0-9A-Za-z])(?!{DASH}[0-9])", _card
        ),
        before=30,
        after=110,
        rank=3,
        positives=(
            "card «4111 1111 1111 1111»",
            "card «4111.1111.1111.1111»",
            "«5500-0000-0000-0004»",
            "«378282246310005»",
            "«6011000990139424»",
            "«30569309025904»",
            "«3530111333300000»",
            "visa «4222222222222»",
        ),
        negatives=(
            "4111 1111 1111 1112",
            "ip route 10.40.8.0 255.255.248.0 10.40.3.1",
            "5500-0000-0000-0005",
            "378282246310006",
            "1111 1111 1111 1111",
            "0.4111111111111111",
        ),
    ),
    Rule(
        id="credit_card.labelled",
        kind="credit_card",
        source="45 CFR 164.514(b)(2)(i)(J); a mistyped card number is still one",
        triggers=(near(r"(?:card|visa|mastercard|amex|discover)"),),
        spans=matching(
            labelled(r"(?:card|visa|mastercard|amex|discover)", r"[0-9](?:[ -]?[0-9]){11,18}(?![0-9A-Za-z])"),
            _card_said,
        ),
        before=60,
        after=110,
        rank=2,
        positives=(
            "credit card number: «4111 1111 1111 1112»",
            "card # «4000123412341234»",
            "card\n«6011111111111111»",
        ),
        negatives=("cardiac index 3", "card 4111"),
    ),
    Rule(
        id="credit_card.last-four",
        kind="credit_card",
        source="45 CFR 164.514(b)(2)(i)(J) with HHS guidance, question 3.2: parts of an identifier count",
        triggers=(near(r"(?:card|visa|mastercard|amex|account|acct)"),),
        spans=matching(
            r"(?i)(?<![a-z])(?:card|visa|mastercard|amex|account|acct)\b[^0-9\n]{0,16}(?:ending|"
            r"ends)(?: (?:in|with))?[^0-9\n]{0,4}(?P<v>[0-9]{4})(?![0-9])"
            r"|(?i:card|visa|mastercard|amex|account|acct)[^0-9\n]{0,12}[x*\u2022]{2,}[ -]?(?P<w>[0-9]{4})(?![0-9])"
        ),
        before=60,
        after=10,
        positives=("card ending in «1111»", "Visa **** «1111»", "account ending «4821»"),
        negatives=("card from 2020",),
    ),
    Rule(
        id="iban.checksum",
        kind="iban",
        source="ISO 13616-1 and its registry: country, check digits, up to thirty characters",
        triggers=(
            r"[^0-9A-Za-z][A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]){11}",
            r"^[A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]){11}",
        ),
        spans=_iban_spans,
        before=24,
        after=110,
        rank=4,
        positives=(
            "IBAN «DE89 3704 0044 0532 0130 00»",
            "«GB82WEST12345698765432»",
            "«FR1420041010050500013M02606»",
            "iban\n«CH9300762011623852957»",
            "«NL91ABNA0417164300» please",
        ),
        negatives=(
            "DE89 3704 0044 0532 0130 01",
            "GB83WEST12345698765432",
            "CH9300762011623852958",
            "QQ1512345678901234567890",
        ),
    ),
    Rule(
        id="iban.labelled",
        kind="iban",
        source="ISO 13616-1; a mistyped number is still one",
        triggers=(near(r"iban"),),
        spans=matching(
            labelled(
                r"iban", r"[A-Za-z]{2}[0-9]{2}(?:[ -]?[0-9A-Za-z]{4}){2,7}(?:[ -]?[0-9A-Za-z]{1,3})?(?![0-9A-Za-z])"
            )
        ),
        before=60,
        after=110,
        rank=2,
        positives=("IBAN: «DE88 3704 0044 0532 0130 00»",),
        negatives=("urbanization 12",),
    ),
    Rule(
        id="routing.checksum",
        kind="routing",
        source='American Bankers Association, routing number policy: nine digits, weights 3-7-1 ("check digit")',
        triggers=(near(r"(?:routing|aba|rtn|transit)"),),
        spans=matching(
            labelled(
                r"(?:aba\s*routing|routing(?:\s*transit)?|aba|rtn|transit)(?:\s*/\s*aba)?", r"[0-9]{9}(?![0-9A-Za-z])"
            ),
            lambda match: checksums.aba(match["v"]),
        ),
        before=60,
        after=20,
        rank=3,
        positives=("routing number «021000021»", "ABA: «121000358»", "RTN «011401533»"),
        negatives=("routing number 021000022", "ABA: 121000359", "abandoned 021000021"),
    ),
    Rule(
        id="account.labelled",
        kind="account",
        source="45 CFR 164.514(b)(2)(i)(J); there is no common form",
        triggers=(
            near(r"(?:account|acct|a/c)"),
            said(
                r"(?:patient control|billing|invoice|statement|guarantor|customer|loan|mortgage|"
                r"bank)[ _-]{0,2}(?:no\b|num|nbr|#|id\b)"
            ),
            near(r"routing", 20),
        ),
        spans=matching(
            labelled(_ACCOUNT)
            + "|"
            + labelled(r"routing(?:\s*transit)?(?:\s+number)?", r"[0-9]{9}(?![0-9A-Za-z])").replace("?P<v>", "?P<w>"),
            _account,
        ),
        before=80,
        after=110,
        rank=1,
        positives=(
            "account number «000123456789»",
            "Acct #: «A-99812»",
            "account: «12345678»",
            "acct_no=«55512345»",
            "accountNumber\n«0011223344»",
            "checking account «123456789012»",
            "Invoice # «INV-20391»",
            "my account is «7788990011»",
            "A/C «4471/24» is his",
            "routing number «021000022»",
        ),
        negatives=(
            "taking into account 3 factors",
            "accounted for 45%",
            "accounts for 1200 cases",
            "on account of 2019",
            "lupus nephritis (A/C 18/24)",
        ),
    ),
    Rule(
        id="account.swift",
        kind="account",
        source="ISO 9362: eight or eleven characters after the word",
        triggers=(r"(?i)(?:swift|\bbic)[^a-z0-9]{1,4}(?:code[^a-z0-9]{1,3})?[a-z]{6}",),
        spans=matching(
            r"(?i:swift|\bbic)(?:/bic)?[^A-Za-z0-9]{1,4}(?:(?i:code)"
            r"[^A-Za-z0-9]{1,3})?(?P<v>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b"
        ),
        after=20,
        positives=("SWIFT code: «DEUTDEFF»", "BIC «DEUTDEFF500»"),
        negatives=("swift response",),
    ),
)
