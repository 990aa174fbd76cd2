/** The OpenAPI document: sound, served, and one with the routes. */
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, it, test } from 'vitest'
import { createRestApp, operations } from '../../../gateway/rest/app.ts'
import { findDeviations } from './conformance.ts'
import { createRestRig, HOUR_MS, nowMs, tokens } from './rig.ts'

const served = async () => {
  const rig = await createRestRig()
  const { status, body } = await rig.call('GET', '/openapi.json', undefined, { as: 'analyst' })
  expect(status).toBe(200)
  return { rig, document: body as unknown as { openapi: string; paths: Record<string, Record<string, { operationId: string }>> } }
}

it('is a sound document of OpenAPI 3.1, to the schema of the OpenAPI Initiative', async () => {
  const { document } = await served()
  expect(document.openapi).toBe('3.1.0')
  const result = await new Validator().validate(structuredClone(document))
  expect(result).toMatchObject({ valid: true })
})

it('tells a sound document from another', async () => {
  const { document } = await served()
  const broken = { ...document, paths: { '/events': { get: { responses: 'none' } } } }
  expect((await new Validator().validate(broken)).valid).toBe(false)
})

it('has every route, and every route that it has exists', async () => {
  const { document } = await served()
  const app = createRestApp({ tokens: [], registry: { registerMetric: () => undefined } } as never)
  const routes = new Set(app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`))
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  expect([...routes].sort()).toEqual(documented.sort())
  expect(documented).toHaveLength(operations.length)
  const ids = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  expect(new Set(ids).size).toBe(ids.length)
})

test.each(
  operations.filter(({ scopes }) => scopes !== null).map((operation) => [`${operation.method} ${operation.path}`, operation] as const),
)('%s lets in whom the document names, and nobody else', async (_, { method, path, scopes, body }) => {
  const rig = await createRestRig()
  for (const [as, { scope }] of Object.entries(tokens)) {
    const words = body === undefined ? undefined : {}
    const { status } = await rig.call(method.toUpperCase(), path.replace('{eventId}', 'x'), words, { as: as as keyof typeof tokens })
    if (scopes?.includes(scope)) expect(status, as).not.toBe(403)
    else expect(status, as).toBe(403)
  }
})

it('sees answers that it does not allow', () => {
  const json = 'application/json'
  expect(findDeviations('GET', '/health', { status: 200, contentType: json, body: { status: 'ok' } })).toEqual([])
  expect(findDeviations('GET', '/health', { status: 200, contentType: json, body: { status: 'well' } })).toHaveLength(1)
  expect(findDeviations('GET', '/health', { status: 204, contentType: json, body: {} })).toHaveLength(1)
  expect(findDeviations('GET', '/health', { status: 500, contentType: json, body: {} })).toHaveLength(1)
  expect(findDeviations('GET', '/secret', { status: 200, contentType: json, body: {} })).toHaveLength(1)
})

it('documents an example that is taken', async () => {
  const { rig } = await served()
  const example = operations.find(({ operationId }) => operationId === 'createEvent')?.example as {
    intervals: { startMs: number; endMs: number }[]
  }
  const [interval] = example.intervals
  expect(interval && interval.endMs - interval.startMs).toBe(HOUR_MS)
  expect(interval?.startMs).toBeGreaterThan(nowMs)
  expect((await rig.call('POST', '/events', example)).status).toBe(201)
})
