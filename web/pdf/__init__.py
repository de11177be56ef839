"""PDFs, set by WeasyPrint in a process of its own: a page takes a second of pure computing, and
what it took in memory is given back.

``press`` asks for them; ``__main__`` is the program. Nothing is fetched: the program refuses every
address but that of our own font, which is given to it.
"""
