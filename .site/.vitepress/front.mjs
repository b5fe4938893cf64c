// The front page is the list of pages in docs/README.md, with the code and the install lines of the README before it.
import { readFileSync } from 'node:fs'

const block = (language, text) => {
  const found = new RegExp('```' + language + '\\n[^]*?```').exec(text)
  if (!found) {
    throw new Error(`README.md expects a block of ${language} for the front page but has none`)
  }
  return found[0]
}

export function front(root) {
  return {
    name: 'front',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith('docs/README.md')) {
        return null
      }
      const readme = readFileSync(`${root}/README.md`, 'utf8')
      const use = readme.slice(readme.indexOf('\n## Use it'))
      const shown = `
${block('java', readme)}

The last line prints which layers have a bias and why:

${block('text', readme)}

## Install

${block('xml', use)}

JDK 17 or newer. [Installing](install.md) has Gradle, other platforms, and one jar for those without Maven.

`
      return code.replace(/\nRead from the top;[^]*?\n\n/, '\n' + shown)
    }
  }
}
