import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** The page is built when the package is: whoever installs it gets plain files. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/page',
    emptyOutDir: true,
    target: ['chrome123', 'firefox125', 'safari17.5'],
    modulePreload: { polyfill: false },
    // The Content-Security-Policy lets nothing in that is written into another file.
    assetsInlineLimit: 0,
  },
  // `npx vite packages/slack-inbox/page` while an inbox runs on its usual port.
  server: { proxy: { '/_inbox': 'http://127.0.0.1:3333' } },
})
