"""Files of an object: meshes, mechanisms, CAD source."""
