"""The screens with JavaScript off: from review to admission, refusals, and who may open what."""

import re
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Event
from config import clock
from intake.actions.assessments import submit
from intake.actions.safety import add_to_emergency, record_disposition
from intake.models import Assessment
from programs.actions import beds
from programs.actions.second_views import agree
from programs.models import Admission, BedUse, Determination, MedicalClearance, Recommendation
from tests.factories.care import accept, make_bed, make_clearance, make_determination, make_program, make_use
from tests.factories.episodes import ask_safety, make_episode, make_sendable, save
from tests.factories.files import make_pdf
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db
CENTER = ZoneInfo("America/New_York")
RATED = {"F1": "1", "F2": "2", "F3": "1", "F4": "1", "F5": "1", "sud": "severe"}


def local(moment) -> str:
    return moment.astimezone(CENTER).strftime("%Y-%m-%dT%H:%M")


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def waiting(ana):
    made = make_sendable(ana)
    row = made.substance_rows.get()
    save(ana, made, "substances", **{f"{row.pk}:last_use": "over_a_week"})
    submit(by=ana, assessment=made)
    made.refresh_from_db()
    return made


def paper_data(**given):
    now = clock.now()
    return {
        "decision": "cleared",
        "stable": "yes",
        "person_name": "Jordan Lee",
        "person_born": "1990-03-03",
        "examined_at": local(now - timedelta(minutes=30)),
        "signed_at": local(now - timedelta(minutes=20)),
        "facility": "Harbor Detox",
        "examiner_name": "Dr. Blue",
        "credential": "MD",
        "licence": "VA 0101",
        "npi": "1234567893",
        "callback_phone": "(804) 555-0144",
        "hr": "72",
        "sbp": "118",
        "dbp": "76",
        "rr": "14",
        "spo2": "98",
        "temp_c": "36.8",
        "cows": "3",
        "medicines": "buprenorphine 8 mg",
        "allergies": "none known",
        **given,
    }


def test_from_review_to_admission(client, as_user, ana, cole, dana, waiting):
    episode = waiting.episode
    page = reverse("programs:review", args=[episode.pk])
    as_user(cole)
    assert "Jordan Lee" in words_of(client.get(reverse("programs:review-list")))
    shown = client.get(page)
    assert "No suggestion yet" in words_of(shown)
    assert client.post(reverse("programs:rate", args=[episode.pk]), RATED).status_code == 302
    shown = client.get(page)
    made = Recommendation.objects.get()
    for rule in made.result["detox"]["fired"]:
        assert rule["id"] in words_of(shown)
        assert rule["statement"] in shown.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    assert "checked" not in re.search(r'name="outcome".*?</fieldset>', shown.content.decode(), re.S).group()

    decision = {"recommendation": made.pk, "seen": "", "outcome": "other", "level": "residential"}
    decision |= {"detox_first": "no", "reason": "Sister is with the person day and night."}
    confirm = client.post(reverse("programs:decide", args=[episode.pk]), decision)
    assert confirm.status_code == 200
    assert not Determination.objects.exists()
    unsigned = client.post(reverse("programs:decide", args=[episode.pk]), {**decision, "sign": "1"})
    assert unsigned.status_code == 422
    signature = {"sign": "1", "typed_name": cole.display_name, "signed": "on"}
    assert (
        client.post(reverse("programs:decide", args=[episode.pk]), {**decision, **signature}).status_code
        == 302
    )
    signed = Determination.objects.get()
    assert signed.signed_by == cole
    assert signed.awaits_second  # below what the rules call safe
    agree(determination=signed, by=dana)

    as_user(ana)
    sent = client.post(reverse("programs:clearance-new", args=[episode.pk]), paper_data())
    assert sent.status_code == 302, words_of(sent)
    paper = MedicalClearance.objects.get()
    as_user(cole)
    note = {"gaps_note": "Called Dr. Blue: tests were done and are fine"}
    assert client.post(reverse("programs:clearance-accept", args=[paper.pk]), note).status_code == 302
    same = {
        "number_called": "8045550199",
        "number_from": "directory",
        "spoke_with": "Dr. Blue",
        "agrees": "on",
    }
    refused = client.post(reverse("programs:clearance-verify", args=[paper.pk]), same)
    assert refused.status_code == 422
    assert "Someone else has to verify it" in words_of(refused)
    as_user(dana)
    assert client.post(reverse("programs:clearance-verify", args=[paper.pk]), same).status_code == 302

    bed = make_bed(label="R1")
    as_user(ana)
    until = {"until": local(clock.now() + timedelta(hours=3)), "kind": "hold"}
    held = {"episode": str(episode.pk), "place": f"bed:{bed.pk}", **until}
    assert client.post(reverse("programs:bed-hold", args=[episode.pk]), held).status_code == 302
    ready = client.get(reverse("programs:readiness", args=[episode.pk]))
    assert "Everything is there." in words_of(ready)
    done = client.post(
        reverse("programs:admit", args=[episode.pk]), {"place": f"bed:{bed.pk}", "left_open": "At night."}
    )
    assert done.status_code == 302
    assert Admission.objects.get().bed == bed
    assert "In use" in words_of(client.get(reverse("programs:bed-board")))


