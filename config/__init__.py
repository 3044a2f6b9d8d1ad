"""Settings and wiring: no models, and no imports of apps except in urls."""
