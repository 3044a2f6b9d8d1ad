"""pytest plugin: a run in which a test was skipped, or failed as expected, is a failed run.

A skipped test proves nothing; a missing browser or server is an error to be seen.
"""

import pytest

NOT_RUN = ("skipped", "xfailed", "xpassed")


def _not_run(config: pytest.Config) -> int:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return sum(len(reporter.stats.get(kind, [])) for kind in NOT_RUN) if reporter else 0


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a good exit status into a failure; the workers of pytest-xdist leave this to the controller."""
    if not hasattr(session.config, "workerinput") and _not_run(session.config) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why, above pytest's own last line."""
    if count := _not_run(terminalreporter.config):
        terminalreporter.write_line(f"FAILED: {count} not run (skipped or expected to fail)", red=True)
