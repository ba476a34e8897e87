# The egress proxy: Envoy, the inspector and what starts them, as `zt-ai proxy run` starts them on a laptop.
#
#   docker build -t zt-ai/egress-proxy:0.1.0 .
#   docker run --read-only --cap-drop ALL --security-opt no-new-privileges \
#     -e ZT_AI_PROXY_POLICY -e ZT_AI_PROXY_AUTHORITY -p 3128:3128 -p 8443:8443 zt-ai/egress-proxy:0.1.0
#
# The base image is an argument, so that a deployment can give the digest of the copy in its own registry.
ARG PYTHON_IMAGE=python:3.11-slim

FROM ${PYTHON_IMAGE} AS build
COPY requirements/proxy.txt /build/
# Every file is checked against its hash, and wheels alone are taken: a source distribution would run code of its own
# here. Byte code is made now, because nothing can be written when it runs.
RUN python -m venv --without-pip /opt/zt-ai \
 && python -m pip --disable-pip-version-check --no-cache-dir --python /opt/zt-ai/bin/python \
      install --require-hashes --only-binary :all: --compile -r /build/proxy.txt
COPY zt_ai /opt/zt-ai/lib/python3.11/site-packages/zt_ai
RUN python -m compileall -q --invalidation-mode unchecked-hash /opt/zt-ai/lib/python3.11/site-packages/zt_ai

FROM ${PYTHON_IMAGE}
# Nothing in the image may give anybody more rights, and nothing installs anything. /scratch is the only place that is
# written to; a volume that is mounted there while empty takes its owner and mode from here.
RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} + \
 && python -m pip --disable-pip-version-check uninstall --yes --quiet --root-user-action ignore setuptools wheel pip \
 && install -d -o 65532 -g 65532 -m 0700 /scratch
COPY --from=build /opt/zt-ai /opt/zt-ai
ENV PATH=/opt/zt-ai/bin:/usr/local/bin:/usr/bin:/bin \
    HOME=/scratch \
    TMPDIR=/scratch \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONSAFEPATH=1
# Not /scratch: Python looks for modules where it is started.
WORKDIR /
USER 65532:65532
VOLUME /scratch
EXPOSE 3128 8443 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8081/ready', timeout=2)"]
ENTRYPOINT ["python", "-m", "zt_ai.egress.run"]
