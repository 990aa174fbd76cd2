/** A station is held back for each reason on its own, and read on when none is left. */
import { describe, expect, it } from 'vitest'
import { createIntake } from '../../../../connectors/ocpp/server/intake.ts'
import { createTokenBucket } from '../../../../connectors/ocpp/server/token-bucket.ts'
import { createWheel } from '../../../../connectors/ocpp/wire/wheel.ts'

function rig(perS: number, burst: number) {
  let nowMs = 0
  let paused = false
  const held: string[] = []
  const wheel = createWheel({ nowMs: () => nowMs })
  const intake = createIntake({
    socket: { pause: () => (paused = true), resume: () => (paused = false) },
    bucket: createTokenBucket({ perS, burst }, () => nowMs),
    wheel,
    onHeld: (why) => held.push(why),
  })
  const advance = (ms: number): void => {
    nowMs += ms
    wheel.advance()
  }
  return { intake, advance, held, isPaused: () => paused }
}

describe('an intake', () => {
  it('holds back a station that comes too fast until its rate has caught up', () => {
    const { intake, advance, held, isPaused } = rig(10, 5)
    for (let n = 0; n < 5; n += 1) intake.came()
    expect(isPaused()).toBe(false)
    // Two more were read already when the socket was paused.
    for (let n = 0; n < 3; n += 1) intake.came()
    expect([isPaused(), intake.isHolding(), held]).toEqual([true, true, ['rate']])
    advance(250)
    expect(isPaused()).toBe(true)
    advance(100)
    expect([isPaused(), intake.isHolding()]).toEqual([false, false])
  })

  it('holds back while requests wait for the log, until half of them are done', () => {
    const { intake, held, isPaused } = rig(1000, 1000)
    for (let n = 0; n < 16; n += 1) intake.begun()
    expect([isPaused(), held, intake.hasWork()]).toEqual([true, ['backlog'], true])
    for (let n = 0; n < 8; n += 1) intake.done()
    expect(isPaused()).toBe(true)
    intake.done()
    expect(isPaused()).toBe(false)
  })

  it('reads on only when neither reason is left', () => {
    const { intake, advance, isPaused } = rig(10, 1)
    intake.came()
    intake.came()
    for (let n = 0; n < 16; n += 1) intake.begun()
    advance(1000)
    expect(isPaused()).toBe(true)
    for (let n = 0; n < 16; n += 1) intake.done()
    expect(isPaused()).toBe(false)
  })

  it('reads on at the end, so that the socket can close, and holds no more', () => {
    const { intake, advance, isPaused } = rig(10, 1)
    intake.came()
    intake.came()
    intake.end()
    expect(isPaused()).toBe(false)
    intake.came()
    advance(1000)
    expect(isPaused()).toBe(false)
  })
})
