"""The supervisor: web server, workers, beat and an embedded Redis started, watched and stopped
as one program.

Its children are forked from one process that has imported everything once and opened nothing:
they share those pages (less than half the memory of starting each by itself) and start at once.
"""
