import { expect, test } from 'vitest'
import { measure } from '../../scripts/noise/measure.mjs'
import { scenarios } from '../../scripts/noise/scenarios.mjs'

test.each(scenarios)(
  '$title notifies as often as a person on call wants',
  async (scenario) => {
    const [least, most] = scenario.goal

    const { notifications } = await measure(scenario)

    expect(notifications).toBeGreaterThanOrEqual(least)
    expect(notifications).toBeLessThanOrEqual(most)
  },
  60_000,
)
