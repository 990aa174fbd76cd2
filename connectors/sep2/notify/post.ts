/** Posts one Notification over TLS, with the server's own certificate, to a host that shows one of the authorities it believes. */
import { request } from 'node:https'
import type { Credentials } from '../tls/credentials.ts'
import { SEP_XML } from '../xml/write.ts'

export type Post = (uri: string, xml: string) => Promise<number>

const LIMIT_MS = 10_000

/** Resolves to the status of the answer, whose body is not read; redirections are not followed. */
export const createPost =
  (credentials: () => Credentials, ciphers: string): Post =>
  (uri, xml) =>
    new Promise((resolve, reject) => {
      const { cert, key, ca } = credentials()
      const body = Buffer.from(xml)
      const posting = request(
        uri,
        {
          method: 'POST',
          headers: { 'content-type': SEP_XML, 'content-length': body.length },
          cert,
          key,
          ca,
          ciphers,
          agent: false,
          timeout: LIMIT_MS,
          signal: AbortSignal.timeout(LIMIT_MS),
          // Certificates of IEEE 2030.5 carry no host names (6.11.8.3); who signed them is what counts.
          checkServerIdentity: () => undefined,
        },
        (response) => {
          resolve(response.statusCode ?? 0)
          response.destroy()
        },
      )
      posting.on('timeout', () => posting.destroy(new Error('no answer in time')))
      posting.on('error', reject)
      posting.end(body)
    })
