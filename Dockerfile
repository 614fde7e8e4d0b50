# Headroom's image: the program on a distroless Node.js, as a user without rights, on a read-only tree.
#
#   docker build -t headroom --build-arg REVISION="$(git rev-parse HEAD)" .
#   docker buildx build --platform linux/amd64,linux/arm64 ...
#
# No base image comes from Docker Hub: what watches its limit must not wait for it. Behind a mirror of your own, set
# BUILD_IMAGE and RUN_IMAGE. The digests are of the images for all platforms (CONTRIBUTING.md, "A pinned version").
ARG BUILD_IMAGE=pinned-build
ARG RUN_IMAGE=pinned-run

# Dependabot updates images of FROM lines, not those of arguments. A stage that is not used is not fetched.
FROM --platform=$BUILDPLATFORM public.ecr.aws/docker/library/node:24-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20 AS pinned-build
FROM gcr.io/distroless/nodejs24-debian12:nonroot@sha256:14d42e2511532589a7c7e01a753667a74fcc96266e137e8125006b87b0c32d0a AS pinned-run

FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json build.mjs bundles.mjs ./
COPY src ./src
RUN npm run build && mkdir data

# The database engine is a prebuilt file for each platform: npm picks it by name, so that nothing runs under emulation. It
# does not say which C library it is for, so that the one for musl has to be taken out.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS dependencies
ARG TARGETARCH
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --omit=dev --os=linux \
      --cpu="$(test "$TARGETARCH" = arm64 && echo arm64 || echo x64)" \
    && rm -r node_modules/@libsql/*-musl

FROM ${RUN_IMAGE}
ARG VERSION=0.2.0
ARG REVISION=unknown
ARG CREATED
LABEL org.opencontainers.image.title="Headroom" \
      org.opencontainers.image.description="Docker Hub rate-limit exporter and dashboard" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
ENV NODE_ENV=production \
    HEADROOM_REVISION=${REVISION} \
    HEADROOM_HISTORY_PATH=/data/headroom.db
WORKDIR /app
COPY --from=dependencies /src/node_modules ./node_modules
COPY package.json LICENSE CHANGELOG.md ./
COPY views ./views
COPY public ./public
COPY scenarios ./scenarios
COPY docs ./docs
COPY --from=build /src/dist ./dist
COPY --from=build --chown=65532:65532 /src/data /data
USER 65532:65532
VOLUME /data
EXPOSE 10429
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["/nodejs/bin/node", "/app/dist/main.js", "health"]
ENTRYPOINT ["/nodejs/bin/node", "/app/dist/main.js"]
