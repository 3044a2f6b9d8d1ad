"""A tester signs in, moves the demo clock from any staff page, and signs out."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_demo_clock_moves_on_a_button(sign_in, check_page, product, javascript):
    page = sign_in("ana", javascript=javascript)
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    if javascript:
        check_page(page)
    before = product.manage("demo_clock").strip()
    with page.expect_navigation():
        page.get_by_role("button", name="+15 min").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    assert product.manage("demo_clock").strip() > before
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    page.goto("/staff/")
    assert "/accounts/login/" in page.url
