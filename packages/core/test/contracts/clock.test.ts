import { createVirtualClock } from '@slack-logger/slack-inbox'
import { VirtualClock } from '../golden/virtual-clock.ts'
import { SteadyClock } from '../../src/clock.ts'
import { describeClock } from './clock.ts'

describeClock("slack-inbox's virtual clock", () => {
  const clock = createVirtualClock()
  return { clock, pass: (ms) => clock.advance(ms) }
})

describeClock('the clock of several programs', () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1))
  return { clock: clock.of({}), pass: (ms) => clock.advance(ms) }
})

describeClock('the clock inside a sink', () => {
  const clock = createVirtualClock()
  const started = clock.now()
  const monotonic = (): number => clock.now() - started
  return {
    clock: new SteadyClock({ ...clock, now: () => started, monotonic }),
    pass: (ms) => clock.advance(ms),
  }
})
