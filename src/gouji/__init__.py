"""gouji (勾稽): the cross-checks of China's 政府信息公开工作年度报告, from the workbook to the Word report."""

__version__ = "0.1.0"
