/** Brings one report to the VTN, once: what is there already under its name is replaced, not added to. */
import { decodeList } from '../decode.ts'
import { report as reportObject } from '../model/party.ts'
import { readPages } from '../ven/pages.ts'
import type { Client } from '../wire/client.ts'

export type Delivered =
  | { readonly kind: 'accepted'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'again'; readonly detail: string; readonly retryMs: number }

export interface ToDeliver {
  readonly eventID: string
  readonly clientName: string
  readonly reportName: string
  readonly body: object
}

/** These say that the same report would not be taken later either; 409: it may be there, which the next look will show. */
const isFinal = (status: number): boolean => status >= 400 && status < 500 && ![401, 408, 409, 425, 429].includes(status)

/** The id of the report at the VTN; undefined where it has none of this name, or does not let us see. */
async function findReport(client: Client, { eventID, clientName, reportName }: ToDeliver) {
  const read = await readPages(client, `reports?${new URLSearchParams({ eventID, clientName })}`)
  if (read.kind === 'unusable') return read.status === 403 || read.status === 404 ? undefined : read
  for (const json of read.parts.flatMap(decodeList)) {
    const found = reportObject.safeParse(json)
    if (found.success && found.data.reportName === reportName) return found.data.id
  }
  return undefined
}

export async function deliver(client: Client, toDeliver: ToDeliver): Promise<Delivered> {
  const found = await findReport(client, toDeliver)
  if (typeof found === 'object') return { kind: 'again', detail: found.detail, retryMs: found.retryMs }
  const reply =
    found === undefined
      ? await client.write('POST', 'reports', toDeliver.body)
      : await client.write('PUT', `reports/${encodeURIComponent(found)}`, toDeliver.body)
  if (reply.kind === 'answered') return { kind: 'accepted', detail: String(reply.answer.status) }
  const { status, detail, retryMs } = reply
  return isFinal(status) ? { kind: 'refused', detail } : { kind: 'again', detail, retryMs }
}
