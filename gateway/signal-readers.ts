/** Who reads the signals of each protocol: what the interpreter is given, and what old signals are read with again. */
import type { SignalReaders } from '../processors/interpreter/interpret.ts'
import { understandOpenAdr2b } from './openadr2b/understand.ts'
import { understandOpenAdr3 } from './openadr3/understand.ts'

export const signalReaders: SignalReaders = {
  openadr2b: understandOpenAdr2b,
  openadr3: understandOpenAdr3('3.0'),
  openadr31: understandOpenAdr3('3.1'),
}
