"""How an installation is set up: on one machine, in an image, on a cluster."""
