import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// Everything that the page needs is a file of its own beside index.html: the server's policy is
// default-src 'self', so nothing may be inlined.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es' },
  server: { proxy: { '/v1': 'http://127.0.0.1:26100', '/healthz': 'http://127.0.0.1:26100' } },
});
