"""Ana at her desk, with an assessment whose safety questions were asked."""

import pytest

from tests.factories.episodes import (
    ask_safety,
    make_assessment,
)


@pytest.fixture
def desk(as_user, ana):
    return as_user(ana)


@pytest.fixture
def assessment(ana):
    made = make_assessment(ana)
    ask_safety(ana, made.episode)
    return made
