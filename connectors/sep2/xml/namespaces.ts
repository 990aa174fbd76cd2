/** The namespaces that are read and written, and the prefix by which our own names carry them. */

export const SEP = 'urn:ieee:std:2030.5:ns'
export const CSIP_AUS = 'https://csipaus.org/ns'
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

/** Elements of 2030.5 are named without a prefix, those of CSIP-AUS with `csipaus:`; others are not read. */
export function prefixOf(namespace: string): string | undefined {
  if (namespace === SEP) return ''
  return namespace === CSIP_AUS ? 'csipaus:' : undefined
}
