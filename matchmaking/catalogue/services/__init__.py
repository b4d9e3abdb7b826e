"""Business actions on categories, products, certificates and needs."""
