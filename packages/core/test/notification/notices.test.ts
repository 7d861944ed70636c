import { describe, expect, test } from 'vitest'
import type { TroubleView } from '../../src/health/health.ts'
import {
  buildFileRefusal,
  buildLeftoversNotice,
  describeTrouble,
  leftoverNotice,
} from '../../src/notification/notices.ts'
import { settings, time } from './samples.ts'

const korean = { ...settings, locale: 'ko' } as const

describe('the notice of what an earlier process left unsent', () => {
  const nothing = { sent: 0, tooOld: 0, maxAgeMs: 86_400_000, lost: 0 }

  test('names the process that died and counts the alerts that follow', () => {
    const died = { pid: 812, at: time, uptimeMs: 11_100_000, release: '1.8.1' }

    expect(buildLeftoversNotice({ ...nothing, died, sent: 3 }, settings)).toEqual({
      kind: 'notice',
      text: '💀 checkout: The previous process (pid 812, up for 3 h 5 min, 1.8.1) died before all alerts were sent. 3 alerts delayed until this start.',
      at: time,
    })
  })

  test('has no details of a process of which nothing is known', () => {
    expect(buildLeftoversNotice({ ...nothing, died: {}, sent: 1 }, settings)).toEqual({
      kind: 'notice',
      text: '💀 checkout: The previous process died before all alerts were sent. 1 alert delayed until this start.',
    })
  })

  test('counts the alerts that are too old and those that are lost', () => {
    expect(buildLeftoversNotice({ ...nothing, tooOld: 12, lost: 1 }, settings).text).toBe(
      '🕓 checkout: 12 alerts older than 1 d not shown. 1 alert lost.',
    )
  })

  test('is in Korean', () => {
    const died = { pid: 812, uptimeMs: 60_000 }

    const { text } = buildLeftoversNotice({ ...nothing, died, sent: 3 }, korean)

    expect(text).toBe(
      '💀 checkout: 이전 프로세스(pid 812, 가동 1분)가 알림을 모두 보내기 전에 종료되었습니다. 이번 시작까지 지연된 알림 3건.',
    )
  })
})

describe('the notice on a message of an earlier process', () => {
  test('is about the death of the process, with the time of the event', () => {
    expect(leftoverNotice({ at: time, died: { pid: 812 } }, settings)).toBe(
      'The previous process (pid 812) died before all alerts were sent. (2026-11-21 14:02 UTC)',
    )
  })

  test('is about no death where the process ended in order', () => {
    expect(leftoverNotice({ at: time, died: undefined }, settings)).toBe(
      '1 alert delayed until this start. (2026-11-21 14:02 UTC)',
    )
  })
})

describe('the notice of what went wrong with earlier messages', () => {
  const slack = { ...settings, destination: 'Slack' }
  const trouble: TroubleView = {
    failedSends: 0,
    from: time,
    to: time,
    givenUp: 0,
    lostEvents: 0,
    outage: undefined,
  }
  const outage = { kind: 'unreachable', from: time, to: time + 900_000 } as const

  test('is left out where nothing went wrong', () => {
    expect(describeTrouble(trouble, slack)).toEqual([])
  })

  test('has the times of an outage and what was missed', () => {
    const given = { ...trouble, failedSends: 3, givenUp: 2, lostEvents: 1128, outage }

    expect(describeTrouble(given, slack)).toEqual([
      'Slack was unreachable from 14:02 to 14:17 UTC; 3 deliveries failed, 2 alerts given up, 1,128 events not shown',
    ])
  })

  test('has the dates of an outage that ends on another day', () => {
    const days = { ...outage, to: time + 86_400_000 }

    expect(describeTrouble({ ...trouble, failedSends: 1, outage: days }, slack)).toEqual([
      'Slack was unreachable from 2026-11-21 14:02 to 2026-11-22 14:02 UTC; 1 delivery failed',
    ])
  })

  test('says so where the destination refused everything', () => {
    const refusal = { ...outage, kind: 'refusing' } as const

    expect(
      describeTrouble(
        { ...trouble, failedSends: 1, outage: refusal },
        {
          ...settings,
          destination: 'Chat',
        },
      ),
    ).toEqual(['Chat refused all messages from 14:02 to 14:17 UTC; 1 delivery failed'])
  })

  test('is short after an outage of less than a minute', () => {
    const short = { ...outage, to: time + 59_999 }

    expect(describeTrouble({ ...trouble, failedSends: 3, outage: short }, slack)).toEqual([
      '3 deliveries failed at 14:02 UTC',
    ])
  })

  test('counts the failed sends and the events that are not shown', () => {
    const given = { ...trouble, failedSends: 3, to: time + 449_000, lostEvents: 1204 }

    expect(describeTrouble(given, slack)).toEqual([
      '3 deliveries failed between 14:02 and 14:09 UTC, 1,204 events not shown',
    ])
  })

  test.each([
    [{ givenUp: 1 }, '1 alert given up'],
    [{ lostEvents: 1 }, '1 event not shown'],
    [{ failedSends: 1 }, '1 delivery failed at 14:02 UTC'],
  ])('names %j alone', (given, notice) => {
    expect(describeTrouble({ ...trouble, ...given }, slack)).toEqual([notice])
  })

  test.each([
    [{ failedSends: 2, lostEvents: 5 }, '14:02 UTC 전송 2건 실패, 표시하지 못한 이벤트 5건'],
    [
      { failedSends: 2, givenUp: 1, outage },
      '14:02부터 14:17 UTC까지 Slack 연결 불가; 전송 2건 실패, 포기한 알림 1건',
    ],
  ])('is in Korean: %j', (given, notice) => {
    expect(describeTrouble({ ...trouble, ...given }, { ...slack, locale: 'ko' })).toEqual([notice])
  })
})

describe('the notice of a refused file', () => {
  const refusal = { destination: 'Slack', reason: 'missing_scope' }

  test.each([
    ['permission', 'Give the app the scope files:write and install it again.'],
    ['membership', 'Invite the app to this channel.'],
    ['disabled', 'Ask the administrators of the workspace to allow files.'],
  ] as const)('has the remedy for %s', (remedy, sentence) => {
    expect(buildFileRefusal({ ...refusal, remedy }, settings)).toEqual({
      kind: 'notice',
      text: `Slack rejected the file (missing_scope), so this thread is shortened. ${sentence}`,
    })
  })

  test('has the reason alone where there is no remedy', () => {
    const given = { destination: 'Slack', reason: 'fatal_error', remedy: undefined }

    expect(buildFileRefusal(given, settings).text).toBe(
      'Slack rejected the file (fatal_error), so this thread is shortened.',
    )
  })

  test('is in Korean', () => {
    expect(buildFileRefusal({ ...refusal, remedy: 'membership' }, korean).text).toBe(
      'Slack이 파일을 받지 않아 (missing_scope) 이 스레드를 줄여서 표시합니다. 이 채널에 앱을 초대하세요.',
    )
  })
})
