# The service and nothing else: Node, the libraries it is linked with, production packages, our sources. No shell, no
# package manager. 170 MB, of which Node is 120.
FROM node:24-bookworm-slim AS build

# What would be the root of a small distribution.
RUN mkdir -p /image/etc/rollcall /image/usr/bin \
  && cp "$(command -v node)" /image/usr/bin/node \
  && for library in $(ldd /image/usr/bin/node | grep -o '/[^ )]*'); do install -D "$library" "/image$library"; done \
  && echo 'rollcall:x:10001:10001::/app:/nologin' > /image/etc/passwd \
  && echo 'hosts: files dns' > /image/etc/nsswitch.conf \
  && install -d -m 1777 /image/tmp

WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# Nothing that we ship needs an install script, or anything optional: that would be the TypeScript compiler, 25 MB.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
  && find node_modules -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) -delete

FROM scratch
COPY --from=build /image /
COPY --from=build /app/node_modules /app/node_modules
COPY package.json /app/
COPY src /app/src
ENV NODE_ENV=production ROLLCALL_CONFIG=/etc/rollcall/rollcall.yaml
WORKDIR /app
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then(answer => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The flags as in bin/node-flags.js, which says why.
ENTRYPOINT ["node", "--min-semi-space-size=16", "--max-semi-space-size=16", "--initial-old-space-size=120", "--heap-growing-percent=30", "--v8-pool-size=1", "/app/src/main.ts"]
CMD ["serve"]
