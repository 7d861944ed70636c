export const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** Codes of money: beside a number they are part of the amount. */
export const currencies: ReadonlySet<string> = wordSet(
  `USD EUR GBP JPY KRW CNY CHF CAD AUD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY RUB UAH INR IDR MYR THB VND PHP SGD HKD TWD BRL
  MXN ARS CLP COP PEN ZAR NGN KES EGP ILS AED SAR QAR KWD PKR BDT BTC ETH USDT`,
)

/** Units that follow a number and change with it, as in `'900 ms'` and `'2 s'`. */
export const units: ReadonlySet<string> = wordSet(
  `b kb mb gb tb kib mib gib tib byte bytes kbit mbit gbit bps kbps mbps gbps kb/s mb/s gb/s b/s req/s ops/s ns us µs μs usec usecs ms
  msec msecs s sec secs m min mins h hr hrs d w millisecond milliseconds microsecond microseconds nanosecond nanoseconds second
  seconds minute minutes hour hours day days week weeks month months year years percent hz khz mhz ghz rpm px pt dpi kg g mg km cm mm
  mi ft mv kw kwh wh dbm ppm lux kr zł ft руб грн °c °f °`,
)

/** Words that are part of a date when a number stands beside them; the months of some languages are written in small letters. */
export const calendarWords: ReadonlySet<string> = wordSet(
  `Jan Feb Mar Apr May Jun Jul Aug Sep Sept Oct Nov Dec January February March April June July August September October November
  December Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Monday Tuesday Wednesday Thursday Friday Saturday Sunday AM PM UTC GMT CET
  CEST BST EST EDT CST CDT MST MDT PST PDT JST KST IST MSK Januar Februar März Mai Juni Juli Oktober Dezember am pm
  janvier février mars avril mai juin juillet août septembre octobre novembre décembre enero febrero marzo abril mayo junio julio
  agosto septiembre octubre noviembre diciembre gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre janeiro
  fevereiro março maio junho julho setembro outubro novembro dezembro января февраля марта апреля мая июня июля августа сентября
  октября ноября декабря 오전 오후 午前 午後 上午 下午`,
)

/** Grammatical words: sharing them is no evidence of a common origin. */
export const functionWords: ReadonlySet<string> = wordSet(
  `a an the this that these those it its of to for from in into on onto at by with within and or as is are was were be been has have
  had do does did will would can could may should if then than when while so but out up down over under after before during until
  because which who whose whom whether once inside outside without between through across instead please there here e.g i.e etc per via due`,
)

/** Nouns for people: any word after them can be a name. */
const people = wordSet(
  'user username login account customer client-id member author admin operator owner assignee buyer seller driver patient student employee guest player recipient subscriber passenger teacher',
)

/** Nouns that are followed by the name of one of many such things, as in `'user alice'`. */
export const entityNouns: ReadonlySet<string> = new Set([
  ...people,
  ...wordSet(
    `tenant group team organization organisation company merchant vendor supplier host hostname server node machine device sensor
    interface instance cluster domain site job task worker thread topic exchange subscription stream channel room bucket container pod
    namespace deployment volume disk folder directory field column parameter property attribute variable header cookie provider
    partition document record client branch repository project workspace product flag item sku order cart coupon lock entry
    plugin extension theme integration workflow policy middleware template campaign agent bot tool alias symbol
    repo warehouse lambda stack secret hook`,
  ),
])

/** Nouns for things that are named after what they hold, as in `'topic orders'`. */
export const holders: ReadonlySet<string> = wordSet(
  'topic bucket channel exchange subscription namespace deployment stream branch repository room',
)

/** Nouns for what a schema declares, whatever it is called: `'field email'`, `'collection orders'`. */
export const declaredNouns: ReadonlySet<string> = wordSet(
  'collection slug entity column field property attribute relation',
)

