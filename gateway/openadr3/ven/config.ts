/** An OpenADR 3 VTN as vtns.json names it; secrets stand in files of their own. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { VenOptions } from './start.ts'

export const openAdr3Vtn = z.strictObject({
  version: z.enum(['3.0', '3.1']),
  /** Name by which programs say in their terms that this VTN addresses them; their marketContext is its programName. */
  vtnId: z.string().min(1),
  /** Base of the API, for example https://vtn.example/openadr3/3.1.0. */
  baseUrl: z.url(),
  venName: z.string().min(1).max(128),
  /** None: the VTN is spoken to without a token. */
  credentials: z
    .strictObject({
      clientId: z.string().min(1),
      /** Files are sought from the folder of vtns.json. */
      clientSecretFile: z.string().min(1),
      scope: z.string().optional(),
      /** Default: where the VTN's /auth/server says (3.1), else /auth/token. */
      tokenUrl: z.url().optional(),
    })
    .optional(),
  tls: z.strictObject({ caFile: z.string().optional(), certFile: z.string().optional(), keyFile: z.string().optional() }).optional(),
  /** The VTN is asked to call this address when something changes; it has to lead to the port on 127.0.0.1. */
  callback: z.strictObject({ url: z.url(), port: z.number().int().positive(), tokenFile: z.string().min(1) }).optional(),
  /** True: the VTN's MQTT broker is listened to, where it has one (3.1). */
  mqtt: z.boolean().optional(),
  /** Seconds between polls; default 10. */
  pollS: z.number().positive().optional(),
})
export type OpenAdr3Vtn = z.infer<typeof openAdr3Vtn>

type Configured = Pick<VenOptions, 'vtnId' | 'revision' | 'baseUrl' | 'venName' | 'credentials' | 'tls' | 'callback' | 'mqtt' | 'pollMs'>

/** Throws naming the VTN and the file that cannot be read. */
function readText(vtnId: string, folder: string, file: string): string {
  try {
    return readFileSync(resolve(folder, file), 'utf8').trim()
  } catch (error) {
    throw new Error(`VTN ${vtnId}: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function readCredentials({ vtnId, credentials }: OpenAdr3Vtn, folder: string): Pick<VenOptions, 'credentials'> {
  if (!credentials) return {}
  const { clientId, clientSecretFile, scope, tokenUrl } = credentials
  const clientSecret = readText(vtnId, folder, clientSecretFile)
  return {
    credentials: { clientId, clientSecret, ...(scope === undefined ? {} : { scope }), ...(tokenUrl === undefined ? {} : { tokenUrl }) },
  }
}

function readTls({ vtnId, tls }: OpenAdr3Vtn, folder: string): Pick<VenOptions, 'tls'> {
  if (!tls) return {}
  const files = { ca: tls.caFile, cert: tls.certFile, key: tls.keyFile }
  const texts = Object.entries(files).flatMap(([name, file]) => (file === undefined ? [] : [[name, readText(vtnId, folder, file)]]))
  return { tls: Object.fromEntries(texts) }
}

function readCallback({ vtnId, callback }: OpenAdr3Vtn, folder: string): Pick<VenOptions, 'callback'> {
  if (!callback) return {}
  const { url, port, tokenFile } = callback
  return { callback: { url, port, token: readText(vtnId, folder, tokenFile) } }
}

/** What a VEN is started with; `folder` is where vtns.json lies. */
export const venOptionsOf = (vtn: OpenAdr3Vtn, folder: string): Configured => ({
  vtnId: vtn.vtnId,
  revision: vtn.version,
  baseUrl: vtn.baseUrl,
  venName: vtn.venName,
  ...readCredentials(vtn, folder),
  ...readTls(vtn, folder),
  ...readCallback(vtn, folder),
  ...(vtn.mqtt === undefined ? {} : { mqtt: vtn.mqtt }),
  ...(vtn.pollS === undefined ? {} : { pollMs: vtn.pollS * 1000 }),
})
