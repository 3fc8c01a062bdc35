"""What suites put in the place of the clock, the sockets, the file system and the rest of the interpreter."""
