"""Each of the twenty-five promises to an outsider has a test, and each test that the list names exists."""

import re
from pathlib import Path

from tests import outsider

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^ ?(\d+) ((?:P2|HS|AS|TM|PF)-\d\d) +(tests/\S+\.py)::(test_\w+)$", re.MULTILINE)
PROMISES = {
    1: {"P2-10"}, 2: {"P2-11"}, 3: {"P2-13"}, 4: {"P2-50"}, 5: {"P2-52", "P2-60"}, 6: {"P2-55"}, 7: {"P2-56"},
    8: {"P2-57"}, 9: {"P2-70"}, 10: {"P2-76"}, 11: {"P2-80"}, 12: {"P2-82"}, 13: {"P2-88"}, 14: {"P2-90"},
    15: {"HS-01"}, 16: {"HS-04"}, 17: {"HS-05"}, 18: {"HS-10"}, 19: {"AS-06"}, 20: {"AS-45"}, 21: {"AS-60"},
    22: {"TM-12"}, 23: {"TM-16"}, 24: {"TM-20"}, 25: {"PF-01", "PF-03", "PF-20"},
}  # fmt: skip


def test_each_promise_has_a_test_that_exists():
    rows = ROW.findall(outsider.__doc__)
    listed = {}
    for number, name, path, test in rows:
        listed.setdefault(int(number), set()).add(name)
        assert re.search(rf"^def {test}\(", (ROOT / path).read_text(), re.MULTILINE), f"{path}::{test}"
    assert listed == PROMISES
