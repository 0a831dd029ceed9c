# syntax=docker/dockerfile:1
# Two images from one file: `app` (web, worker, scheduler) and `proxy` (nginx, static files).

# --- Packages, in a virtual environment that is copied whole ---
FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-input --prefer-binary --require-hashes --requirement requirements.txt

# --- The product ---
FROM python:3.11-slim-bookworm AS app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    VAR_DIR=/data \
    STATIC_ROOT=/app/staticfiles
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent portal \
    && install --directory --owner=portal --group=portal /app /data /data/media
COPY --from=packages /venv /venv
WORKDIR /app
COPY --chown=portal:portal . .
USER portal
# The settings stop on a missing variable: these stand-ins live for this one command and open nothing.
RUN python -m compileall -q accounts home marketplace portal search \
    && SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
       DATABASE_URL=postgres://build@localhost/build \
       REDIS_URL=redis://localhost \
       PLATFORM_URL=https://localhost \
       EMAIL_URL=smtp://localhost \
       DEFAULT_FROM_EMAIL=build@localhost.localdomain \
       python manage.py collectstatic --no-input --verbosity 0
VOLUME /data
EXPOSE 8000
# Two processes of four threads suit two cores; GRANIAN_WORKERS and GRANIAN_BLOCKING_THREADS change it.
ENV GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000 \
    GRANIAN_INTERFACE=wsgi \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=4 \
    GRANIAN_BACKPRESSURE=64 \
    GRANIAN_WEBSOCKETS=false \
    GRANIAN_WORKERS_KILL_TIMEOUT=8 \
    GRANIAN_RESPAWN_FAILED_WORKERS=true
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
    CMD ["python", "docker/healthy.py", "http://127.0.0.1:8000/health/ready"]
CMD ["granian", "portal.wsgi:application"]

# --- The proxy: static files and the files that the product allows ---
FROM nginx:1.28-alpine AS proxy
COPY docker/nginx.conf /etc/nginx/nginx.conf
COPY --from=app /app/staticfiles /srv/static
# nginx's own user, in the product's group: uploaded files are readable by that group alone.
USER 101:10001
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=4 \
    CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health/live"]
