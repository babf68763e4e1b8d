"""The contest: what a paper costs against the bare writes it needs, with few and with many attempts stored."""
