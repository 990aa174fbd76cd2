/** The settings of the OCPP role, in a file: listeners with TLS beside the plain one, and rates. Keys and certificates stand in files of their own. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { KeyFiles } from '../../connectors/ocpp/server/key-files.ts'
import type { OcppServerOptions } from '../../connectors/ocpp/server/server.ts'

const where = {
  port: z.number().int().min(0).max(65_535),
  host: z.string().default('127.0.0.1'),
  /** Ours with its chain, and its key, PEM. */
  certFile: z.string(),
  keyFile: z.string(),
  passphraseFile: z.string().optional(),
}

const rate = z.strictObject({ perS: z.number().positive(), burst: z.number().int().min(1) })

const settings = z.strictObject({
  listeners: z
    .array(
      z.discriminatedUnion('profile', [
        /** TLS with Basic auth. */
        z.strictObject({ profile: z.literal(2), ...where }),
        /** Mutual TLS: caFile holds the authorities of stations, crlFile what they took back. */
        z.strictObject({ profile: z.literal(3), ...where, caFile: z.string(), crlFile: z.string().optional() }),
      ]),
    )
    .default([]),
  /** Connections let in; beyond it 503 with Retry-After. */
  acceptRate: rate.optional(),
  /** Messages of one station; beyond it its socket waits. */
  messageRate: rate.optional(),
})

type Listener = z.infer<typeof settings>['listeners'][number]
type Settings = Pick<OcppServerOptions, 'secure' | 'acceptRate' | 'messageRate'>

/** No file: the plain listener alone. File names are relative to the folder of the settings. Throws naming the file and the field when it is not sound. */
export function readOcppSettings(file: string): Settings {
  if (!existsSync(file)) return {}
  const parsed = settings.safeParse(JSON.parse(readFileSync(file, 'utf8')))
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`)
  const { listeners, acceptRate, messageRate } = parsed.data
  return {
    secure: listeners.map((listener) => ({
      profile: listener.profile,
      port: listener.port,
      host: listener.host,
      files: filesOf(listener, dirname(file)),
    })),
    ...(acceptRate && { acceptRate }),
    ...(messageRate && { messageRate }),
  }
}

function filesOf(listener: Listener, folder: string): KeyFiles {
  const { certFile, keyFile, passphraseFile } = listener
  const { caFile, crlFile } = listener.profile === 3 ? listener : { caFile: undefined, crlFile: undefined }
  return {
    certFile: resolve(folder, certFile),
    keyFile: resolve(folder, keyFile),
    ...(passphraseFile && { passphraseFile: resolve(folder, passphraseFile) }),
    ...(caFile && { caFile: resolve(folder, caFile) }),
    ...(crlFile && { crlFile: resolve(folder, crlFile) }),
  }
}
