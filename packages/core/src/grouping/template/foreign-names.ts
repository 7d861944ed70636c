import { isLikelyName, lengthOfTitles, wildcard, type Phrases } from './phrases.ts'

const wordSet = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/))

/** Nouns for people, or their last word, in languages that write names with a capital. */
const capitalRoles = wordSet(
  `utilisateur utilisatrice client cliente usuario usuária usuário utilizador benutzer benutzerin nutzer nutzerin kunde kundin
  mitarbeiter mitarbeiterin utente gebruiker klant użytkownik użytkownika klient klienta uživatel uživatele användare användaren kund
  bruger bruker käyttäjä kullanıcı müşteri felhasználó utilizatorul pengguna pelanggan dùng hàng viên khoản
  пользователь пользователя пользователю клиент клиента клиенту покупатель сотрудник користувач клієнт потребител корисник χρήστης χρήστη πελάτης πελάτη`,
)

/** Nouns for people in scripts without capitals, and words that follow them without being a name. */
interface CaselessScript {
  readonly role: RegExp
  readonly noName: RegExp
}

const rightToLeft: CaselessScript = {
  role: /^(?:(?:و?ال|و?لل|ل|ب)?(?:مستخدم|عميل|زبون|مشترك|موظف|سائق|مريض|طالب)|کاربر|مشتری|صارف|گاہک|[הלבו]{0,2}(?:משתמש|משתמשת|לקוח|לקוחה|עובד|נהג))$/,
  noName:
    /^(?:(?:ال|ה).*|(?:غير|لا|لم|لن|ليس|قد|تم|هو|هي|في|من|على|إلى|عن|مع|موجود|محظور|مقفل|معطل|نشط|حاول|سجل|لديه|الذي|یافت|نشد|وجود|ندارد|است|فعال|غیرفعال|مسدود|نہیں|کا|کی|کے|کو|نے|לא|אינו|אינה|כבר|אין|עם|של|את|על|אל|נמצא|חסום|נחסם|ניסה|בוטל))$/,
}

const indic: CaselessScript = {
  role: /^(?:उपयोगकर्ता|उपयोक्ता|प्रयोक्ता|यूज़र|यूजर|ग्राहक|सदस्य|कर्मचारी|ব্যবহারকারী|গ্রাহক|பயனர்|వినియోగదారు)$/,
  noName:
    /^(?:नहीं|के|का|की|को|ने|से|में|पर|है|हैं|था|और|खाता|खाते|पासवर्ड|सत्र|डेटा|नाम|आईडी|सूची|जानकारी|अनुमति|प्रमाणीकरण|लॉगिन)$/,
}

const thai: CaselessScript = {
  role: /(?:ผู้ใช้|ผู้ใช้งาน|ลูกค้า|สมาชิก|พนักงาน|คุณ)$/,
  noName: /^(?:ไม่|ได้|ถูก|มี|ที่|ใน|เข้า|ล็อก|ยัง|กำลัง|นี้|หมด|รหัส|บัญชี|ข้อมูล|ระบบ)/,
}

/** How many words from the index on are a name in a language other than English; 0 if there is none. */
export function lengthOfForeignName(phrases: Phrases, index: number): number {
  const { words } = phrases
  const word = words[index] ?? ''
  const code = word.charCodeAt(0)
  const before = words[index - 1] ?? ''
  if (code < 0x530) return lengthOfAlphabeticName(phrases, index)
  if (!isCaselessName(code, before, word)) return isEastAsianName(phrases, index) ? 1 : 0
  return compoundName.test(word) && index + 1 < words.length ? 2 : 1
}

/** A name in an alphabet with capitals, in a text of any language. */
function lengthOfAlphabeticName(phrases: Phrases, index: number): number {
  const { words } = phrases
  const code = words[index]?.charCodeAt(0) ?? 0
  const length = isLowerAscii(code) ? 0 : lengthOfCapitalName(phrases, index)
  if (length > 0) return length
  return isTitleAfter(words[index + 1]) || isLogin(words[index - 1] ?? '', words[index] ?? '')
    ? 1
    : 0
}

const isLowerAscii = (code: number): boolean => code < 128 && (code < 65 || code > 90)

/** `'alice 님'`, `'aliceさん'` */
const isTitleAfter = (next: string | undefined): boolean =>
  next !== undefined &&
  next.charCodeAt(0) > 0x3000 &&
  (koreanTitle.test(next) || japaneseTitle.test(next))

/** `'用户 alice'`, `'Пользователь alice'` */
const isLogin = (before: string, word: string): boolean =>
  before.charCodeAt(0) > 0x36f && login.test(word) && isForeignRole(before) && isLikelyName(word)

const login = /^[A-Za-z\u00c0-\u024f]*[a-z\u00df-\u024f][\w\u00c0-\u024f.-]*$/

function isForeignRole(word: string): boolean {
  const code = word.charCodeAt(0)
  if (code < 0x530) return capitalRoles.has(word.toLowerCase())
  return (
    koreanRole.test(word) || eastAsianRole.test(word) || scriptOf(code)?.role.test(word) === true
  )
}

