/** The algorithms of XML signatures that OpenADR 2.0b allows (security annex: C14N 1.0, SHA-256, RSA and ECDSA), as xml-crypto wants them. */
import { type BinaryLike, createSign, createVerify, type KeyLike, type KeyObject } from 'node:crypto'
import type { SignedXml } from 'xml-crypto'

export const c14n = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const sha256 = 'http://www.w3.org/2001/04/xmlenc#sha256'
const sha512 = 'http://www.w3.org/2001/04/xmlenc#sha512'
const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const rsaSha512 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512'
const ecdsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256'

/** RFC 4050 and XML signatures write an ECDSA signature as r and s side by side, not in ASN.1. */
const ecdsa = () => ({
  getAlgorithmName: () => ecdsaSha256,
  getSignature: (info: BinaryLike, key: KeyLike) =>
    createSign('sha256')
      .update(info)
      .sign({ key: key as KeyObject, dsaEncoding: 'ieee-p1363' }, 'base64'),
  verifySignature: (info: string, key: KeyLike, value: string) =>
    createVerify('sha256')
      .update(info)
      .verify({ key: key as KeyObject, dsaEncoding: 'ieee-p1363' }, value, 'base64'),
})

type Algorithms<Kind extends 'CanonicalizationAlgorithms' | 'HashAlgorithms' | 'SignatureAlgorithms'> = SignedXml[Kind]

/** `new` of a plain function gives back the object that it returns. */
const constructible = <T>(make: () => T): (new () => T) =>
  function constructed() {
    return make()
  } as unknown as new () => T

const only = <T>(all: Record<string, T>, names: readonly string[]): Record<string, T> =>
  Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])))

/** Leaves nothing but these: SHA-1, HMAC and every other transform are refused, since nobody has to send them. */
export function restrict(signed: SignedXml): SignedXml {
  signed.CanonicalizationAlgorithms = only(signed.CanonicalizationAlgorithms, [c14n, exclusive]) as Algorithms<'CanonicalizationAlgorithms'>
  signed.HashAlgorithms = only(signed.HashAlgorithms, [sha256, sha512]) as Algorithms<'HashAlgorithms'>
  const signatures = only(signed.SignatureAlgorithms, [rsaSha256, rsaSha512])
  signed.SignatureAlgorithms = { ...signatures, [ecdsaSha256]: constructible(ecdsa) } as Algorithms<'SignatureAlgorithms'>
  return signed
}

export const signatureAlgorithmOf = (key: KeyObject): string => (key.asymmetricKeyType === 'ec' ? ecdsaSha256 : rsaSha256)
