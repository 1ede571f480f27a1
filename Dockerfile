# One image for every part: "node server/main.ts" (web), "node workers/main.ts" (worker), "node db/migrate.ts" (migrate).
FROM node:24-bookworm-slim AS dependencies
WORKDIR /virel
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM dependencies AS screens
COPY . .
RUN node server/build.ts

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /virel
COPY --from=dependencies /virel/node_modules node_modules
COPY package.json ./
COPY server server
COPY db db
COPY workers workers
COPY --from=screens /virel/build build
USER node
EXPOSE 3000
# Web drains for up to 15 s, a worker for up to 20 s: give "docker stop" 30.
STOPSIGNAL SIGTERM
CMD ["node", "server/main.ts"]
