# The web server and the worker of Geoloket in one image; the database is another container's (compose.yml).
FROM node:22-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.13-slim AS python
RUN python -m venv /opt/geoloket
WORKDIR /build
COPY requirements.lock ./
RUN /opt/geoloket/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY geoloket/ geoloket/
COPY ogc/ ogc/
COPY processing/ processing/
COPY layers/ layers/
COPY data/ data/
COPY web/ web/
COPY --from=web /build/web/dist web/dist/
RUN /opt/geoloket/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
# pg_dump and psql, for `geoloket db backup|restore|psql`; what WeasyPrint sets PDFs with
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /var/lib/geoloket geoloket
COPY --from=python /opt/geoloket /opt/geoloket
ENV PATH=/opt/geoloket/bin:$PATH GEOLOKET_HOME=/var/lib/geoloket/home GEOLOKET_SERVER__HOST=0.0.0.0
USER geoloket
WORKDIR /var/lib/geoloket
VOLUME /var/lib/geoloket/home
EXPOSE 8000
HEALTHCHECK --start-period=30s --interval=30s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=5)"]
ENTRYPOINT ["geoloket"]
CMD ["serve"]
