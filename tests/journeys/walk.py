"""The steps of the main walk, each as its user takes it; labels and buttons are what people see."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect


def pick(page: Page, question: str, answer: str) -> None:
    """Choose an answer of a question with radios."""
    page.get_by_role("radiogroup", name=question).get_by_label(answer, exact=True).check()


def choose(page: Page, label: str, option: str) -> None:
    """Choose the option of a list whose words contain `option`."""
    field = page.get_by_label(label, exact=True)
    field.select_option(value=field.locator("option").filter(has_text=option).first.get_attribute("value"))


def press(page: Page, name: str) -> None:
    """Press a button or follow a link that looks like one."""
    page.get_by_role("button", name=name, exact=True).or_(
        page.get_by_role("link", name=name, exact=True)
    ).first.click()


# -------------------------------------------- 1 and 2: the request and the call


def ask_for_a_call(page: Page, name: str, phone: str) -> None:
    """Somebody asks for a call on the public page."""
    page.goto("/request/")
    pick(page, "Is anyone in danger right now?", "No")
    pick(page, "Who needs help?", "I do")
    page.get_by_label("What should we call you?").fill(name)
    page.get_by_label("Phone number").fill(phone)
    page.wait_for_timeout(3500)  # people take longer than a machine; the page notices
    press(page, "Ask for a call")
    expect(page.get_by_role("heading", name="We got your request")).to_be_visible()
    expect(page.get_by_text(phone[-4:]).first).to_be_visible()


def call_back(page: Page, name: str) -> None:
    """Admissions finds the request on Today, calls, and reaches the person."""
    page.goto("/staff/")
    page.get_by_role("row").filter(has_text=name).get_by_role("link", name=name).click()
    press(page, "Start call")
    press(page, "Log the call")
    pick(page, "What happened?", "Reached")
    press(page, "Log the call")
    press(page, "Start the safety check")


# -------------------------------------------- 2 and 3: safety first, then the assessment


def begin_episode(page: Page, full_name: str) -> None:
    """Write down who it is about."""
    page.get_by_label("Person's name").fill(full_name)
    page.get_by_label("Date of birth").fill("1990-03-03")
    start_somebody_new(page)


def start_somebody_new(page: Page) -> None:
    """Press the button that starts the episode, and say it is a new person if somebody on file is alike."""
    press(page, "Start and ask safety questions")
    alike = page.get_by_text("This may be someone on file")
    expect(alike.or_(page.get_by_role("button", name="Save and go on")).first).to_be_visible()
    if alike.count():
        page.get_by_label("No, this is a new person").check()
        press(page, "Start and ask safety questions")
    page.wait_for_url("**/safety-check/")


def answer_no_to_all(page: Page) -> None:
    """Ask every safety question; every answer is no."""
    answers = page.get_by_role("radio", name="No", exact=True)
    for number in range(answers.count()):
        answers.nth(number).check()
    press(page, "Save and go on")
    page.wait_for_url("**/assessment/")


def assess_kratom_caller(page: Page) -> None:
    """Powder, 8 g four times a day, 14 months, last use today; sister, night work, Aetna."""
    press(page, "Continue")
    press(page, "Add a substance")
    page.get_by_label("Substance", exact=True).select_option("kratom_leaf")
    page.get_by_label("Form of the product").select_option("powder")
    page.get_by_label("Amount each time").fill("8")
    page.get_by_label("Counted in").select_option("g")
    page.get_by_label("Times a day").fill("4")
    page.get_by_label("Days a week").fill("7")
    page.get_by_label("How long, in months").fill("14")
    pick(page, "Last time", "Today")
    pick(page, "Is this everything the person uses?", "Yes")
    press(page, "Save and next section")
    pick(page, "Ever had a seizure or delirium when stopping?", "No")
    pick(page, "Does withdrawal start when a dose is skipped or late?", "Yes")
    page.get_by_label("How many times tried to stop?").fill("2")
    press(page, "Save and next section")
    pick(page, "Is the person pregnant, or could they be?", "Cannot be pregnant")
    page.get_by_label("Medicines, one a line").fill("sertraline 50 mg daily")
    press(page, "Save and next section")
    pick(page, "Thoughts of suicide", "None")
    pick(page, "Anxiety", "Yes")
    press(page, "Save and next section")
    pick(page, "Takes it to cope with pain or distress?", "Yes")
    press(page, "Save and next section")
    page.get_by_label("Who does the person live with?").fill("sister")
    pick(page, "Home now", "Stable")
    page.get_by_label("Hours or shifts").fill("works nights")
    page.get_by_label("How will care be paid?").select_option("aetna")
    press(page, "Save and next section")
    page.get_by_label("What does the person want from treatment?").fill("To sleep again")
    press(page, "Save and check")
    expect(page.get_by_text("sertraline 50 mg daily")).to_be_visible()
    page.reload()
    expect(page.get_by_text("sertraline 50 mg daily")).to_be_visible()
    press(page, "Send to clinician")
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()


# -------------------------------------------- 4 and 5: the recommendation and the decision


def review_and_sign(page: Page, reference: str, clinician: str) -> None:
    """A clinician rates, reads why, and agrees."""
    page.goto("/staff/reviews/")
    page.get_by_role("row").filter(has_text=reference).get_by_role("link", name=re.compile("^Review")).click()
    for number, rating in enumerate((2, 2, 3, 1, 1), start=1):
        page.get_by_role("radiogroup", name=re.compile(f"^F{number} ")).get_by_label(
            re.compile(f"^{rating}:")
        ).check()
    press(page, "Run the rules")
    expect(page.get_by_text("Medical detox at a partner first, then Residential")).to_be_visible()
    expect(page.get_by_text("Kratom leaf 20 g/day or more on most days.").first).to_be_visible()
    decision = page.get_by_role("radiogroup", name="Your decision")
    expect(decision.get_by_role("radio", checked=True)).to_have_count(0)
    decision.get_by_label("Agree with the suggestion").check()
    press(page, "Review and confirm")
    page.get_by_label("Your name, typed").fill(clinician)
    page.get_by_label("I have read what is known, and I sign this decision").check()
    press(page, "Sign the decision")


# -------------------------------------------- 6: the consent

SHARED = (
    "Name and date of birth",
    "Phone and ways to be reached",
    "Substance use, amounts and withdrawal",
    "Medicines and allergies",
    "Insurance",
    "Medical clearance",
)


def open_person(page: Page, name: str) -> None:
    """Find the person and open their page."""
    page.goto("/staff/people/")
    page.get_by_label("Full name").fill(name)
    press(page, "Search")
    page.get_by_role("rowheader").get_by_role("link", name=name).click()


def prepare_consent(page: Page, name: str, partner: str) -> None:
    """From the match list: a consent that names the partner, with only what it needs."""
    open_person(page, name)
    press(page, "Find a detox partner")
    page.get_by_role("link", name=re.compile(rf"Record consent\s+for {partner}")).click()
    page.get_by_label("Treatment and coordination of care").check()
    for category in SHARED:
        page.get_by_label(category).check()
    press(page, "Prepare")
    expect(page.get_by_text("Not signed yet")).to_be_visible()


def invite_to_sign(page: Page) -> tuple[str, str]:
    """Make the word and the code, and return them as staff read them out."""
    press(page, "Sign at a distance")
    press(page, "Make a word and a code")
    expect(page.locator(".spoken-code").last).to_be_visible()
    told = page.locator("main").inner_text()
    word = re.search(r"2\. Word\s+(\S+ \S+)", told)
    code = re.search(r"3\. Code\s+(\d+ \d+)", told)
    assert word and code, told
    return word[1], code[1]


def sign_at_a_distance(page: Page, word: str, code: str, name: str) -> None:
    """The person reads, chooses and signs on their own phone."""
    page.goto("/sign/")
    page.get_by_label("Word").fill(word)
    page.get_by_label("Code").fill(code)
    press(page, "Continue")
    for box in page.get_by_role("checkbox").all():
        expect(box).not_to_be_checked()
        box.check()
    press(page, "Continue")
    page.get_by_label("Your full name").fill(name)
    press(page, "I sign")
    expect(page.get_by_role("heading", level=1)).to_contain_text("signed")


# -------------------------------------------- 7 and 8: the referral, and the partner's answer


def send_to(page: Page, partner: str) -> str:
    """Send the offer and return the code to read out."""
    page.get_by_role("checkbox", name=re.compile(partner)).check()
    press(page, "Send to selected")
    expect(page.get_by_text("It is shown this once.")).to_be_visible()
    code = re.search(r"\b\d{3} \d{3}\b", page.locator("main").inner_text())
    assert code
    return code[0]


def open_link(page: Page, link: str, code: str) -> str:
    """The coordinator opens the link and enters the code; return the address of the referral's page."""
    page.goto(link)
    page.get_by_label("Code").fill(code)
    press(page, "Continue")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Referral")
    return page.url


