"""What static/js promises, seen in a browser on small pages made of the real macros."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, Response, make_response, redirect, render_template_string, request
from flask_wtf import FlaskForm
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from wtforms import FileField, PasswordField, StringField, TextAreaField
from wtforms.validators import InputRequired

from matchmaking.errors import Conflict
from matchmaking.permissions import public
from tests.browser.conftest import Visit
from tests.world import World

IMPORTS = """
{% extends 'base.html' %}
{% from '_macros/forms.html' import field, form_block, form_actions %}
{% from '_macros/states.html' import progress %}
{% from '_macros/tables.html' import filter_bar %}
{% from '_macros/links.html' import handover %}
{% block title %}Probe{% endblock %}
"""


class Entry(FlaskForm):
    """A form with one field of each kind that a script looks after."""

    name = StringField("Name", validators=[InputRequired("Please give a name.")])
    price = StringField("Price")
    about = TextAreaField("About")
    password = PasswordField("Password")
    photo = FileField("Photo")


ENTRY = """{% block content %}<h1>Entry</h1>
{% call form_block(url, form=form, files=True, draft='entry') %}
{{ field(form.name) }}{{ field(form.price, kind='money') }}{{ field(form.about) }}{{ field(form.password) }}
{{ field(form.photo, kind='photo') }}{{ form_actions('Send') }}
{% endcall %}<p><a href="/styleguide/layout/public">Away</a></p>{% endblock %}"""


def eventually(holds: Callable[[], bool], within: float = 5.0) -> None:
    """Wait for something; the browser's own waiting needs eval, which the content policy refuses."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def app(own_app: Flask) -> Flask:
    """Pages are added to it."""
    return own_app


@pytest.fixture
def received() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def entry_page(app: Flask, received: list[dict[str, Any]]) -> str:
    """``/probe``: GET shows the form, POST takes half a second and stores what came."""

    @public
    def probe() -> Response | str:
        form = Entry()
        if request.method == "POST":
            time.sleep(0.5)
            received.append({**request.form, "photo": request.files["photo"].read()})
            if form.validate():
                return redirect("/probe/done", code=303)  # type: ignore[return-value]
        return render_template_string(IMPORTS + ENTRY, form=form, url="/probe")

    @public
    def done() -> str:
        return render_template_string(
            IMPORTS + "{% block content %}<h1>Sent</h1><div data-draft-sent='entry'></div>{% endblock %}"
        )

    app.add_url_rule("/probe", "probe.entry", probe, methods=["GET", "POST"])
    app.add_url_rule("/probe/done", "probe.done", done)
    return "/probe"


def test_second_press_sends_nothing_more(entry_page: str, visit: Visit, received: list[dict[str, Any]]) -> None:
    page = visit(entry_page)
    page.get_by_label("Name").fill("Tapis Contoh")
    # The second press comes while the server is still at work with the first.
    pressed = """async () => {
        const button = document.querySelector('.form-actions button');
        button.click();
        await new Promise((resolve) => setTimeout(resolve, 150));
        button.click();
        return button.className;
    }"""
    assert page.evaluate(pressed) == "btn btn-primary is-busy"
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert [sent["name"] for sent in received] == ["Tapis Contoh"]


def test_button_of_a_download_is_free_again(app: Flask, visit: Visit) -> None:
    @public
    def download() -> Response | str:
        if request.method == "POST":
            return Response("a;b", headers={"Content-Disposition": "attachment; filename=a.csv"})
        return render_template_string(
            IMPORTS
            + """{% block content %}<h1>Export</h1><form method="post" data-download>
            <input type="hidden" name="csrf_token" value="{{ csrf_token() }}"><button class="btn">Export</button></form>{% endblock %}"""
        )

    app.add_url_rule("/probe/export", "probe.export", download, methods=["GET", "POST"])
    page = visit("/probe/export")
    for _again in range(2):
        with page.expect_download():
            page.get_by_role("button", name="Export").click()
        expect(page.get_by_role("button", name="Export")).to_have_class("btn")


def test_errors_take_focus_and_lead_to_the_field(entry_page: str, visit: Visit) -> None:
    page = visit(entry_page, language="en")
    page.get_by_label("About").fill("kept")
    page.get_by_role("button", name="Send").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(page.get_by_label("About")).to_have_value("kept")
    summary.get_by_role("link", name="Please give a name.").click()
    expect(page.get_by_label("Name")).to_be_focused()


def test_leaving_with_unsaved_entries_asks(entry_page: str, visit: Visit) -> None:
    page = visit(entry_page)
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Name").fill("Tapis Contoh")
    page.get_by_role("link", name="Away").click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith(entry_page)


def test_leaving_without_changes_does_not_ask(entry_page: str, visit: Visit) -> None:
    page = visit(entry_page)
    page.on("dialog", lambda dialog: dialog.dismiss())  # would keep us on the page
    page.get_by_label("Name").click()
    page.get_by_role("link", name="Away").click()
    page.wait_for_url("**/layout/public")


