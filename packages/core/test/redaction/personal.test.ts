import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redactor.ts'

const personal = createRedactor({ personal: true })
const standard = createRedactor()

describe('personal data', () => {
  test.each([
    'ann@shop.example',
    'ann.lee+news@mail.shop.co.kr',
    '+82 10-1234-5678',
    '+1 (415) 555-2671',
    '+4930123456',
    '010-1234-5678',
    '01012345678',
    '(415) 555-2671',
    '415-555-2671',
    '03-1234-5678',
    'DE89 3704 0044 0532 0130 00',
    'GB82WEST12345698765432',
    '536-90-4399',
    '900101-1234567',
    '9001011234567',
    '203.0.113.7',
    '2001:db8::8a2e:370:7334',
    '::ffff:203.0.113.7',
  ])('is redacted if that is wanted: %s', (value) => {
    expect(personal.text(`order of ${value}, again`)).toBe('order of [redacted], again')
    expect(standard.text(`order of ${value}, again`)).toBe(`order of ${value}, again`)
  })

  test.each([
    'took 12:30:45 at 2026-11-22T03:14:15.120Z',
    'node 20.19.4, pg 8.16.3, express@5.1.0',
    'listening on 127.0.0.1:3000 and [::1]:3000',
    'order 2026-1234-000017 of 1,250,000',
    'std::vector, at /srv/app/src/auth.ts:12:5',
    '3f2a9c1b-7d1e-4c55-9a51-1b0f1f6a2f10',
    'DE00 3704 0044 0532 0130 00',
  ])('is not what %j says', (line) => {
    expect(personal.text(line)).toBe(line)
  })

  test('is redacted by its name, too', () => {
    const value = {
      phone: '4711',
      clientIp: 'x',
      user: { email: 'ann', name: 'Ann' },
      전화번호: '1',
    }

    expect(personal.value(value)).toEqual({
      phone: '[redacted]',
      clientIp: '[redacted]',
      user: { email: '[redacted]', name: 'Ann' },
      전화번호: '[redacted]',
    })
    expect(standard.value(value)).toEqual(value)
  })
})
