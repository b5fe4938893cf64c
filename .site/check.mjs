// Builds the site, serves it on this machine only, follows all its links in Chromium and takes pictures of every page:
//   npm --prefix .site run check          pictures go to target/site-pictures
// Fails on a link or anchor that leads nowhere, an error in the browser, a formula that does not render, a page wider than
// its window, a request to another host, or a search that finds nothing.
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import puppeteer from 'puppeteer-core'

const here = fileURLToPath(new URL('.', import.meta.url))
const site = join(here, '../target/site')
const pictures = join(here, '../target/site-pictures')
const widths = {
  desktop: { width: 1400, height: 900 },
  tablet: { width: 800, height: 1100, hasTouch: true },
  phone: { width: 375, height: 812, isMobile: true, hasTouch: true }
}
// What people look for, and where they have to find it.
const searches = {
  absorb: '/biases',
  'early stopping': '/training',
  'class weight': '/training',
  transfer: '/recipes'
}
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' }
const problems = []

execFileSync('node', ['build.mjs'], { cwd: here, stdio: 'inherit', env: { ...process.env, BASE: '/' } })

// Like GitHub Pages: /guide is guide.html, / is index.html.
function fileOf(url) {
  const path = join(site, normalize(decodeURIComponent(new URL(url, 'http://x').pathname)))
  const candidates = [path, `${path}.html`, join(path, 'index.html')]
  return candidates.find((file) => existsSync(file) && statSync(file).isFile())
}

const server = createServer((request, response) => {
  const file = fileOf(request.url)
  response.writeHead(file ? 200 : 404, { 'content-type': types[extname(file ?? '')] ?? 'application/octet-stream' })
  response.end(file ? readFileSync(file) : '')
})
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}`

const profile = mkdtempSync(join(tmpdir(), 'bn4j-site-'))
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  userDataDir: profile,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']
})
const tab = await browser.newPage()
const seen = { current: '/' }
const problem = (what) => problems.push(`${seen.current}: ${what}`)
tab.on('pageerror', (error) => problem(error.message))
tab.on('requestfailed', (request) => problem(`${request.url()} failed`))
await tab.setRequestInterception(true)
tab.on('request', (request) => {
  if (request.url().startsWith(origin) || request.url().startsWith('data:')) {
    request.continue()
  } else {
    problem(`asks for ${request.url()}`)
    request.abort()
  }
})

async function look(path) {
  await tab.goto(origin + path, { waitUntil: 'networkidle0' })
  return tab.evaluate(() => ({
    anchors: [...document.querySelectorAll('[id]')].map((element) => element.id),
    links: [...document.querySelectorAll('a[href]')].map((element) => element.href),
    broken: [...document.querySelectorAll('img')].filter((image) => image.naturalWidth === 0).map((image) => image.src),
    formulas: document.querySelectorAll('mjx-container').length,
    wrong: document.querySelectorAll('mjx-merror, [data-mjx-error]').length,
    raw: /\$\$|\\frac|\\mathrm/.test(document.querySelector('main, .VPContent').innerText),
    overflow: document.documentElement.scrollWidth > window.innerWidth,
    // Code wraps; what a program printed may scroll, as its columns stand in line.
    clipped: [...document.querySelectorAll("div[class*='language-']:not(.language-text) pre")]
      .filter((pre) => pre.scrollWidth > pre.clientWidth).map((pre) => pre.innerText.slice(0, 40))
  }))
}

// Javadoc checks its own links.
const ofPages = (link) => link.startsWith(origin) && !new URL(link).pathname.startsWith('/javadoc/')

rmSync(pictures, { recursive: true, force: true })
mkdirSync(pictures, { recursive: true })
const pages = new Map()
let formulas = 0
for (const [device, size] of Object.entries(widths)) {
  await tab.setViewport(size)
  const todo = ['/']
  const done = new Set()
  while (todo.length > 0) {
    const path = todo.shift()
    if (done.has(path)) continue
    done.add(path)
    seen.current = path
    if (!fileOf(path)) {
      problem('does not exist, but a page links to it')
      continue
    }
    const page = await look(path)
    pages.set(path, page)
    formulas += page.formulas
    page.broken.forEach((image) => problem(`picture ${image} does not load`))
    if (page.wrong > 0 || page.raw) problem('a formula does not render')
    if (page.overflow) problem(`wider than the window on ${device}`)
    page.clipped.forEach((code) => problem(`code is clipped on ${device}: ${code}`))
    page.links.filter(ofPages).forEach((link) => todo.push(new URL(link).pathname))
    const name = path === '/' ? 'index' : path.slice(1).replaceAll('/', '-')
    await tab.screenshot({ path: join(pictures, `${name}-${device}.png`), fullPage: true })
  }
}
for (const [path, page] of pages) {
  seen.current = path
  for (const link of page.links.filter(ofPages)) {
    const { pathname, hash } = new URL(link)
    if (hash !== '' && !pages.get(pathname)?.anchors.includes(decodeURIComponent(hash.slice(1)))) {
      problem(`${link.slice(origin.length)} has no such anchor`)
    }
  }
}

await tab.setViewport(widths.desktop)
for (const [words, page] of Object.entries(searches)) {
  seen.current = `search for ${words}`
  await tab.goto(origin, { waitUntil: 'networkidle0' })
  await tab.click('.DocSearch-Button')
  await tab.waitForSelector('.search-input')
  await tab.type('.search-input', words)
  await tab.waitForSelector('.results .result', { timeout: 10000 }).catch(() => problem('finds nothing'))
  const found = await tab.$$eval('.results .result', (results) => results.slice(0, 5).map((result) => new URL(result.href).pathname))
  if (!found.some((path) => path.startsWith(page))) problem(`expects ${page} among the first five but got ${found}`)
  await tab.screenshot({ path: join(pictures, `search-${words.replace(' ', '-')}.png`) })
}

seen.current = '/'
await tab.goto(origin, { waitUntil: 'networkidle0' })
const shown = await tab.evaluate(() => ({
  code: document.querySelector('main .language-java, .VPContent .language-java') !== null,
  dependency: document.querySelector('.VPContent .language-xml')?.innerText.includes('<artifactId>bn4j</artifactId>') ?? false,
  picture: document.querySelector('.VPHero img') !== null
}))
Object.entries(shown).forEach(([what, there]) => there || problem(`has no ${what}`))

await browser.close()
server.close()
rmSync(profile, { recursive: true, force: true })
console.log(`${pages.size} pages, ${formulas} formulas; pictures in ${pictures}`)
problems.forEach((what) => console.error(what))
process.exit(problems.length === 0 && pages.size > 10 && formulas > 0 ? 0 : 1)
