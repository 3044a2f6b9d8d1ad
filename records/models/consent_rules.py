"""What the database refuses in a consent, by its kind and by who signs (42 CFR 2.14, 2.31, 2.35).

The screens explain the same rules from `records.rules`; here they hold for whoever writes the row.
"""

from django.db.models import CheckConstraint, Q

from records.choices import Category, ConsentKind, ConsentStatus, Purpose, Signer

SIGNED = (ConsentStatus.INCOMPLETE, ConsentStatus.SIGNED, ConsentStatus.REVOKED, ConsentStatus.EXPIRED)
TPO = [Purpose.TREATMENT, Purpose.PAYMENT, Purpose.OPERATIONS]
RESERVED = {
    Purpose.PROCEEDINGS: ConsentKind.PROCEEDINGS,
    Purpose.CRIMINAL_JUSTICE: ConsentKind.CRIMINAL_JUSTICE,
    Purpose.RESEARCH: ConsentKind.RESEARCH,
}
NOTES = [Category.COUNSELING_NOTES]
OPEN_ENDED = (ConsentKind.TPO_SINGLE, ConsentKind.RESEARCH)


def _rule(name: str, condition: Q, message: str) -> CheckConstraint:
    return CheckConstraint(
        condition=condition, name=f"records_consent_{name}", violation_error_message=message
    )


def _unless(applies: Q, holds: Q) -> Q:
    return ~applies | holds


def _purpose_alone(purpose: str, kind: str) -> Q:
    """A reserved purpose is its kind's only one, and nobody else's."""
    return Q(kind=kind, purposes=[purpose]) | Q(~Q(kind=kind), ~Q(purposes__contains=[purpose]))


KIND_RULES = [
    *[
        _rule(f"{purpose}_alone", _purpose_alone(purpose, kind), "This purpose needs a consent of its own.")
        for purpose, kind in RESERVED.items()
    ],
    _rule(
        "notes_alone",
        Q(
            kind=ConsentKind.COUNSELING_NOTES,
            offered=NOTES,
            categories__contained_by=NOTES,
            purposes__contained_by=[Purpose.TREATMENT, Purpose.REQUEST],
            purposes__len=1,
        )
        | Q(
            ~Q(kind=ConsentKind.COUNSELING_NOTES),
            ~Q(offered__contains=NOTES),
            ~Q(categories__contains=NOTES),
        ),
        "Counseling notes need a consent of their own.",
    ),
    _rule(
        "presence_alone",
        _unless(
            Q(kind=ConsentKind.CONFIRM_PRESENCE),
            Q(
                purposes=[Purpose.FAMILY],
                offered=[Category.PRESENCE],
                categories__contained_by=[Category.PRESENCE],
            ),
        ),
        "This consent lets somebody know of the contact, and nothing more.",
    ),
    _rule(
        "tpo_class",
        _unless(Q(kind=ConsentKind.TPO_SINGLE), Q(~Q(recipient_class=""), purposes__contained_by=TPO)),
        "A single consent for treatment, payment and operations names its class and no other purpose.",
    ),
    _rule(
        "exchange_named",
        _unless(Q(kind=ConsentKind.INTERMEDIARY), Q(~Q(intermediary=""), participants__len__gt=0)),
        "A consent through an exchange names the exchange and who receives it.",
    ),
    _rule(
        "matter_named",
        _unless(Q(kind__in=list(RESERVED.values())), Q(matter__isnull=False)),
        "Say which proceeding, case or study it is about.",
    ),
    _rule(
        "duration_named",
        _unless(Q(kind=ConsentKind.CRIMINAL_JUSTICE), Q(expires_event__isnull=False)),
        "Say until which event the supervision needs it.",
    ),
    _rule(
        "last_day",
        Q(expires_on__isnull=False, expires_at__isnull=False) | Q(kind__in=OPEN_ENDED),
        "Only a consent for all treatment, or for a study, may end without a last day.",
    ),
    _rule(
        "statements_made",
        _unless(
            Q(status__in=SIGNED),
            Q(statements__contains=["revocation"])
            & _unless(
                Q(purposes__overlap=TPO),
                Q(statements__contains=["potential_redisclosure", "refusal_consequences"]),
            )
            & _unless(Q(kind=ConsentKind.COUNSELING_NOTES), Q(statements__contains=["notes_no_condition"]))
            & _unless(Q(kind=ConsentKind.CRIMINAL_JUSTICE), Q(statements__contains=["supervision_limits"])),
        ),
        "A signed consent makes every statement that its kind needs.",
    ),
    _rule(
        "signer_known",
        Q(signer__in=["", Signer.PERSON, Signer.REPRESENTATIVE, Signer.COURT])
        & Q(cosigner__in=["", Signer.PARENT, Signer.GUARDIAN])
        & _unless(~Q(cosigner=""), Q(signer__in=["", Signer.PERSON]))
        & _unless(Q(status__in=SIGNED), ~Q(signer="")),
        "Select who signs.",
    ),
    _rule(
        "signer_evidence",
        Q(signer__in=["", Signer.PERSON], cosigner="")
        | Q(signer_name__isnull=False, signer_evidence__isnull=False),
        "Write down who signs for the person and how we know that they may.",
    ),
    _rule(
        "both_signed",
        _unless(Q(status=ConsentStatus.SIGNED), Q(cosigner="") | Q(cosigned_at__isnull=False))
        & _unless(Q(status=ConsentStatus.INCOMPLETE), ~Q(cosigner="")),
        "This consent counts when both have signed.",
    ),
    _rule(
        "minor_rule",
        _unless(Q(minor_rule__startswith="minor_alone"), Q(cosigner="", signer__in=["", Signer.PERSON]))
        & _unless(Q(minor_rule__startswith="minor_and_parent"), ~Q(cosigner="")),
        "The rule for minors says who signs.",
    ),
]
