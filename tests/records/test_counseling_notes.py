"""Counseling notes: their author and a named co-signer open them, and nothing else shows a word of them."""

import io
import json
import os
import subprocess
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.crypto import CannotOpen
from config.embedded import postgres_programs
from config.errors import Conflict, Refused
from records.actions.counseling import add_to_note, cosign_note, save_note, sign_note, start_note
from records.models import CareTeam
from records.models.counseling import CounselingAddendum, CounselingNote
from records.models.data_key import CounselingKey
from records.queries.counseling import notes_for
from tests.factories.records import clinicians_join, make_person
from tests.guards.test_access_matrix import ADDRESSES, may_open, parts_of

pytestmark = pytest.mark.django_db
WORDS = "She spoke about her brother's boat for the first time."
MORE = "Two days later: the boat was called Heron."


@pytest.fixture
def person(cole):
    made = make_person(cole)
    clinicians_join(made, cole)
    return made


@pytest.fixture
def draft(person, cole):
    return start_note(person=person, text=WORDS, by=cole)


@pytest.fixture
def signed(draft, cole, dana):
    return sign_note(note=draft, text=WORDS, version=1, cosigner=dana, by=cole)


def test_a_draft_is_saved_signed_and_added_to(draft, cole):
    saved = save_note(note=draft, text=WORDS + " More.", version=1, by=cole)
    note = sign_note(note=saved, text=WORDS, version=2, by=cole)
    add_to_note(note=note, text=MORE, by=cole)
    stored = CounselingNote.objects.get()
    assert (stored.text, stored.version, stored.cosigner) == (WORDS, 3, None)
    assert stored.signed_at is not None
    assert CounselingAddendum.objects.get().text == MORE


def test_who_may_open_it(draft, signed, cole, dana, ana, sam, pia, audrey, ada):
    assert list(notes_for(cole)) == [signed]
    assert list(notes_for(dana)) == [signed]
    for other in (ana, sam, pia, audrey, ada):
        assert not notes_for(other).exists()


def test_a_colleague_who_is_not_named_sees_none_and_a_draft_has_no_cosigner(draft, dana):
    assert not notes_for(dana).exists()


def test_a_clinician_who_took_another_role_opens_nothing(signed, cole):
    cole.role = "supervisor"
    cole.save()
    assert not notes_for(cole).exists()


def test_a_record_out_of_reach_takes_its_notes_along(signed, person, cole):
    CareTeam.objects.filter(person=person).update(ended_at=clock.now(), ended_by=cole)
    assert not notes_for(cole).exists()


def test_an_older_page_does_not_win(draft, cole):
    save_note(note=draft, text="First tab", version=1, by=cole)
    with pytest.raises(Conflict):
        save_note(note=draft, text="Second tab", version=1, by=cole)
    assert CounselingNote.objects.get().text == "First tab"


def test_a_signed_note_is_frozen(signed, cole, dana):
    with pytest.raises(Conflict):
        save_note(note=signed, text="Other", version=2, by=cole)
    with pytest.raises(Conflict):
        sign_note(note=signed, text="Other", version=2, by=cole)
    with pytest.raises(Refused):
        save_note(note=signed, text="Other", version=2, by=dana)


def test_only_the_named_clinician_co_signs_once(signed, cole, dana):
    with pytest.raises(Refused):
        cosign_note(note=signed, by=cole)
    first = cosign_note(note=signed, by=dana).cosigned_at
    assert cosign_note(note=signed, by=dana).cosigned_at == first


def test_a_clinician_who_may_not_open_the_record_can_not_co_sign(cole, dana):
    note = start_note(person=make_person(cole), text=WORDS, by=cole)
    with pytest.raises(Refused):
        sign_note(note=note, text=WORDS, version=1, cosigner=dana, by=cole)


@pytest.mark.parametrize("who", ["ana", "sam", "cole"])
def test_a_co_signer_is_another_clinician(draft, cole, request, who):
    with pytest.raises(Refused):
        sign_note(note=draft, text=WORDS, version=1, cosigner=request.getfixturevalue(who), by=cole)


@pytest.mark.parametrize("who", ["ana", "sam", "pia", "ada"])
def test_only_a_clinician_begins_one(person, request, who):
    with pytest.raises(Refused):
        start_note(person=person, text=WORDS, by=request.getfixturevalue(who))


def test_a_draft_is_not_added_to(draft, cole):
    with pytest.raises(Refused):
        add_to_note(note=draft, text=MORE, by=cole)


# ------------------------------------------------------------------ the database refuses


def refused_by(sql, *values):
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
    return refused.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    "change",
    [
        "text = 'x'", "version = 9", "signed_at = NULL", "cosigner_id = NULL", "saved_at = now()",
        "author_id = cosigner_id", "started_at = now()",
    ],
)  # fmt: skip
def test_sql_can_not_change_a_signed_note(signed, change):
    assert refused_by(f"UPDATE records_counselingnote SET {change}") == "records_counselingnote_frozen"


def test_sql_adds_the_co_signature_once(signed):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_counselingnote SET cosigned_at = now()")
    sql = "UPDATE records_counselingnote SET cosigned_at = cosigned_at + interval '1 day'"
    assert refused_by(sql) == "records_counselingnote_frozen"


