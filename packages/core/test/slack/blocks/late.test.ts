import { expect, test } from 'vitest'
import { buildLateMessage } from '../../../src/slack/blocks/late.ts'
import { settings, time } from '../../notification/samples.ts'

const nothing = { late: 0, tooOld: 0, maxAgeMs: 86_400_000, lost: 0 }

test('tells of the process that died and of what follows', () => {
  const died = { pid: 812, at: time, uptimeMs: 11_100_000, release: '1.8.1' }

  expect(buildLateMessage({ ...nothing, died, late: 3 }, settings).text).toBe(
    '💀 checkout: The previous process (pid 812, up for 3 h 5 min, 1.8.1) died before it could tell everything. 3 alerts are told late.',
  )
})

test('tells of a process of which nothing is known', () => {
  expect(buildLateMessage({ ...nothing, died: {}, late: 1 }, settings).text).toBe(
    '💀 checkout: The previous process died before it could tell everything. 1 alert is told late.',
  )
})

test('counts what is too old to be told, and what was lost', () => {
  expect(buildLateMessage({ ...nothing, tooOld: 12, lost: 1 }, settings).text).toBe(
    '🕓 checkout: 12 alerts older than 1 d not shown. 1 alert lost.',
  )
})

test('speaks Korean', () => {
  const died = { pid: 812, uptimeMs: 60_000 }

  const { text } = buildLateMessage({ ...nothing, died, late: 3 }, { ...settings, locale: 'ko' })

  expect(text).toBe(
    '💀 checkout: 이전 프로세스(pid 812, 가동 1분)가 알림을 모두 보내기 전에 종료되었습니다. 늦게 보내는 알림 3건.',
  )
})
