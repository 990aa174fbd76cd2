#!/usr/bin/env node
/** Prepares a checkout for running: checks the machine, then installs packages and fetches the broker and the registry. Safe to repeat. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fetchImage, imagesToFetch } from './local/setup/images.mjs'
import { fetchPart, partsToFetch } from './local/setup/jars.mjs'
import { oneAtATime } from './local/setup/one-at-a-time.mjs'
import { installPackages, packagesToDo } from './local/setup/packages.mjs'
import { chooseServers, missingBuildTools, missingNode } from './local/setup/requirements.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const cacheDir = process.env.DROVER_CACHE || join(root, '.drover', 'cache')
const quiet = process.argv.includes('--quiet')
const say = (line) => quiet || console.log(line)

const checkMachine = (toDo, parts) => {
  const servers = chooseServers(process.env, parts.length === 0)
  const missing = [...missingNode(process.versions.node), ...(toDo === 'nothing' ? [] : missingBuildTools(process.env)), ...servers.missing]
  if (missing.length > 0) throw new Error(`this machine lacks:\n${missing.map((item) => `  - ${item}`).join('\n')}`)
  return servers.kind
}

const planServers = (kind, parts) => {
  if (kind === 'java') return parts.map((part) => (step) => fetchPart({ part, cacheDir, step, quiet }))
  if (kind === 'docker') return imagesToFetch().map((image) => (step) => fetchImage({ image, cacheDir, step, quiet }))
  return []
}

const setUp = async () => {
  const startMs = performance.now()
  const toDo = packagesToDo(root)
  const parts = partsToFetch(cacheDir)
  const kind = checkMachine(toDo, parts)
  mkdirSync(cacheDir, { recursive: true })
  const packages = toDo === 'nothing' ? [] : [(step) => installPackages({ root, toDo, step, quiet })]
  const steps = [...packages, ...planServers(kind, parts)]
  for (const [index, run] of steps.entries()) await run(`set-up ${index + 1}/${steps.length}:`)
  say(steps.length === 0 ? 'set-up: nothing to do' : `set-up: done in ${((performance.now() - startMs) / 1000).toFixed(0)} s`)
}

try {
  await oneAtATime(join(root, '.drover', 'setup.lock'), say, setUp)
} catch (error) {
  console.error(`set-up failed: ${error.message}`)
  process.exitCode = 1
}