def test_sql_can_not_delete_move_or_skip_a_version(draft, ana, cole):
    other = make_person(cole, "Riley Park")
    assert refused_by("DELETE FROM records_counselingnote") == "records_counselingnote_frozen"
    moved = refused_by("UPDATE records_counselingnote SET person_id = %s", str(other.pk))
    assert moved == "records_counselingnote_frozen"
    assert refused_by("UPDATE records_counselingnote SET text = 'x'") == "records_counselingnote_version"
    sql = "UPDATE records_counselingnote SET version = 2, signed_at = now(), cosigner_id = %s"
    assert refused_by(sql, str(ana.pk)) == "records_counselingnote_clinicians"
    assert refused_by(sql, str(cole.pk)) == "records_counselingnote_cosigner"


def test_sql_can_not_insert_a_signed_note_or_one_of_another_role(draft, ana):
    copy = (
        "INSERT INTO records_counselingnote (id, data_key_id, person_id, author_id, text, version, saved_at,"
        " signed_at) SELECT gen_random_uuid(), data_key_id, person_id, {author}, text, 1, now(), {signed}"
        " FROM records_counselingnote"
    )
    begun = refused_by(copy.format(author="author_id", signed="now()"))
    assert begun == "records_counselingnote_begins_as_draft"
    other = refused_by(copy.format(author=f"'{ana.pk}'", signed="NULL"))
    assert other == "records_counselingnote_clinicians"


def test_sql_can_not_add_to_a_draft_or_as_somebody_else(draft, cole, dana, ana):
    add = (
        "INSERT INTO records_counselingaddendum (id, data_key_id, note_id, author_id, text)"
        " SELECT gen_random_uuid(), data_key_id, id, %s, text FROM records_counselingnote"
    )
    assert refused_by(add, str(cole.pk)) == "records_counselingaddendum_fits"
    sign_note(note=draft, text=WORDS, version=1, cosigner=dana, by=cole)
    assert refused_by(add, str(ana.pk)) == "records_counselingaddendum_fits"


