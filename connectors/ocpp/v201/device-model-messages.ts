/** Reports, events and monitoring of a station's device model (OCPP 2.0.1 part 2, functional blocks B and N) as schemas. */
import { z } from 'zod'
import { ciString, dateTime, integer } from '../wire/primitives.ts'
import { attributeType, component, variable } from './types.ts'

const eventData = z.object({
  eventId: integer,
  timestamp: dateTime,
  trigger: z.enum(['Alerting', 'Delta', 'Periodic']),
  cause: integer.optional(),
  actualValue: ciString(2500),
  techCode: ciString(50).optional(),
  techInfo: ciString(500).optional(),
  cleared: z.boolean().optional(),
  transactionId: ciString(36).optional(),
  component,
  variableMonitoringId: integer.optional(),
  eventNotificationType: z.enum(['HardWiredNotification', 'HardWiredMonitor', 'PreconfiguredMonitor', 'CustomMonitor']),
  variable,
})

const variableAttribute = z.object({
  type: attributeType.optional(),
  value: ciString(2500).optional(),
  mutability: z.enum(['ReadOnly', 'WriteOnly', 'ReadWrite']).optional(),
  persistent: z.boolean().optional(),
  constant: z.boolean().optional(),
})

const variableCharacteristics = z.object({
  unit: ciString(16).optional(),
  dataType: z.enum(['string', 'decimal', 'integer', 'dateTime', 'boolean', 'OptionList', 'SequenceList', 'MemberList']),
  minLimit: z.number().optional(),
  maxLimit: z.number().optional(),
  valuesList: ciString(1000).optional(),
  supportsMonitoring: z.boolean(),
})

const reportData = z.object({
  component,
  variable,
  variableAttribute: z.array(variableAttribute).min(1).max(4),
  variableCharacteristics: variableCharacteristics.optional(),
})

export const notifyEvent = z.object({
  generatedAt: dateTime,
  tbc: z.boolean().optional(),
  seqNo: integer,
  eventData: z.array(eventData).min(1),
})

export const notifyReport = z.object({
  requestId: integer,
  generatedAt: dateTime,
  reportData: z.array(reportData).min(1).optional(),
  tbc: z.boolean().optional(),
  seqNo: integer,
})
