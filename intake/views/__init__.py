"""Screens of intake."""
