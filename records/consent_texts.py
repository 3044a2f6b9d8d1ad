"""The words of a consent, in English and Spanish, and how a frozen text is laid out again for a page.

A text is paragraphs with an empty line between them. A paragraph that begins with "# " is a heading; lines
that begin with "- " are a list. Changing any word here means a new VERSION: signed consents keep the text
they froze.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from records.choices import Category, Language, Purpose, Signer
from records.rules import consent as rules

VERSION = 2

CATEGORY_WORDS = {
    Category.IDENTITY: (
        "My name and my date of birth",
        "Mi nombre y mi fecha de nacimiento",
    ),
    Category.CONTACT: (
        "My phone number and how to reach me",
        "Mi número de teléfono y cómo comunicarse conmigo",
    ),
    Category.SUBSTANCE_USE: (
        "What I use, how much, since when, and signs of withdrawal",
        "Lo que consumo, cuánto, desde cuándo, y señales de abstinencia",
    ),
    Category.HEALTH: (
        "My physical health: illnesses, vital signs and test results",
        "Mi salud física: enfermedades, signos vitales y resultados de exámenes",
    ),
    Category.MEDICATIONS: (
        "My medicines and allergies",
        "Mis medicinas y alergias",
    ),
    Category.MENTAL_HEALTH: (
        "My mental health and my safety, without counseling notes",
        "Mi salud mental y mi seguridad, sin notas de consejería",
    ),
    Category.PREGNANCY: (
        "Whether I am pregnant, and care for it",
        "Si hay un embarazo, y su cuidado",
    ),
    Category.SOCIAL: (
        "My home, family, work and who supports me",
        "Mi casa, mi familia, mi trabajo y quién me apoya",
    ),
    Category.INSURANCE: (
        "My insurance and what it covers",
        "Mi seguro médico y lo que cubre",
    ),
    Category.CLEARANCE: (
        "My medical clearance: the medical check before I can be admitted",
        "Mi autorización médica: la revisión antes de poder ingresar",
    ),
    Category.PRESENCE: (
        "That I am in contact with this center",
        "Que estoy en contacto con este centro",
    ),
    Category.COUNSELING_NOTES: (
        "The counseling notes of my sessions",
        "Las notas de consejería de mis sesiones",
    ),
}

PURPOSE_WORDS = {
    Purpose.TREATMENT: (
        "For my treatment, and to work together on my care",
        "Para mi tratamiento y para coordinar mi atención",
    ),
    Purpose.PAYMENT: ("For payment of my care", "Para el pago de mi atención"),
    Purpose.OPERATIONS: ("To run the program that treats me", "Para administrar el programa que me atiende"),
    Purpose.FAMILY: (
        "To keep my family or helper informed",
        "Para mantener informada a mi familia o a quien me ayuda",
    ),
    Purpose.REQUEST: ("At my request", "A petición mía"),
    Purpose.PROCEEDINGS: (
        "For the legal proceeding named here, and for nothing else",
        "Para el proceso legal que se nombra aquí, y para nada más",
    ),
    Purpose.CRIMINAL_JUSTICE: (
        "So that those who supervise me can follow my treatment",
        "Para que quienes me supervisan puedan seguir mi tratamiento",
    ),
    Purpose.RESEARCH: ("For the research study named here", "Para el estudio que se nombra aquí"),
}

SIGNER_WORDS = {
    Signer.PERSON: ("the person", "la persona"),
    Signer.PARENT: ("my parent", "mi padre o mi madre"),
    Signer.GUARDIAN: ("my guardian", "mi tutor o mi tutora"),
    Signer.REPRESENTATIVE: ("my personal representative", "mi representante personal"),
    Signer.COURT: ("the person appointed by a court for me", "la persona nombrada por un tribunal para mí"),
}

# The class that a single consent names (42 CFR 2.31(a)(4)(i)), and the ends that only some kinds may have.
TPO_CLASS = (
    "My treating providers, health plans, third-party payers, and people helping to operate this program",
    "Quienes me atienden, mis planes de salud, otros pagadores, y quienes ayudan a operar este programa",
)
END_NONE, END_TREATMENT, END_STUDY = "none", "end of the treatment", "end of the research study"
END_WORDS = {
    END_NONE: (
        "It has no last day. It lasts until I take it back.",
        "No tiene último día. Dura hasta que yo lo retire.",
    ),
    END_TREATMENT: ("When my treatment here ends.", "Cuando termine mi tratamiento aquí."),
    END_STUDY: ("When the research study ends.", "Cuando termine el estudio."),
}

_MONTHS = (
    ("January", "enero"), ("February", "febrero"), ("March", "marzo"), ("April", "abril"), ("May", "mayo"),
    ("June", "junio"), ("July", "julio"), ("August", "agosto"), ("September", "septiembre"),
    ("October", "octubre"), ("November", "noviembre"), ("December", "diciembre"),
)  # fmt: skip

_EN = {
    "title": "Permission to share my information",
    "who": "Who I am",
    "discloser": "Who may share",
    "receiver": "Who may receive it",
    "what": "What may be shared",
    "only": "Only this:",
    "choosing": "I choose which of these. Only what I tick may be shared:",
    "nothing": "Nothing yet. Each kind of information needs my own choice.",
    "why": "Why",
    "end": "When this permission ends",
    "end_on": "At the end of the day on {day}.",
    "end_event": "When this happens: {event}.",
    "end_latest": "At the latest at the end of the day on {day}.",
    "signs": "Who signs",
    "signs_for": "{name} signs for me, as {role}.",
    "signs_with": "I sign, and {name} signs with me, as {role}. It counts when both have signed.",
    "matter": "What it is about",
    "through": "It goes through {name}. Through it, these receive it:",
    "notes": "My counseling notes",
    "notes_text": "These are notes of what I said in sessions, kept apart from my record. My care here does "
    "not depend on this permission. It covers no other information, and no other permission covers these "
    "notes.",
    "supervision": "Who may use it",
    "supervision_text": "Only people in the criminal justice system who need it to follow my treatment "
    "may receive it. They may use it only for their duty to supervise me, and pass it on only for that duty.",
    "interpreter": "Interpreter",
    "interpreter_text": "{name} interpreted this page for me.",
    "revoke": "I can take it back",
    "revoke_text": "I may take this permission back in writing at any time. I can hand or send a note to "
    "any member of staff of {center}. I can also call {phone}: sharing stops at once, and staff write it "
    "down with me. Taking it back does not undo what was already shared or done because of it.",
    "hipaa": "What HIPAA allows the receiver",
    "hipaa_text": "If the receiver must follow HIPAA, they may pass my record on as HIPAA allows. They may "
    "not use it or pass it on for civil, criminal, administrative or legislative proceedings against me.",
    "potential": "What could happen to it",
    "potential_text": "The receiver could pass on what was shared. Then this federal law (42 CFR Part 2) "
    "may no longer protect it.",
    "refusal": "If I do not sign",
    "refusal_text": "I do not have to sign. {center} will still assess me and help me. But {center} cannot "
    "send my information to {receivers}. They may then not be able to plan for me or keep a place for me.",
    "copy": "My copy",
    "copy_text": "I get a copy of this page after I sign.",
}

_ES = {
    "title": "Permiso para compartir mi información",
    "who": "Quién soy",
    "discloser": "Quién puede compartir",
    "receiver": "Quién puede recibirla",
    "what": "Qué se puede compartir",
    "only": "Solo esto:",
    "choosing": "Yo elijo cuáles de estos. Solo se puede compartir lo que yo marque:",
    "nothing": "Todavía nada. Yo elijo cada tipo de información.",
    "why": "Para qué",
    "end": "Cuándo termina este permiso",
    "end_on": "Al final del día {day}.",
    "end_event": "Cuando ocurra esto: {event}.",
    "end_latest": "A más tardar al final del día {day}.",
    "signs": "Quién firma",
    "signs_for": "{name} firma por mí, como {role}.",
    "signs_with": "Firmo yo, y {name} firma conmigo, como {role}. Vale cuando los dos hayan firmado.",
    "matter": "De qué se trata",
    "through": "Pasa por {name}. A través de él, la reciben:",
    "notes": "Mis notas de consejería",
    "notes_text": "Son notas de lo que dije en las sesiones, guardadas aparte de mi expediente. Mi atención "
    "aquí no depende de este permiso. No cubre otra información, y ningún otro permiso cubre estas notas.",
    "supervision": "Quién puede usarla",
    "supervision_text": "Solo pueden recibirla personas del sistema de justicia penal que la necesitan para "
    "seguir mi tratamiento. Solo pueden usarla para su deber de supervisarme, y pasarla a otros solo para "
    "eso.",
    "interpreter": "Intérprete",
    "interpreter_text": "{name} interpretó esta página para mí.",
    "revoke": "Puedo retirarlo",
    "revoke_text": "Puedo retirar este permiso por escrito en cualquier momento. Puedo entregar o enviar "
    "una nota a cualquier miembro del personal de {center}. También puedo llamar al {phone}: se deja de "
    "compartir de inmediato y el personal lo anota conmigo. Retirarlo no deshace lo que ya se compartió o "
    "se hizo gracias a él.",
    "hipaa": "Qué permite HIPAA a quien la recibe",
    "hipaa_text": "Si quien la recibe debe cumplir con HIPAA, puede pasar mi expediente a otros como HIPAA "
    "lo permite. No puede usarlo ni pasarlo para procesos civiles, penales, administrativos o legislativos "
    "en mi contra.",
    "potential": "Qué podría pasar con ella",
    "potential_text": "Quien la recibe podría pasar a otros lo que se compartió. Entonces es posible que "
    "esta ley federal (42 CFR Parte 2) ya no la proteja.",
    "refusal": "Si no firmo",
    "refusal_text": "No tengo que firmar. {center} me evaluará y me ayudará igual. Pero {center} no podrá "
    "enviar mi información a {receivers}. Entonces es posible que no puedan prepararse para mí ni guardarme "
    "un lugar.",
    "copy": "Mi copia",
    "copy_text": "Recibo una copia de esta página después de firmar.",
}

_WORDS = {Language.ENGLISH: _EN, Language.SPANISH: _ES}


@dataclass(frozen=True)
class Block:
    """A piece of a text for a page: kind "heading", "list" or "paragraph", and its lines."""

    kind: str
    lines: tuple[str, ...]


def category_words(category: str, language: str) -> str:
    """Return what a category means, in the person's words."""
    return CATEGORY_WORDS[Category(category)][language == Language.SPANISH]


