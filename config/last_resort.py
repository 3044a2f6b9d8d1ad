"""The page for when nothing else works: it stands in the source, and needs no template and no database."""

import logging
import secrets
import sys
from collections.abc import Callable, Iterable
from typing import Any

log = logging.getLogger("clearway.web")

PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow"><title>Something went wrong</title></head>
<body><main><h1>Sorry, something went wrong on our side</h1>
<p>Go back: what you typed is still there. Try again in a moment.</p>
<p>In danger now? Call <a href="tel:911">911</a>.
Thoughts of suicide: call or text <a href="tel:988">988</a>.</p>
<p lang="es">Algo no funcion\u00f3 de nuestro lado. Vuelva atr\u00e1s e int\u00e9ntelo de nuevo en un momento.
\u00bfEn peligro ahora? Llame al <a href="tel:911">911</a>. Pensamientos de suicidio: llame o escriba al
<a href="tel:988">988</a>.</p>
<p>Reference: {reference}</p></main></body></html>
"""
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "no-store, private"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Robots-Tag", "noindex, nofollow"),
)

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def with_last_resort(application: Application) -> Application:
    """Answer what Django itself could not: a fixed page, and one log line with the same reference."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            return application(environ, start_response)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("no page could be made, reference %s", reference)
            body = PAGE.format(reference=reference).encode()
            headers = [*HEADERS, ("Content-Length", str(len(body)))]
            start_response("500 Internal Server Error", headers, sys.exc_info())
            return [body]

    return answer
