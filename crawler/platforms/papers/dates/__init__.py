"""Which dates speak for a link, and which of them is believed."""