def purpose_words(purpose: str, language: str) -> str:
    """Return what a purpose means, in the person's words."""
    return PURPOSE_WORDS[Purpose(purpose)][language == Language.SPANISH]


def day_words(day: date, language: str) -> str:
    """Return a date like "4 July 2026" or "4 de julio de 2026"."""
    english, spanish = _MONTHS[day.month - 1]
    return (
        f"{day.day} de {spanish} de {day.year}"
        if language == Language.SPANISH
        else f"{day.day} {english} {day.year}"
    )


def statements_for(facts: rules.ConsentFacts) -> frozenset[str]:
    """Return the statements that the text of this consent makes."""
    said = {rules.REVOCATION}
    if facts.kind == rules.COUNSELING_NOTES:
        said.add(rules.NOTES_NO_CONDITION)
    if facts.kind == rules.CRIMINAL_JUSTICE:
        said.add(rules.SUPERVISION_LIMITS)
    if rules.for_tpo(facts):
        said |= {rules.HIPAA_REDISCLOSURE, rules.POTENTIAL_REDISCLOSURE, rules.REFUSAL_CONSEQUENCES}
    return frozenset(said)


def render(facts: rules.ConsentFacts, language: str, phone: str, *, choosing: bool = False) -> str:
    """Return the full text of a consent in one language. `phone` is the center's, as people read it.

    `choosing`: the categories are still to be chosen from; such a text is shown but never signed.
    """
    words = _WORDS[Language(language)]
    receivers = _receivers(facts, language)
    fill = {"center": facts.discloser, "phone": phone, "receivers": receivers}
    parts = [
        f"# {words['title']}",
        f"# {words['who']}", facts.patient_name, *_signs(facts, words, language),
        f"# {words['discloser']}", facts.discloser,
        f"# {words['receiver']}", *_receiver(facts, words, language),
        f"# {words['what']}", *_what(facts, words, language, choosing),
        f"# {words['why']}", _list([purpose_words(one, language) for one in facts.purposes]),
        *([f"# {words['matter']}", facts.matter] if facts.matter else []),
        f"# {words['end']}", _end(facts, words, language),
    ]  # fmt: skip
    said = statements_for(facts)
    for code, key in (
        (rules.SUPERVISION_LIMITS, "supervision"),
        (rules.NOTES_NO_CONDITION, "notes"),
        (rules.REVOCATION, "revoke"),
        (rules.HIPAA_REDISCLOSURE, "hipaa"),
        (rules.POTENTIAL_REDISCLOSURE, "potential"),
        (rules.REFUSAL_CONSEQUENCES, "refusal"),
    ):
        if code in said:
            parts += [f"# {words[key]}", words[f"{key}_text"].format(**fill)]
    if facts.interpreter:
        parts += [f"# {words['interpreter']}", words["interpreter_text"].format(name=facts.interpreter)]
    parts += [f"# {words['copy']}", words["copy_text"]]
    return "\n\n".join(_one_paragraph(part) for part in parts)


