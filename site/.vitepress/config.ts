import { fileURLToPath } from 'node:url'
import GithubSlugger from 'github-slugger'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitepress'
import { linkToPages, repository, rewrite, sidebarOf } from './pages.ts'

const site = fileURLToPath(new URL('..', import.meta.url))

const circle = '<circle cx="8" cy="8" r="7" fill="#d33"/>'
const icon = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${circle}</svg>`)}`

/** Vue is installed in this folder, while the pages, which import it, lie above. */
const vueOfSite: Plugin = {
  name: 'vue-of-site',
  enforce: 'pre',
  resolveId(id, importer, options) {
    if (!/^vue(?:\/|$)/.test(id)) return undefined
    if (options.ssr === true) return { id, external: true }
    if (importer?.startsWith(site)) return undefined
    return this.resolve(id, `${site}index.md`, { ...options, skipSelf: true })
  },
}

export default defineConfig({
  title: 'slack-logger',
  description: 'logger.error(err) posts one clear, live message per problem to Slack',
  srcDir: '..',
  srcExclude: [
    ...['bench', 'examples', 'scripts', 'test', 'packages/*/{page,src,test}'].map(
      (path) => `${path}/**`,
    ),
    'packages/*/{CHANGELOG,THIRD-PARTY-LICENSES}.md',
    'CONTRIBUTING.md',
  ],
  rewrites: rewrite,
  head: [['link', { rel: 'icon', href: icon }]],
  markdown: {
    config: linkToPages,
    // As on the pages of the repository, so that a link works in both.
    anchor: { slugify: (text) => new GithubSlugger().slug(text) },
  },
  // The index of the search is one chunk, which is loaded when somebody searches.
  vite: { plugins: [vueOfSite], build: { chunkSizeWarningLimit: 4000 } },
  themeConfig: {
    nav: [
      { text: 'Quick start', link: '/docs/quick-start' },
      { text: 'Documentation', link: '/docs/' },
      { text: 'API', link: '/api/' },
      { text: 'Changelog', link: '/changelog' },
    ],
    sidebar: sidebarOf(),
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: repository }],
    footer: { message: 'MIT' },
  },
})
