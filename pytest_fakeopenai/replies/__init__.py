"""What a test scripts: parts, replies, faults, timing, and the shorthand for them."""
