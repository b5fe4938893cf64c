// Links are written for GitHub. On the site, those that leave docs lead to GitHub, and the README of a folder is its index.
import { posix } from 'node:path'

const REPOSITORY = 'https://github.com/bn4j/bn4j'

/** GitHub's anchor of a heading. */
export const slug = (heading) =>
  heading.trim().toLowerCase().replace(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '').replace(/ /g, '-')

function target(page, href) {
  if (/^([a-z]+:|#|\/)/i.test(href)) {
    return href
  }
  const [path, hash] = href.split('#')
  const fromRoot = posix.join('docs', posix.dirname(page), path)
  const fragment = hash === undefined ? '' : `#${hash}`
  if (!fromRoot.startsWith('docs/') || fromRoot === 'docs/LICENSE') {
    const kind = posix.extname(fromRoot) === '' && !fromRoot.endsWith('LICENSE') ? 'tree' : 'blob'
    return `${REPOSITORY}/${kind}/main/${fromRoot}${fragment}`
  }
  return path.replace(/README\.md$/, 'index.md') + fragment
}

export function links(md) {
  md.core.ruler.push('links-for-the-site', ({ tokens, env }) => {
    for (const token of tokens.flatMap((token) => token.children ?? [])) {
      if (token.type === 'link_open') {
        // VitePress knows the page by its rewritten name, which is in the same folder.
        token.attrSet('href', target(env.relativePath, token.attrGet('href')))
      }
    }
  })
}