@pytest.mark.parametrize(
    ("typed", "shown"), [("1500000", "1.500.000"), ("450.000", "450.000"), ("999", "999"), ("1,5 juta", "1,5 juta")]
)
def test_rupiah_is_shown_with_dots_and_words_are_left_alone(
    entry_page: str, visit: Visit, typed: str, shown: str
) -> None:
    page = visit(entry_page)
    page.get_by_label("Price").fill(typed)
    page.get_by_label("Name").click()
    expect(page.get_by_label("Price")).to_have_value(shown)


def test_draft_survives_a_reload_but_never_the_password(entry_page: str, visit: Visit) -> None:
    page = visit(entry_page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Name").fill("Tapis Contoh")
    page.get_by_label("Password").fill("rahasia sekali")
    eventually(lambda: "Tapis Contoh" in page.evaluate("JSON.stringify(sessionStorage)"))
    assert "rahasia" not in page.evaluate("JSON.stringify(sessionStorage)")
    page.reload()
    expect(page.get_by_label("Name")).to_have_value("Tapis Contoh")
    expect(page.get_by_label("Password")).to_have_value("")


def test_draft_is_gone_after_sending(entry_page: str, visit: Visit) -> None:
    page = visit(entry_page)
    page.get_by_label("Name").fill("Tapis Contoh")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    eventually(lambda: "draft:entry" not in page.evaluate("Object.keys(sessionStorage)"))


RED, BLUE = (200, 20, 20), (20, 20, 200)


def photo_from_a_phone(orientation: int | None) -> bytes:
    """A large picture, red above and blue below when it is looked at the right way up; stored turned, as phones do."""
    upright = Image.effect_noise((1500, 2250), 40).convert("RGB")
    upright = Image.blend(upright, Image.new("RGB", upright.size, RED), 0.8)
    upright.paste(
        Image.blend(upright.crop((0, 1125, 1500, 2250)), Image.new("RGB", (1500, 1125), BLUE), 0.9), (0, 1125)
    )
    back = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180}
    stored = upright.transpose(back[orientation]) if orientation in back else upright
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def is_near(colour: Any, wanted: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) < 60


@pytest.mark.parametrize("orientation", [None, 3, 6, 8])
def test_photo_is_made_small_and_upright_before_it_is_sent(
    entry_page: str, visit: Visit, received: list[dict[str, Any]], orientation: int | None
) -> None:
    original = photo_from_a_phone(orientation)
    page = visit(entry_page, language="en")
    page.get_by_label("Name").fill("Tapis Contoh")
    page.get_by_label("Photo").set_input_files({"name": "IMG 1.jpeg", "mimeType": "image/jpeg", "buffer": original})
    expect(page.locator("[data-photo-status]")).to_contain_text("Ready to send")
    expect(page.locator("[data-photo-preview] canvas")).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    sent = received[0]["photo"]
    picture = Image.open(io.BytesIO(sent))
    assert len(sent) < len(original)
    assert picture.size == (1067, 1600)
    assert picture.getexif().get(0x0112, 1) == 1
    assert is_near(picture.getpixel((500, 200)), RED)
    assert is_near(picture.getpixel((500, 1400)), BLUE)