def for_one(text: str, language: str, named: Sequence[str], own: str) -> str:
    """Return a frozen text as it goes to one of those it names: without the names of the others."""
    text = text.replace(_list(named), _list([own]))
    return text.replace(_one_paragraph(_joined(named, language)), own)


def scope(facts: rules.ConsentFacts) -> str:
    """Return a clear explanation of what a consent covers, in English (42 CFR 2.32(b))."""
    english = Language.ENGLISH
    what = "; ".join(category_words(one, english) for one in facts.categories)
    why = "; ".join(purpose_words(one, english) for one in facts.purposes)
    receivers = _receivers(facts, english)
    if facts.kind == rules.INTERMEDIARY:
        receivers = f"{_joined(facts.participants, english)} through {facts.intermediary}"
    return (
        f"The person allows {facts.discloser} to share with {receivers} only this: {what}. Purpose: {why}. "
        f"Its end, in the words signed: {_end(facts, _WORDS[english], english)} "
        "The person may take this consent back at any time."
    )


def information(categories: Sequence[str]) -> str:
    """Return the description of what is shared, in English, as the accounting shows it."""
    return "; ".join(category_words(one, Language.ENGLISH) for one in categories)


def blocks(text: str) -> list[Block]:
    """Lay a text out for a page."""
    found = []
    for part in text.split("\n\n"):
        lines = part.split("\n")
        if part.startswith("# "):
            found.append(Block("heading", (part[2:],)))
        elif all(line.startswith("- ") for line in lines):
            found.append(Block("list", tuple(line[2:] for line in lines)))
        else:
            found.append(Block("paragraph", tuple(lines)))
    return found


