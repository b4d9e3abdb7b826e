"""What the macros promise to those who build pages: labels, errors, CSRF, links, states."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, FormField, IntegerField, RadioField, StringField
from wtforms import Form as PlainForm
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaking.web.paging import Page


class Line(PlainForm):
    """One line of a list."""

    name = StringField("Product", validators=[InputRequired("Which product?")])


class Sample(FlaskForm):
    """A small form."""

    class Meta:
        csrf = False

    name = StringField("Business name", validators=[InputRequired()])
    phone = StringField("Phone")
    price = StringField("Price")
    count = IntegerField("Pieces")
    scale = RadioField("Scale", choices=[SelectChoice("micro", "Micro"), SelectChoice("small", "Small")])
    consent = BooleanField("I agree")
    lines = FieldList(FormField(Line), min_entries=1)


def draw(app: Flask, macro_file: str, call: str, **values: Any) -> str:
    """Render one macro as a page would, in English."""
    name = re.match(r"\w+", call)
    assert name
    source = f"{{% from '_macros/{macro_file}.html' import {name.group()} %}}{{{{ {call} }}}}"
    with app.test_request_context("/", headers={"Cookie": "language=en"}):
        return unescape(render_template_string(source, **values))


@pytest.fixture
def form(app: Flask) -> Sample:
    with app.test_request_context("/"):
        return Sample(formdata=None)


def test_field_has_label_help_and_required_mark(app: Flask, form: Sample) -> None:
    html = draw(app, "forms", "field(form.name, help='As on your NIB.')", form=form)
    assert '<label class="form-label" for="name">Business name' in html
    assert "required-mark" in html
    assert 'aria-describedby="name-help"' in html
    assert 'id="name-help">As on your NIB.' in html
    assert "aria-invalid" not in html


def test_field_that_may_stay_empty_has_no_mark(app: Flask, form: Sample) -> None:
    assert "required-mark" not in draw(app, "forms", "field(form.phone)", form=form)


def test_field_with_error_says_it_at_the_field(app: Flask, form: Sample) -> None:
    form.name.errors = ["Please give a name."]
    html = draw(app, "forms", "field(form.name, help='Help.')", form=form)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="name-help name-error"' in html
    assert re.search(r'id="name-error">.*Please give a name\.', html, re.S)


def test_error_and_entry_are_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        form = Sample(formdata=None, data={"name": "<b>x</b>"})
        form.name.errors = ["<script>alert(1)</script>"]
        page = render_template_string("{% from '_macros/forms.html' import field %}{{ field(form.name) }}", form=form)
    assert "<script>" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("tel", 'type="tel"'),
        ("tel", 'inputmode="tel"'),
        ("numeric", 'inputmode="numeric"'),
        ("money", "data-money"),
        ("email", 'type="email"'),
        ("photo", 'accept="image/*"'),
    ],
)
def test_kind_brings_the_right_keyboard(app: Flask, form: Sample, kind: str, expected: str) -> None:
    assert expected in draw(app, "forms", f"field(form.phone, kind='{kind}')", form=form)


def test_html_attributes_reach_the_input(app: Flask, form: Sample) -> None:
    html = draw(
        app, "forms", "field(form.phone, kind='tel', autocomplete='off', maxlength=20, class='width-long')", form=form
    )
    assert 'autocomplete="off"' in html
    assert 'maxlength="20"' in html
    assert 'class="form-control width-long"' in html


def test_choices_are_one_fieldset_with_a_legend(app: Flask, form: Sample) -> None:
    form.scale.errors = ["Please choose one."]
    html = draw(app, "forms", "field(form.scale, hints={'micro': 'up to Rp2 miliar'})", form=form)
    assert html.count("<fieldset") == 1
    assert "<legend>Scale" in html
    assert html.count('type="radio"') == 2
    assert "up to Rp2 miliar" in html
    assert 'aria-describedby="scale-error"' in html


def test_error_summary_links_to_every_field_also_in_lists(app: Flask, form: Sample) -> None:
    with app.test_request_context("/"):
        form.validate()
    form.name.errors = ["Missing."]
    form.form_errors = ["Two entries contradict each other."]
    html = draw(app, "forms", "error_summary(form)", form=form)
    assert '<a href="#name">Business name: Missing.</a>' in html
    assert '<a href="#lines-0-name">Product: Which product?</a>' in html
    assert "<li>Two entries contradict each other.</li>" in html
    assert "data-focus" in html


def test_error_summary_of_a_good_form_is_nothing(app: Flask, form: Sample) -> None:
    assert draw(app, "forms", "error_summary(form)", form=form).strip() == ""


@pytest.mark.parametrize(
    ("file", "call"),
    [
        ("forms", "post_button('/go', 'Go')"),
        ("dialogs", "confirm_dialog('d', 'Remove?', 'Really.', 'Remove table', '/go')"),
        ("dialogs", "toast('held', 'Moved.', undo_url='/go')"),
        ("cards", "wish_choice('/go', 'want', 'Tapis')"),
        ("links", "handover('Hello', mark_url='/go')"),
        ("states", "progress({'state': 'running', 'percent': 4, 'title': 'Solving'}, '/poll', '/go')"),
    ],
)
def test_every_form_that_posts_carries_the_csrf_field(app: Flask, file: str, call: str) -> None:
    html = draw(app, file, call)
    assert html.count('method="post"') == 1
    assert re.search(r'<input type="hidden" name="csrf_token" value="[^"]+">', html)
    assert 'action="/go"' in html


def test_dialog_names_the_action_and_can_open_without_a_script(app: Flask) -> None:
    dialog = draw(app, "dialogs", "confirm_dialog('d7', 'Remove?', 'Really.', 'Remove table', '/go', danger=True)")
    opener = draw(app, "dialogs", "open_dialog('d7', 'Remove…')")
    assert re.search(r'<button class="btn btn-danger" type="submit">Remove table</button>', dialog)
    assert 'id="d7" aria-labelledby="d7-title" aria-describedby="d7-text"' in dialog
    assert 'href="#d7"' in opener


@pytest.mark.parametrize(("kind", "mark"), [("held", "check-circle-fill"), ("refused", "x-circle-fill")])
def test_signal_is_word_and_icon(app: Flask, kind: str, mark: str) -> None:
    html = draw(app, "states", f"signal('{kind}', 'Approved')")
    assert f"#{mark}" in html
    assert "Approved" in html


@pytest.mark.parametrize("state", ["queued", "running", "stopping"])
def test_running_job_is_asked_for_again(app: Flask, state: str) -> None:
    html = draw(
        app, "states", f"progress({{'state': '{state}', 'percent': None, 'title': 'Solving'}}, '/poll', '/stop')"
    )
    assert 'hx-get="/poll" hx-trigger="every 2s"' in html
    assert "<progress" in html
    assert ("/stop" in html) is (state != "stopping")


@pytest.mark.parametrize("state", ["done", "failed", "stopped"])
def test_ended_job_is_left_alone(app: Flask, state: str) -> None:
    html = draw(
        app, "states", f"progress({{'state': '{state}', 'percent': 100, 'title': 'Solving'}}, '/poll', '/stop')"
    )
    assert "hx-get" not in html
    assert "<progress" not in html
    assert "/stop" not in html


def test_checklist_has_one_button_at_the_current_step(app: Flask) -> None:
    steps = [
        {"title": "Set up", "state": "done", "url": "/a"},
        {"title": "Approve", "state": "current", "url": "/b", "action": "Look at the 7"},
        {"title": "Publish", "state": "later", "url": "/c"},
    ]
    html = draw(app, "states", "checklist(steps)", steps=steps)
    assert re.findall(r'<a class="btn btn-primary" href="([^"]+)">([^<]+)<', html) == [("/b", "Look at the 7")]
    assert html.count('aria-current="step"') == 1


def page_numbers(html: str) -> list[str]:
    return re.findall(r'class="page-number">.*?(\d+|…)<', html)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, ["1", "2", "…", "9"]), (5, ["1", "…", "4", "5", "6", "…", "9"]), (9, ["1", "…", "8", "9"])],
)
def test_pagination_shows_ends_and_neighbours(
    app: Flask, monkeypatch: pytest.MonkeyPatch, number: int, expected: list[str]
) -> None:
    monkeypatch.setattr(Page, "url", lambda _self, number: f"?page={number}")
    page: Page[int] = Page(items=[], number=number, pages=9, total=421)
    html = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", draw(app, "tables", "pagination(page)", page=page))
    assert page_numbers(html) == expected
    assert html.count('aria-current="page"') == 1
    assert ('rel="prev"' in html) is (number > 1)
    assert ('rel="next"' in html) is (number < 9)
    assert "421 entries" in html


def test_pagination_of_one_page_has_no_links(app: Flask) -> None:
    html = draw(app, "tables", "pagination(page)", page=Page(items=[1], number=1, pages=1, total=1))
    assert "<a " not in html
    assert "1 entry" in html


def test_sortable_head_says_how_it_is_sorted(app: Flask) -> None:
    class Sort:
        key = "name"
        descending = True

        def url(self, key: str) -> str:
            return f"?sort={key}"

    source = (
        "{% from '_macros/tables.html' import table %}"
        "{% call table('People', [{'label': 'Name', 'sort': 'name'}, {'label': 'State', 'sort': 'state'}], sort=sort) %}"
        "{% endcall %}"
    )
    with app.test_request_context("/"):
        html = render_template_string(source, sort=Sort())
    assert html.count('aria-sort="descending"') == 1
    assert 'href="?sort=state"' in html


@pytest.mark.parametrize(
    ("text", "encoded"), [("a&b=c/d e", "a%26b%3Dc%2Fd%20e"), ("Halo\nBapak é", "Halo%0ABapak%20%C3%A9")]
)
def test_whatsapp_link_carries_the_whole_text(app: Flask, text: str, encoded: str) -> None:
    html = draw(app, "links", "handover(text, phone='6281234567890')", text=text)
    assert f'href="https://wa.me/6281234567890?text={encoded}"' in html
    assert 'rel="noopener noreferrer"' in html


def test_wish_pressed_again_is_taken_back(app: Flask) -> None:
    html = draw(app, "cards", "wish_choice('/wish', 'must', 'Tapis')")
    assert re.findall(r'name="wish" value="(\w*)" aria-pressed="(\w+)">([^<]+)<', html) == [
        ("", "true", "Want very much"),
        ("want", "false", "Want"),
        ("no", "false", "No"),
    ]


@pytest.mark.parametrize(
    ("state", "word"), [("pinned", "(pinned)"), ("conflict", "(conflict)"), ("impossible", "(not possible)")]
)
def test_schedule_cell_says_its_state_in_words(app: Flask, state: str, word: str) -> None:
    assert word in draw(app, "schedule", f"cell('{state}', 'Tapis', 'Dinas', reason='Buyer is at M 1')")


def test_schedule_cell_with_attributes_is_a_button_and_escapes_them(app: Flask) -> None:
    html = draw(app, "schedule", "cell('possible', label='Move here', attributes={'data-slot': 3})")
    assert '<button class="slot slot-possible" data-cell type="button"' in html
    assert 'data-slot="3"' in html
