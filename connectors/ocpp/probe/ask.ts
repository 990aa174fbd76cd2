/** Asks one station for its settings, and brings clock-aligned metering to the registered cadence, one call after the other. */
import type { CentralCall } from '../wire/dialect.ts'
import type { CallOutcome } from '../wire/outcome.ts'
import type { ProbeForm, Survey } from './survey.ts'

export type Call = (call: CentralCall) => Promise<CallOutcome>

/** undefined where the station gives no usable answer, or is gone. */
export async function survey(form: ProbeForm, call: Call): Promise<Survey | undefined> {
  const whole = await call(form.ask)
  if (whole.kind === 'accepted') return form.surveyIn([whole.payload])
  // It knows the question, and not so many at once.
  if (whole.kind !== 'callError' || whole.by !== 'station') return undefined
  const answers: unknown[] = []
  for (const question of form.askEach) {
    const outcome = await call(question)
    if (outcome.kind === 'accepted') answers.push(outcome.payload)
    else if (outcome.kind !== 'callError' && outcome.kind !== 'rejected') return undefined
  }
  return answers.length === 0 ? undefined : form.surveyIn(answers)
}

/** The survey as read back after what had to be set was set; 0 s = nothing is expected of the station, and nothing set. */
export async function settle(form: ProbeForm, call: Call, before: Survey, intervalS: number): Promise<Survey | undefined> {
  const settings = intervalS > 0 ? form.settings(before, intervalS) : []
  for (const setting of settings) await call(setting)
  return settings.length === 0 ? before : survey(form, call)
}
