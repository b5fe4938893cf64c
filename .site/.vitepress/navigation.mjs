// The sidebar is the list in docs/README.md: a heading is a group, a link is a page. What it does not list comes last.
import { readFileSync, readdirSync } from 'node:fs'

const title = (docs, file) => /^# (.*)$/m.exec(readFileSync(`${docs}/${file}`, 'utf8'))[1]
const route = (file) => '/' + file.replace(/(^|\/)README\.md$/, '$1').replace(/\.md$/, '')
const pagesIn = (folder) => readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md').sort()

export function sidebar(docs) {
  const groups = []
  const listed = new Set()
  for (const line of readFileSync(`${docs}/README.md`, 'utf8').split('\n')) {
    const heading = /^## (.*)$/.exec(line)
    const page = /^- \[([^\]]+)\]\(([^):]+\.md)\)/.exec(line)
    if (heading) {
      groups.push({ text: heading[1], items: [] })
    } else if (page && !/^\.\.|^decisions/.test(page[2])) {
      listed.add(page[2])
      groups.at(-1).items.push({ text: page[1], link: route(page[2]) })
    }
  }
  const more = pagesIn(docs).filter((file) => !listed.has(file))
  groups.push({ text: 'More', items: more.map((file) => ({ text: title(docs, file), link: route(file) })) })
  const decisions = pagesIn(`${docs}/decisions`).map((file) => `decisions/${file}`)
  groups.push({
    text: 'Decisions',
    link: '/decisions/',
    collapsed: true,
    items: decisions.map((file) => ({ text: title(docs, file), link: route(file) }))
  })
  return groups.filter((group) => group.items.length > 0)
}
