/** A client that tells everything that it can, and reads everything that it finds. */
import { expect } from 'vitest'
import { statusXml, subscriptionXml, usagePointXml } from '../../fleet/sep2/documents.ts'
import type { HttpClient } from './http-client.ts'
import { clientCertificate } from './pki.ts'
import { NOW_S } from './rig.ts'

const NS = 'xmlns="urn:ieee:std:2030.5:ns"'

/** All documents that can be reached by links, by path; each list is read to its end. */
export async function crawl(client: HttpClient, root = '/dcap'): Promise<Map<string, string>> {
  const documents = new Map<string, string>()
  const paths = [root]
  for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
    if (documents.has(path)) continue
    const { status, text, headers } = await client.get(`${path}?l=255`)
    expect(`${path}: ${status} ${headers['content-type']}`).toBe(`${path}: 200 application/sep+xml`)
    documents.set(path, text)
    for (const [, href = ''] of text.matchAll(/href="([^"]+)"/g)) paths.push(href.replaceAll('&amp;', '&'))
  }
  return documents
}

/** A client that has told everything that it can. */
export async function tellAll(client: HttpClient, name: string): Promise<void> {
  const w = (value: number) => `<multiplier>0</multiplier><value>${value}</value>`
  const lfdi = (await clientCertificate(name)).lfdi
  const told: readonly (readonly ['post' | 'put', string, string])[] = [
    [
      'put',
      'der/1/dercap',
      `<DERCapability ${NS}><modesSupported>00000080</modesSupported><rtgMaxW>${w(10_000)}</rtgMaxW><type>80</type></DERCapability>`,
    ],
    [
      'put',
      'der/1/derg',
      `<DERSettings ${NS}><setGradW>0</setGradW><setMaxW>${w(10_000)}</setMaxW><updatedTime>${NOW_S}</updatedTime></DERSettings>`,
    ],
    ['put', 'der/1/ders', statusXml(NOW_S, 5_000, true)],
    [
      'put',
      'der/1/dera',
      `<DERAvailability ${NS}><readingTime>${NOW_S}</readingTime><statWAvail>${w(9_000)}</statWAvail></DERAvailability>`,
    ],
    [
      'post',
      'lel',
      `<LogEvent ${NS}><createdDateTime>${NOW_S}</createdDateTime><details>over temperature</details><functionSet>11</functionSet><logEventCode>4</logEventCode><logEventID>1</logEventID><logEventPEN>37244</logEventPEN><profileID>2</profileID></LogEvent>`,
    ],
    ['post', 'sub', subscriptionXml(`/edev/${name}/derp/p/derc`, 'https://127.0.0.1:9/notify')],
  ]
  for (const [method, path, body] of told)
    expect((await client[method](`/edev/${name}/${path}`, body)).status).toBe(method === 'put' ? 204 : 201)
  const types = [
    { mRID: 'A1', type: '<accumulationBehaviour>4</accumulationBehaviour><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom>' },
    { mRID: 'A2', type: '<dataQualifier>2</dataQualifier><flowDirection>19</flowDirection><uom>38</uom>' },
  ]
  expect((await client.post('/mup', usagePointXml(lfdi, 'B1', types))).status).toBe(201)
}
