"""HTTP in, HTML or JSON out: one page is one module is one template."""
