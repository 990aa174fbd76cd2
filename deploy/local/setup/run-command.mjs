/** Runs one command of set-up with its output in a file and the seconds on the screen. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

const TAIL_LINES = 30

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

/** Resolves when the command ends with 0; otherwise throws an error with the last lines that it printed. */
export const runCommand = async ({ label, command, args, cwd, logFile, quiet }) => {
  mkdirSync(dirname(logFile), { recursive: true })
  const log = openSync(logFile, 'w')
  const endProgress = showProgress(label, quiet)
  try {
    const problem = await new Promise((resolve) => {
      const child = spawn(command, args, { cwd, stdio: ['ignore', log, log] })
      child.once('error', (error) => resolve(error.message))
      child.once('exit', (code, signal) => resolve(code === 0 ? undefined : signal ? `ended by ${signal}` : `exit code ${code}`))
    })
    if (problem === undefined) return
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n')
    throw new Error(`${[command, ...args].join(' ')}: ${problem}. The end of ${logFile}:\n${tail}`)
  } finally {
    endProgress()
    closeSync(log)
  }
}
