"""Settings of gunicorn, the web server: `gunicorn config.wsgi -c config/web.py`, plus workers and address.

What a client claims about the way it came (`X-Forwarded-Proto` and the like) is read by Django alone, and
only behind the TLS proxy: gunicorn itself believes no peer, not even one on this machine.
"""

logger_class = "config.web_log.WebLog"
forwarded_allow_ips = ""
proxy_allow_ips = ""
worker_class = "gthread"
graceful_timeout = 5
loglevel = "warning"
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 60
