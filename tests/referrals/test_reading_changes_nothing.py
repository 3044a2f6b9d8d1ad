"""A partner's GET changes nothing but the trail, whatever page of a live link it asks for."""

import pytest
from django.db import connection
from django.urls import reverse

from referrals.models import Offer
from referrals.urls_partner import urlpatterns
from tests.factories.referrals import accept, arrived, one_sent

pytestmark = pytest.mark.django_db
PAGES = [one.name for one in urlpatterns if "offer_id" in str(one.pattern)]
MAY_CHANGE = {"audit_event", "django_session", "accounts_throttlecounter"}


def all_rows():
    """Every table's rows as the database counts and hashes them, without the trail."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - MAY_CHANGE):
            quoted = connection.ops.quote_name(table)
            cursor.execute(
                f"SELECT count(*), coalesce(sum(hashtextextended(one::text, 0)), 0) FROM {quoted} one"
            )
            found[table] = cursor.fetchone()
    return found


def nothing(offer, ana):
    return offer


def both(offer, ana):
    accept(offer, ana)
    return arrived(offer, ana)


@pytest.mark.parametrize("answer", [nothing, accept, both])
def test_no_page_of_a_live_link_writes_on_get(ana, client, answer):
    offer, token, code = one_sent(ana)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    answer(Offer.objects.get(pk=offer.pk), ana)
    before = all_rows()
    assert before["referrals_offer"][0] == 1
    addresses = [reverse("partner:landing", args=[token])]
    addresses += [reverse(f"partner:{name}", args=[offer.pk]) for name in PAGES]
    for address in addresses:
        for ask in (client.get, client.head):
            assert ask(address).status_code in {200, 404, 405}
            assert all_rows() == before, address
    assert client.get(reverse("partner:referral", args=[offer.pk])).status_code == 200


def test_the_check_sees_what_opening_the_record_writes(ana, client):
    offer, token, code = one_sent(ana)
    client.post(reverse("partner:verify"), {"token": token, "code": code})
    accept(offer, ana)
    before = all_rows()
    client.post(reverse("partner:packet", args=[offer.pk]))
    assert {name for name, rows in all_rows().items() if rows != before[name]} == {
        "records_disclosure",
        "referrals_packet",
    }
