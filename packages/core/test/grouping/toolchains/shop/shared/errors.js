export class UserNotFoundError extends Error {}

export class OrderNotFoundError extends Error {
  name = 'OrderNotFoundError'
}

export class CardError extends Error {
  constructor(message) {
    super(message)
    this.name = this.constructor.name
  }
}

export class HttpError extends Error {
  constructor(message, status) {
    super(message)
    this.name = 'HttpError'
    this.status = status
  }
}

export class ServiceError extends Error {
  constructor(message, options) {
    super(message, options)
    this.name = 'ServiceError'
  }
}
