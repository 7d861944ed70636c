import { aggregateProblems } from './jobs/aggregates.js'
import { jobProblems } from './jobs/nightly.js'
import { billingProblems } from './billing/index.js'
import { orderProblems } from './orders/index.js'
import { paymentProblems } from './payments/index.js'
import { sharedProblems } from './shared/index.js'
import { userProblems } from './users/index.js'

const problems = []
const add = (name, cause) => {
  problems.push({ name, cause })
}

userProblems(add)
orderProblems(add)
billingProblems(add)
paymentProblems(add)
sharedProblems(add)
jobProblems(add)
aggregateProblems(add)

async function runAll() {
  for (const { name, cause } of problems) {
    await new Promise((done) => {
      const report = (error) => {
        globalThis.report(name, error)
        done()
      }
      setTimeout(() => {
        try {
          Promise.resolve(cause(report)).catch(report)
        } catch (error) {
          report(error)
        }
      }, 0)
    })
  }
}

runAll()
