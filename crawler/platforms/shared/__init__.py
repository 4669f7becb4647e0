"""What several platforms use: reading pages, feeds, dates, committees, addresses."""
