/** What stations are answered. */
import { describe, expect, it } from 'vitest'
import { answer } from '../../../../connectors/ocpp/v16/answers.ts'
import { ORIGIN_MS } from '../limits/arbitraries.ts'

const context = { stationId: 'a', nowMs: ORIGIN_MS + 999, heartbeatIntervalS: 60 }

describe('answer', () => {
  it('accepts a booting station and gives it the time and its heartbeat', () => {
    const payload = { chargePointVendor: 'V', chargePointModel: 'M' }
    expect(answer({ action: 'BootNotification', payload }, context)).toEqual({
      status: 'Accepted',
      currentTime: '2026-06-01T12:00:00Z',
      interval: 60,
    })
  })

  it('names a transaction by its start and station', () => {
    const payload = { connectorId: 1, idTag: 't', meterStart: 1, timestamp: '2026-06-01T12:00:00Z' }
    const first = answer({ action: 'StartTransaction', payload }, context)
    expect(answer({ action: 'StartTransaction', payload }, { ...context, nowMs: 0 })).toEqual(first)
    expect(answer({ action: 'StartTransaction', payload }, { ...context, stationId: 'b' })).not.toEqual(first)
  })

  it('knows no vendor', () => {
    expect(answer({ action: 'DataTransfer', payload: { vendorId: 'v' } }, context)).toEqual({ status: 'UnknownVendorId' })
  })
})
