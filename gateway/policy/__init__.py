"""What may be done: `decide` turns a principal and an act into a Permit or a Deny. Pure: no clock, disk or network."""
