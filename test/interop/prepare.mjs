#!/usr/bin/env node
/** Fetches and builds the programs of others that the interop tests run against; one that cannot be had is noted with the reason, and is no fault. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { oneAtATime } from '../../deploy/local/setup/one-at-a-time.mjs'
import { cargoTarget, peers, peersDir, reasonsFile } from './peers.mjs'

/** undefined: it is there now. */
async function provide(peer, step) {
  const lacking = peer.lacks()
  if (lacking !== undefined) return lacking
  try {
    await peer.fetch(step)
    return undefined
  } catch (error) {
    console.log(`${step} ${peer.name} could not be had: ${error.message}`)
    return `it could not be had: ${error.message.split('\n')[0]}`
  }
}

async function prepare() {
  const wanted = peers.filter((peer) => !peer.isThere())
  const reasons = {}
  for (const [index, peer] of wanted.entries()) {
    const why = await provide(peer, `peers ${index + 1}/${wanted.length}:`)
    if (why !== undefined) reasons[peer.name] = why
  }
  writeFileSync(reasonsFile, JSON.stringify(reasons))
  rmSync(cargoTarget, { recursive: true, force: true })
  for (const [name, why] of Object.entries(reasons)) console.log(`peers: without ${name}: ${why}`)
}

mkdirSync(peersDir, { recursive: true })
await oneAtATime(join(peersDir, 'prepare.lock'), console.log, prepare)
