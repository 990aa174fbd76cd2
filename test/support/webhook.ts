/** Sends messages to our webhook as a vendor does: signed, with the time. */
import { signatureOf } from '../../connectors/cloud/webhook/signature.ts'
import { WEBHOOK_SECRET } from './credentials.ts'

export interface Sending {
  readonly nowMs: number
  readonly secret?: string
  readonly signature?: string
}

/** The status of the answer. */
export async function sendWebhook(port: number, credential: string, message: unknown, sending: Sending): Promise<number> {
  const { nowMs, secret = WEBHOOK_SECRET } = sending
  const body = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message))
  const timestamp = String(Math.floor(nowMs / 1000))
  const signature = sending.signature ?? signatureOf(secret, timestamp, body)
  const headers = { 'content-type': 'application/json', 'x-timestamp': timestamp, 'x-signature': signature }
  const answer = await fetch(`http://127.0.0.1:${port}/webhooks/${credential}`, { method: 'POST', headers, body: new Uint8Array(body) })
  await answer.arrayBuffer()
  return answer.status
}
