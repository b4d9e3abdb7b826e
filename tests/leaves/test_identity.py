"""Identity numbers, each rule both ways. Numbers are made up or computed; none belongs to anybody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from matchmaking import identity, regions
from matchmaking.errors import InvalidInput

DIGITS = "0123456789"


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text(DIGITS, min_size=length, max_size=length)


@pytest.fixture(autouse=True)
def _words(app) -> None:  # type: ignore[no-untyped-def]
    """Refusals are translated sentences: they need the application."""


@pytest.mark.parametrize(
    "typed",
    [
        "081234567890",
        "0812-3456-7890",
        "81234567890",
        "6281234567890",
        "+62 812 3456 7890",
        "(0812) 34567890",
        "+62081234567890",
    ],
)
def test_mobile_number_is_read_from_every_spelling(typed: str) -> None:
    assert identity.read_phone(typed) == "+6281234567890"


@pytest.mark.parametrize(("typed", "stored"), [("0721 123456", "+62721123456"), ("(0725) 12345678", "+6272512345678")])
def test_landline_is_read(typed: str, stored: str) -> None:
    assert identity.read_phone(typed) == stored
    assert identity.whatsapp_number(stored) is None


@pytest.mark.parametrize(
    "typed", ["", "0812", "08012345678", "+15551234567", "0812345678901234", "nol delapan", "112", "0812x345678"]
)
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        identity.read_phone(typed)


@given(digits(8))
def test_phone_shown_is_read_back(rest: str) -> None:
    phone = f"+62812{rest}"
    assert identity.read_phone(identity.show_phone(phone)) == phone


def test_phone_and_email_are_masked() -> None:
    assert identity.mask_phone("+6281234567890") == "0812-••••-••90"
    assert identity.last_four("+6281234567890") == "7890"
    assert identity.mask_email("peserta@contoh.example") == "p•••@contoh.example"
    assert (identity.mask_phone(None), identity.mask_email(None), identity.last_four(None)) == ("", "", "")


def test_email_is_lower_case() -> None:
    assert identity.read_email(" Peserta@Contoh.Example ") == "peserta@contoh.example"


@pytest.mark.parametrize("typed", ["peserta", "a@b", "a b@contoh.example", "@contoh.example"])
def test_what_is_no_email_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        identity.read_email(typed)


@given(digits(13))
def test_nib_keeps_its_leading_zero(number: str) -> None:
    assert identity.read_business_id_number(f"NIB {number[:4]} {number[4:8]}-{number[8:]}") == number


@pytest.mark.parametrize("typed", ["123456789012", "12345678901234", "12345678901ab", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_nib_of_another_length_or_sign_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        identity.read_business_id_number(typed)


@given(digits(8), digits(6))
def test_old_tax_number_becomes_16_digits(body: str, office: str) -> None:
    number = body + luhn.calc_check_digit(body) + office
    if set(number) == {"0"}:
        return
    shown = f"{number[:2]}.{number[2:5]}.{number[5:8]}.{number[8]}-{number[9:12]}.{number[12:]}"
    assert identity.read_tax_number(shown) == "0" + number
    assert identity.read_tax_number("0" + number) == "0" + number
    assert identity.show_tax_number("0" + number) == shown


@given(digits(8), digits(6), st.integers(1, 9), st.integers(0, 8))
def test_tax_number_with_one_wrong_digit_is_refused(body: str, office: str, shift: int, place: int) -> None:
    right = body + luhn.calc_check_digit(body)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    with pytest.raises(InvalidInput):
        identity.read_tax_number(wrong + office)


def test_tax_number_of_a_person_needs_a_birth_date() -> None:
    assert identity.read_tax_number("1871016502900001") == "1871016502900001"  # 25 February, a woman
    for wrong in ("1871013002900001", "1871011513900001", "1871010013900001"):
        with pytest.raises(InvalidInput):
            identity.read_tax_number(wrong)


@pytest.mark.parametrize("typed", ["12345678901234", "00.000.000.0-000.000", "abc"])
def test_tax_number_of_a_wrong_shape_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        identity.read_tax_number(typed)


def test_tax_number_is_masked() -> None:
    assert identity.mask_tax_number("0123456789012345") == "•••• 2345"


def test_industry_codes_are_read_from_a_list() -> None:
    assert identity.read_industry_codes("13122, 13-134;13122\n10792") == ["13122", "13134", "10792"]
    with pytest.raises(InvalidInput, match="1312"):
        identity.read_industry_codes("13122 1312")


def test_procurement_codes() -> None:
    assert identity.read_klpd_code(" d 264 ") == "D264"
    assert identity.read_work_unit_codes("1.02.0.00.0.00.02.0000, 450938") == ["1.02.0.00.0.00.02.0000", "450938"]
    assert identity.read_rup_code("60832782") == "60832782"
    for read, wrong in (
        (identity.read_klpd_code, "264"),
        (identity.read_work_unit_codes, "450938 Dinas"),
        (identity.read_rup_code, "6083278"),
    ):
        with pytest.raises(InvalidInput):
            read(wrong)


@pytest.mark.parametrize(
    ("typed", "stored", "expires"),
    [
        ("P-IRT No. 2103571010012-28", "P-IRT 2103571010012-28", 2028),
        ("pirt 210357101001228", "P-IRT 2103571010012-28", 2028),
        ("SPP-IRT 210357101001", "P-IRT 210357101001", None),
        ("123456789012345678901", "P-IRT 123456789012345678901", None),
    ],
)
def test_home_food_permit(typed: str, stored: str, expires: int | None) -> None:
    assert identity.read_home_food_permit(typed) == stored
    assert identity.home_food_permit_expiry(stored) == expires


@pytest.mark.parametrize("typed", ["P-IRT 9103571010012-28", "12345", "P-IRT 21035710100122"])
def test_home_food_permit_of_a_wrong_shape_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        identity.read_home_food_permit(typed)


def test_marketing_permit() -> None:
    assert identity.read_marketing_permit("BPOM RI MD 234567890123") == "MD 234567890123"
    for wrong in ("MX 234567890123", "MD 12345678", "234567890123"):
        with pytest.raises(InvalidInput):
            identity.read_marketing_permit(wrong)


def test_halal_number() -> None:
    assert identity.read_halal_number("id 18110000123450122") == "ID18110000123450122"
    with pytest.raises(InvalidInput, match="KH"):
        identity.read_halal_number("KH0001234567")
    with pytest.raises(InvalidInput):
        identity.read_halal_number("ID1811000012345012")


def test_standard_and_trademark_numbers() -> None:
    assert identity.read_standard_number("sni 1234-2020") == "SNI 1234:2020"
    assert identity.read_standard_number("SNI ISO 9001:2015") == "SNI ISO 9001:2015"
    assert identity.read_trademark_number("IDM 000123456") == "IDM000123456"
    assert identity.read_trademark_number("jid2024012345") == "JID2024012345"
    for read, wrong in ((identity.read_standard_number, "1234:2020"), (identity.read_trademark_number, "IDM12345")):
        with pytest.raises(InvalidInput):
            read(wrong)


@pytest.mark.parametrize(
    "spelling", ["CV. Tapis Sekapur-Sirih", "TAPIS SEKAPUR SIRIH", "Tapis  Sékapur Sirih (IKM)", "tapis sekapursirih"]
)
def test_spellings_of_one_name_fold_together(spelling: str) -> None:
    assert identity.fold_name(spelling) == "tapissekapursirih"


def test_names_of_two_businesses_do_not_fold_together() -> None:
    assert identity.fold_name("Tapis Sekapur Sirih 2") != identity.fold_name("Tapis Sekapur Sirih")
    assert identity.fold_name("CV") == "cv"


@pytest.mark.parametrize("typed", ["Kab. Way Kanan", "way kanan", "18.08", "KABUPATEN WAY-KANAN", "Waykanan"])
def test_regency_is_found_by_name_or_code(typed: str) -> None:
    assert regions.read_regency(typed) == "18.08"
    assert regions.regency_name("18.08") == "Kabupaten Way Kanan"


@pytest.mark.parametrize("typed", ["1801", "", "Palembang", "18.99"])
def test_regency_that_is_ambiguous_or_elsewhere_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        regions.read_regency(typed)


def test_every_regency_has_both_codes_once() -> None:
    assert len({r.code for r in regions.REGENCIES}) == len({r.bps_code for r in regions.REGENCIES}) == 15
    assert len(regions.regency_choices()) == 15
