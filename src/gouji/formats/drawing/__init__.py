"""Drawing sheets with xlsxwriter, for the workbook and the tables."""
