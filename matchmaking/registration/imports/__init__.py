"""Taking spreadsheets in: reading, finding the columns, checking every row, and storing all or nothing."""
