"""A spreadsheet from outside, read within limits: values and what is shown. It knows no form."""
