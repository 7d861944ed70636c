// Prints the last line of CI: the sum of the test reports of all packages.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = [
  ...readdirSync(`${root}packages`).map((name) => `packages/${name}`),
  'test',
  'bench',
]
const total = { passed: 0, failed: 0, skipped: 0 }
for (const folder of packages) {
  const file = `${root}${folder}/.reports/vitest.json`
  if (!existsSync(file)) continue
  const report = JSON.parse(readFileSync(file, 'utf8'))
  total.passed += report.numPassedTests
  total.failed += report.numFailedTests + report.testResults.filter(isBroken).length
  total.skipped += report.numPendingTests + report.numTodoTests
  for (const line of failures(report)) console.log(line)
}
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
if (total.failed > 0 || total.passed === 0) process.exitCode = 1

/** The failed tests with their messages, so that the end of a long log is enough. */
function failures(report) {
  return report.testResults.flatMap((result) => {
    const file = relative(root, result.name)
    if (isBroken(result)) return [`FAILED ${file}: ${firstLines(result.message)}`]
    return result.assertionResults
      .filter((test) => test.status === 'failed')
      .map(
        (test) =>
          `FAILED ${file}: ${test.fullName}\n${firstLines(test.failureMessages.join('\n'))}`,
      )
  })
}

function firstLines(text) {
  return text.split('\n').slice(0, 12).join('\n')
}

/** A file that failed to load counts as one failure. */
function isBroken(result) {
  return result.status === 'failed' && result.assertionResults.length === 0
}