def test_admit_is_never_disabled_and_lists_every_missing_thing(client, as_user, ana):
    episode = make_episode(ana)
    as_user(ana)
    page = client.get(reverse("programs:readiness", args=[episode.pk]))
    button = re.search(r"<button[^>]*>Admit</button>", page.content.decode()).group()
    assert "disabled" not in button
    refused = client.post(reverse("programs:admit", args=[episode.pk]), {"place": ""})
    assert refused.status_code == 422
    summary = re.search(r'<div class="error-summary".*?</div>', refused.content.decode(), re.S).group()
    assert summary.count("<a href=") == 3
    for sentence in ("No clinician has signed", "There is no medical clearance", "Choose a program"):
        assert sentence in summary
    assert not Admission.objects.exists()


def test_an_expired_clearance_is_explained(client, as_user):
    case = Case.good(clearance=False)
    now = clock.now()
    make_clearance(
        case.episode,
        accepted_by=case.cole,
        verified_by=case.dana,
        examined_at=now - timedelta(hours=24),
        valid_until=now - timedelta(seconds=1),
    )
    as_user(case.ana)
    answer = client.post(
        reverse("programs:admit", args=[case.episode.pk]),
        {"place": f"bed:{case.bed.pk}", "left_open": "At night."},
    )
    assert answer.status_code == 422
    assert "not valid at that time" in words_of(answer)
    assert reverse("programs:clearance-new", args=[case.episode.pk]) in answer.content.decode()


def test_a_taken_bed_is_a_conflict_that_names_the_next(client, as_user, ana, ben):
    bed = make_bed(label="R1")
    make_bed(bed.program, "R2")
    beds.hold(bed=bed, episode=make_episode(ana), by=ana)
    other = make_episode(ben, "Riley Park")
    as_user(ben)
    data = {"episode": str(other.pk), "place": f"bed:{bed.pk}", "kind": "hold"}
    data["until"] = local(clock.now() + timedelta(hours=3))
    answer = client.post(reverse("programs:bed-hold", args=[other.pk]), data)
    assert answer.status_code == 409
    assert "R2" in words_of(answer)
    assert "Jordan" not in words_of(answer)


def test_the_board_shows_initials_until_asked(client, as_user, ana, sam):
    bed = make_bed(label="R1")
    make_use(bed, "hold", make_episode(ana))
    make_use(make_bed(label="R2"), "out")
    make_program("php", name="PHP days", slots=8)
    as_user(ana)
    board = words_of(client.get(reverse("programs:bed-board")))
    assert "J. L." in board
    assert "Jordan Lee" not in board
    assert "1 held" in board
    assert "PHP days : history of its slots 8 0 0 8 Hold a slot in PHP days" in board
    assert "Jordan Lee" in words_of(client.get(reverse("programs:bed-board") + "?names=full"))
    as_user(sam)
    use = BedUse.objects.get(kind="hold")
    assert client.post(reverse("programs:bed-release", args=[use.pk])).status_code == 302
    assert BedUse.objects.get(pk=use.pk).released_at is not None


@pytest.mark.parametrize(
    "wrong,field",
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "nonsense"}, "outcome"),
        ({"outcome": "other", "level": "php", "detox_first": "no", "reason": "short"}, "reason"),
        ({"outcome": "ask", "question": "  "}, "question"),
        ({"outcome": "refer", "reason": ""}, "reason"),
    ],
)
def test_a_decision_that_lacks_something(client, as_user, cole, waiting, wrong, field):
    as_user(cole)
    client.post(reverse("programs:rate", args=[waiting.episode_id]), RATED)
    made = Recommendation.objects.get()
    answer = client.post(
        reverse("programs:decide", args=[waiting.episode_id]),
        {"recommendation": made.pk, "seen": "", **wrong},
    )
    assert answer.status_code == 422
    assert f'href="#id_{field}' in answer.content.decode()
    assert not Determination.objects.exists()