/** Cyrillic and Greek texts write only names with a capital inside of a sentence; others after a noun for people. */
function lengthOfCapitalName(phrases: Phrases, index: number): number {
  const { words, marks } = phrases
  const role = words[index - 1]?.replace(/^(?:l|d|dell|all)['’]/i, '')
  const isAfterRole = role !== undefined && isForeignRole(role)
  const isInside = index > 0 && marks[index] === '' && (words[index] ?? '') >= '\u0370'
  return isAfterRole || isInside ? lengthOfTitles(phrases, index) : 0
}

/** Words that begin a name of two, as in `'عبد الله'`. */
const compoundName = /^(?:عبد|أبو|أم|بن|ابن)$/

function isCaselessName(code: number, before: string, word: string): boolean {
  const script = scriptOf(code)
  if (script === undefined) return false
  return (script.role.test(before) && !script.noName.test(word)) || thaiTitle.test(word)
}

/** `'คุณสมชาย'`, but not `'คุณภาพ'`, a quality. */
const thaiTitle =
  /^(?:คุณ|นาย|นางสาว)(?!สมบัติ|ภาพ|ลักษณะ|ไม่|มี|ได้|ต้อง|กำลัง|สามารถ|ถูก|ยัง|จะ|เป็น|หน้า|จ้าง)[\u0e00-\u0e7f]{3,20}$/

function scriptOf(code: number): CaselessScript | undefined {
  if (code >= 0x590 && code < 0x900) return rightToLeft
  if (code >= 0x900 && code < 0xe00) return indic
  return code >= 0xe00 && code < 0xe80 ? thai : undefined
}

const isHangul = (code: number): boolean => code >= 0xac00 && code <= 0xd7a3

function isEastAsianName({ words, marks }: Phrases, index: number): boolean {
  const word = words[index] ?? ''
  const before = words[index - 1] ?? ''
  if (!isHangul(word.charCodeAt(0))) {
    return (eastAsianRole.test(before) && isSpacedName(word)) || isFamilyName(words, index)
  }
  if (koreanTitle.test(words[index + 1] ?? '')) return !koreanRole.test(word)
  const isAfterRole = koreanRole.test(before)
  return isKoreanName(word, isAfterRole, marks[index] !== '')
}

const koreanRole =
  /^(?:사용자|이용자|고객|회원|유저|직원|관리자|판매자|구매자|기사|학생|환자|담당자|손|선생|작성자|수신자|발신자|주문자|신청자|예약자|가입자|구독자|수취인|의뢰인|승객|배우|강사)$/
const koreanTitle = /^(?:님|씨|고객님|회원님|선생님)(?:[은는이가을를의께]|에게|께서)?$/
const japaneseTitle = /^(?:さん|様|さま|氏|くん|ちゃん|先生)/
const koreanName =
  /^((?:남궁|황보|제갈|사공|선우|독고)[가-힣]{1,2}|[김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민나진지엄원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국류][가-힣]{2})(님|씨|고객님|회원님|군|양)?(은|는|이|가|을|를|의|에게|께|께서|한테|와|과|도|이라|라)?$/
/** Surnames that few other words begin with. */
const rareBeginning = /^[김박최윤권황송홍]/
const koreanNouns = wordSet(
  `서비스 이메일 이미지 이벤트 이용자 인증서 주문서 주문자 구독자 구매자 신청서 신청자 전화기 전송량 정기권 연락처 배송지 배송비
  배송사 문의자 유효성 기록부 공급자 조회수 장치명 안내문 오류율 송신자 최대값 최소값 최솟값 최댓값 고객사 고객명 지역명 방화벽
  변수명 소유자 성공률 제품명 제한값 명령어 도메인 나머지 반환값 기본값 설정값 서브넷 모니터 마지막 현재값 임계값 표시명 진행률
  한국어 이력서 정보 정책 정지 인증 주문 주소 권한 이름 이력 이용 이동 이전 이체 이상 전화 전송 전체 설정 조회 조건 연결 연동
  연장 구독 구매 구성 지정 지갑 지급 지연 문의 문서 문자 문제 기록 기기 기간 기본 기능 배송 배치 신청 신규 신고 안내 안전 오류
  임시 장치 장비 장애 차단 최근 최대 최소 최종 최초 한도 현재 현황 홍보 강제 강화 고객 공유 공지 금액 길이 나이 도착 명령 명단
  반복 반환 방문 방법 변경 변수 서버 서명 선택 설치 성공 성별 소유 소켓 손상 송금 송신 심사 양식 여부 원본 위치 유형 유저 유효
  은행 음성 인원 일정 입력 임무 재고 전달 제한 제품 조직 조합 주기 진행 차량 추가 표시 하위 허용 현금 호출 인덱 지원 지표 구분
  노드 도구 모듈 모드 민감 방식 원인 유지 인수 인자 전환 정산 정의 제거 제공 조작 주제 차이 천장 추적 하드 함수 현지`,
)

function isKoreanName(word: string, isAfterRole: boolean, isBeginning: boolean): boolean {
  const [, name = '', honorific, particle] = koreanName.exec(word) ?? []
  if (name === '' || koreanNouns.has(name)) return false
  // The last syllable may be the particle of a shorter word.
  if (koreanNouns.has(name.slice(0, 2)) && (particle === undefined || name.length === 3))
    return false
  if (isAfterRole || honorific !== undefined) return true
  if (!isBeginning || particle === undefined) return false
  return particle === '의' || particle === '에게' || rareBeginning.test(name)
}

const chineseSurname =
  '(?:欧阳|歐陽|司马|司馬|上官|诸葛|諸葛|[王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董袁潘于蒋蔣蔡余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鐘谭譚陆陸汪范石廖贾賈夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤小老阿])'
const eastAsianRole =
  /(?:用户|用戶|使用者|客户|客戶|会员|會員|买家|買家|卖家|賣家|员工|員工|学生|患者|司机|管理员|ユーザー?|会員|顧客|利用者|社員|担当者|お客様)$/
const spacedName = new RegExp(
  `^(?:${chineseSurname}\\p{Script=Han}{1,2}|\\p{Script=Han}{2,4}|[ァ-ヴー]{2,8})$`,
  'u',
)
const eastAsianNouns =
  /^(?:余额|馀额|高级|方式|程序|文件|金额|时间|任务|单位|关系|连接|应用|信息|密码|登录|登陆|注册|认证|权限|数据|账户|账号|会话|状态|令牌|地址|手机|名称|名字|姓名|列表|不存在|未登录|已锁定|情報|認証|登録|権限|設定|削除|作成|更新|検索|管理|一覧|画像|番号|追加|取得|名前|データ|アカウント|セッション|パスワード|トークン|プロフィール|メール|ログイン|エラー|.*(?:失败|失敗|不足|错误|異常|异常|过期|锁定|存在|禁用))/

const isSpacedName = (word: string): boolean => spacedName.test(word) && !eastAsianNouns.test(word)

/** `'山田 太郎さん'` and `'会員 山田 太郎 が'` beside `'山田太郎さん'`. */
function isFamilyName(words: readonly string[], index: number): boolean {
  const word = words[index] ?? ''
  const isBeforeTitle = words[index + 1] === wildcard && japaneseTitle.test(words[index + 2] ?? '')
  if (isBeforeTitle || japaneseTitle.test(words[index + 1] ?? '')) return shortName.test(word)
  return (
    eastAsianRole.test(words[index - 2] ?? '') &&
    shortName.test(words[index - 1] ?? '') &&
    shortName.test(word) &&
    !eastAsianNouns.test(word)
  )
}

const shortName = /^\p{Script=Han}{1,3}$/u

const joinedNames = new RegExp(
  [
    // A name before its title.
    '(?<!\\p{Script=Han}|お)(?!お|皆|奥|神|同|仕|模|多|両|摂|華|担当|ご|各|利用者|管理者|会員|顧客)(?:\\p{Script=Han}{2,5}|[ァ-ヴー]{2,10})(?=様|さま|氏(?!名)|殿)',
    '(?<!\\p{Script=Han}|お)(?!皆|客|奥|神|お)(?:\\p{Script=Han}{1,5}|[ァ-ヴー]{2,10})(?=さん|くん|ちゃん|先生)',
    `${chineseSurname}\\p{Script=Han}{0,2}?(?=先生|女士|小姐|老师|老師|同学|经理)`,
    // The owner of an account at the beginning.
    `^(?!方|高级|任务|应用|程序|文件|金额|余额|马上)${chineseSurname}\\p{Script=Han}{1,2}(?=的(?:订单|账户|账号|支付|付款|退款|会话|余额|请求|登录|密码|邮箱|手机|地址))`,
    // A name after what its bearer is.
    `(?<=用户|用戶|使用者|客户|客戶|会员|會員|买家|卖家|员工|学生|患者|司机)(?!余额|高级|方式|程序|文件|金额|时间|任务|应用)${chineseSurname}\\p{Script=Han}{1,2}?(?=[不已未无無没沒被登注的在支付账賬下提请請操创創删刪订訂购購申失]|$)`,
    '(?<=ユーザー|会員|顧客|利用者|社員)(?!情報|認証|登録|権限|設定|削除|作成|更新|検索|管理|一覧|画像|番号|追加|取得|名前|データ|アカウント|セッション|パスワード|トークン|プロフィール|メール|ログイン|エラー|名|数)(?:\\p{Script=Han}{2,4}|[ァ-ヴ][ァ-ヴー]{1,7})(?=[がはのをにでともへ])',
  ].join('|'),
  'gu',
)

const hanOrKana = /[\u3041-\u30ff\u3400-\u9fff]/

/** The parts of a text that is written without spaces; every second one is a name. */
export function splitAtNames(text: string): readonly string[] {
  if (!hanOrKana.test(text)) return [text]
  const parts: string[] = []
  let end = 0
  for (const { 0: name, index } of text.matchAll(joinedNames)) {
    parts.push(text.slice(end, index), name)
    end = index + name.length
  }
  parts.push(text.slice(end))
  return parts
}
