"""The one reading of a text: its stored form, words and their keys, joins of pages, quotes."""
