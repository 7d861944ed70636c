import {
  Body,
  Controller,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  ValidationPipe,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common'
import { APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core'
import { slackActions, toNodeHandler } from '@slack-logger/core/actions'
import { onUncaught, requestContext } from '@slack-logger/exception-handler'
import { ExceptionHandlerModule } from '@slack-logger/exception-handler/nestjs'
import { SlackTransport } from '@slack-logger/winston-slack'
import { IsEmail, IsInt, Min } from 'class-validator'
import winston from 'winston'

const { combine, json, timestamp } = winston.format
const signingSecret = process.env['SLACK_SIGNING_SECRET']
const logger = winston.createLogger({
  format: combine(requestContext(), timestamp(), json()),
  transports: [
    new winston.transports.File({ filename: process.env['LOG_FILE'] ?? 'app.log' }),
    new SlackTransport({
      level: 'error',
      service: 'shop',
      environment: 'production',
      signingSecret,
    }),
  ],
})
onUncaught(logger)

interface StoredOrder {
  readonly id: string
  readonly card: { readonly id: string }
}

// This order was imported without card data.
const orders = new Map([['17', { id: '17' } as StoredOrder]])

class Order {
  @IsEmail()
  email!: string

  @IsInt()
  @Min(1)
  amount!: number
}

@Controller('orders')
class OrdersController {
  @Post()
  create(@Body() order: Order): Order {
    logger.info('order taken', { amount: order.amount })
    return order
  }

  @Post(':id/pay')
  pay(@Param('id') id: string): object {
    return { paid: (orders.get(id) as StoredOrder).card.id }
  }
}

@Controller('health')
class HealthController {
  @Get()
  check(): never {
    throw new Error('the database is away')
  }
}

@Injectable()
class SignIn implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    context.switchToHttp().getRequest<{ user?: object }>().user = { id: 17, name: 'kim' }
    return true
  }
}

@Module({
  imports: [ExceptionHandlerModule.forRoot({ logger, skipEndpoints: ['HealthController'] })],
  controllers: [OrdersController, HealthController],
  providers: [
    { provide: APP_GUARD, useClass: SignIn },
    { provide: APP_PIPE, useValue: new ValidationPipe() },
  ],
})
// oxlint-disable-next-line typescript/no-extraneous-class -- a module of Nest is a class
class ShopModule {}

const app = await NestFactory.create(ShopModule, { logger: ['error', 'warn'] })
if (signingSecret) app.use('/slack/actions', toNodeHandler(slackActions({ signingSecret })))
await app.listen(Number(process.env['PORT'] ?? 8080), '127.0.0.1')
console.log(`shop is ready on ${await app.getUrl()}`)
process.on('SIGTERM', () => {
  void app.close().then(() => logger.on('finish', () => process.exit(0)).end())
})
