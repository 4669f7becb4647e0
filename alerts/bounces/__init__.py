"""Messages of ours that come back by mail: found in a mailbox, read, and believed only with proof."""
