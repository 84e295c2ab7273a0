from gouji.errors import DocumentError
def blocks_of(data):
    raise DocumentError("PDF")
