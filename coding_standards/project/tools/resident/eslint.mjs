// The project's own eslint, kept running. One line of JSON in: {"files": [[path, text], ...]}; one line out:
// {"results": [...]} as `eslint --format=json` has them, or {"error": "..."}. Ends with its input.
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import readline from 'node:readline'

const require = createRequire(path.join(process.cwd(), 'package.json'))
const { ESLint, loadESLint } = require('eslint')
const write = process.stdout.write.bind(process.stdout)
process.stdout.write = process.stderr.write.bind(process.stderr) // whatever a configuration prints is no answer

let linter
async function lint(files) {
  // As the command does: which configuration holds depends on where it runs.
  linter ??= new (loadESLint ? await loadESLint({ cwd: process.cwd() }) : ESLint)({ cwd: process.cwd() })
  const results = []
  for (const [filePath, text] of files) {
    results.push(...(await linter.lintText(text, { filePath, warnIgnored: true })))
  }
  return results.map(({ filePath, messages }) => ({ filePath, messages }))
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  try {
    write(`${JSON.stringify({ results: await lint(JSON.parse(line).files) })}\n`)
  } catch (error) {
    write(`${JSON.stringify({ error: String(error?.message ?? error) })}\n`)
  }
}
