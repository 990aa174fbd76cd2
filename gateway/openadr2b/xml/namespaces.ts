/** The namespaces of OpenADR 2.0b with the prefixes that Drover writes (oadr_20b.xsd). */

export const namespaces = {
  oadr: 'http://openadr.org/oadr-2.0b/2012/07',
  ei: 'http://docs.oasis-open.org/ns/energyinterop/201110',
  pyld: 'http://docs.oasis-open.org/ns/energyinterop/201110/payloads',
  emix: 'http://docs.oasis-open.org/ns/emix/2011/06',
  power: 'http://docs.oasis-open.org/ns/emix/2011/06/power',
  scale: 'http://docs.oasis-open.org/ns/emix/2011/06/siscale',
  strm: 'urn:ietf:params:xml:ns:icalendar-2.0:stream',
  xcal: 'urn:ietf:params:xml:ns:icalendar-2.0',
  gml: 'http://www.opengis.net/gml/3.2',
} as const

/** An element's name as written: a known prefix and the local name. */
export type QName = `${keyof typeof namespaces}:${string}`
