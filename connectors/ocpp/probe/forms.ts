/** The questions and settings of each version of OCPP. */
import { probe16 } from '../v16/probe-form.ts'
import { probe201 } from '../v201/probe-form.ts'
import type { OcppVersion } from '../wire/dialect.ts'
import type { ProbeForm } from './survey.ts'

export const probeForms: Readonly<Record<OcppVersion, ProbeForm>> = { '1.6': probe16, '2.0.1': probe201 }
