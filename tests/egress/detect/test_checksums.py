"""Laws of check digits: the right digit passes, every wrong digit fails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.egress.detect import checksums
from zt_ai.egress.detect.engine import Detectors
from zt_ai.spec.types import DetectorSet

DETECTORS = Detectors.of((DetectorSet.SAFE_HARBOR,))


def numbers(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


@given(numbers(15))
def test_exactly_one_last_digit_satisfies_luhn(body: str) -> None:
    assert sum(checksums.luhn(body + digit) for digit in "0123456789") == 1


@given(numbers(15), st.integers(0, 14), st.integers(1, 9))
def test_luhn_notices_every_single_wrong_digit(body: str, place: int, by: int) -> None:
    whole = next(body + digit for digit in "0123456789" if checksums.luhn(body + digit))
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
    assert not checksums.luhn(wrong)


@given(st.sampled_from("12"), numbers(8))
def test_exactly_one_last_digit_makes_an_npi(first: str, body: str) -> None:
    assert sum(checksums.npi(first + body + digit) for digit in "0123456789") == 1


@given(st.sampled_from("03456789"), numbers(9))
def test_an_npi_begins_with_one_or_two(first: str, body: str) -> None:
    assert not checksums.npi(first + body)


@given(numbers(6))
def test_exactly_one_last_digit_makes_a_dea_number(body: str) -> None:
    assert sum(checksums.dea("AB" + body + digit) for digit in "0123456789") == 1


@given(st.sampled_from(["01", "12", "21", "32", "61", "72", "80"]), numbers(6))
def test_exactly_one_last_digit_makes_a_routing_number(head: str, body: str) -> None:
    assert sum(checksums.aba(head + body + digit) for digit in "0123456789") == 1


@given(st.sampled_from(["13", "20", "33", "60", "73", "79", "81", "99"]), numbers(7))
def test_routing_numbers_of_no_reserve_district_fail(head: str, body: str) -> None:
    assert not checksums.aba(head + body)


@given(st.text("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=16, max_size=16))
def test_exactly_one_check_character_makes_a_vehicle_number(body: str) -> None:
    assert sum(checksums.vin(body[:8] + char + body[8:]) for char in "0123456789X") == 1


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=18, max_size=18))
def test_exactly_one_pair_of_check_digits_makes_an_iban(rest: str) -> None:
    # 02 to 98 are the pairs that ISO 7064 gives out.
    assert sum(checksums.iban(f"DE{pair:02}{rest}") for pair in range(2, 99)) == 1


@pytest.mark.parametrize("number", ["DE89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"])
def test_an_iban_has_the_length_of_its_country(number: str) -> None:
    assert checksums.iban(number)
    # The digits come out right for these too: the country and the length do not.
    for country, rest in (("QQ", number[4:]), (number[:2], number[4:] + "00"), (number[:2], number[4:-1])):
        assert not any(checksums.iban(f"{country}{pair:02}{rest}") for pair in range(2, 99))


def test_a_uuid_whose_beginning_has_the_digits_of_an_iban_is_none() -> None:
    pair = next(pair for pair in range(2, 99) if checksums.iban(f"BE{pair:02}123456789012"))
    uuid = f"be{pair:02}1234-5678-9012-3456-789012345678"
    assert "iban" not in {finding.type for finding in DETECTORS.scan(f"ticket {uuid} is open").findings}
    assert "iban" in {finding.type for finding in DETECTORS.scan(f"pay to {uuid[:18]} now").findings}


@given(numbers(13))
def test_exactly_one_last_digit_makes_a_gtin(body: str) -> None:
    assert sum(checksums.gtin(body + digit) for digit in "0123456789") == 1


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        ("NPI 1234567893", "NPI 1234567894", "npi"),
        ("code BX5836727", "code BX5836728", "dea"),
        ("ABA 121000358", "ABA 121000359", "routing"),
        ("pay 4111 1111 1111 1111", "pay 4111 1111 1111 1121", "credit_card"),
        ("to GB82WEST12345698765432", "to GB82WEST12345698765433", "iban"),
        ("car 1M8GDM9AXKP042788", "car 1M8GDM9A2KP042788", "vin"),
        ("phone 356938035643809", "unit 356938035643808", "device"),
        ("UDI (01)00844588003288", "part (01)00844588003287", "device"),
    ],
)
def test_a_wrong_check_digit_is_no_finding(right: str, wrong: str, kind: str) -> None:
    assert kind in {finding.type for finding in DETECTORS.scan(right).findings}
    assert kind not in {finding.type for finding in DETECTORS.scan(wrong).findings}


@pytest.mark.parametrize(("text", "bits"), [("", 0.0), ("aaaa", 0.0), ("abab", 1.0), ("abcd", 2.0)])
def test_entropy_is_in_bits_for_each_character(text: str, bits: float) -> None:
    assert checksums.entropy(text) == bits
