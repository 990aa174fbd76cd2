/** Settings of the IEEE 2030.5 server: a file that names its certificate, whom it believes, and where its Notifications may go. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { POLL_RATE_S } from '../../connectors/sep2/traits.ts'

const rate = z.int().min(10).max(999_999)
const settingsSchema = z.strictObject({
  /** PEM files; paths are relative to the folder of the settings. The server's own chain and key, of the curve P-256. */
  certFile: z.string(),
  keyFile: z.string(),
  /** Authorities that sign clients. */
  caFile: z.string(),
  /** Revocation lists, one of every authority; absent = none is revoked. */
  crlFile: z.string().optional(),
  /** Key of the authority, where this machine issues certificates itself. */
  caKeyFile: z.string().optional(),
  /** Seconds, for devices that have none of their own. */
  pollRateS: rate.default(POLL_RATE_S),
  postRateS: rate.default(POLL_RATE_S),
  /** `host` or `host:port`; none = nobody may subscribe. */
  notificationHosts: z.array(z.string()).max(1_000).default([]),
})
export type Sep2Settings = z.infer<typeof settingsSchema>

/** With absolute paths. Throws naming the file and the field when it is not sound. */
export function readSep2Settings(file: string): Sep2Settings {
  const parsed = settingsSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  const at = (path: string): string => resolve(dirname(file), path)
  const { certFile, keyFile, caFile, crlFile, caKeyFile } = parsed.data
  return {
    ...parsed.data,
    certFile: at(certFile),
    keyFile: at(keyFile),
    caFile: at(caFile),
    crlFile: crlFile && at(crlFile),
    caKeyFile: caKeyFile && at(caKeyFile),
  }
}
