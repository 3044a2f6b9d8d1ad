"""The demo world: synthetic people, partners and beds, and a clock that a tester can move."""
