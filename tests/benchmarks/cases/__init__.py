"""What the rows of a group run: modules of tests for pytest, given to it by path, and programs for fresh processes."""