def test_asking_for_answers(client, as_user, cole, waiting):
    as_user(cole)
    client.post(reverse("programs:rate", args=[waiting.episode_id]), RATED)
    data = {
        "recommendation": Recommendation.objects.get().pk,
        "outcome": "ask",
        "question": "A seizure before?",
    }
    assert client.post(reverse("programs:decide", args=[waiting.episode_id]), data).status_code == 302
    assert Assessment.objects.get(pk=waiting.pk).status == "needs_answers"


def test_a_second_clinician_meets_a_conflict(client, as_user, cole, dana, waiting):
    as_user(cole)
    client.post(reverse("programs:rate", args=[waiting.episode_id]), RATED)
    made = Recommendation.objects.get()
    data = {"recommendation": made.pk, "seen": "", "outcome": "agree", "detox_first": "yes", "sign": "1"}
    url = reverse("programs:decide", args=[waiting.episode_id])
    first = client.post(url, {**data, "typed_name": cole.display_name, "signed": "on"})
    assert first.status_code == 302
    as_user(dana)
    second = client.post(url, {**data, "typed_name": dana.display_name, "signed": "on"})
    assert second.status_code == 409
    assert cole.display_name in words_of(second)


@pytest.mark.parametrize("bad", ["\x00", "9" * 400, "not a time", "2026-13-45T99:99"])
def test_bad_input_is_answered_in_words(client, as_user, ana, bad):
    episode = make_episode(ana)
    as_user(ana)
    answer = client.post(
        reverse("programs:clearance-new", args=[episode.pk]), paper_data(examined_at=bad, hr=bad, npi=bad)
    )
    assert answer.status_code == 422
    assert client.post(reverse("programs:admit", args=[episode.pk]), {"place": bad}).status_code == 422
    assert client.post(reverse("programs:rate", args=[episode.pk]), {"F1": bad}).status_code in (403, 422)
    assert not MedicalClearance.objects.filter(status="received").exists()


def addresses(case):
    clearance = case.clearance
    yield reverse("programs:review", args=[case.episode.pk])
    yield reverse("programs:readiness", args=[case.episode.pk])
    yield reverse("programs:clearance-new", args=[case.episode.pk])
    yield reverse("programs:clearance", args=[clearance.pk])
    yield reverse("programs:bed-hold", args=[case.episode.pk])


def test_a_colleagues_record_is_the_same_404_as_none(client, as_user, ben):
    case = Case.good()
    as_user(ben)
    for address in addresses(case):
        hidden = client.get(address)
        missing = client.get(
            address.replace(str(case.episode.pk), str(uuid4())).replace(str(case.clearance.pk), str(uuid4()))
        )
        assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
        assert hidden.status_code == 404
    as_user(case.sam)
    for address in addresses(case):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("who", ["pia", "audrey", "ada"])
def test_roles_that_do_not_work_with_people(client, as_user, request, who):
    case = Case.good()
    as_user(request.getfixturevalue(who))
    for address in (*addresses(case), reverse("programs:review-list"), reverse("programs:bed-board")):
        assert client.get(address).status_code == 403


def test_what_each_role_may_not_post(client, as_user, waiting, ana, sam):
    paper = make_clearance(waiting.episode)
    for user in (ana, sam):
        as_user(user)
        for name, args in (
            ("rate", [waiting.episode_id]),
            ("decide", [waiting.episode_id]),
            ("clearance-accept", [paper.pk]),
            ("clearance-reject", [paper.pk]),
        ):
            assert client.post(reverse(f"programs:{name}", args=args), RATED).status_code == 403
    as_user(ana)
    assert client.post(reverse("programs:clearance-revoke", args=[paper.pk])).status_code == 403
    assert client.get(reverse("programs:bed-take-out", args=[make_bed().pk])).status_code == 403


def test_reading_is_audited(client, as_user):
    case = Case.good()
    as_user(case.ana)
    before = Event.objects.count()
    client.get(reverse("programs:clearance", args=[case.clearance.pk]))
    event = Event.objects.order_by("-at").first()
    assert Event.objects.count() == before + 1
    assert (event.name, event.person_id) == ("record.viewed", case.episode.person_id)


