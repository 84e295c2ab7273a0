"""The form: what is asked, in one edition."""
