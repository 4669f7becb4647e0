"""A page as a person sees it: its frame, lines, records and headings. No link is judged here."""