def test_get_changes_nothing_but_the_trail(client, as_user, cole, waiting):
    as_user(cole)
    counted = (Recommendation, Determination, MedicalClearance, Admission, BedUse)
    before = [model.objects.count() for model in counted]
    for name in ("review", "rate", "decide", "readiness", "admit", "clearance-new", "bed-hold"):
        assert client.get(reverse(f"programs:{name}", args=[waiting.episode_id])).status_code in (200, 302)
    assert [model.objects.count() for model in counted] == before


def test_moving_and_discharging(client, as_user):
    case = Case.good()
    second = make_bed(case.program)
    as_user(case.ana)
    client.post(
        reverse("programs:admit", args=[case.episode.pk]),
        {"place": f"bed:{case.bed.pk}", "left_open": "At night."},
    )
    stay = reverse("programs:stay", args=[Admission.objects.get().pk])
    assert client.get(stay).status_code == 200
    sent = {"action": "move", "place": f"bed:{second.pk}", "reason": "Nearer to the nurse."}
    assert client.post(stay, sent).status_code == 302
    gone = {"action": "discharge", "at": local(clock.now() + timedelta(hours=3))}
    assert client.post(stay, gone).status_code == 422
    admitted = Admission.objects.get()
    assert admitted.bed == second
    assert admitted.discharged_at is None


def test_accepting_limits_on_the_page(client, as_user):
    case = Case.good(clearance=False)
    paper = make_clearance(case.episode, recorded_by=case.ana, limits=("No stairs",))
    as_user(case.cole)
    page = reverse("programs:clearance", args=[paper.pk])
    assert "I accept: No stairs" in words_of(client.get(page))
    url = reverse("programs:clearance-accept", args=[paper.pk])
    note = {"gaps_note": "Called Dr. Blue about the rest"}
    assert client.post(url, note).status_code == 422
    limit = paper.limits.get()
    assert client.post(url, {**note, f"limit_{limit.pk}": "on"}).status_code == 302
    paper.refresh_from_db()
    assert paper.status == "accepted"


def test_two_forms_on_one_page_keep_apart(client, as_user):
    case = Case.good(clearance=False)
    paper = make_clearance(case.episode)
    as_user(case.cole)
    answer = client.post(reverse("programs:clearance-revoke", args=[paper.pk]), {"revoke-revoke_reason": ""})
    assert answer.status_code == 422
    assert (
        client.post(
            reverse("programs:clearance-reject", args=[paper.pk]), {"reject-reason": "The name on it differs"}
        ).status_code
        == 302
    )
    paper.refresh_from_db()
    assert paper.status == "rejected"


def test_a_step_that_is_no_longer_possible(client, as_user):
    case = Case.good(clearance=False)
    paper = make_clearance(case.episode)
    accept(paper, case.cole)
    as_user(case.dana)
    answer = client.post(reverse("programs:clearance-accept", args=[paper.pk]))
    assert answer.status_code == 409


def test_the_decided_level_comes_first(client, as_user, ana, cole):
    episode = make_episode(ana)
    make_determination(episode, cole, "php")
    make_bed(label="R1")
    make_program("php", name="PHP days")
    as_user(ana)
    page = client.get(reverse("programs:readiness", args=[episode.pk])).content.decode()
    assert page.index("PHP days") < page.index("Bed R1")


PDF = make_pdf()


def test_the_paper_itself_is_kept(client, as_user, ana):
    episode = make_episode(ana)
    as_user(ana)
    url = reverse("programs:clearance-new", args=[episode.pk])
    wrong = SimpleUploadedFile("paper.pdf", b"MZ not a paper", content_type="application/pdf")
    answer = client.post(url, paper_data(file=wrong))
    assert answer.status_code == 422
    assert 'href="#id_file"' in answer.content.decode()
    assert not MedicalClearance.objects.exists()
    right = SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")
    assert client.post(url, paper_data(file=right)).status_code == 302
    kept = MedicalClearance.objects.get()
    assert bytes(kept.document.content).startswith(b"%PDF-")
    page = client.get(reverse("programs:clearance", args=[kept.pk])).content.decode()
    assert reverse("records:document-download", args=[kept.document_id]) in page
    assert "The paper is not here" not in page


