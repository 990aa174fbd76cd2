/** The settings of an OpenADR 2.0b entry in vtns.json, and what they come to. Keys and certificates stand in files of their own. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { parseFingerprint } from './fingerprint.ts'
import type { Seal } from './signature/seal.ts'
import { createXmlSeal } from './signature/xml-seal.ts'
import type { VenOptions } from './ven/start.ts'

const fingerprint = z.string().transform((text, context) => {
  try {
    return parseFingerprint(text)
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
    return z.NEVER
  }
})

const pemFiles = {
  /** Our certificate and key, PEM. */
  certFile: z.string(),
  keyFile: z.string(),
  passphraseFile: z.string().optional(),
}

/** Fields of an entry beside vtnId, baseUrl and venName. */
export const openAdr2bFields = {
  /** pull: Drover polls. push: the VTN sends, and `push` says where to. */
  mode: z.enum(['pull', 'push']).default('pull'),
  /** Mutual TLS toward the VTN; caFile replaces the system's authorities. */
  tls: z.strictObject({ ...pemFiles, caFile: z.string().optional() }).optional(),
  /** Pins the VTN's certificate: SHA-256, the last ten bytes or all. */
  fingerprint: fingerprint.optional(),
  /** True: poll again at once while the VTN has something to say. */
  drain: z.boolean().default(false),
  /** Overrides the poll frequency that the VTN asks for, seconds. */
  pollS: z.number().positive().optional(),
  /** With mode push: where Drover listens, and the address that the VTN is told. */
  push: z
    .strictObject({
      port: z.number().int().min(0).max(65_535),
      host: z.string().default('127.0.0.1'),
      address: z.url(),
      tls: z.strictObject({ ...pemFiles, caFile: z.string() }).optional(),
    })
    .optional(),
  /** Messages are signed with certFile and keyFile, and must be signed with the certificate of that fingerprint. */
  signature: z.strictObject({ ...pemFiles, fingerprint, windowS: z.number().positive().default(300) }).optional(),
}

const entry = z.object(openAdr2bFields)
export type OpenAdr2bSettings = z.infer<typeof entry>

const pem = (file: string): string => readFileSync(file, 'utf8')

function identity({ certFile, keyFile, passphraseFile }: { certFile: string; keyFile: string; passphraseFile?: string | undefined }) {
  const passphrase = passphraseFile === undefined ? {} : { passphrase: pem(passphraseFile).trim() }
  return { cert: pem(certFile), key: pem(keyFile), ...passphrase }
}

function pushOptions({ push, fingerprint: pinned }: OpenAdr2bSettings): VenOptions['push'] {
  if (!push) throw new Error('push: is missing; with mode push, name port and address')
  const { tls, ...where } = push
  if (!tls) return where
  return { ...where, tls: { ...identity(tls), ca: pem(tls.caFile), ...(pinned && { fingerprint: pinned }) } }
}

function sealOptions({ signature }: OpenAdr2bSettings): { readonly seal?: Seal } {
  if (!signature) return {}
  return { seal: createXmlSeal({ ...identity(signature), fingerprint: signature.fingerprint, windowMs: signature.windowS * 1000 }) }
}

/** Reads the files that the settings name. Throws naming the field, or the file, that is wrong. */
export function venSettings(settings: OpenAdr2bSettings): Pick<VenOptions, 'tls' | 'drain' | 'pollMs' | 'push' | 'seal'> {
  const { mode, tls, fingerprint: pinned, drain, pollS } = settings
  const own = tls && { ...identity(tls), ...(tls.caFile && { ca: pem(tls.caFile) }) }
  return {
    drain,
    ...sealOptions(settings),
    ...((own || pinned) && { tls: { ...own, ...(pinned && { fingerprint: pinned }) } }),
    ...(pollS !== undefined && { pollMs: pollS * 1000 }),
    ...(mode === 'push' && { push: pushOptions(settings) as NonNullable<VenOptions['push']> }),
  }
}
