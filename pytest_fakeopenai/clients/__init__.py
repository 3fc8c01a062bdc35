"""The client's side: official clients, the environment that points at the fake, and the guard against escapes."""
