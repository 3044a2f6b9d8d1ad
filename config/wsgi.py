"""The entry point of the web server. Refuses to start where real people would not be safe."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.last_resort import with_last_resort
from config.neutral import warn_of_telling_names
from config.ring_users import refuse_missing_keys
from config.safety import refuse_unsafe, refuse_wrong_world

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

refuse_unsafe(settings)
application = with_last_resort(get_wsgi_application())
refuse_wrong_world(settings)
warn_of_telling_names(settings)
refuse_missing_keys()
