import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { front } from './front.mjs'
import { links, slug } from './links.mjs'
import { sidebar } from './navigation.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const docs = `${root}docs`
const modules = fileURLToPath(new URL('../node_modules', import.meta.url))
const target = `${root}target`
// Made by Maven; build.mjs puts it beside the pages.
const javadoc = existsSync(`${target}/reports/apidocs`)

const home = {
  layout: 'home',
  hero: {
    name: 'bn4j',
    text: 'Batch-norm networks for Java',
    tagline: 'Describe a network. bn4j leaves out each bias that batch normalisation cancels, and tells you why.',
    image: { src: '/cancel.svg', alt: 'A bias goes into batch normalisation and does not come out' },
    actions: [
      { theme: 'brand', text: 'Guide', link: '/guide' },
      { theme: 'alt', text: 'Why', link: '/why' },
      { theme: 'alt', text: 'Recipes', link: '/recipes' }
    ]
  }
}

export default defineConfig({
  lang: 'en-GB',
  title: 'bn4j',
  description: 'Batch-norm neural networks for Java on ND4J: biases that batch normalisation cancels are never stored.',
  base: process.env.BASE ?? '/',
  srcDir: docs,
  outDir: `${target}/site`,
  cacheDir: `${target}/site-cache`,
  cleanUrls: true,
  rewrites: { 'README.md': 'index.md', 'decisions/README.md': 'decisions/index.md' },
  transformPageData: (page) => {
    if (page.relativePath === 'index.md') {
      Object.assign(page.frontmatter, home)
    }
  },
  markdown: { math: true, anchor: { slugify: slug }, config: links },
  vite: {
    publicDir: `${docs}/images`,
    plugins: [front(root)],
    // Pages become modules in docs, from where these are not found.
    resolve: { alias: [{ find: /^vue(\/server-renderer)?$/, replacement: `${modules}/vue$1` }] }
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    sidebar: sidebar(docs),
    nav: [
      { text: 'Guide', link: '/guide' },
      { text: 'Recipes', link: '/recipes' },
      { text: 'API', link: '/api' },
      ...(javadoc ? [{ text: 'Javadoc', link: '/javadoc/index.html', target: '_self' }] : []),
      { text: 'Troubleshooting', link: '/troubleshooting' }
    ],
    socialLinks: [{ icon: 'github', link: 'https://github.com/bn4j/bn4j' }],
    footer: { message: 'Apache License 2.0' }
  }
})
