"""Pictures and texts to scores."""