def _one_paragraph(part: str) -> str:
    """Keep a value from breaking the layout: no empty lines inside a part."""
    return "\n".join(line for line in part.splitlines() if line.strip())


def _what(facts: rules.ConsentFacts, words: dict[str, str], language: str, choosing: bool) -> list[str]:
    if not facts.categories:
        return [words["nothing"]]
    return [
        words["choosing" if choosing else "only"],
        _list([category_words(one, language) for one in facts.categories]),
    ]


def _signs(facts: rules.ConsentFacts, words: dict[str, str], language: str) -> list[str]:
    """Say who signs for the person or with them; nothing when the person signs alone."""
    role = facts.cosigner or facts.signer
    if role in ("", Signer.PERSON):
        return []
    said = words["signs_with" if facts.cosigner else "signs_for"]
    return [
        f"# {words['signs']}",
        said.format(name=facts.signer_name, role=SIGNER_WORDS[Signer(role)][language == Language.SPANISH]),
    ]


def _named(facts: rules.ConsentFacts) -> list[str]:
    return [one.name for one in facts.recipients if not one.revoked]


def _receivers(facts: rules.ConsentFacts, language: str) -> str:
    if facts.recipient_class and not facts.recipients:
        words = tpo_class(language)
        return words[0].lower() + words[1:]
    return _joined(_named(facts), language)


def _receiver(facts: rules.ConsentFacts, words: dict[str, str], language: str) -> list[str]:
    if facts.kind == rules.INTERMEDIARY:
        return [words["through"].format(name=facts.intermediary), _list(facts.participants)]
    if facts.recipient_class and not facts.recipients:
        return [_list([tpo_class(language)])]
    return [_list(_named(facts))]


def tpo_class(language: str) -> str:
    """Return the class of receivers that a single consent names."""
    return TPO_CLASS[language == Language.SPANISH]


def _end(facts: rules.ConsentFacts, words: dict[str, str], language: str) -> str:
    day = day_words(facts.expires_on, language) if facts.expires_on else ""
    if not facts.expires_event:
        return words["end_on"].format(day=day)
    known = END_WORDS.get(facts.expires_event)
    when = (
        known[language == Language.SPANISH] if known else words["end_event"].format(event=facts.expires_event)
    )
    return f"{when} {words['end_latest'].format(day=day)}" if day else when


def _list(items: Sequence[str]) -> str:
    return "\n".join("- " + " ".join(item.split()) for item in items)


def _joined(names: Sequence[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    last = " y " if language == Language.SPANISH else " and "
    return ", ".join(names[:-1]) + last + names[-1]
