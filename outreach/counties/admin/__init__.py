"""Staff pages of the county registry: the registrar's list, unit, unclear names, imports; the county officer's desk."""
