import { describe, expect, test } from 'vitest'
import type { TroubleView } from '../../src/health/health.ts'
import {
  adoptedNotice,
  buildFileRefusal,
  buildLossesNotice,
  describeTrouble,
} from '../../src/notification/notices.ts'
import { settings, time } from './samples.ts'

const korean = { ...settings, locale: 'ko' } as const

describe('the notice of what an earlier process left that nobody will see', () => {
  const nothing = { tooOld: 0, maxAgeMs: 86_400_000, unreadable: 0 }

  test('names the process that died and counts what is lost', () => {
    const died = { pid: 812, at: time, uptimeMs: 11_100_000, release: '1.8.1' }

    expect(buildLossesNotice({ ...nothing, died, tooOld: 12, unreadable: 1 }, settings)).toEqual({
      kind: 'notice',
      text: '💀 checkout: The previous process (pid 812, up 3 h 5 min, 1.8.1) died. 12 alerts older than 1 d not shown. 1 line of its journal could not be read; what was in there is lost.',
      at: time,
    })
  })

  test('has no details of a process of which nothing is known', () => {
    expect(buildLossesNotice({ ...nothing, died: {}, tooOld: 1 }, settings)).toEqual({
      kind: 'notice',
      text: '💀 checkout: The previous process died. 1 alert older than 1 d not shown.',
    })
  })

  test('is about no death where the process ended in order', () => {
    expect(buildLossesNotice({ ...nothing, unreadable: 2 }, settings)).toEqual({
      kind: 'notice',
      text: '🕓 checkout: 2 lines of its journal could not be read; what was in there is lost.',
    })
  })

  test('is in Korean', () => {
    const died = { pid: 812, uptimeMs: 60_000 }

    const { text } = buildLossesNotice({ ...nothing, died, tooOld: 3, unreadable: 2 }, korean)

    expect(text).toBe(
      '💀 checkout: 이전 프로세스(pid 812, 가동 1분)가 비정상 종료되었습니다. 1일보다 오래된 알림 3건은 생략했습니다. 저널에서 읽을 수 없는 줄 2개: 그 내용을 잃었습니다.',
    )
  })
})

describe('the notice on an alert of an earlier process', () => {
  test('has the time at which it happened, and the process that died after it', () => {
    const died = { pid: 812, at: time + 1000, uptimeMs: 10_800_000, release: '1.8.1' }

    expect(adoptedNotice({ at: time, died }, settings)).toBe(
      'Happened at 2026-11-21 14:02 UTC, before the process (pid 812, up 3 h, 1.8.1) died.',
    )
  })

  test('has no details of a process of which nothing is known', () => {
    expect(adoptedNotice({ at: time, died: {} }, settings)).toBe(
      'Happened at 2026-11-21 14:02 UTC, before the process died.',
    )
  })

  test('is about no death where the process ended in order', () => {
    expect(adoptedNotice({ at: time, died: undefined }, settings)).toBe(
      'Happened at 2026-11-21 14:02 UTC, before the last restart.',
    )
  })

  test('is in Korean', () => {
    expect(adoptedNotice({ at: time, died: { pid: 812 } }, korean)).toBe(
      '2026-11-21 14:02 UTC에 발생, 이후 프로세스(pid 812)가 비정상 종료되었습니다.',
    )
    expect(adoptedNotice({ at: time }, korean)).toBe(
      '2026-11-21 14:02 UTC에 발생, 마지막 재시작 이전입니다.',
    )
  })

  test('contains no control characters of a release', () => {
    const died = { release: '1.8.1\u001B[31m\n*bold*' }

    const notice = adoptedNotice({ at: time, died }, settings)

    expect(notice).not.toContain('\u001B')
    expect(notice).not.toContain('\n')
    expect(notice).toContain('1.8.1')
  })
})

describe('the notice of what went wrong with earlier messages', () => {
  const slack = { ...settings, destination: 'Slack', toWall: (at: number): number => at }
  const trouble: TroubleView = {
    failedSends: 0,
    from: time,
    to: time,
    givenUp: 0,
    lostEvents: 0,
    outage: undefined,
    journal: undefined,
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
        { ...slack, destination: 'Chat' },
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

  test('has the times of the wall clock', () => {
    const given = { ...trouble, failedSends: 1, outage }
    const anHourLater = { ...slack, toWall: (at: number): number => at + 3_600_000 }

    expect(describeTrouble(given, anHourLater)).toEqual([
      'Slack was unreachable from 15:02 to 15:17 UTC; 1 delivery failed',
    ])
  })

  test('has a line of its own for a journal that cannot be written', () => {
    const journal = 'ENOSPC'

    expect(describeTrouble({ ...trouble, journal }, slack)).toEqual([
      'The journal failed (ENOSPC); what is unsent when the process dies may be lost',
    ])
    expect(describeTrouble({ ...trouble, journal, givenUp: 1 }, slack)).toHaveLength(2)
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