def test_an_addendum_never_changes(signed, cole):
    add_to_note(note=signed, text=MORE, by=cole)
    for sql in ("UPDATE records_counselingaddendum SET text = 'x'", "DELETE FROM records_counselingaddendum"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            connection.cursor().execute(sql)


def test_a_destroyed_key_stays_destroyed(draft):
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped FROM records_counselingkey")
        before = cursor.fetchone()[0]
        cursor.execute("UPDATE records_counselingkey SET wrapped = NULL, destroyed_at = now()")
    sql = "UPDATE records_counselingkey SET wrapped = %s, destroyed_at = NULL"
    assert refused_by(sql, before) == "records_key_stays_destroyed"
    with pytest.raises(CannotOpen):
        _ = CounselingNote.objects.get().text


# ------------------------------------------------------------------ keys


def test_the_main_ring_alone_does_not_open_a_note(draft, settings):
    """Whoever holds the main ring, all its keys under any name, still has not the counseling ring."""
    settings.COUNSELING_RING = {**settings.KEY_RING, "keys": {"c1": settings.KEY_RING["keys"]["k1"]}}
    with pytest.raises(CannotOpen):
        _ = CounselingNote.objects.get().text


def test_a_key_wrapped_for_a_record_does_not_open_as_a_counseling_key(draft, settings):
    """Even one ring for both would not mix them: the subkey and what is bound in differ."""
    from config.crypto import unwrap_counseling_key, wrap_key

    settings.COUNSELING_RING = settings.KEY_RING
    key = CounselingKey.objects.get()
    with pytest.raises(CannotOpen):
        unwrap_counseling_key(wrap_key(b"k" * 32, key.pk), key.pk)


def test_the_counseling_ring_rotates_like_the_other(draft, settings):
    old = settings.COUNSELING_RING
    settings.COUNSELING_RING = {**old, "primary": "c2", "keys": {**old["keys"], "c2": b"3" * 32}}
    call_command("rewrap_keys", stdout=io.StringIO())
    settings.COUNSELING_RING = {**old, "primary": "c2", "keys": {"c2": b"3" * 32}}
    assert CounselingNote.objects.get().text == WORDS


# ------------------------------------------------------------------ pages


def note_url(note):
    return reverse("records:counseling-note", args=[note.pk])


def test_the_pages_of_the_author(as_user, person, cole):
    client = as_user(cole)
    new = reverse("records:counseling-new", args=[person.pk])
    page = client.get(new)
    assert "results of tests" in page.content.decode()
    assert "Care never depends on that consent" in page.content.decode()
    empty = client.post(new, {"text": " "})
    assert empty.status_code == 422
    answer = client.post(new, {"text": WORDS})
    note = CounselingNote.objects.get()
    assert answer.url == note_url(note)
    assert WORDS in client.get(answer.url).content.decode().replace("&#x27;", "'")
    listed = client.get(reverse("records:counseling-list", args=[person.pk])).content.decode()
    assert "Draft" in listed
    assert "boat" not in listed
    signed = client.post(answer.url, {"text": WORDS, "version": "1", "sign": "1"})
    assert signed.status_code == 302
    added = client.post(answer.url, {"text": MORE})
    assert added.status_code == 302
    assert MORE in client.get(answer.url).content.decode()


def test_what_was_typed_survives_a_mistake_and_a_conflict(as_user, draft, cole):
    client = as_user(cole)
    other = client.post(note_url(draft), {"text": WORDS, "version": "1", "cosigner": "nobody", "sign": "1"})
    assert other.status_code == 422
    assert "boat" in other.content.decode()
    save_note(note=draft, text="First tab", version=1, by=cole)
    late = client.post(note_url(draft), {"text": "Second tab", "version": "1"})
    assert late.status_code == 409
    assert "Second tab" in late.content.decode()
    sign_note(note=draft, text="First tab", version=2, by=cole)
    later = client.post(note_url(draft), {"text": "Third tab", "version": "2"})
    assert later.status_code == 409
    assert "Third tab" in later.content.decode()
    assert not CounselingAddendum.objects.exists()


def test_the_co_signer_reads_co_signs_and_adds(as_user, signed, dana):
    client = as_user(dana)
    assert "boat" in client.get(note_url(signed)).content.decode()
    assert client.post(reverse("records:counseling-cosign", args=[signed.pk])).status_code == 302
    assert CounselingNote.objects.get().cosigned_at is not None
    assert client.get(reverse("records:counseling-cosign", args=[signed.pk])).status_code == 405


def test_a_double_click_begins_one_note(as_user, person, cole):
    sent = {"text": WORDS, "submit_key": "7d444840-9dc0-11d1-b245-5ffdce74fad2"}
    new = reverse("records:counseling-new", args=[person.pk])
    assert as_user(cole).post(new, sent).url == as_user(cole).post(new, sent).url
    assert CounselingNote.objects.count() == 1


@pytest.mark.parametrize("who", ["dana", "ana", "sam", "pia", "audrey", "ada"])
def test_for_others_it_does_not_exist(as_user, draft, request, who):
    client = as_user(request.getfixturevalue(who))
    here = client.get(note_url(draft))
    nowhere = client.get(reverse("records:counseling-note", args=["00000000-0000-4000-8000-000000000000"]))
    assert here.status_code == nowhere.status_code
    assert here.status_code in (403, 404)


def test_events_tell_neither_the_words_nor_whose_note_it_is(as_user, signed, person, cole):
    add_to_note(note=signed, text=MORE, by=cole)
    as_user(cole).get(note_url(signed))
    events = Event.objects.filter(name__startswith="counseling_note.")
    assert {"started", "signed", "added_to", "viewed"} <= {one.name.split(".")[1] for one in events}
    for event in events:
        assert event.person_id is None
        told = json.dumps(event.ids) + json.dumps(event.fields)
        assert str(person.pk) not in told
        assert "boat" not in told


# ------------------------------------------------------------------ nothing else shows it


def test_no_other_page_print_or_export_shows_a_word(world_with_note, request, client):
    """Every address, as each role and as the author, everywhere but on the notes' own pages."""
    world, shown = world_with_note, []
    for user in map(request.getfixturevalue, ("ana", "sam", "pia", "audrey", "ada", "cole")):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        for address in ADDRESSES:
            if not may_open(user, address.access) or "counseling" in address.name:
                continue
            if address.name in ("account_logout",):
                continue
            page = client.get(address.url(parts_of(address, world, world.ordinary)))
            body = b"".join(page.streaming_content) if page.streaming else page.content
            if b"Kept apart" in body or b"Heron" in body:
                shown.append(f"{user.role}: {address.name}")
    assert not shown


@pytest.fixture
def world_with_note(ana, cole, dana):
    from tests.factories.world import build_world

    world = build_world(ana, cole, dana)
    note = sign_note(note=world.note, text="Kept apart. Heron.", version=1, cosigner=dana, by=cole)
    add_to_note(note=note, text="Heron again.", by=cole)
    return world


@pytest.mark.django_db(transaction=True)
def test_a_dump_with_the_main_ring_lacks_the_words(cole, settings):
    """What a thief of the database and of the main ring could open, opened: no word of a note is in it."""
    person = make_person(cole)
    note = start_note(person=person, text=WORDS, by=cole)
    url = os.environ["DATABASE_ADMIN_URL"]
    name = connection.settings_dict["NAME"]
    address = urlsplit(url)._replace(path=f"/{name}").geturl()
    command = [postgres_programs() / "pg_dump", "--data-only", "--dbname", address]
    dumped = subprocess.run(command, capture_output=True, check=True).stdout
    assert str(note.pk).encode() in dumped
    for form in (WORDS.encode(), b"boat", WORDS.encode().hex().encode()):
        assert form not in dumped
    settings.COUNSELING_RING = {"primary": "", "keys": {}, "index_key": b"", "problem": ""}
    again = CounselingNote.objects.select_related("person__data_key").get()
    assert again.person.name == "Jordan Lee"
    with pytest.raises(CannotOpen):
        _ = again.text
