"""The catalogues' tool: what belongs where, what survives an update, what is complained about."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools import translations
from tools.translations import SHARED, catalogue_path, compile_all, problems, update


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two features and the shared parts, each with a text."""
    write(tmp_path, "matchmaking/accounts/routes.py", '_("Sign in")\nngettext("%(num)d day", "%(num)d days", n)\n')
    write(tmp_path, "templates/events/list.html", "{% trans name=x %}\n  Hello\n  {{ name }}\n{% endtrans %}")
    write(tmp_path, "templates/_macros/forms.html", '{{ _("Save") }}')
    write(tmp_path, "matchmaking/jobs/services.py", 'lazy_gettext("Stopped")')
    write(tmp_path, "static/js/app.js", 'toast(gettext("Saved"));')
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def words(root: Path, name: str) -> dict[str, str]:
    """Return the catalogue's texts and translations (the first form of a plural)."""
    texts = {}
    for message in translations.read(catalogue_path(name, root)):
        if message.id:
            first = message.id if isinstance(message.id, str) else message.id[0]
            texts[first] = message.string if isinstance(message.string, str) else message.string[0]
    return texts


def translate(root: Path, name: str, text: str, translation: str) -> None:
    path = catalogue_path(name, root)
    for empty in (f'msgid "{text}"\nmsgstr ""', f'msgid_plural "{text}"\nmsgstr[0] ""'):
        if empty in path.read_text(encoding="utf-8"):
            write(
                root,
                str(path.relative_to(root)),
                path.read_text(encoding="utf-8").replace(empty, empty[:-1] + translation + '"'),
            )
            return
    raise LookupError(text)


def translate_all(root: Path) -> None:
    update(root)
    for text, translation in [("Sign in", "Masuk"), ("%(num)d days", "%(num)d hari")]:
        translate(root, "accounts", text, translation)
    translate(root, "events", "Hello %(name)s", "Halo %(name)s")
    for text, translation in [("Save", "Simpan"), ("Saved", "Tersimpan"), ("Stopped", "Dihentikan")]:
        translate(root, SHARED, text, translation)


def test_each_text_goes_to_its_owner(project: Path) -> None:
    update(project)
    assert {name: sorted(words(project, name)) for name in ("accounts", "events", SHARED)} == {
        "accounts": ["%(num)d day", "Sign in"],
        "events": ["Hello %(name)s"],
        SHARED: ["Save", "Saved", "Stopped"],
    }


def test_an_update_changes_nothing_the_second_time(project: Path) -> None:
    assert len(update(project)) == 3
    assert update(project) == []


def test_translations_survive_and_move_with_their_text(project: Path) -> None:
    translate_all(project)
    write(project, "matchmaking/accounts/routes.py", "")
    write(project, "templates/events/list.html", '{{ _("Sign in") }}')
    update(project)
    assert words(project, "events") == {"Sign in": "Masuk"}
    assert not catalogue_path("accounts", project).exists()


def test_an_update_of_one_feature_leaves_the_others(project: Path) -> None:
    assert update(project, only=("events",)) == [catalogue_path("events", project)]
    assert not catalogue_path("accounts", project).exists()


def test_a_complete_project_has_no_problem_and_reads_indonesian(project: Path) -> None:
    translate_all(project)
    assert problems(project) == []
    assert len(compile_all(project)) == 3
    with catalogue_path("accounts", project).with_suffix(".mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Sign in") == "Masuk"
    assert [catalogue.ngettext("%(num)d day", "%(num)d days", n) for n in (1, 2)] == ["%(num)d hari"] * 2


def test_a_text_without_translation_is_told(project: Path) -> None:
    translate_all(project)
    write(project, "templates/events/new.html", '{{ _("New event") }}')
    where = catalogue_path("events", project).relative_to(project)
    assert problems(project) == [f"{where}: missing, run ./dev i18n: 'New event'"]
    update(project)
    assert problems(project) == [f"{where}: not translated: 'New event'"]


def test_a_text_that_is_gone_is_told(project: Path) -> None:
    translate_all(project)
    write(project, "static/js/app.js", "")
    where = catalogue_path(SHARED, project).relative_to(project)
    assert problems(project) == [f"{where}: left over, run ./dev i18n: 'Saved'"]


def test_a_fuzzy_translation_is_told(project: Path) -> None:
    translate_all(project)
    path = catalogue_path("accounts", project)
    path.write_text(
        path.read_text(encoding="utf-8").replace('msgid "Sign in"', '#, fuzzy\nmsgid "Sign in"'), encoding="utf-8"
    )
    assert problems(project) == [f"{path.relative_to(project)}: marked fuzzy: 'Sign in'"]


@pytest.mark.parametrize("translation", ["Halo %(nama)s", "Halo", "Halo %(name)s %(age)s"])
def test_other_placeholders_are_told(project: Path, translation: str) -> None:
    translate_all(project)
    path = catalogue_path("events", project)
    path.write_text(path.read_text(encoding="utf-8").replace("Halo %(name)s", translation), encoding="utf-8")
    assert problems(project) == [
        f"{path.relative_to(project)}: other placeholders than the English text: 'Hello %(name)s'"
    ]


def test_two_translations_of_one_text_are_told(project: Path) -> None:
    """All catalogues become one when the application starts: one would win by chance."""
    translate_all(project)
    write(project, "templates/events/save.html", '{{ _("Save") }}')
    update(project)
    path = catalogue_path("events", project)
    path.write_text(path.read_text(encoding="utf-8").replace('"Simpan"', '"Amankan"'), encoding="utf-8")
    found = problems(project)
    assert len(found) == 1
    assert "'Save' is translated otherwise" in found[0]


def test_a_template_that_does_not_parse_is_named(project: Path) -> None:
    write(project, "templates/events/broken.html", "{% if %}")
    with pytest.raises(ValueError, match=r"^templates/events/broken\.html: "):
        update(project)
