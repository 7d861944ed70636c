/** The languages of the fixed texts. */
export type Locale = 'en' | 'ko'

/** The default messages by status. */
const texts: Readonly<Record<Locale, Readonly<Record<number, string>>>> = {
  en: {
    400: 'The request is not valid.',
    401: 'Please check your account id and password.',
    403: 'You do not have permission.',
    404: 'The resource was not found.',
    405: 'This method is not allowed.',
    406: 'No acceptable representation exists.',
    408: 'The request took too long.',
    409: 'The request conflicts with the current state.',
    410: 'The resource is gone.',
    412: 'A precondition is not met.',
    413: 'The request is too large.',
    415: 'This content type is not supported.',
    422: 'The request could not be processed.',
    429: 'Too many requests. Please try again later.',
    500: 'Something went wrong. Please contact the administrator.',
    501: 'This is not implemented.',
    502: 'A service behind this one failed. Please try again later.',
    503: 'The service is unavailable. Please try again later.',
    504: 'A service behind this one took too long. Please try again later.',
  },
  ko: {
    400: '잘못된 요청입니다.',
    401: '계정 아이디 및 비밀번호를 다시 확인해주세요.',
    403: '권한이 없습니다.',
    404: '리소스를 찾을 수 없습니다.',
    405: '허용되지 않는 메서드입니다.',
    406: '요청한 형식으로 응답할 수 없습니다.',
    408: '요청 시간이 초과되었습니다.',
    409: '현재 상태와 충돌하는 요청입니다.',
    410: '더 이상 존재하지 않는 리소스입니다.',
    412: '사전 조건이 충족되지 않았습니다.',
    413: '요청이 너무 큽니다.',
    415: '지원하지 않는 콘텐츠 형식입니다.',
    422: '요청을 처리할 수 없습니다.',
    429: '요청이 너무 많습니다. 잠시 후 다시 시도해주세요.',
    500: '오류가 발생했습니다. 관리자에게 문의하세요',
    501: '구현되지 않은 기능입니다.',
    502: '연결된 서비스에서 오류가 발생했습니다. 잠시 후 다시 시도해주세요.',
    503: '서비스를 사용할 수 없습니다. 잠시 후 다시 시도해주세요.',
    504: '연결된 서비스가 응답하지 않습니다. 잠시 후 다시 시도해주세요.',
  },
}

/** The default message of a status; a status without one has that of 400 or 500. */
export function defaultText(status: number, locale: Locale): string {
  const ofLocale = texts[locale]
  return ofLocale[status] ?? ofLocale[status < 500 ? 400 : 500] ?? ''
}
