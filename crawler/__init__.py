"""The crawl: source lines and platforms in, meetings, papers and their bytes out."""
