"""What OpenDocument files are like, whatever they hold."""
