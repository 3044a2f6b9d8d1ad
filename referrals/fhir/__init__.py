"""A kept packet as a FHIR R4 (4.0.1) document: pure functions from the packet's content to plain dicts."""
