/** Stands between a VEN and a VTN of others, passes everything on untouched, and holds both sides against the public document of the revision. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Revision } from '../../gateway/openadr3/revision.ts'
import { contractOf } from './contract.ts'

export interface ContractProxy {
  /** Base of the API, as the VEN sees it. */
  readonly url: string
  /** What the document does not allow of what was asked. */
  violations(): readonly string[]
  /** What it does not allow of what was answered. */
  oddAnswers(): readonly string[]
  /** What Prism says of both sides, where it stands between this proxy and the VTN. */
  secondOpinion(): readonly Opinion[]
  stop(): Promise<void>
}

export interface Opinion {
  readonly of: 'request' | 'response'
  readonly words: string
}

interface PrismViolation {
  readonly location: readonly ['request' | 'response', ...string[]]
  readonly message: string
}

const opinionsOf = (called: string, header: string | null): readonly Opinion[] =>
  (JSON.parse(header ?? '[]') as readonly PrismViolation[]).map(({ location: [of, ...place], message }) => ({
    of,
    words: `${called} ${place.join('.')}: ${message}`,
  }))

async function bytesOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function parsed(bytes: Buffer, contentType: string): unknown {
  if (bytes.length === 0) return undefined
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(bytes.toString()))
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return bytes.toString()
  }
}

/** `target` ends in a slash, and so does the address of the proxy. */
export async function startContractProxy(revision: Revision, target: string): Promise<ContractProxy> {
  const contract = contractOf(revision)
  const violations: string[] = []
  const oddAnswers: string[] = []
  const secondOpinion: Opinion[] = []

  async function passOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = incoming
    const url = new URL(`.${incoming.url ?? '/'}`, target)
    const path = decodeURI(url.pathname.slice(new URL(target).pathname.length))
    const sent = await bytesOf(incoming)
    const sentType = headers['content-type'] ?? ''
    violations.push(...contract.request({ method, path, query: url.searchParams, body: parsed(sent, sentType) }))
    const onward = {
      ...(headers.authorization ? { authorization: headers.authorization } : {}),
      ...(sentType ? { 'content-type': sentType } : {}),
    }
    const answer = await fetch(url, {
      method,
      headers: onward,
      ...(sent.length > 0 ? { body: new Uint8Array(sent) } : {}),
      redirect: 'manual',
    })
    secondOpinion.push(...opinionsOf(`${answer.status} to ${method} ${path}`, answer.headers.get('sl-violations')))
    const body = Buffer.from(await answer.arrayBuffer())
    const contentType = answer.headers.get('content-type') ?? ''
    oddAnswers.push(...contract.answer({ method, path, status: answer.status, contentType, body: parsed(body, contentType) }))
    outgoing.writeHead(answer.status, { 'content-type': contentType }).end(body)
  }

  const server = createServer((incoming, outgoing) => {
    passOn(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    violations: () => violations,
    oddAnswers: () => oddAnswers,
    secondOpinion: () => secondOpinion,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
