/** Starts a process, waits until it is ready, stops it, and makes sure that it never outlives us, not even when we are killed with -9. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readFrom, tailFrom } from './log-tail.ts'

/** Ready when the probe answers true, or when a line of the output matches. */
export type Ready = { readonly probe: () => Promise<boolean> } | { readonly line: RegExp }

export type ChildOptions = {
  /** What messages call it. */
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment; left out, ours is inherited. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** Standard output and error are appended here. */
  readonly logFile: string
  readonly ready: Ready
  readonly timeLimitMs: number
  /** From SIGTERM to SIGKILL; 10 s unless given. */
  readonly graceMs?: number
  /** `held` keeps its standard input open as long as we live; `none` (the default) gives it no input. */
  readonly stdin?: 'held' | 'none'
}

export type Child = {
  /** The process, which also leads its own process group. */
  readonly pid: number
  /** Resolves when it has ended, however it ended, with words for how. */
  readonly exited: Promise<string>
  /** SIGTERM, then SIGKILL to its process group after the grace. Harmless when it has ended already. */
  stop(): Promise<void>
  /** SIGKILL to its process group at once. */
  kill(): Promise<void>
}

/*
 * The wrapper becomes the command (exec), so $$ is the command's pid and, as we ask for a session of its own, its process group. Before that it
 * leaves a watcher behind which reads from a pipe (descriptor 3) that only we hold open. The pipe closes when we end, whatever ended us, and also
 * when we see the command's own end: then the watcher kills what is left of the group, itself included. It ignores the signals of an orderly stop,
 * so that a command which takes its time over SIGTERM is still watched.
 */
const WRAPPER = `(trap '' TERM INT HUP; read -r _ <&3; kill -s KILL -- -$$) >/dev/null 2>&1 & exec 3<&-; exec "$@"`

const POLL_MS = 50

/** Starts the command and resolves when it is ready. Throws, with the last lines of its log, if it ends first or is not ready in time. */
export const startChild = async (options: ChildOptions): Promise<Child> => {
  mkdirSync(dirname(options.logFile), { recursive: true })
  const log = openSync(options.logFile, 'a')
  const logStart = statSync(options.logFile).size
  const process = spawn('/bin/sh', ['-c', WRAPPER, options.name, options.command, ...options.args], {
    detached: true,
    stdio: [options.stdin === 'held' ? 'pipe' : 'ignore', log, log, 'pipe'],
    ...(options.env && { env: options.env }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  closeSync(log)
  const child = supervise(process, options.graceMs ?? 10_000)
  const failure = await waitUntilReady(child, options, logStart)
  if (failure === undefined) return child
  await child.kill()
  throw new Error(`${options.name} ${failure}. The end of ${options.logFile}:\n${tailFrom(options.logFile, logStart)}`)
}

const supervise = (process: ChildProcess, graceMs: number): Child => {
  const pid = process.pid ?? 0
  const lifeline = process.stdio[3]
  // The other end may vanish first; its exit is what we act on.
  for (const stream of [lifeline, process.stdin]) stream?.on('error', () => {})
  let ended = pid === 0
  const exited = new Promise<string>((resolve) => {
    process.once('error', (error) => resolve(`could not be started: ${error.message}`))
    process.once('exit', (code, signal) => {
      ended = true
      lifeline?.destroy()
      resolve(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`)
    })
  })
  const signal = (to: number, name: NodeJS.Signals): void => {
    if (ended) return
    try {
      globalThis.process.kill(to, name)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  const kill = async (): Promise<void> => {
    signal(-pid, 'SIGKILL')
    await exited
  }
  const stop = async (): Promise<void> => {
    signal(pid, 'SIGTERM')
    const timer = setTimeout(() => signal(-pid, 'SIGKILL'), graceMs)
    await exited
    clearTimeout(timer)
  }
  return { pid, exited, stop, kill }
}

/** Undefined when ready, otherwise why not. */
const waitUntilReady = async (child: Child, options: ChildOptions, logStart: number): Promise<string | undefined> => {
  const { ready, timeLimitMs } = options
  const isReady = 'probe' in ready ? ready.probe : async () => ready.line.test(readFrom(options.logFile, logStart))
  const limit = new AbortController()
  const outOfTime = sleep(timeLimitMs, `was not ready after ${timeLimitMs / 1000} s`, { signal: limit.signal })
  outOfTime.catch(() => {})
  const becameReady = (async () => {
    while (!limit.signal.aborted && !(await isReady().catch(() => false))) await sleep(POLL_MS)
    return undefined
  })()
  const failure = await Promise.race([child.exited, outOfTime, becameReady])
  limit.abort()
  return failure
}
