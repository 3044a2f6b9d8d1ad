"""People on file get care teams: who owned their episodes or made their record, and the clinicians."""

from django.db import migrations

# The clinicians as a role belong to it while an episode is open whose assessment was sent.
FILL = """
    INSERT INTO records_careteam (id, person_id, user_id, role, reason)
    SELECT gen_random_uuid(), known.person_id, known.user_id, '', 'before' FROM (
        SELECT person_id, owner_id AS user_id FROM intake_episode
        UNION
        SELECT event.person_id, event.actor_id FROM audit_event event
            JOIN records_person person ON person.id = event.person_id
            JOIN accounts_user creator ON creator.id = event.actor_id
            WHERE event.name = 'person.created' AND event.actor_kind = 'staff'
    ) known
    ON CONFLICT DO NOTHING;
    INSERT INTO records_careteam (id, person_id, user_id, role, reason)
    SELECT DISTINCT ON (episode.person_id) gen_random_uuid(), episode.person_id, NULL::uuid, 'clinician', 'before'
        FROM intake_episode episode JOIN intake_assessment sent ON sent.episode_id = episode.id
        WHERE episode.status = 'open' AND sent.submitted_at IS NOT NULL
    ON CONFLICT DO NOTHING;
"""
EMPTY = """
    ALTER TABLE records_careteam DISABLE TRIGGER records_careteam_frozen;
    DELETE FROM records_careteam WHERE reason = 'before';
    ALTER TABLE records_careteam ENABLE TRIGGER records_careteam_frozen;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0005_reported_use"),
        ("records", "0007_care_teams"),
        ("audit", "0001_foundation"),
    ]

    operations = [migrations.RunSQL(FILL, EMPTY)]
