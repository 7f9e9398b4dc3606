# The service and nothing else: Node, the libraries it is linked with, the build, and a program for the health check. No
# shell, no package manager. 144 MB, of which Node is 120.

# For a published image, name it by its digest: --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build

# What would be the root of a small distribution. Of busybox the image has only wget: it reads /readyz in a millisecond,
# for which a start of Node needs 30.
RUN apt-get update -q \
  && apt-get install -qy --no-install-recommends busybox-static \
  && mkdir -p /image/etc/rollcall /image/usr/bin \
  && cp /bin/busybox /image/usr/bin/wget \
  && cp "$(command -v node)" /image/usr/bin/node \
  && for library in $(ldd /image/usr/bin/node | grep -o '/[^ )]*'); do install -D "$library" "/image$library"; done \
  && echo 'rollcall:x:10001:10001::/app:/nologin' > /image/etc/passwd \
  && echo 'hosts: files dns' > /image/etc/nsswitch.conf \
  && install -d -m 1777 /image/tmp

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The libraries of the program and the bundler, as locked. Neither needs an install script.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && npm install --no-save --save-prod --omit=dev --ignore-scripts --no-audit --no-fund \
    "rolldown@$(node -p 'require("./package.json").devDependencies.rolldown')"
COPY . ./
RUN node dev/build/main.ts /image/app

FROM scratch
ARG NODE_IMAGE
ARG VERSION=
LABEL org.opencontainers.image.title="Rollcall" \
  org.opencontainers.image.description="Keeps the managed access groups of an application true to a company's directory" \
  org.opencontainers.image.licenses="MIT" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.base.name="${NODE_IMAGE}"
COPY --from=build /image /
ENV NODE_ENV=production ROLLCALL_CONFIG=/etc/rollcall/rollcall.yaml
WORKDIR /app
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/readyz"]
ENTRYPOINT ["node", "/app/rollcall.js"]
CMD ["serve"]
