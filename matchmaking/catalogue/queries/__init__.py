"""Reading the catalogue: categories, products, needs."""
