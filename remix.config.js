/**
 * Options of Remix's Vite plugin; vite.config.ts imports them. Every v3 flag is on but two: single fetch and lazy route
 * discovery decode with turbo-stream 2.4.1, which has open advisories (QUALITY S15). `v3_routeConfig` stays off because
 * routes follow the folder convention: app/routes/<name>/route.tsx.
 * @type {import('@remix-run/dev').VitePluginConfig}
 */
export default {
  appDirectory: 'app',
  buildDirectory: 'build',
  serverModuleFormat: 'esm',
  ignoredRouteFiles: ['**/.*', '**/*.test.*'],
  future: {
    v3_fetcherPersist: true,
    v3_relativeSplatPath: true,
    v3_throwAbortReason: true,
    v3_singleFetch: false,
    v3_lazyRouteDiscovery: false,
  },
}
