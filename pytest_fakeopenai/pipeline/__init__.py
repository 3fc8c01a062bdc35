"""The steps that every request goes through, whatever carries it."""
