"""The household workbook as people fill it in: read, checked cell by cell, every fault named."""
