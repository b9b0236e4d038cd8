"""Facts: files and databases in, trusted tables out. Imports neither `analytics` nor `dashapp`."""
