/** What cannot be had for the interop tests is noted with the reason, and is no fault. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const script = fileURLToPath(new URL('prepare.mjs', import.meta.url))

it('names what a bare machine lacks, and ends well', () => {
  const cache = mkdtempSync(join(tmpdir(), 'interop-cache-'))
  const run = spawnSync(process.execPath, [script], { env: { PATH: '/nowhere', HOME: '/nowhere', DROVER_CACHE: cache }, encoding: 'utf8' })
  const missing = JSON.parse(readFileSync(join(cache, 'interop', 'missing.json'), 'utf8')) as Record<string, string>
  rmSync(cache, { recursive: true })
  expect(run.status).toBe(0)
  expect(missing).toMatchObject({
    'openleadr 0.5.36': 'python3 is not installed',
    'openleadr-vtn 0.1.4': 'cargo is not installed',
    'openleadr-vtn 0.2.8': 'cargo is not installed',
    'PostgreSQL 18.4.0-beta.17': expect.stringContaining('npm'),
  })
  expect(run.stdout).toContain('peers: without openleadr-vtn 0.2.8: cargo is not installed')
})
