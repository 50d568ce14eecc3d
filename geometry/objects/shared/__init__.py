"""Template functions and samplers that several categories share exactly."""