def accept(page: Page, hours: Callable[[float], str], expected_back: str) -> None:
    """Accept with a bed, an arrival window and the read-back."""
    press(page, "Accept")
    page.get_by_label("Which bed or unit").fill("bed 4")
    page.get_by_label("Earliest arrival").fill(hours(0.5))
    page.get_by_label("Latest arrival").fill(hours(3))
    page.get_by_label("Day you expect to discharge them").fill(expected_back)
    page.get_by_label("I have read the safety alerts").check()
    press(page, "Confirm accept")
    expect(page.get_by_text("Accepted").first).to_be_visible()


def confirm_arrival(page: Page, hours: Callable[[float], str]) -> None:
    """The person has arrived at the partner's."""
    press(page, "Arrived")
    page.get_by_label("When did they arrive?").fill(hours(-0.2))
    press(page, "Confirm arrival")
    expect(page.get_by_text("Arrived since")).to_be_visible()


# -------------------------------------------- 9 and 10: the reserved place, and the clearance that comes back


def reserve_place(page: Page, name: str, bed: str, back: str) -> None:
    """From the board of who is out: a return reservation."""
    page.goto("/staff/referrals/out/")
    row = page.get_by_role("row").filter(has_text=name)
    row.get_by_role("link", name=re.compile("Reserve")).click()
    choose(page, "Bed or program", bed)
    pick(page, "What for", "A return from detox; a person releases it")
    page.get_by_label("Until, or expected back").fill(back)
    press(page, "Hold the place")


