"""How the patient notice reads: the law's own header, then the parts, in English or Spanish."""

from typing import Any

from django.conf import settings
from django.utils import translation

from config.templatetags.ui import day
from records.models import PatientNotice
from records.notice_slots import PARTS

# 42 CFR 2.22(b)(1)(i): the header's words are the law's. The Spanish is there for reading.
HEADER = {
    "en": (
        "Notice of Privacy Practices of {center}",
        "This notice describes:",
        (
            "HOW HEALTH INFORMATION ABOUT YOU MAY BE USED AND DISCLOSED",
            "YOUR RIGHTS WITH RESPECT TO YOUR HEALTH INFORMATION",
            "HOW TO FILE A COMPLAINT CONCERNING A VIOLATION OF THE PRIVACY OR SECURITY OF YOUR HEALTH "
            "INFORMATION, OR OF YOUR RIGHTS CONCERNING YOUR INFORMATION",
        ),
        "YOU HAVE A RIGHT TO A COPY OF THIS NOTICE (IN PAPER OR ELECTRONIC FORM) AND TO DISCUSS IT WITH OUR "
        "PRIVACY OFFICER AT {phone} AND {mail} IF YOU HAVE ANY QUESTIONS.",
        "In effect from {day}. Version {version}.",
    ),
    "es": (
        "Aviso de prácticas de privacidad de {center}",
        "Este aviso describe:",
        (
            "CÓMO SE PUEDE USAR Y DIVULGAR LA INFORMACIÓN DE SALUD SOBRE USTED",
            "SUS DERECHOS CON RESPECTO A SU INFORMACIÓN DE SALUD",
            "CÓMO PRESENTAR UNA QUEJA POR UNA VIOLACIÓN DE LA PRIVACIDAD O SEGURIDAD DE SU INFORMACIÓN DE "
            "SALUD, O DE SUS DERECHOS SOBRE SU INFORMACIÓN",
        ),
        "USTED TIENE DERECHO A UNA COPIA DE ESTE AVISO (EN PAPEL O EN FORMA ELECTRÓNICA) Y A HABLAR SOBRE ÉL "
        "CON LA PERSONA ENCARGADA DE LA PRIVACIDAD EN EL {phone} Y {mail} SI TIENE ALGUNA PREGUNTA.",
        "En vigor desde el {day}. Versión {version}.",
    ),
}


def notice_view(notice: PatientNotice, language: str) -> dict[str, Any]:
    """Return the notice for a page: title, header lines, the parts with their texts, effective date."""
    title, describes, points, right, effective = HEADER[language]
    with translation.override(language):
        holds_from = day(notice.effective_on)
    center = {
        "center": settings.CENTER_NAME,
        "phone": settings.PRIVACY_PHONE,
        "mail": settings.PRIVACY_MAILBOX,
    }
    texts = notice.text_es if language == "es" else notice.text_en
    return {
        "title": title.format(**center),
        "describes": describes,
        "points": points,
        "right": right.format(**center),
        "parts": [
            (spanish if language == "es" else english, [texts[code].split("\n\n") for code in codes])
            for english, spanish, codes in PARTS
        ],
        "effective": effective.format(day=holds_from, version=notice.version),
    }


def notice_document(notice: PatientNotice, language: str) -> dict[str, Any]:
    """Return the notice as the data of `templates/pdf/document.typ`."""
    view = notice_view(notice, language)
    blocks: list[dict[str, Any]] = [
        {"kind": "text", "text": view["describes"]},
        {"kind": "list", "items": list(view["points"])},
        {"kind": "text", "text": view["right"]},
    ]
    for heading, texts in view["parts"]:
        blocks.append({"kind": "heading", "text": heading})
        blocks += [{"kind": "text", "text": "\n\n".join(paragraphs)} for paragraphs in texts]
    blocks.append({"kind": "text", "text": view["effective"]})
    return {"heading": view["title"], "blocks": blocks}
