"""A move to another level starts the review period of that level: the open review is due later."""

from django.db import migrations, models

# The trigger of a move clears its decision within a level: only a move between levels carries a review.
DUE = """
    CREATE FUNCTION programs_stepreview_due_by_move() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
        SET search_path = public, pg_temp AS $$
    BEGIN
        IF NEW.due_at IS DISTINCT FROM (
            SELECT review_at FROM programs_staymove WHERE admission_id = NEW.admission_id
            ORDER BY moved_at DESC, id LIMIT 1) THEN
            PERFORM programs_refuse('row_is_fixed', 'Only a move to another level puts a review off.');
        END IF;
        RETURN NEW;
    END $$;
    REVOKE ALL ON FUNCTION programs_stepreview_due_by_move() FROM PUBLIC;
    DROP TRIGGER programs_stepreview_keep ON programs_stepreview;
    CREATE TRIGGER programs_stepreview_keep BEFORE UPDATE ON programs_stepreview FOR EACH ROW
        EXECUTE FUNCTION programs_keep_but('due_at', 'move', 'done_at', 'done_by_id', 'said');
    CREATE TRIGGER programs_stepreview_due_by_move BEFORE UPDATE ON programs_stepreview FOR EACH ROW
        WHEN (NEW.due_at <> OLD.due_at) EXECUTE FUNCTION programs_stepreview_due_by_move();
"""
DUE_REVERSE = """
    DROP TRIGGER programs_stepreview_due_by_move ON programs_stepreview;
    DROP FUNCTION programs_stepreview_due_by_move();
    DROP TRIGGER programs_stepreview_keep ON programs_stepreview;
    CREATE TRIGGER programs_stepreview_keep BEFORE UPDATE ON programs_stepreview FOR EACH ROW
        EXECUTE FUNCTION programs_keep_but('move', 'done_at', 'done_by_id', 'said');
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0028_places_by_decision")]

    operations = [
        migrations.AddField(model_name="staymove", name="review_at", field=models.DateTimeField(null=True)),
        migrations.AddConstraint(
            model_name="staymove",
            constraint=models.CheckConstraint(
                condition=models.Q(review_at=None)
                | models.Q(determination__isnull=False, review_at__gt=models.F("moved_at")),
                name="programs_staymove_review_of_level",
                violation_error_message="A review starts anew after a move to another level.",
            ),
        ),
        migrations.RunSQL(DUE, DUE_REVERSE),
    ]
