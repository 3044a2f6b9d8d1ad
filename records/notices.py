"""The statements that accompany every disclosure made with consent (42 CFR 2.32, as amended by 89 FR 12472).

The texts are the law's, word for word, and pinned by their SHA-256 (UTF-8, line feed between paragraphs, no
line feed at the end). Nobody edits them; a translation may stand beside them, never instead of them.
"""

import hashlib

from records.choices import LegalStatus

VERSION = "2024"

STATEMENT_1 = (
    "This record which has been disclosed to you is protected by Federal confidentiality rules (42 CFR part "
    "2). These rules prohibit you from using or disclosing this record, or testimony that describes the "
    "information contained in this record, in any civil, criminal, administrative, or legislative "
    "proceedings by any Federal, State, or local authority, against the patient, unless authorized by the "
    "consent of the patient, except as provided at 42 CFR 2.12(c)(5) or as authorized by a court in "
    "accordance with 42 CFR 2.64 or 2.65. In addition, the Federal rules prohibit you from making any other "
    "use or disclosure of this record unless at least one of the following applies:\n"
    "(i) Further use or disclosure is expressly permitted by the written consent of the individual whose "
    "information is being disclosed in this record or as otherwise permitted by 42 CFR part 2.\n"
    "(ii) You are a covered entity or business associate and have received the record for treatment, "
    "payment, or health care operations, or\n"
    "(iii) You have received the record from a covered entity or business associate as permitted by 45 CFR "
    "part 164, subparts A and E.\n"
    "A general authorization for the release of medical or other information is NOT sufficient to meet the "
    "required elements of written consent to further use or redisclose the record (see 42 CFR 2.31)."
)
STATEMENT_1_SHA256 = "dae0b4d455d63722bc4e0d3760e8319ba4ea929068b0a9d96244bf20c338245d"

STATEMENT_2 = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
STATEMENT_2_SHA256 = "79fee3d6dff7e052183c61b66bfed589f0f45dcf330bb277e07b396bd12e9774"

# Which rule of §2.33(b) the recipient works under, in our words, for the cover of a packet.
REDISCLOSURE = {
    LegalStatus.COVERED_ENTITY: "You received this as a HIPAA covered entity. You may pass it on only as "
    "HIPAA allows, and never for proceedings against the person (42 CFR 2.33(b)(1)).",
    LegalStatus.BUSINESS_ASSOCIATE: "You received this as a business associate. You may pass it on only as "
    "HIPAA allows, and never for proceedings against the person (42 CFR 2.33(b)(1)).",
    LegalStatus.PART2_PROGRAM: "You received this as a Part 2 program. You may use and pass it on only as "
    "the person's consent says (42 CFR 2.33(b)(2)).",
    LegalStatus.OTHER_LAWFUL_HOLDER: "You received this as a lawful holder. You may use it only for what "
    "the person's consent says, and share it with contractors only under a written contract (42 CFR "
    "2.33(b)(3), (c)).",
}


class NoticeAltered(Exception):
    """A statement is no longer the law's text: nothing may leave."""


def _checked(text: str, pinned: str) -> str:
    if hashlib.sha256(text.encode()).hexdigest() != pinned:
        raise NoticeAltered
    return text


def statement() -> str:
    """Return Statement 1, the long form that goes with every disclosure. Raises NoticeAltered."""
    return _checked(STATEMENT_1, STATEMENT_1_SHA256)


def short_statement() -> str:
    """Return Statement 2, the short form for the foot of every page. Raises NoticeAltered."""
    return _checked(STATEMENT_2, STATEMENT_2_SHA256)


NOT_SURE = (
    "The paper by which we knew your legal status under 42 CFR 2.33 has ended. Until you show it to us "
    "again, use and share this record only as the consent that goes with it says, and never in civil, "
    "criminal, administrative or legislative proceedings against the person."
)
"""The rule of a recipient whose status no paper shows any more: the narrowest that a consent gives."""


def redisclosure(legal_status: str) -> str:
    """Return the rule that a recipient of this legal status works under. Raises ValueError for none."""
    return REDISCLOSURE[LegalStatus(legal_status)]