def send_clearance(page: Page, name: str, hours: Callable[[float], str]) -> None:
    """The partner sends the medical clearance, after checking it."""
    press(page, "Send medical clearance")
    pick(page, "Is the person cleared?", "Cleared")
    pick(page, "Does it say that the person is medically stable?", "Yes")
    typed = {
        "Name of the person": name,
        "Time of the examination": hours(-1),
        "Time of the signature": hours(-0.5),
        "Name of the examiner": "Dr. Imani Blue",
        "License state and number": "VA 0101-555010",
        "NPI": "1234567893",
        "Call-back phone": "(804) 555-0143",
        "Heart rate": "72",
        "Blood pressure, upper number": "118",
        "Blood pressure, lower number": "76",
        "Breaths": "14",
        "Oxygen saturation": "98",
        "Temperature": "36.8",
        "COWS score": "2",
        "Medicines with dose, last dose and changes": "buprenorphine 8 mg daily, last dose today 8 am",
        "Allergies": "None known",
    }
    for label, text in typed.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Credential").select_option("MD")
    press(page, "Continue to check")
    page.get_by_label("The person who examined has signed this").check()
    page.get_by_label("I have checked that this is about the right person").check()
    press(page, "Send")
    expect(page.get_by_text("Clearance sent").first).to_be_visible()


def next_step(page: Page, name: str, label: str) -> None:
    """Open the person's page and take the one next step, which is `label`."""
    open_person(page, name)
    page.get_by_role("region", name="Next step").get_by_role("link", name=label).click()


def accept_clearance(page: Page, name: str) -> None:
    """A clinician accepts the clearance."""
    next_step(page, name, "Accept the clearance")
    page.get_by_label("How you made sure of what is missing").fill("Called the examiner: tests are fine")
    press(page, "Accept the clearance")
    expect(page.get_by_text("Accepted. Someone else has to verify it by call-back.")).to_be_visible()


def verify_clearance(page: Page, name: str, answer: str = "Verified.") -> None:
    """Somebody calls back on a number found elsewhere; `answer` is what the page says to it."""
    next_step(page, name, "Verify the clearance")
    page.get_by_label("Number you called").fill("(804) 555-0141")
    page.get_by_label("Where you found the number").fill("our partner list")
    page.get_by_label("Who you spoke with").fill("Charge nurse")
    page.get_by_label("They confirmed the examination, the decision and the limits").check()
    press(page, "Verify the clearance")
    expect(page.get_by_text(answer).first).to_be_visible()


# -------------------------------------------- 13: the admission


def admit(page: Page, name: str, bed: str) -> None:
    """Admit to the held bed; pressing Admit too early says what is missing."""
    next_step(page, name, "See what is missing for admission")
    choose(page, "Bed or program", f"Bed {bed},")
    page.get_by_label(re.compile("Why is the person admitted before")).fill("Came at night.")
    press(page, "Admit")
    expect(page.get_by_text("Admitted").first).to_be_visible()


def discharge(page: Page, bed: str, now: str) -> None:
    """End the stay from the bed board and say that the bed is clean, so that it is free again."""
    page.goto("/staff/beds/")
    page.get_by_role("link", name=re.compile(rf"Move or discharge\s+bed {bed}")).click()
    page.get_by_label("Time of discharge").fill(now)
    page.get_by_label("The person does not want a next step").check()
    page.get_by_label("Where else, or why not in the person's words").fill("Wants to go home first")
    press(page, "Record the discharge")
    page.wait_for_url("**/staff/beds/")
    page.get_by_role("button", name=re.compile(rf"Ready\s+bed {bed}")).click()
    expect(page.get_by_text(f"Bed {bed} is ready.")).to_be_visible()
