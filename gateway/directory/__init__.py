"""Agencies and their people: agreements, training, who may ask for what, and whom to call."""
