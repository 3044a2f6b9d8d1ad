"""`migrate`, without rendering nearly every model again for each constraint and each index.

After a change Django renders the changed model again with all that touch it, which here are nearly all. A
constraint or an index changes no other model: the one it belongs to is told of it, and none is rendered.
"""

from collections.abc import Callable

from django.core.management.commands.migrate import Command as PlainMigrate
from django.db.migrations.state import ProjectState


def _tells_its_model(change: Callable[..., None]) -> Callable[..., None]:
    """Return `change` of a model's constraints or indexes, which then renders nothing."""

    def changed(state: ProjectState, app_label: str, model_name: str, option: str, *details: object) -> None:
        rendered = state.__dict__.pop("apps", None)  # a state that has none has nothing to render again
        change(state, app_label, model_name, option, *details)
        if rendered is not None:
            state.apps = rendered
            options = state.models[app_label, model_name].options
            setattr(rendered.get_model(app_label, model_name)._meta, option, options[option])

    return changed


for _name in ("_append_option", "_remove_option", "_alter_option"):
    setattr(ProjectState, _name, _tells_its_model(getattr(ProjectState, _name)))


class Command(PlainMigrate):
    """Django's own; what makes it faster has happened above."""
