"""Images, sounds, films and transcripts as real bytes."""
