# The product as an image: built JavaScript, the packages that it needs at run time, Node, and nothing that compiles.
#   docker build -t internet-assistant .
# test/ops/image.test.ts carries out these steps; keep to COPY, RUN, ENV and what else it knows.
ARG BASE=node:24.21.0-trixie-slim

FROM ${BASE} AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run generate && npm run build:web && npm run build

FROM ${BASE} AS modules
WORKDIR /build
COPY package.json package-lock.json ./
# Without the PostgreSQL and the Node that the packages bring for a start without any, and without Prisma's command line
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
 && npm pkg delete dependencies.prisma dependencies.node optionalDependencies \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && find node_modules \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -type f -delete

FROM ${BASE} AS image
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 DATA_DIR=/data
# npm has done its work
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* /usr/local/bin/yarn* \
 && install -d -o 65532 -g 65532 /data
WORKDIR /app
COPY --from=modules /build/node_modules ./node_modules
COPY --from=build /build/package.json ./package.json
COPY --from=build /build/dist ./dist
# Where statements lie while FILES_URL is file:. Everything else may be read-only.
VOLUME /data
USER 65532:65532
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node is process 1 and hears SIGTERM itself; give it STOP_NOTICE_SECONDS + STOP_STREAMS_SECONDS + 20 seconds.
STOPSIGNAL SIGTERM
# Of a gibibyte that it may take, 700 MiB for what JavaScript keeps.
CMD ["node", "--max-old-space-size=700", "--max-semi-space-size=32", "--heap-growing-percent=100", "dist/src/main.js"]
