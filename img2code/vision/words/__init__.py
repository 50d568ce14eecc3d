"""Words for what codes and pictures show: read from texts, and written into sentences."""
