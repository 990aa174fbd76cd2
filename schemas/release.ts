/** Writes each topic's schema to schemas/released/<topic>/<n>.avsc when it differs from the newest file there. Run on release: `npx tsx schemas/release.ts`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { catalogue } from '../topics/catalogue.ts'
import { avroJson } from './avro-json.ts'
import { findBreaks, type ReleasedSchema } from './evolution.ts'

const folder = fileURLToPath(new URL('released', import.meta.url))

/** The released schemas of a topic, oldest first. */
export function readReleased(topic: string): readonly ReleasedSchema[] {
  const path = `${folder}/${topic}`
  if (!existsSync(path)) return []
  const files = readdirSync(path).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
  return files.map((file) => ({ file: `${topic}/${file}`, json: JSON.parse(readFileSync(`${path}/${file}`, 'utf8')) }))
}

function release(topic: (typeof catalogue)[number]): void {
  const released = readReleased(topic.name)
  const today = avroJson(topic.schema)
  const breaks = findBreaks(today, released)
  if (breaks.length > 0) throw new Error(`${topic.name}: released records could no longer be read:\n${breaks.join('\n')}`)
  const newest = released.at(-1)
  if (newest && JSON.stringify(newest.json) === JSON.stringify(today)) return
  mkdirSync(`${folder}/${topic.name}`, { recursive: true })
  writeFileSync(`${folder}/${topic.name}/${released.length + 1}.avsc`, `${JSON.stringify(today, null, 2)}\n`)
  console.log(`${topic.name}: released version ${released.length + 1}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) catalogue.forEach(release)
