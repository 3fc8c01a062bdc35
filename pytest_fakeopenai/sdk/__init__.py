"""What the installed SDK says of the API; nothing here is imported before a request comes."""
