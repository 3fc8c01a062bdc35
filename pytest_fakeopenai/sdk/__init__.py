"""What the installed SDK knows of the API: its operations, their types, and examples of these."""
