/** Runs a command of the image building, with a time limit, and says in full what went wrong. */
import { spawn } from 'node:child_process'

export interface Ran {
  readonly ok: boolean
  /** Standard output and error, interleaved. */
  readonly output: string
}

/** Never throws: a command that is absent, fails or takes too long is not ok. `input` becomes its standard input. */
export function runCommand(command: string, args: readonly string[], limitMs: number, env: NodeJS.ProcessEnv = process.env): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs, killSignal: 'SIGKILL', env })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => {
        output += text
      })
    }
    child.once('error', (error) => resolve({ ok: false, output: error.message }))
    child.once('close', (code, signal) => {
      resolve({ ok: code === 0, output: signal === 'SIGKILL' ? `${output}\nended after ${limitMs / 1000} s` : output })
    })
  })
}

/** As `runCommand`, but throws with the end of the output unless it went well. */
export async function mustRun(what: string, command: string, args: readonly string[], limitMs: number): Promise<void> {
  const { ok, output } = await runCommand(command, args, limitMs)
  if (!ok) throw new Error(`${what} failed: ${command} ${args.join(' ')}:\n${output.trimEnd().split('\n').slice(-20).join('\n')}`)
}
