"""The files and folders of a workspace by name. To look for a workspace needs nothing else of the package."""

SETTINGS = "设置.toml"
"""The file that makes a folder a workspace."""
ROSTER = "名册.xlsx"
KEY = "签发密钥.txt"
ISSUED, RECEIVED, ARCHIVED, RETURNED, REPORTS, SUMS, BEFORE = "下发", "回收", "归档", "退回", "报告", "汇总", "上年"
FOLDERS = (ISSUED, RECEIVED, ARCHIVED, RETURNED, REPORTS, SUMS, BEFORE)
LOCK = ".gouji.lock"
HOLDER = ".gouji.holder"
