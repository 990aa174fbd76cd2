/** Signs a document as OpenADR 2.0b wants it: the oadrSignedObject, and a ReplayProtect property with time and nonce. */
import { createPrivateKey, randomBytes } from 'node:crypto'
import { SignedXml } from 'xml-crypto'
import { formatDateTime } from '../date-time.ts'
import { c14n, restrict, sha256, signatureAlgorithmOf } from './algorithms.ts'

export interface SigningIdentity {
  /** PEM. */
  readonly cert: string
  readonly key: string
  readonly passphrase?: string
}

const signedObject = "/*/*[local-name(.)='oadrSignedObject']"

const replayProtect = (nowMs: number, nonce: string): string =>
  '<ds:SignatureProperties xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignatureProperty Target="#signature">' +
  '<dsp:ReplayProtect xmlns:dsp="http://openadr.org/oadr-2.0b/2012/07/xmldsig-properties">' +
  `<dsp:timestamp>${formatDateTime(nowMs)}</dsp:timestamp><dsp:nonce>${nonce}</dsp:nonce>` +
  '</dsp:ReplayProtect></ds:SignatureProperty></ds:SignatureProperties>'

/** A signer of documents written by `encode`. Throws when the key cannot be read. */
export function createSigner({ cert, key, passphrase }: SigningIdentity): (document: string, nowMs: number) => string {
  const privateKey = createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) })
  return (document, nowMs) => {
    const objects = [{ content: replayProtect(nowMs, randomBytes(16).toString('hex')), attributes: { Id: 'replayProtect' } }]
    const signatureAlgorithm = signatureAlgorithmOf(privateKey)
    const signed = restrict(new SignedXml({ privateKey, publicCert: cert, signatureAlgorithm, canonicalizationAlgorithm: c14n, objects }))
    const how = { digestAlgorithm: sha256, transforms: [c14n] }
    signed.addReference({ xpath: signedObject, ...how })
    signed.addReference({ xpath: "//*[local-name(.)='Object']", ...how })
    signed.computeSignature(document, { prefix: 'ds', attrs: { Id: 'signature' }, location: { reference: signedObject, action: 'before' } })
    return signed.getSignedXml()
  }
}
