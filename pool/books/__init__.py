"""The municipality's own books beside ours, to the øre."""
