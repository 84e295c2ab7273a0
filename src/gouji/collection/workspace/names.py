"""The names of the files and folders of a workspace. Looking for a workspace imports nothing else of the package."""

SETTINGS = "设置.toml"
"""A folder with this file is a workspace."""
ROSTER = "名册.xlsx"
KEY = "签发密钥.txt"
ISSUED, RECEIVED, ARCHIVED = "下发", "回收", "归档"
SENT_BACK, REPORTS, TOTALS, LAST_YEAR = "退回", "报告", "汇总", "上年"
FOLDERS = (ISSUED, RECEIVED, ARCHIVED, SENT_BACK, REPORTS, TOTALS, LAST_YEAR)
LOCK = ".gouji.lock"
HOLDER = ".gouji.holder"
