"""What a request and its answer are billed for."""
