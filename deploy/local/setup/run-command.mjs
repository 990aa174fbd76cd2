/** Runs one command of set-up with its output in a file and the seconds on the screen. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Its beginning and its end: some tools say what is wrong first, and then print a page of advice. */
const excerptOf = (logFile) => {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n')
  return (lines.length <= 40 ? lines : [...lines.slice(0, 12), '[…]', ...lines.slice(-25)]).join('\n')
}

/** Shows what is being done and for how long: on one line of a terminal, else as a line every 15 s. */
const showProgress = (label, quiet) => {
  if (quiet) return () => {}
  const startMs = performance.now()
  const seconds = () => `${((performance.now() - startMs) / 1000).toFixed(0)} s`
  const terminal = process.stdout.isTTY
  const write = (end) => process.stdout.write(terminal ? `\r\x1b[K${label} … ${seconds()}${end}` : `${label} … ${seconds()}\n`)
  write('')
  const timer = setInterval(() => write(''), terminal ? 1000 : 15_000)
  return () => {
    clearInterval(timer)
    write('\n')
  }
}

/** Resolves when the command ends with 0; otherwise throws an error with what it printed. `env` adds to the environment. */
export const runCommand = async ({ label, command, args, cwd, env = {}, logFile, quiet }) => {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'w')
  const endProgress = showProgress(label, quiet)
  try {
    const problem = await new Promise((resolve) => {
      const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', log, log] })
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(code === 0 ? undefined : signal ? `ended by ${signal}` : `exit code ${code}`))
    })
    if (problem === undefined) return
    throw new Error(`${[command, ...args].join(' ')}: ${problem}. From ${logFile}:\n${excerptOf(logFile)}`)
  } finally {
    endProgress()
    closeSync(log)
  }
}
