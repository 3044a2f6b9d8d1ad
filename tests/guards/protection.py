"""What every answer carries, whoever asks for whatever."""

ALWAYS = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "script-src 'self'",
)
BANNERS = ("Server", "X-Powered-By", "Via", "X-AspNet-Version", "X-Django-Version")


def faults(response) -> list[str]:
    """Return what an answer lacks, or tells of what runs here."""
    wrong = [f"{name}: {response.get(name)}" for name, value in ALWAYS.items() if response.get(name) != value]
    policy = response.get("Content-Security-Policy", "")
    if not policy.startswith("sandbox"):
        wrong += [part for part in POLICY if part not in policy]
    if "unsafe" in policy or "report-uri" in policy or "report-to" in policy:
        wrong.append(policy)
    wrong += [name for name in (*BANNERS, "Access-Control-Allow-Origin") if name in response]
    return wrong


def may_be_indexed(response) -> bool:
    """Whether a search engine may keep the answer."""
    return "noindex" not in response.get("X-Robots-Tag", "")
