# One image for every role: pages (the command below), worker, beat and migrations, each named in compose.yaml.

FROM python:3.11-slim-bookworm AS build
RUN apt-get -qq update && apt-get -qq -y --no-install-recommends install make
ENV UV_COMPILE_BYTECODE=1
WORKDIR /app
COPY Makefile ./
COPY requirements requirements
RUN make .venv/.run
COPY . .
RUN make install \
    && .venv/bin/python -m pip --quiet uninstall --yes uv hatchling editables \
    && .venv/bin/python -m compileall -q src workers

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --create-home requestflow
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REQUESTFLOW_HOME=/data
USER requestflow
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "wsgi:app", "--bind=0.0.0.0:8000", "--workers=2", "--threads=8", "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--graceful-timeout=30", "--logger-class=requestflow.web.gunicorn.Lines"]