def test_lists_take_a_fixed_number_of_queries(client, as_user, ana, cole, django_assert_max_num_queries):
    for name in ("Jordan Lee", "Riley Park", "Casey Moon"):
        made = make_sendable(ana, name=name)
        submit(by=ana, assessment=made)
        make_clearance(made.episode)
        make_use(make_bed(), "hold", made.episode)
    as_user(cole)
    with django_assert_max_num_queries(21):
        client.get(reverse("programs:review-list"))
    with django_assert_max_num_queries(21):
        client.get(reverse("programs:bed-board"))


def test_after_admission_the_page_says_so(client, as_user):
    case = Case.good()
    as_user(case.ana)
    client.post(
        reverse("programs:admit", args=[case.episode.pk]),
        {"place": f"bed:{case.bed.pk}", "left_open": "At night."},
    )
    page = words_of(client.get(reverse("programs:readiness", args=[case.episode.pk])))
    assert "Move or discharge" in page
    assert "Must have" not in page


def test_the_queue_shows_the_flags_of_the_moment_it_was_sent(client, as_user, ana, cole):
    assessment = make_sendable(ana, name="Jordan Lee")
    save(ana, assessment, "health", pregnant="yes")
    save(ana, assessment, "mental", suicidality="low")
    submit(by=ana, assessment=assessment)
    as_user(cole)
    shown = words_of(client.get(reverse("programs:review-list")))
    assert "Urgent Pregnant: a pregnancy doctor is needed now" in shown
    assert "Note Thoughts of suicide" in shown
    assert shown.index("Pregnant:") < shown.index("Thoughts of suicide"), "urgent ones first"


def test_violence_at_home_stays_off_the_queue(client, as_user, ana, cole):
    assessment = make_sendable(ana, name="Jordan Lee")
    submit(by=ana, assessment=assessment)
    flag = {"code": "unsafe", "sentence": "May not be safe at home", "urgent": True}
    assessment.refresh_from_db()
    assessment.flags_when_sent = [flag]
    assessment.save(update_fields=["flags_when_sent"])
    as_user(cole)
    assert "safe at home" not in words_of(client.get(reverse("programs:review-list")))


@pytest.mark.parametrize(
    "name", ["review", "so-far", "what-if", "rate", "decide", "second-view", "readiness"]
)
def test_an_open_emergency_comes_before_reading_and_deciding(client, as_user, waiting, ana, cole, name):
    check = ask_safety(ana, waiting.episode, seizure_24h="yes")
    as_user(cole)
    stop = reverse("intake:safety-stop", args=[waiting.episode_id, check.pk])
    assert client.get(reverse(f"programs:{name}", args=[waiting.episode_id])).url == stop
    record_disposition(by=ana, check=check, actions=["called_911"])
    assert client.get(reverse(f"programs:{name}", args=[waiting.episode_id])).get("Location") != stop


def test_a_paper_that_has_to_be_chosen_again_says_so(client, as_user, ana):
    url = reverse("programs:clearance-new", args=[make_episode(ana).pk])
    paper = SimpleUploadedFile("paper.pdf", PDF, content_type="application/pdf")
    answer = as_user(ana).post(url, paper_data(file=paper, examiner_name=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose the file again" in page and 'href="#id_file"' in page
    assert not MedicalClearance.objects.exists()
    assert client.post(url, paper_data()).status_code == 302
    typed = client.get(reverse("programs:clearance", args=[MedicalClearance.objects.get().pk]))
    assert "The paper is not here" in typed.content.decode()


def test_an_emergency_stays_in_sight_after_it_was_asked_again(waiting, ana, cole, as_user):
    episode = waiting.episode
    check = ask_safety(ana, episode, seizure_24h="yes")
    record_disposition(
        by=ana, check=check, actions=["called_911"], note="Ambulance came", place="Elm Street 4"
    )
    add_to_emergency(by=cole, check=check, reason="Seen in the emergency room since")
    ask_safety(ana, episode)
    pages = (("programs:review", episode.pk), ("intake:assessment-print", episode.pk))
    for name, key in pages:
        shown = words_of(as_user(cole).get(reverse(name, args=[key])))
        for words in ("A seizure now", "Told to call 911, or we called", "Ambulance came", "Elm Street 4"):
            assert words in shown, (name, words)
        assert "Seen in the emergency room since" in shown
    person = as_user(cole).get(reverse("desk:person", args=[episode.person_id])).content.decode()
    assert "Emergency in the safety check" in person
    assert "What was done about the emergency was written down" in person
    assert reverse("intake:safety-stop", args=[episode.pk, check.pk]) in person