/** What these have themselves: `'field type'`. */
export const aspects: ReadonlySet<string> = new Set([
  ...declaredNouns,
  ...wordSet(
    `name names value values type types id ids key keys level option options config data list schema size length count permission permissions
    metadata definition definitions path label`,
  ),
])

/** Whether a noun in small letters names people. */
export const isPerson = (noun: string): boolean => people.has(noun)

/** Words after which a name often stands. */
export const leadIns: ReadonlySet<string> = wordSet(
  'for by from to of on in at with via against per using',
)

/** Names that are also words. */
export const loginNames: ReadonlySet<string> = wordSet(
  'admin administrator anonymous backup client contact default demo deploy ftp git guest info mail manager master monitor office operator postmaster print root sales service student support system test tester user web webmaster www',
)

/** Things a message is about, beside {@link entityNouns}: `'waiting for lock'` and `'waiting for reply'` name no one. */
const commonNouns = wordSet(
  `access acknowledgement action activation activity adapter address agent agreement alarm alert algorithm alias allocation amount analytics answer
  api app application approval archive area array article asset assets attachment attempt attribute audio audit auth author availability
  avatar backend backlog backoff backup balance bandwidth basket batch battery billing binary binding block body booking boot boundary
  breaker broker browser budget buffer build bundle button bytes cache calendar call candidate callback camera campaign cancellation capability
  capacity card cardinality carrier catalog category cause cell certificate chain change charge chart chat check checkout checksum child
  children chunk cipher circuit claim class client clock closure code codec command comment commit communication comparison component
  compression computation concurrency condition conditions config configuration confirmation connection connections connector connectivity consent
  console constraint consumer contact content contents context contract control controller conversion copy core correlation count counter country
  coverage cpu crawler creation credential credentials credit cron currency cursor curve cycle daemon dashboard data database dataset db date day
  deadline deadlock debit decision declaration decoder decryption default definition delay delegate deletion delivery dependency
  deploy description descriptor deserialization destination detail details device dialog diff digest dimension discount discovery dispatch
  dispatcher display dispute distance distribution dns document gpu sql download downstream draft driver duration element elements email
  emails encoder encoding encryption endpoint endpoints engine entities entity enum env environment error event events evaluation
  exchange execution executor exit expiration expiry export expression extension facade fallback feature feed fee fetch field fields
  file files filter fingerprint firewall firmware flow folder font form format forwarding frame framework frequency frontend function
  gateway gap generation generator geometry grant graph group groups guard handle handler handshake hardware hash heap heartbeat height
  history hook hooks host hosts html http https icon id identifier identity image images import index indexes ingestion inbox info initialization
  input inputs insert inspection installation installer instance integration integrity interceptor interface internet interrupt
  interval inventory invitation invoice invoices issuer issue iteration iterator item items job jobs json kernel keyboard keys key land language latency
  layer layout leader lease length level library license lifecycle light limit line link list listener literal load loader locale
  location lock log logger login logs loop mailbox mailer main maintenance management manager manifest map mapper mapping mask master
  match material matrix media member members membership memory menu merchant merge message messages meta metadata method metric metrics
  middleware migration migrations mirror mode model module moderation money monitor mount mutex name names network node nodes notification
  notifications number numbers object observer offer offset onboarding operation operations operator option options order orders origin
  outage outbox outcome output overflow overload owner ownership package packet page pages pagination pair panel parameter parameters parent
  parser part participant partition partner password passwords patch path pattern payload payment payments payout peer peers
  performance period permission permissions persistence phase phone photo picture pipe pipeline plan platform player plugin point pointer
  policy poll pool port position post power precondition preference preferences prefix premium presence preview price prices primary
  principal priority privacy private privilege privileges problem process processor producer product production products profile
  program progress project promise promotion prompt property protection protocol provider provisioning proxy public publisher
  purchase push quantity query queue queues quota quote range rate ratio read reader reason rebalance receipt receiver recipient
  recipients reconciliation record records recovery redirect reference references refund region registration registry relation
  release remote rendering renewal repair replica replication reply report reports repository request requests requirement reservation reset
  resolution resolver resource resources response responses restart restore result results retention return review reward revision
  role roles rollback root round route router routing row rows rule rules runner runtime sales sample sandbox scan scanner
  schedule scheduler schema scope scopes score screen script search secondary secret secrets section security seed segment
  selection self sender sensor sequence serialization series server servers service services session sessions setting settings
  setup shape shard share shell shipment shipping shop shutdown side sign signal signature signup site size sleep slot sms snapshot
  socket sockets software source space span spec speed split stack stage staging standby start startup state statement station
  statistics stats status step steps storage store stream streams string structure style subject submission subscriber
  subscribers subscription subscriptions suite supplier support surface suspension swap switch symbol sync synchronization
  syntax system systems table tables tag tags target targets task tasks tax team telemetry template templates tenant tenants terminal
  test tests text thread threads threshold throughput ticket tickets tile time timer timestamp timezone title tls ssl token
  tokens tool topic topics trace tracing tracker tracking trade traffic train transaction transactions transfer transform
  translation transport tree trial trigger type types ui unit units update updates upgrade upload uploads upstream uri url urls usage
  use validation validator value values variable variables vendor verification version versions video view visibility visitor volume volumes
  voucher wait wallet warehouse watcher webhook webhooks webpage website websocket weight widget width window windows worker workers
  workflow workspace write writer xml yaml zone zones profile avatar onboarding enrollment timeline balance passcode passkey device
  devices health badge stock total sum subtotal seat gate shift rank salary deposit loan debt bonus reward point wish wishlist bookmark comment draft
  follower friend block blocklist allowlist whitelist blacklist ban abuse fraud risk spam virus malware attack probe heartbeat census poll vote survey
  quiz exam grade course lesson chapter book paper magazine article news blog post story reel clip song track album playlist movie episode season
  game match round turn move bet odds prize lottery auction bid ask trade swap stake pool yield dividend ledger journal statement entry segment segments cohort bio nickname credentials preferences agreement kyc otp mfa sso saml oauth ldap jwt cors csrf csv pdf`,
)

