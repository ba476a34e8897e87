"""Check digits of identifiers. Each takes the characters that count, without separators."""

from __future__ import annotations

from math import log2

_VIN_VALUES = {c: int(v) for c, v in zip("ABCDEFGHJKLMNPRSTUVWXYZ", "12345678123457923456789", strict=True)} | {
    str(d): d for d in range(10)
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def luhn(digits: str) -> bool:
    """Payment cards, IMEI, NPI with its prefix [ISO/IEC 7812-1, annex B]."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def npi(digits: str) -> bool:
    """Ten digits beginning with 1 or 2, Luhn over 80840 and the number [45 CFR 162.406; CMS, "NPI check digit"]."""
    return len(digits) == 10 and digits[0] in "12" and luhn("80840" + digits)


def dea(number: str) -> bool:
    """Two characters and seven digits; (d1+d3+d5) + 2(d2+d4+d6) ends in d7 [21 CFR 1301; DEA Diversion Control]."""
    digits = number[2:]
    if len(number) != 9 or not (digits.isascii() and digits.isdigit()):
        return False
    d = [int(digit) for digit in digits]
    return (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]


def aba(digits: str) -> bool:
    """Nine digits, weights 3-7-1, first two 00–12, 21–32, 61–72 or 80 [ABA routing number policy, "Check digit"]."""
    if len(digits) != 9:
        return False
    head = int(digits[:2])
    if not (head <= 12 or 21 <= head <= 32 or 61 <= head <= 72 or head == 80) or digits == "000000000":
        return False
    return sum(int(digit) * (3, 7, 1)[place % 3] for place, digit in enumerate(digits)) % 10 == 0


_IBAN_SIZES = {
    country: int(size)
    for size, countries in (
        part.split(":")
        for part in (
            "15:NO 16:BE 18:DK,FI,FK,FO,GL,NL,SD 19:MK,SI 20:AT,BA,EE,KZ,LT,LU,MN,XK 21:CH,HR,LI,LV "
            "22:BG,BH,CR,DE,GB,GE,IE,ME,RS,VA 23:AE,GI,IL,IQ,OM,SO,TL 24:AD,CZ,ES,MD,PK,RO,SA,SE,SK,TN,VG "
            "25:LY,PT,ST 26:IS,TR 27:BI,DJ,FR,GR,IT,MC,MR,SM 28:AL,AZ,BY,CY,DO,GT,HN,HU,LB,NI,PL,SV "
            "29:BR,EG,PS,QA,UA 30:JO,KW,MU,YE 31:MT,SC 32:LC 33:RU"
        ).split()
    )
    for country in countries.split(",")
}


def iban(number: str) -> bool:
    """A country of the registry with the length it has there, and remainder 1 modulo 97, the first four characters moved
    to the end [ISO 13616-1; SWIFT, IBAN Registry, release 99; ISO/IEC 7064, MOD 97-10].
    """
    if _IBAN_SIZES.get(number[:2].upper()) != len(number):
        return False
    turned = number[4:] + number[:4]
    if not (turned.isascii() and turned.isalnum()):
        return False
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def vin(number: str) -> bool:
    """Seventeen characters without I, O, Q, the ninth the check digit [49 CFR 565.15(c)]."""
    number = number.upper()
    if len(number) != 17 or any(char not in _VIN_VALUES for char in number):
        return False
    rest = sum(_VIN_VALUES[char] * weight for char, weight in zip(number, _VIN_WEIGHTS, strict=True)) % 11
    return number[8] == ("X" if rest == 10 else str(rest))


def gtin(digits: str) -> bool:
    """Weights 3 and 1 from the right [GS1 General Specifications, 7.9.1]."""
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0


def entropy(text: str) -> float:
    """Shannon entropy in bits for each character."""
    size = len(text)
    return -sum(n / size * log2(n / size) for n in (text.count(char) for char in set(text))) if size else 0.0
