/** How long a process takes to read what stands on a topic, as bytes, doing nothing with it. */
import { enrollmentState } from '../../../topics/catalogue.ts'
import { readRange } from '../support/read-range.ts'
import type { Stage } from '../support/stage.ts'
import { endsOf } from '../support/visibility.ts'

/** Real seconds to read every enrolled state; measured once per stage. */
export const readStates = (stage: Stage): Promise<number> =>
  stage.once('read of the states', async () => {
    const ends = await endsOf(stage.brokers, enrollmentState.name)
    const startMs = performance.now()
    await readRange(
      stage.brokers,
      enrollmentState.name,
      ends.map(() => 0),
      ends,
    )
    return (performance.now() - startMs) / 1000
  })
