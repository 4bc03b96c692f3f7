"""Copies on paper: layout, watermark, rendering, numbers. Takes plain values, decides nothing and records nothing."""
