import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Builds the page together with the package, which contains the built files. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: ['chrome123', 'firefox125', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The content security policy allows no inlined assets.
    assetsInlineLimit: 0,
  },
  // For `npx vite packages/slack-inbox/page` while an inbox runs on its default port.
  server: { proxy: { '/_inbox': 'http://127.0.0.1:3333' } },
})
