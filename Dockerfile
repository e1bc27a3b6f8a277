# docker build --build-arg COMMIT=$(git rev-parse HEAD) -t silverback:0.1.0 .
# The image holds Node and one file. The program needs no shell, has no rights and writes nothing.
FROM node:26-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json ./
COPY scripts scripts
COPY src src
ARG COMMIT=unknown
ENV SILVERBACK_COMMIT=$COMMIT
RUN npm run build

FROM node:26-slim
LABEL org.opencontainers.image.title="Silverback" \
      org.opencontainers.image.description="An ingress controller for Kong Gateway" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
COPY LICENSE /silverback/
COPY --from=build /build/dist /silverback/
# The name under which Kong's chart and manifests start a controller, and our own.
RUN ["ln", "-s", "/silverback/silverback.mjs", "/manager"]
RUN ["ln", "-s", "/silverback/silverback.mjs", "/usr/local/bin/silverback"]
USER 1000:1000
# Health, metrics and diagnostics; the webhook listens where --admission-webhook-listen says.
EXPOSE 10254 10255 10256
ENTRYPOINT ["/manager"]
