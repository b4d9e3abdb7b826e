"""The WSGI entry: ``flask --app app`` and ``gunicorn app:app`` find the application here."""

from matchmaking.factory import create_app

app = create_app()
