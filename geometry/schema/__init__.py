"""What a template's signature states: kinds of numbers, parameters, templates, joints."""
