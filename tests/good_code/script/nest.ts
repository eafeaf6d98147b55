import { Body, Controller, Get, Injectable, Logger, Param, ParseIntPipe, Post } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { Order } from './order.entity.js';
import { CreateOrderDto } from './create-order.dto.js';

@Injectable()
export class OrderService {
  private readonly logger = new Logger(OrderService.name);

  constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}

  async find(id: number, alias = 'o'): Promise<Order | null> {
    this.logger.log(`select from orders where id = ${id}`);
    return this.orders
      .createQueryBuilder(alias)
      .innerJoin('shop', 's', `s.id = ${alias}.shop`)
      .where(`${alias}.id = :id`, { id })
      .andWhere(`${alias}.state IN (:...states)`, { states: ['open'] })
      .getOne();
  }
}

@Controller('orders')
export class OrderController {
  constructor(private readonly service: OrderService) {}

  @Get(':id')
  get(@Param('id', ParseIntPipe) id: number): Promise<Order | null> {
    return this.service.find(id);
  }

  @Post()
  create(@Body() body: CreateOrderDto): Promise<Order> {
    return this.service.create(body);
  }
}
