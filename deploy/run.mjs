#!/usr/bin/env node
/** Runs one of the checkout's jobs after the set-up it needs: `node deploy/run.mjs demo|up|test|bench|containers|interop [options]`. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const results = join(root, '.drover', 'test-results.json')
const tsx = ['--import', 'tsx']
const vitest = (...projects) => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  'test/vitest.config.ts',
  ...projects.flatMap((name) => ['--project', name]),
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
]

const jobs = {
  demo: { args: [...tsx, 'test/demo/main.ts'] },
  up: { args: [...tsx, 'deploy/up/main.ts'] },
  bench: { args: [...tsx, 'test/bench/main.ts'] },
  test: { args: vitest('fast', 'broker'), counts: true },
  containers: { args: vitest('containers'), counts: true },
  interop: { before: ['test/interop/prepare.mjs'], args: vitest('interop'), counts: true },
}

const LOOK_EVERY_MS = 1_000

/**
 * Ctrl-C reaches the child through the terminal; here it must only not end this process before the child has ended. The shell between npm and
 * this process passes no signal on: that it died is all that a supervisor's signal to npm leaves to be seen.
 */
const run = (args, env) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env })
    const shell = process.ppid
    const looking = setInterval(() => process.ppid !== shell && child.kill('SIGTERM') && clearInterval(looking), LOOK_EVERY_MS).unref()
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal))
    child.on('exit', (code, signal) => resolve(signal ? 130 : (code ?? 1)))
  })

const MESSAGE_LINES = 12
const LINE_CHARS = 400

const cut = (line) => (line.length > LINE_CHARS ? `${line.slice(0, LINE_CHARS)} … (whole above)` : line)

/** Of one test that failed: where and what, and why in a few lines, of which a counterexample may be very long. */
const failure = (path, title, message) => {
  const lines = message.split('\n').filter((line) => !line.includes('node_modules'))
  return [`FAILED ${path} > ${title}`, ...lines.slice(0, MESSAGE_LINES).map((line) => `       ${cut(line)}`)].join('\n')
}

const failuresOf = (file) => {
  const path = file.name.replace(root, '')
  const failed = file.assertionResults.filter((test) => test.status === 'failed')
  if (file.status === 'failed' && failed.length === 0) return [failure(path, 'the file', file.message)]
  return failed.map((test) => failure(path, test.fullName, test.failureMessages.join('\n')))
}

/** What failed, then the closing line that counts: `N passed, N failed`, with what was skipped. A file that did not load counts as failed. */
const closingLines = () => {
  if (!existsSync(results)) return '0 passed, 1 failed'
  const { numPassedTests, numPendingTests, testResults } = JSON.parse(readFileSync(results, 'utf8'))
  const failures = testResults.flatMap(failuresOf)
  return [
    ...failures,
    `${numPassedTests} passed, ${failures.length} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`,
  ].join('\n')
}

const [name, ...options] = process.argv.slice(2)
const job = jobs[name]
if (!job) {
  console.error(`usage: node deploy/run.mjs ${Object.keys(jobs).join('|')} [options]`)
  process.exit(2)
}
const quiet = options.includes('--json') ? ['--quiet'] : []
const setUpCode = await run([join(root, 'deploy', 'setup.mjs'), ...quiet], process.env)
if (setUpCode !== 0) process.exit(setUpCode)
if (job.before) await run(job.before, process.env)
mkdirSync(join(root, '.drover'), { recursive: true })
rmSync(results, { force: true })
const code = await run([...job.args, ...options], {
  ...process.env,
  UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16',
  ...(job.env ?? {}),
})
if (job.counts) console.log(closingLines())
process.exit(code)