const isNoun = (word: string): boolean => commonNouns.has(word) || entityNouns.has(word)

/** Whether a word names a kind of thing and no one thing. */
export function isCommonNoun(word: string): boolean {
  const lower = word.toLowerCase()
  return isNoun(lower) || (lower.endsWith('s') && isNoun(lower.slice(0, -1)))
}

/** Technical terms and codes of errors whose digits are part of the word, and the regions of clouds. */
export const termsWithDigits: RegExp =
  /^(?:ipv?[46]|https?\d?|http\/\d(?:\.\d)?|sha-?\d+|md5|base(?:32|58|64)|utf-?(?:8|16)|oauth2?|x509|s3|ec2|k8s|socks[45]|ssh2|tls(?:v?1(?:\.\d)?)?|nat64|i18n|l10n|a11y|log4j|amd64|arm64|x86|win32|h2|mp[34]|2fa|e2e|b2b|b2c|l[1-4]|v8|p(?:10[01]|20[0-3]|30[0-2]|[456]0\d)\d|ora-\d{5}|pls-\d{5}|e11000|dep\d{4}|ts\d{4,5}|aadsts\d+|[a-z]{2,12}-(?:gov-)?(?:north|south|east|west|central)(?:east|west)?-?\d(?:-?[a-f])?)$/i

/** Endings of nouns for parts and qualities, as in `'group coordinator'`, `'disk failover'`; people's names have them too. */
export const nounSuffix: RegExp = /[a-z](?:er|or|ship|age|ure|ics|ory|ism)s?$/

/** Endings of English words that describe what happened, and so are no names. */
const outcomeEnding =
  /(?:ed|ing|able|ible|tion|sion|ment|ness|ance|ence|ful|less|ive|ous|ally|ly|ity|ized)$/
