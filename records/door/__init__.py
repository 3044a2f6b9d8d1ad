"""What may open the door (`records.disclose`): one module for each lawful basis, with its own checks."""
