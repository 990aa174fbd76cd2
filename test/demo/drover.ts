/** Runs `drover` commands as a person would, and REST calls as an operator's system would. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Stack } from '../../gateway/cli/stack-file.ts'
import { readTokens } from '../../gateway/rest/tokens.ts'
import type { EnrollmentChange } from '../../schemas/enrollment.ts'

const cli = fileURLToPath(new URL('../../gateway/cli/drover.mjs', import.meta.url))

/** Resolves with what the command printed; rejects with what it said when it failed. */
export function drover(dataDir: string, args: readonly string[], onLine: (line: string) => void = () => undefined): Promise<string> {
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...process.env, DROVER_DATA: dataDir, DROVER_NODE: 'demo-cli' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk
    for (const line of String(chunk).split('\n')) if (line.trim() !== '') onLine(line)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => (code === 0 ? resolve(printed) : reject(new Error(`drover ${args.join(' ')}: ${said || printed}`))))
  })
}

/** Sends changes through REST, at most 1,000 at a time; rejects when one is refused. */
export async function sendChanges({ restUrl, tokensFile }: Stack, changes: readonly EnrollmentChange[]): Promise<void> {
  const token = readTokens(tokensFile).find(({ scope }) => scope === 'operator')?.token
  for (let from = 0; from < changes.length; from += 1000) {
    const response = await fetch(`${restUrl}/enrollment-changes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(changes.slice(from, from + 1000)),
    })
    if (!response.ok) throw new Error(`POST /enrollment-changes: ${response.status} ${await response.text()}`)
  }
}

/** The password that the stations of a local stack share. */
export const sharedPassword = (stationsFile: string): string =>
  (JSON.parse(readFileSync(stationsFile, 'utf8')) as { shared: string }).shared
