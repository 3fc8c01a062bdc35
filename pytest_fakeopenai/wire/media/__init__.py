"""Images, speech, videos and transcripts as real files, and what a file is by its bytes."""
