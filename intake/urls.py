"""Every staff address of intake."""

from intake import urls_contact, urls_episode

app_name = "intake"

urlpatterns = [*urls_contact.urlpatterns, *urls_episode.urlpatterns]
