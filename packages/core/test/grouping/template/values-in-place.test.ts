import { expect, test } from 'vitest'
import { createMessageTemplates } from '../../../src/grouping/template/message-template.ts'

const isSameProblem = (first: string, second: string): boolean => {
  const templates = createMessageTemplates()
  return templates.keyOf(first) === templates.keyOf(second)
}

test.each([
  ['Unknown command: deploy', 'Unknown command: list'],
  ['Unknown event type: created', 'Unknown event type: order.deleted'],
  ['Unsupported authentication type: apiKey', 'Unsupported authentication type: basic'],
  ['Plugin not found: slack', 'Plugin not found: discord-bot'],
  ['No such strategy: local', 'No such strategy: google'],
  ['Strategy is not registered: local', 'Strategy is not registered: google'],
  ['Unexpected token in JSON: foo', 'Unexpected token in JSON: bar'],
  ['Unknown command foo', 'Unknown command restore-all'],
  ['Expected object, got string', 'Expected object, got undefined'],
  [
    'The "path" argument must be of type string. Received undefined',
    'The "path" argument must be of type string. Received type number (17)',
  ],
  [
    'The "path" argument must be of type string. Received an instance of Map',
    'The "path" argument must be of type string. Received null',
  ],
  [
    'Invalid input: expected string, received undefined',
    'Invalid input: expected string, received number',
  ],
  ['User undefined not found', 'User 17 not found'],
  ['Order null could not be paid', 'Order 17 could not be paid'],
  ["Cannot reset alice's password", "Cannot reset bob's password"],
  ['row 1, row 2 are invalid', 'row 1, row 2, row 3 are invalid'],
  ['Process com.example.app:sync died', 'Process com.example.shop:worker died'],
  ['cannot pull ghcr.io/acme/api:latest', 'cannot pull ghcr.io/acme/web:main'],
  ['Posting to #general failed', 'Posting to #ops-alerts failed'],
  ['Policy is-owner not found', 'Policy canPublish not found'],
  [
    'Content type api::article.article does not exist',
    'Content type plugin::users.role does not exist',
  ],
  ['session opened for user news by LOGIN', 'session opened for user alice by LOGIN'],
  ['interface eth0[rx] is down', 'interface eth1[tx] is down'],
  ['file my photo.jpg is too large', 'file a.png is too large'],
  ['An option named Express has no price', 'An option named Standard Post has no price'],
  ['search failed, query: cheap flights to rome, page: 2', 'search failed, query: cats, page: 17'],
])('“%s” and “%s” are one problem', (first, second) => {
  expect(isSameProblem(first, second)).toBe(true)
})

test.each([
  ['Order Created for customer 7 in shop 3', 'Order Cancelled for customer 7 in shop 3'],
  ['User Created in database for tenant 3', 'User Deleted in database for tenant 3'],
  ['[Server] Running initializer', '[Server] Stopping initializer'],
  ['[Worker] Processing batch 7 failed', '[Worker] Starting batch 7 failed'],
  ['Plugin API failed to start', 'Plugin CLI failed to start'],
  ['Invalid token: expired', 'Invalid token: revoked'],
  ['Unknown error: timeout', 'Unknown error: refused'],
  ['Invalid state: closed', 'Invalid state: opening'],
  ['Not found: user', 'Not found: order'],
  ['Validation failed: email', 'Validation failed: name'],
  ['Expected string, got number', 'Expected object, got number'],
  ['must be of type string. Received undefined', 'must be of type number. Received undefined'],
  ["server's certificate expired", "client's certificate expired"],
  ["user's password is too short", "driver's password is too short"],
  ['failed (timeout)', 'failed (refused)'],
  ['payment failed [declined]', 'payment failed [expired]'],
  ['file upload failed', 'file download failed'],
  ['image upload 17 failed', 'image download 17 failed'],
  ['image processing 17 failed', 'image conversion 17 failed'],
  ['template rendering failed', 'template compilation failed'],
  ['workflow engine crashed', 'workflow editor crashed'],
  ['policy evaluation failed', 'policy update failed'],
  ['extension host crashed', 'extension store crashed'],
  ['theme switch failed', 'theme upload failed'],
  ['integration test failed', 'integration sync failed'],
  ['campaign email failed', 'campaign sms failed'],
  ['terminate called: std::bad_alloc', 'terminate called: std::out_of_range'],
  ['variable undefined', 'variable null'],
  ['query: connection refused, retry: 3', 'query: connection reset, retry: 3'],
  ['title: not unique, id: 3', 'title: too long, id: 3'],
  ['Missing parameter: email', 'Missing parameter: name'],
  ['No such module: redis is down', 'No such module: mysql is down'],
  ['user list is empty', 'user proxy is empty'],
  ['Unexpected string', 'Unexpected identifier'],
  ['Unsupported protocol version', 'Unsupported protocol option'],
  ['Illegal operation: read after end', 'Illegal operation: write after end'],
  ['Plugin Installed successfully from registry', 'Plugin Removed successfully from registry'],
  ['policy violation by user 7', 'policy acceptance by user 7'],
  ['workflow not found', 'workflow not active'],
  ['job named pipe broken', 'job named queue broken'],
  ['Host Checking enabled for node', 'Host Naming enabled for node'],
  ['Issue C# failed', 'Issue F# failed'],
  ['invalid input: email, retry', 'invalid input: too long, retry'],
  ['middleware order wrong', 'middleware stack wrong'],
  ['unknown option', 'unknown command'],
  ['Unknown column type', 'Unknown column name'],
  ['Unknown media type', 'Unknown grant type'],
  ['token unknown: expired', 'token unknown: revoked'],
])('“%s” and “%s” are two problems', (first, second) => {
  expect(isSameProblem(first, second)).toBe(false)
})
