"""The person's own written consent as a basis (42 CFR 2.31, 2.33)."""

from dataclasses import dataclass, replace

from records.choices import ConsentKind, Language
from records.choices_door import SharedFor
from records.consent_seal import facts_of
from records.consent_texts import for_one, scope
from records.door.grant import Asked, ConsentCopy, Grant, NotPermitted
from records.models import Consent, Recipient
from records.queries import consent_for
from records.rules.consent import RecipientFacts


@dataclass(frozen=True)
class ByConsent:
    """The person's own written consent, checked now."""

    code = "consent"
    from_chart = True

    def grant(self, asked: Asked) -> Grant:
        """Return what a live consent of this person covers. Raises NotPermitted with the nearest reason."""
        if asked.recipient is None:
            raise NotPermitted("recipient_not_named", "A consent names its receiver. Choose a recipient.")
        consent, decision = consent_for(
            asked.person, asked.recipient, asked.purpose, asked.categories, asked.now
        )
        if consent is None:
            raise NotPermitted(decision.code, decision.sentence)
        if asked.purpose == SharedFor.PROCEEDINGS and consent.kind != ConsentKind.PROCEEDINGS:
            raise NotPermitted("proceedings", "This consent was not given for legal proceedings.")
        allowed = frozenset(consent.categories) & frozenset(asked.categories)
        if not allowed:
            raise NotPermitted("category_not_covered", "The consent does not cover any of this information.")
        return Grant(allowed, consent, copy_of(consent, asked.recipient))


def copy_of(consent: Consent, to: Recipient) -> ConsentCopy:
    """Return the copy of a signed consent that goes along with what it allows, as far as it concerns `to`.

    Who else is named says where else the person asked for help, which is nobody's business there.
    """
    signed_in, facts = consent.elements["signed_language"], facts_of(consent)
    named = {one["id"]: one["name"] for one in consent.elements["recipients"]}
    texts = {Language.ENGLISH: consent.text_en, Language.SPANISH: consent.text_es}
    if named:
        own = named.get(str(to.pk), to.called)
        texts = {one: for_one(text, one, [*named.values()], own) for one, text in texts.items()}
        facts = replace(facts, recipients=(RecipientFacts(id=str(to.pk), name=own),))
    return ConsentCopy(
        consent_id=consent.pk,
        scope=scope(facts),
        text=texts[Language.ENGLISH],
        signed_text=texts[Language(signed_in)],
        language=signed_in,
        signature=consent.signature,
        signed_at=consent.signed_at,
        sha256=consent.sha256,
    )
