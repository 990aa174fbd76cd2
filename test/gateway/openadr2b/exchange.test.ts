/** The exchange: answers untouched, and every way of getting none told apart. */

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createExchange, ExchangeError, type ExchangeOptions } from '../../../gateway/openadr2b/exchange.ts'

const ended: (() => void)[] = []
afterEach(() => {
  for (const end of ended.splice(0)) end()
})

const peer = async (listener: RequestListener, options: Omit<ExchangeOptions, 'base'> = {}) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vtn/`
  const exchange = createExchange({ base, ...options })
  ended.push(() => {
    exchange.close()
    server.closeAllConnections()
    server.close()
  })
  return exchange
}

const faultOf = async (answer: Promise<unknown>): Promise<string> => {
  const error = await answer.then(
    () => new Error('an answer came'),
    (cause: unknown) => cause,
  )
  if (!(error instanceof ExchangeError)) throw error
  expect(error.message).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/.*OadrPoll: /)
  return error.fault
}

it('posts the document as XML to the service and brings the answer back untouched', async () => {
  const seen: unknown[] = []
  const bytes = Uint8Array.of(0xff, 0x00, 0x3c)
  const exchange = await peer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push([request.method, request.url, request.headers['content-type'], Buffer.concat(chunks).toString()])
      response.writeHead(503, { 'retry-after': '7' }).end(bytes)
    })
  })
  const answer = await exchange.post('EiEvent', '<é/>')
  expect(seen).toEqual([['POST', '/vtn/OpenADR2/Simple/2.0b/EiEvent', 'application/xml', '<é/>']])
  expect(answer.status).toBe(503)
  expect(answer.headers['retry-after']).toBe('7')
  expect([...answer.body]).toEqual([...bytes])
})

it('keeps the connection between posts', async () => {
  const ports = new Set<number | undefined>()
  const exchange = await peer((request, response) => {
    ports.add(request.socket.remotePort)
    request.resume().on('end', () => response.end('<r/>'))
  })
  await exchange.post('OadrPoll', '<r/>')
  await exchange.post('OadrPoll', '<r/>')
  expect(ports.size).toBe(1)
})

it('gives up on a peer that does not answer', async () => {
  const exchange = await peer(() => undefined, { timeoutMs: 50 })
  expect(await faultOf(exchange.post('OadrPoll', '<r/>'))).toBe('timeout')
})

it('gives up on a peer that never finishes its answer', async () => {
  const exchange = await peer((_, response) => response.write('<r>'), { timeoutMs: 50 })
  expect(await faultOf(exchange.post('OadrPoll', '<r/>'))).toBe('timeout')
})

it('breaks off an answer that is too long', async () => {
  const exchange = await peer((_, response) => response.end(Buffer.alloc(101)), { maxResponseBytes: 100 })
  expect(await faultOf(exchange.post('OadrPoll', '<r/>'))).toBe('too-large')
})

it('tells a broken connection from an answer', async () => {
  const exchange = await peer((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('<r>', () => response.destroy())
  })
  expect(await faultOf(exchange.post('OadrPoll', '<r/>'))).toBe('unreachable')
})

it('says so where nobody listens', async () => {
  const exchange = await peer(() => undefined)
  for (const end of ended.splice(0)) end()
  expect(await faultOf(exchange.post('OadrPoll', '<r/>'))).toBe('unreachable')
})

it('takes only http and https addresses', () => {
  expect(() => createExchange({ base: 'ftp://127.0.0.1' })).toThrow("base 'ftp://127.0.0.1'")
})
