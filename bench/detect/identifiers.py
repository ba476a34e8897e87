"""Identifiers with valid form and check digits, made up. Each function says which rule makes the number valid."""

from __future__ import annotations

import random
import string

MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
VIN_VALUES = {**{str(d): d for d in range(10)}, **dict(zip("ABCDEFGH", range(1, 9), strict=True))}
VIN_VALUES |= dict(zip("JKLMN", range(1, 6), strict=True)) | {"P": 7, "R": 9}
VIN_VALUES |= dict(zip("STUVWXYZ", range(2, 10), strict=True))
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def digits(dice: random.Random, count: int) -> str:
    """`count` digits, the first not zero."""
    return str(dice.randint(1, 9)) + "".join(str(dice.randint(0, 9)) for _ in range(count - 1))


def letters(dice: random.Random, count: int) -> str:
    """`count` upper-case letters."""
    return "".join(dice.choice(string.ascii_uppercase) for _ in range(count))


def luhn(number: str) -> str:
    """Check digit of ISO/IEC 7812-1, annex B, for a number without it."""
    total = 0
    for position, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def npi(dice: random.Random) -> str:
    """National provider identifier: Luhn over `80840` and the number."""
    body = dice.choice("12") + "".join(str(dice.randint(0, 9)) for _ in range(8))
    return body + luhn("80840" + body)


def dea(dice: random.Random) -> str:
    """DEA registration: two letters, six digits, and (d1+d3+d5) + 2·(d2+d4+d6) modulo 10."""
    body = [dice.randint(0, 9) for _ in range(6)]
    check = (sum(body[0::2]) + 2 * sum(body[1::2])) % 10
    return dice.choice("ABFGM") + dice.choice(string.ascii_uppercase) + "".join(map(str, body)) + str(check)


def mbi(dice: random.Random) -> str:
    """Medicare beneficiary identifier: 11 characters, C-A-AN-N-A-AN-N-A-A-N-N, no S, L, O, I, B, Z."""

    def letter() -> str:
        return dice.choice(MBI_LETTERS)

    def number() -> str:
        return dice.choice(string.digits)

    def either() -> str:
        return dice.choice(MBI_LETTERS + string.digits)

    head = dice.choice("123456789") + letter() + either() + number()
    return head + letter() + either() + number() + letter() + letter() + number() + number()


def ssn(dice: random.Random) -> tuple[str, str, str]:
    """Social security number in its three groups: none all zeros, the first not 666 and below 900."""
    area = dice.choice([n for n in range(1, 900) if n != 666])
    return f"{area:03}", f"{dice.randint(1, 99):02}", f"{dice.randint(1, 9999):04}"


def itin(dice: random.Random) -> str:
    """Individual taxpayer number: begins with 9, fourth and fifth digit 50–65, 70–88, 90–92 or 94–99."""
    middle = dice.choice([*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)])
    return f"9{dice.randint(0, 99):02}-{middle}-{dice.randint(1, 9999):04}"


def vin(dice: random.Random) -> str:
    """Vehicle identification number with the check digit of 49 CFR 565.15."""
    body = dice.choice("12345") + "".join(dice.choice(VIN_LETTERS + string.digits) for _ in range(7))
    tail = dice.choice("ABCDEFGHJKLMNPRSTVWXY123456789") + dice.choice(VIN_LETTERS) + digits(dice, 6)
    total = sum(VIN_VALUES[c] * w for c, w in zip(f"{body}0{tail}", VIN_WEIGHTS, strict=True))
    return body + ("X" if total % 11 == 10 else str(total % 11)) + tail


def card(dice: random.Random) -> str:
    """Payment card of 16 digits (15 with a leading 34 or 37)."""
    prefix, length = dice.choice([("4", 16), ("51", 16), ("55", 16), ("37", 15), ("6011", 16)])
    body = prefix + "".join(str(dice.randint(0, 9)) for _ in range(length - len(prefix) - 1))
    return body + luhn(body)


def iban(dice: random.Random) -> str:
    """International bank account number with the check digits of ISO 13616 (mod 97)."""
    country, length = dice.choice([("DE", 18), ("AT", 16), ("BE", 12), ("DK", 14), ("CH", 17)])
    body = "".join(str(dice.randint(0, 9)) for _ in range(length))
    number = int("".join(str(int(c, 36)) for c in f"{body}{country}00"))
    return f"{country}{98 - number % 97:02}{body}"


def routing(dice: random.Random) -> str:
    """ABA routing number: 3·(d1+d4+d7) + 7·(d2+d5+d8) + (d3+d6+d9) ≡ 0 modulo 10."""
    body = [0, dice.randint(1, 9), *(dice.randint(0, 9) for _ in range(6))]
    total = 3 * (body[0] + body[3] + body[6]) + 7 * (body[1] + body[4] + body[7]) + body[2] + body[5]
    return "".join(map(str, body)) + str(-total % 10)


def udi(dice: random.Random) -> str:
    """Device identifier in GS1 form: GTIN-14 in (01), expiry in (17), serial number in (21)."""
    body = "00" + digits(dice, 11)
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(body))
    expiry = f"2{dice.randint(5, 9)}0{dice.randint(1, 9)}15"
    return f"(01){body}{-total % 10}(17){expiry}(21){letters(dice, 2)}{digits(dice, 7)}"


def mac(dice: random.Random) -> str:
    """Hardware address."""
    return ":".join(f"{dice.randint(0, 255):02x}" for _ in range(6))


def ipv6(dice: random.Random) -> str:
    """An address below 2001:db8::/32 would be documentation; these are not."""
    return "2600:" + ":".join(f"{dice.randint(1, 65535):x}" for _ in range(7))
