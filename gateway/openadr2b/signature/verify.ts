/** Verifies the signature of a document: by the pinned certificate, over the very element that will be understood, with its time and nonce. */
import { X509Certificate } from 'node:crypto'
import { SignedXml } from 'xml-crypto'
import { matches } from '../fingerprint.ts'
import { MAX_BODY_BYTES } from '../limits.ts'
import { WireError } from '../wire-error.ts'
import { type Element, parseXml } from '../xml/parse.ts'
import { dateTimeMs, one, token } from '../xml/read.ts'
import { restrict } from './algorithms.ts'

/** When a document was signed, epoch ms UTC, and what makes it unlike any other. */
export interface Stamp {
  readonly signedMs: number
  readonly nonce: string
}

export type Verified = Stamp | { readonly problem: string }

const count = (element: Element, name: string): number =>
  element.children.reduce((sum, child) => sum + (child.name === name ? 1 : 0) + count(child, name), 0)

const find = (element: Element, name: string): Element | undefined =>
  element.name === name ? element : element.children.map((child) => find(child, name)).find((found) => found !== undefined)

/** One signature and one signed object, both below the root: no second one can be put in the place of what was signed. */
function shapeProblem(root: Element): string | undefined {
  const names = root.children.map(({ name }) => name)
  if (!names.includes('Signature')) return 'the message is not signed'
  const sole = count(root, 'Signature') === 1 && count(root, 'oadrSignedObject') === 1 && names.includes('oadrSignedObject')
  return sole ? undefined : 'the message has more than one Signature or oadrSignedObject'
}

function certificateIn(root: Element, pinned: string, nowMs: number): X509Certificate | { readonly problem: string } {
  const encoded = find(root, 'X509Certificate')?.text.replaceAll(/\s/g, '')
  if (!encoded) return { problem: 'the signature names no certificate' }
  const certificate = new X509Certificate(Buffer.from(encoded, 'base64'))
  if (!matches(certificate.fingerprint256, pinned))
    return { problem: `the certificate with fingerprint ${certificate.fingerprint256} is not that of the VTN` }
  if (nowMs < Date.parse(certificate.validFrom)) return { problem: `the certificate is not valid before ${certificate.validFrom}` }
  return nowMs > Date.parse(certificate.validTo) ? { problem: `the certificate expired on ${certificate.validTo}` } : certificate
}

/** What the signature covers, in canonical form; empty where it does not hold. */
function covered(source: string, certificate: X509Certificate): readonly Element[] {
  const [signature = ''] = /<(?:[\w.-]+:)?Signature[\s>][\s\S]*<\/(?:[\w.-]+:)?Signature\s*>/.exec(source) ?? []
  const signed = restrict(new SignedXml({ publicCert: certificate.publicKey, getCertFromKeyInfo: () => null }))
  signed.loadSignature(signature)
  if (!signed.checkSignature(source)) return []
  return signed.getSignedReferences().map((reference) => parseXml(Buffer.from(reference), MAX_BODY_BYTES))
}

function check(bytes: Uint8Array, pinned: string, nowMs: number): Verified {
  const root = parseXml(bytes, MAX_BODY_BYTES)
  const misshapen = shapeProblem(root)
  if (misshapen !== undefined) return { problem: misshapen }
  const certificate = certificateIn(root, pinned, nowMs)
  if ('problem' in certificate) return certificate
  const parts = covered(Buffer.from(bytes).toString('utf8'), certificate)
  if (parts.length === 0) return { problem: 'the signature does not hold' }
  if (!parts.some(({ name }) => name === 'oadrSignedObject')) return { problem: 'the signature does not cover the oadrSignedObject' }
  const protect = parts.map((part) => find(part, 'ReplayProtect')).find((found) => found !== undefined)
  if (!protect) return { problem: 'the signature covers no ReplayProtect' }
  return { signedMs: one(protect, 'timestamp', dateTimeMs), nonce: one(protect, 'nonce', token) }
}

/** `pinned` is the fingerprint of the VTN's signing certificate. Whatever goes wrong is a problem of the document, never an exception. */
export function verifySignature(bytes: Uint8Array, pinned: string, nowMs: number): Verified {
  try {
    return check(bytes, pinned, nowMs)
  } catch (error) {
    if (error instanceof WireError) return { problem: error.message }
    return { problem: `the signature cannot be read: ${error instanceof Error ? error.message : String(error)}` }
  }
}
