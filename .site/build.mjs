// Renders docs into target/site, with the Javadoc that Maven made, if it did: mvn -q compile javadoc:javadoc
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const target = `${here}../target`

execFileSync('npx', ['vitepress', 'build'], { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] })
if (existsSync(`${target}/reports/apidocs`)) {
  cpSync(`${target}/reports/apidocs`, `${target}/site/javadoc`, { recursive: true })
} else {
  console.log('without Javadoc; mvn -q compile javadoc:javadoc makes it')
}
