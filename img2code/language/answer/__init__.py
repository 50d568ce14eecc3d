"""What language models answer: read, repaired, or refused."""
