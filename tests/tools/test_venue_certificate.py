"""./dev run --venue with a certificate from a public authority: taken when it can serve, refused before anything starts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tools.certificate import describe_given, ensure_certificate
from tools.preparation import SetupError
from tools.serving import _addresses, _parse


@pytest.fixture
def made(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        ensure_certificate(tmp_path / name, ["192.168.7.5"], datetime.now(UTC))
    return tmp_path


def words(certificate: Path, key: Path) -> list[str]:
    return ["--venue", "--certificate", str(certificate), "--key", str(key)]


def test_certificate_and_its_key_are_taken_and_their_names_shown(made: Path) -> None:
    certificate, key = made / "one/certificate.pem", made / "one/key.pem"
    options = _parse(words(certificate, key))
    assert (options.certificate, options.key, options.trust_port) == (certificate, key, 0)
    describe_given(made / "tls", certificate)
    names = json.loads((made / "tls/certificate.json").read_text(encoding="utf-8"))["addresses"]
    assert "localhost" in names
    assert _addresses(options, made) == [f"Temu Bisnis: https://{name}:8000" for name in names]


def test_key_of_another_certificate_is_refused(made: Path) -> None:
    with pytest.raises(SetupError, match="its own key") as refused:
        _parse(words(made / "one/certificate.pem", made / "two/key.pem"))
    assert refused.value.status == 2


def test_file_that_is_no_certificate_or_missing_is_refused(made: Path) -> None:
    (made / "text.pem").write_text("hello", encoding="utf-8")
    for wrong in (made / "text.pem", made / "missing.pem"):
        with pytest.raises(SetupError, match="cannot be used"):
            _parse(words(wrong, made / "one/key.pem"))


def test_own_authority_has_a_trust_page_on_the_port_after(made: Path) -> None:
    (made / "one").rename(made / "tls")
    options = _parse(["--venue", "--port", "8010"])
    fingerprint = json.loads((made / "tls/certificate.json").read_text(encoding="utf-8"))["fingerprint"]
    assert _addresses(options, made) == [
        "Temu Bisnis: https://192.168.7.5:8010",
        "Tablets trust once: http://192.168.7.5:8011",
        f"SHA-256: {fingerprint}",
    ]
    ports = {port: _parse(["--venue", "--port", str(port)]).trust_port for port in (443, 8000, 65535)}
    assert ports == {443: 80, 8000: 8001, 65535: 65534}
    assert _parse([]).trust_port == 0


@pytest.mark.parametrize(
    "given", [["--venue", "--key", "k"], ["--venue", "--certificate", "c"], ["--certificate", "c", "--key", "k"]]
)
def test_one_without_the_other_or_without_venue_is_refused(given: list[str]) -> None:
    with pytest.raises(SetupError, match="belong together, and to --venue"):
        _parse(given)
