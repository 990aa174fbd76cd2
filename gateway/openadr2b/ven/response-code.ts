/** Gives the response code of OpenADR 2.0b for a refusal, by the field that the refusal names. */

/** OpenADR 2.0b profile, application error codes; the first row whose field the refusal starts with counts. */
const codes: readonly (readonly [RegExp, string])[] = [
  [/^modificationNumber:/, '450'],
  [/^(marketContext|programId):/, '453'],
  [/^intervals\[\d+\]\.(level|valueW):/, '460'],
  [/^eiEventSignals:/, '460'],
  [/^(targets|eiTarget):/, '452'],
  [/^(intervals|eiEventSignal|eventID)\b/, '454'],
]

/** 450 out of sequence, 452 invalid id, 453 not recognised, 454 invalid data, 460 signal not supported, 459 anything else. */
export const responseCodeOf = (refusal: string): string => codes.find(([field]) => field.test(refusal))?.[1] ?? '459'
