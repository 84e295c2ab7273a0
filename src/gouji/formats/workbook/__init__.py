"""The workbook: the form as an Excel file that clerks fill in."""
