"""Vector stores, one module for each kind of thing that is kept or asked."""
