/** Tests that supervised processes start, fail, stop and die with us as promised. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Child, type ChildOptions, startChild } from '../../../deploy/local/child.ts'
import { isAlive, until } from './processes.ts'

let dir: string
const started: Child[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'drover-child-'))
})
afterEach(async () => {
  await Promise.all(started.splice(0).map((child) => child.kill()))
  rmSync(dir, { recursive: true })
})

const logFile = (): string => join(dir, 'out', 'child.log')
const output = (): string => readFileSync(logFile(), 'utf8')

const shell = async (script: string, more: Partial<ChildOptions> = {}): Promise<Child> => {
  const defaults = { name: 'test child', command: '/bin/sh', args: ['-c', script], ready: { line: /^ready/m }, timeLimitMs: 20_000 }
  const child = await startChild({ ...defaults, logFile: logFile(), ...more })
  started.push(child)
  return child
}

const pidsIn = (text: string): number[] => (/^pids (\d+) (\d+)$/m.exec(text) ?? []).slice(1).map(Number)

test('passes arguments, environment and folder on, and an orderly stop lets it finish', async () => {
  const script = `trap 'echo finished; exit 0' TERM; echo "ready $1 $COLOUR $(pwd)"; while :; do sleep 0.02; done`
  const child = await shell(script, {
    args: ['-c', script, 'sh', "an 'odd' $argument"],
    env: { PATH: process.env.PATH, COLOUR: 'blue' },
    cwd: '/',
  })
  expect(output()).toContain("ready an 'odd' $argument blue /\n")
  await child.stop()
  expect(output()).toContain('finished')
  expect(await child.exited).toBe('ended with exit code 0')
  expect(isAlive(child.pid)).toBe(false)
  await child.stop()
  await child.kill()
})

test('an old line in the log makes no new process ready', async () => {
  await (await shell('echo ready; exec sleep 1000')).stop()
  await expect(shell('echo nearly; exit 0')).rejects.toThrow(/test child ended with exit code 0.*nearly$/s)
})

test('a probe that throws counts as not ready yet', async () => {
  let calls = 0
  const probe = async (): Promise<boolean> => {
    calls += 1
    if (calls < 3) throw new Error('connection refused')
    return true
  }
  await shell('exec sleep 1000', { ready: { probe } })
  expect(calls).toBe(3)
})

test('SIGTERM ignored leads to SIGKILL of the whole group after the grace', async () => {
  const child = await shell(`trap '' TERM; sleep 1000 & echo "pids $$ $!"; echo ready; while :; do wait; done`, { graceMs: 50 })
  const pids = pidsIn(output())
  expect(pids).toHaveLength(2)
  await child.stop()
  expect(await child.exited).toBe('was ended by SIGKILL')
  await until('no process of the group lives', () => !pids.some(isAlive))
})

test('what a process leaves behind when it ends by itself is ended too', async () => {
  const child = await shell(`trap 'exit 3' TERM; sleep 1000 & echo "pids $$ $!"; echo ready; while :; do sleep 0.02; done`)
  const pids = pidsIn(output())
  process.kill(child.pid, 'SIGTERM')
  expect(await child.exited).toBe('ended with exit code 3')
  await until('the process left behind is gone', () => !pids.some(isAlive))
})

test('a process that ends before it is ready is reported with the end of its output', async () => {
  const script = 'for n in $(seq 100); do echo "line $n"; done; echo "port is taken" >&2; exit 7'
  const failure = await shell(script).catch((error: Error) => error.message)
  expect(failure).toMatch(/^test child ended with exit code 7\. The end of .*child\.log:/)
  expect(failure).toContain('line 100\nport is taken')
  expect(failure).not.toContain('line 10\n')
})

test('a process that is not ready in time is killed and reported', async () => {
  const failure = await shell('echo "pids $$ $$"; echo still warming up; exec sleep 1000', { timeLimitMs: 500 }).catch(
    (error: Error) => error.message,
  )
  expect(failure).toContain('test child was not ready after 0.5 s')
  expect(failure).toContain('still warming up')
  expect(pidsIn(output()).some(isAlive)).toBe(false)
})

test('a command that does not exist is reported', async () => {
  await expect(shell('', { command: 'no-such-command', args: [] })).rejects.toThrow(/test child ended with exit code 127.*no-such-command/s)
})

test.each(['running', 'stopping'])('kill -9 of a parent that is %s leaves no process', async (mode) => {
  const script = fileURLToPath(new URL('./parent-of-child.ts', import.meta.url))
  const parent = spawn(process.execPath, ['--import', 'tsx', script, logFile(), mode], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => parent.stdout.once('data', resolve))
  if (mode === 'stopping') await until('the child was asked to stop', () => output().includes('asked to stop'))
  const pids = pidsIn(output())
  expect(pids.map(isAlive)).toEqual([true, true])
  parent.kill('SIGKILL')
  await until('the child and its own child are gone', () => !pids.some(isAlive))
})
