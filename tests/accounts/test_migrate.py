"""`migrate` tells a model of its constraints and indexes, and renders no other model again for them."""

from django.db import models
from django.db.migrations.state import ModelState, ProjectState

import accounts.management.commands.migrate  # noqa: F401 (what is tested happens as it is imported)

CONSTRAINT = models.CheckConstraint(condition=models.Q(size__gt=0), name="box_has_size")
WIDER = models.CheckConstraint(condition=models.Q(size__gt=1), name="box_has_size")
INDEX = models.Index(fields=["size"], name="box_by_size")


def boxes() -> ProjectState:
    state = ProjectState()
    key = ("id", models.AutoField(primary_key=True))
    state.add_model(ModelState("store", "Shelf", [key]))
    shelf = models.ForeignKey("store.Shelf", models.CASCADE)
    fields = [key, ("size", models.IntegerField()), ("on", shelf)]
    state.add_model(ModelState("store", "Box", fields, {"indexes": [], "constraints": []}))
    return state


def test_a_rendered_model_hears_of_its_constraints_and_indexes_and_nothing_is_rendered_again():
    state = boxes()
    box, shelf = state.apps.get_model("store.Box"), state.apps.get_model("store.Shelf")
    state.add_constraint("store", "box", CONSTRAINT)
    state.add_index("store", "box", INDEX)
    assert box._meta.constraints == [CONSTRAINT] and box._meta.indexes == [INDEX]
    state.alter_constraint("store", "box", CONSTRAINT.name, WIDER)
    assert box._meta.constraints == [WIDER]
    state.remove_constraint("store", "box", WIDER.name)
    state.remove_index("store", "box", INDEX.name)
    assert box._meta.constraints == [] and box._meta.indexes == []
    assert (state.apps.get_model("store.Box"), state.apps.get_model("store.Shelf")) == (box, shelf)


def test_a_model_that_is_rendered_later_has_its_constraints_and_indexes():
    state = boxes()
    state.add_constraint("store", "box", CONSTRAINT)
    state.add_index("store", "box", INDEX)
    assert "apps" not in state.__dict__
    box = state.apps.get_model("store.Box")
    assert box._meta.constraints == [CONSTRAINT] and box._meta.indexes == [INDEX]
