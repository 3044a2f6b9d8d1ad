"""Screens of programs."""
