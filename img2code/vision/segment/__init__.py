"""Pictures and prompts to regions."""
