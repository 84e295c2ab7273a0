"""What the workbook and the tables are drawn with: everything that touches xlsxwriter."""
