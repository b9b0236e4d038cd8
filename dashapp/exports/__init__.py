"""Any table as a file: CSV and XLSX, made with progress and handed over once."""
