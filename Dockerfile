# One image for every service of compose.yaml. Nothing runs as root, nothing is compiled or downloaded at start.
FROM python:3.12-slim AS build
WORKDIR /site
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.txt
COPY app.py ./
COPY content content
COPY static static
COPY outreach outreach
COPY tools/verify_draw.py tools/
RUN OUTREACH_DATA_DIR=/data /venv/bin/flask --app app assets build && rm -f /data/secret \
    && /venv/bin/python -m compileall -q -j 0 app.py outreach
COPY deploy deploy

FROM python:3.12-slim
# Chinese on certificates.
RUN apt-get update && apt-get install -y --no-install-recommends fonts-noto-cjk && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --no-create-home outreach
COPY --from=build /venv /venv
COPY --from=build /site /site
COPY --from=build --chown=outreach:outreach /data /data
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 OUTREACH_ENV=production OUTREACH_DATA_DIR=/data
WORKDIR /site
USER outreach
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s --retries=3 CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py", "app:app"]
