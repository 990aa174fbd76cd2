/** Says in which of an event's signals its meaning is looked for, and what each value of it is called in the terms of a program. */
import type { EventSignal, OadrEvent } from '../types/event.ts'
import { siScaleExponents } from '../types/item-base.ts'

const isSimple = ({ signalName }: EventSignal): boolean => signalName === 'SIMPLE'

/**
 * SIMPLE, which every 2.0b event may carry for the simplest of VENs, is understood first; another signal only where there is no SIMPLE one, or
 * where it stays at 0 and so asks for nothing.
 */
export function signalOf({ signals }: Pick<OadrEvent, 'signals'>): EventSignal | undefined {
  const simple = signals.find(isSimple)
  const asks = simple?.intervals.some(({ value }) => value !== 0) ?? false
  return asks ? simple : (signals.find((signal) => !isSimple(signal)) ?? simple)
}

/** The value in the unit without its scale: 5 kW are 5000. Rounded to twelve digits, which hides what binary fractions add. */
export const unscaled = ({ itemBase }: EventSignal, value: number): number =>
  Number((value * 10 ** siScaleExponents[itemBase?.siScaleCode ?? 'none']).toPrecision(12))

/** A SIMPLE level is its number; anything else `name/type=value`, which the terms may name in whole or in part. */
export const levelOf = (signal: EventSignal, value: number): string =>
  isSimple(signal) ? String(value) : `${signal.signalName}/${signal.signalType}=${unscaled(signal, value)}`

const inPower = ({ itemBase }: EventSignal): boolean => itemBase?.name === 'powerReal'

/** An explicit set-point in W. A delta or a multiplier is not one, whatever its unit. */
export const wattsOf = (signal: EventSignal, value: number): number | null =>
  signal.signalType === 'setpoint' && inPower(signal) ? Math.round(unscaled(signal, value)) : null

/** The reduction that a LOAD_DISPATCH delta asks for, in W; null = another signal. */
export function reductionOf(signal: EventSignal): number | null | { readonly fault: string } {
  if (signal.signalName !== 'LOAD_DISPATCH' || signal.signalType !== 'delta') return null
  const [first = 0, ...others] = signal.intervals.map(({ value }) => value)
  const field = `eiEventSignals: LOAD_DISPATCH delta ${signal.signalID}`
  if (!inPower(signal)) return { fault: `${field} is not in powerReal` }
  if (others.some((value) => value !== first)) return { fault: `${field} differs from interval to interval; send one event for each value` }
  return first < 0
    ? Math.round(-unscaled(signal, first))
    : { fault: `${field} asks for ${first} more, and only a reduction can be asked for` }
}