def test_file_that_is_no_photo_is_sent_as_it_is(entry_page: str, visit: Visit, received: list[dict[str, Any]]) -> None:
    page = visit(entry_page, language="en")
    page.get_by_label("Name").fill("Tapis Contoh")
    page.get_by_label("Photo").set_input_files(
        {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8 no photo"}
    )
    expect(page.locator("[data-photo-status]")).to_contain_text("sent as it is")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert received[0]["photo"] == b"\xff\xd8 no photo"


# --- htmx -------------------------------------------------------------------------------------------------------


@pytest.fixture
def part_page(app: Flask) -> str:
    """``/parts``: a list with a filter, a job that ends at the third look, a button that is refused, a text to copy."""
    looks = iter(("running", "running", "done"))

    @public
    def parts() -> str:
        wanted = request.args.get("q", "")
        names = [name for name in ("Tapis", "Keripik", "Tas") if wanted.lower() in name.lower()]
        return render_template_string(
            IMPORTS
            + """{% block content %}<h1>Parts</h1>
            {% call filter_bar('/parts', query=q, search_label='Find', target='#list') %}{% endcall %}
            <ul id="list">{% for name in names %}<li>{{ name }}</li>{% endfor %}</ul>
            {{ progress({'state': 'running', 'percent': 1, 'title': 'Solving'}, '/parts/job') }}
            <div id="spot"><form method="post" hx-post="/parts/refuse" hx-target="#spot"><button>Refuse</button></form></div>
            <button type="button" hx-get="/parts/tell">Tell</button>
            {{ handover('Halo Bapak/Ibu & rekan') }}{% endblock %}""",
            names=names,
            q=wanted,
        )

    @public
    def job() -> str:
        state = next(looks)
        return render_template_string(
            "{% from '_macros/states.html' import progress %}"
            "{{ progress({'state': state, 'percent': 50, 'title': 'Solving', 'text': state}, '/parts/job') }}",
            state=state,
        )

    @public
    def refuse() -> str:
        raise Conflict("Somebody else changed this meanwhile.")

    @public
    def tell() -> Response:
        answer = make_response("")
        answer.headers["HX-Trigger"] = '{"toast": {"text": "Moved to table 3", "kind": "held"}}'
        answer.status_code = 204
        return answer

    app.add_url_rule("/parts", "parts.list", parts)
    app.add_url_rule("/parts/job", "parts.job", job)
    app.add_url_rule("/parts/refuse", "parts.refuse", refuse, methods=["POST"])
    app.add_url_rule("/parts/tell", "parts.tell", tell)
    return "/parts"


def test_filter_shows_what_is_typed_and_the_address_follows(part_page: str, visit: Visit) -> None:
    page = visit(part_page)
    page.get_by_label("Find").press_sequentially("ta")
    expect(page.locator("#list li")).to_have_text(["Tapis", "Tas"])
    page.wait_for_url("**/parts?q=ta")


def test_progress_is_asked_for_until_the_job_has_ended(part_page: str, visit: Visit) -> None:
    page = visit(part_page, language="en")
    expect(page.get_by_text("Done", exact=True)).to_be_visible(timeout=12_000)
    expect(page.locator("progress")).to_have_count(0)


def test_refusal_is_a_toast_and_the_page_stays(part_page: str, visit: Visit, complaints: list[str]) -> None:
    page = visit(part_page)
    page.get_by_role("button", name="Refuse").click()
    expect(page.locator("#toasts")).to_contain_text("Somebody else changed this meanwhile.")
    expect(page.get_by_role("button", name="Refuse")).to_be_enabled()
    expect(page.get_by_role("button", name="Refuse")).not_to_have_class("is-busy")
    assert all("409" in complaint for complaint in complaints)  # the browser and htmx log the refusal
    complaints.clear()


def test_toast_from_a_header_can_be_closed(part_page: str, visit: Visit) -> None:
    page = visit(part_page, language="en")
    page.get_by_role("button", name="Tell").click()
    toast = page.locator("#toasts .toast")
    expect(toast).to_have_text("Moved to table 3")
    toast.get_by_role("button", name="Close this message").click()
    expect(toast).to_have_count(0)


def test_no_connection_is_said(part_page: str, visit: Visit, context: BrowserContext, complaints: list[str]) -> None:
    page = visit(part_page, language="en")
    context.set_offline(True)
    page.get_by_role("button", name="Tell").click()
    expect(page.locator("#toasts .toast").first).to_contain_text("No connection.")
    context.set_offline(False)
    complaints.clear()


def test_text_is_copied_whole(part_page: str, visit: Visit, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit(part_page, language="en")
    page.get_by_role("button", name="Copy text").click()
    expect(page.locator("#toasts")).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "Halo Bapak/Ibu & rekan"


# --- weight -----------------------------------------------------------------------------------------------------


def transferred(page: Page, address: str) -> dict[str, int]:
    """Return the bytes of answers of a first visit, by kind."""
    sizes: dict[str, int] = {}

    def count(finished: Any) -> None:
        kind = finished.resource_type
        sizes[kind] = sizes.get(kind, 0) + finished.sizes()["responseBodySize"]

    page.on("requestfinished", count)
    page.goto(address, wait_until="networkidle")
    return sizes


def test_first_visit_of_a_public_page_is_light(page: Page) -> None:
    sizes = transferred(page, "/styleguide/layout/public")
    assert sizes["stylesheet"] < 25_000
    assert sizes["script"] < 25_000
    assert sizes["font"] < 30_000
    assert sum(sizes.values()) < 110_000  # leaves 40 kB of the 150 kB for pictures


@pytest.mark.parametrize(
    "address", ["/events/{code}", "/events/{code}/register/exhibitor", "/events/{code}/register/buyer"]
)
def test_first_visit_of_the_event_and_its_forms_is_light(world: World, page: Page, address: str) -> None:
    code = world.code_of(world.event())
    assert sum(transferred(page, address.format(code=code)).values()) < 150_000


@pytest.mark.parametrize("side", ["exhibitor", "buyer"])
def test_form_can_be_filled_without_javascript(world: World, browser: Browser, server: str, side: str) -> None:
    code = world.code_of(world.event())
    visitor = browser.new_context(base_url=server, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = visitor.new_page()
    page.goto(f"/events/{code}/register/{side}")
    page.fill("[name=legal_name]", "Tapis Tanpa Skrip Rekaan")
    page.locator("main form button[type=submit].btn-primary").click()
    expect(page.locator("[name=legal_name]")).to_have_value("Tapis Tanpa Skrip Rekaan")
    expect(page.locator(".error-summary")).to_be_visible()
    visitor.close()
