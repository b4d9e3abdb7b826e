"""Set-up and checks of the project: what ./dev runs, outside the application."""
