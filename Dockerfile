# The gateway in one image. Not built where it was written, for want of a container engine: build it once before you rely on it.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE requirements/run.lock ./
RUN python -m venv /opt/sightline && /opt/sightline/bin/pip install --no-cache-dir --require-hashes -r run.lock
COPY gateway gateway
COPY connectors connectors
COPY audit audit
RUN /opt/sightline/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/sightline --create-home sightline
COPY --from=build /opt/sightline /opt/sightline
USER sightline
WORKDIR /var/lib/sightline
# The journal wants a volume of its own; mount one at /var/lib/sightline/journal.
VOLUME ["/var/lib/sightline"]
ENV SIGHTLINE_SETTINGS=/etc/sightline/settings.toml PATH=/opt/sightline/bin:$PATH
EXPOSE 8080
HEALTHCHECK CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=2)"]
CMD ["sightline", "serve"]
