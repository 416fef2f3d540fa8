"""The least that an application can do to keep a request: one Flask view that inserts one row."""

from flask import Flask, request
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert
from werkzeug.wrappers import Response

from requestflow.settings import settings
from requestflow.store.session import make_engine

app = Flask(__name__)
engine = make_engine(settings().database_url)
bare = Table("bare", MetaData(), Column("id", Integer, primary_key=True), Column("said", Text, nullable=False))


@app.get("/")
def ready() -> str:
    return "ready"


@app.post("/")
def keep() -> Response:
    with engine.begin() as connection:
        connection.execute(insert(bare).values(said=request.form["description"]))
    return Response(status=303, headers={"Location": "/"})
