import pino from 'pino'

pino({ transport: { target: '@slack-logger/pino-slack', options: { chanel: '#alerts' } } })
setTimeout(() => console.log('continued'), 5000)
