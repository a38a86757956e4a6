"""Active discovery: who looks eligible and has no file, or a file and no aid."""