/** Those that no name has, in other languages too. */
const nounEnding =
  /(?:tion|sion|ness|ful|less|ous|ized|ible|ability|agement|ayment|ument|yment|\p{L}{3}ung|heit|keit|schaft|tät|ción|ção|zione|ité)$/u

/** Those of a few names only, as in `'Order Cancelled'`. */
const verbEnding = /(?:ed|ing)$/

/** Words that describe what happened in spite of their form. */
const outcomes = wordSet(
  `not no never none nothing cannot can without error errors fail fails failure failures success ok timeout timeouts abort aborts reset
  crash crashed exception fatal panic warning denied refused lost down dead gone full empty missing invalid valid unknown new old first
  last too many few more less large small big long short high low slow bad wrong right open close start stop begin end read write send
  sent receive got get set put add remove create delete update insert load save fetch parse connect disconnect login logout logoff signin signup retry
  exceeds limit quota conflict duplicate forbidden unauthorized pending active inactive ready busy idle online offline up on off yes
  undefined null nan infinity already still yet only also again twice mismatch collision clash breach leak spike drift stall jam lag burst overflow rejects accepts reports says must should may might cannot could would will shall never ever
  does did has had is are was were been be both all any some every each other another same different current next previous
  available does doesn exists exist unreachable expired overdue stale late early due broken corrupt locked banned blocked
  left right become became went came took takes needs wants requires lacks contains returns returned gave gives threw throws
  has holds keeps hung hangs stuck died dies ran runs found built kept held sold paid sent spent met hit cut used died`,
)

/** Names that end as such words do. */
const firstNames = wordSet(
  `ahmed mohammed mohamed muhammed khaled waleed rashed jared alfred wilfred winifred manfred mildred irving fleming manning emily kelly kimberly beverly billy sally molly holly lily polly shelly carly vance lance terrance
  constance florence lawrence terence clarence clive olive clement sterling`,
)

const properName = /^\p{Lu}[\p{Ll}'’]+$/u
const errorName = /^(?:E[A-Z]{3,}|ERR_[A-Z0-9_]+|[A-Za-z.]*(?:Error|Exception|Warning|Fault))$/

export const isErrorName = (word: string): boolean => errorName.test(word)

/** Whether a word names what happened, so that it is never taken for a value. */
export function isOutcome(word: string): boolean {
  return outcomes.has(word.toLowerCase()) || isErrorName(word)
}

/** Whether a word ends like one that describes what happened, as `'deleted'` does; names such as Ahmed and Florence may too. */
export function looksLikeOutcome(word: string): boolean {
  const hasEnding = properName.test(word)
    ? nounEnding.test(word) || (word.length > 5 && verbEnding.test(word))
    : word.length > 4 && outcomeEnding.test(word.toLowerCase())
  return hasEnding && !firstNames.has(word.toLowerCase())
}

/** Keys whose value describes what happened: `reason=timeout` and `reason=refused` are two problems. */
export const statementKeys: ReadonlySet<string> = wordSet(
  `msg message error err reason cause event exception code errno type kind action op operation method status state result outcome
  description desc detail details queue table region env environment service component module`,
)

/** Keys whose value is what somebody wrote: it has any number of words. */
export const freeTextKeys: ReadonlySet<string> = wordSet(
  'query search title subject name label address prompt keyword',
)

/** Those that do so in any structure: a card's type or an order's state says nothing about a failure. */
export const structureStatement: RegExp =
  /["']?\b(?:msg|message|error|err|reason|cause|code|errno|exception)["']?\s{0,4}[:=]\s{0,4}(?:"([^"\n]{1,200})"|'([^'\n]{1,200})'|([A-Za-z_]\w{1,60}))/g

/** Words whose quoted value is one of few and describes what happened, as in `"in state 'closed'"` and `"(reading 'id')"`. */
export const statementWords: ReadonlySet<string> = wordSet(
  'state status reason cause mode phase queue region environment reading setting',
)
