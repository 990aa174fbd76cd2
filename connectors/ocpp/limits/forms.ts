/** The form that charging profiles have in each version of OCPP. */
import { form16 } from '../v16/profile-form.ts'
import { form201 } from '../v201/profile-form.ts'
import type { OcppVersion } from '../wire/dialect.ts'
import type { ProfileForm } from './profile-form.ts'

export const forms: Readonly<Record<OcppVersion, ProfileForm>> = { '1.6': form16, '2.0.1': form201 }
