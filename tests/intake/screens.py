"""What the tests of intake's screens share: addresses, and a form as a browser would send it back."""

import re

from django.urls import reverse


def at(name, *args):
    return reverse(f"intake:{name}", args=args)


def fields_of(page):
    """What a browser without JavaScript would send back from the page's form, unchanged."""
    text = page.content.decode()
    form = max(re.findall(r'<form method="post".*?</form>', text, re.DOTALL), key=len)
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        kind, name = re.search(r'type="([^"]*)"', tag)[1], re.search(r'name="([^"]*)"', tag)[1]
        value = re.search(r'value="([^"]*)"', tag)
        if name == "csrfmiddlewaretoken" or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        data.setdefault(name, []).append(value[1] if value else "")
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = [body]
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        data[name] = [chosen[1] if chosen else ""]
    return data


def section_url(assessment, key):
    return at("assessment-section", assessment.episode_id, key)


def send(desk, assessment, key, do="next", **values):
    """Open a section, change some fields and post the whole form."""
    page = desk.get(section_url(assessment, key))
    data = fields_of(page)
    data.update({name: value if isinstance(value, list) else [value] for name, value in values.items()})
    return desk.post(section_url(assessment, key), {**data, "do": do})
