/** The passwords by which charging stations authenticate: a file that only its owner may read. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const stationsSchema = z.object({
  /** Password that any enrolled station may use; null = none. */
  shared: z.string().min(16).nullable(),
  /** Passwords of single stations, by station id. */
  own: z.record(z.string(), z.string().min(16)),
})
export type Stations = z.infer<typeof stationsSchema>

/** Makes the file with a random shared password where there is none. */
export function ensureStations(file: string): void {
  if (existsSync(file)) return
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const fresh: Stations = { shared: randomBytes(18).toString('base64url'), own: {} }
  writeFileSync(file, `${JSON.stringify(fresh, null, 2)}\n`, { mode: 0o600 })
}

/** Throws naming the file and the field when it is not sound. */
export function readStations(file: string): Stations {
  const parsed = stationsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

const digest = (password: Uint8Array): Buffer => createHash('sha256').update(password).digest()

/** Whether a password is that of the station, in constant time. */
export function checkPassword({ shared, own }: Stations, stationId: string, password: Uint8Array): boolean {
  const wanted = Object.hasOwn(own, stationId) ? own[stationId] : shared
  return wanted !== undefined && wanted !== null && timingSafeEqual(digest(Buffer.from(wanted)), digest(password))
}
