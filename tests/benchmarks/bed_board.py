"""How long the bed board takes with 500 beds, 450 people in them, and 5,000 stays before those.

A measurement and no test, so the suite leaves it out: `python -m pytest tests/benchmarks/bed_board.py -s`.
"""

import statistics
import sys
import time
from contextlib import closing

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.models import Admission, Bed
from tests.database import owner
from tests.factories.episodes import make_episode
from tests.programs.gate import Case, admit

pytestmark = pytest.mark.django_db(transaction=True)
BEDS, INSIDE, BEFORE, ROUNDS = 500, 450, 10, 10

# As the owner, with the gate's triggers off: 5,450 admissions one by one would take many minutes.
FILL = """
    ALTER TABLE programs_beduse DISABLE TRIGGER USER;
    ALTER TABLE programs_admission DISABLE TRIGGER USER;
    INSERT INTO programs_beduse (id, bed_id, kind, episode_id, period, released_at)
        SELECT gen_random_uuid(), b.id, 'stay', %(episode)s,
               tstzrange(s.ends - interval '20 days', s.ends), s.ends
        FROM programs_bed b, generate_series(1, %(before)s) n,
             LATERAL (SELECT app_now() - n * interval '25 days' AS ends) s
        WHERE b.program_id = %(program)s;
    CREATE TEMPORARY TABLE inside ON COMMIT DROP AS
        SELECT gen_random_uuid() AS use_id, b.id AS bed_id, e.id AS episode_id
        FROM (SELECT id, row_number() OVER (ORDER BY label) AS n FROM programs_bed
              WHERE program_id = %(program)s AND id <> %(bed)s) b
        JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM intake_episode
              WHERE id <> %(episode)s) e USING (n);
    INSERT INTO programs_beduse (id, bed_id, kind, episode_id, period)
        SELECT use_id, bed_id, 'stay', episode_id, tstzrange(app_now() - interval '9 days', NULL) FROM inside;
    INSERT INTO programs_admission
        SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'bed_use_id', i.use_id,
               'bed_id', i.bed_id, 'episode_id', i.episode_id))).*
        FROM inside i, programs_admission a WHERE a.id = %(admission)s;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE programs_admission ENABLE TRIGGER USER;
    ALTER TABLE programs_beduse ENABLE TRIGGER USER;
"""


def test_bed_board(client, as_user):
    """Fill the center, then ask for the board and for one bed's history again and again."""
    case = Case.good()
    assert admit(case) is None
    Bed.objects.bulk_create(Bed(program=case.program, label=f"B{n:04}") for n in range(BEDS - 1))
    for number in range(INSIDE - 1):
        make_episode(case.ana, f"Person {number}")
    values = {
        "episode": str(case.episode.pk),
        "program": str(case.program.pk),
        "bed": str(case.bed.pk),
        "admission": str(Admission.objects.get().pk),
        "before": BEFORE,
    }
    with closing(owner()) as to, to.cursor() as cursor:
        cursor.execute(FILL, values)
    as_user(case.sam)
    board = reverse("programs:bed-board")
    for path in (board, board + "?names=full", reverse("programs:bed-history", args=[case.bed.pk])):
        client.get(path)
        took = []
        for _ in range(ROUNDS):
            with CaptureQueriesContext(connection) as captured:
                begun = time.perf_counter()
                page = client.get(path)
                took.append(1000 * (time.perf_counter() - begun))
        size = len(page.content) // 1024
        middle, worst = statistics.median(took), max(took)
        sys.stdout.write(
            f"\n{path}: {len(captured)} queries, {middle:.0f} ms (worst {worst:.0f}), {size} KiB\n"
        )
