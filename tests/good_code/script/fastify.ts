import Fastify from 'fastify';
import { Type, type TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import postgres from 'postgres';

const sql = postgres(process.env.DATABASE_URL ?? '');
const app = Fastify({ logger: true }).withTypeProvider<TypeBoxTypeProvider>();

app.get('/orders/:id', { schema: { params: Type.Object({ id: Type.Integer() }) } }, async (request, reply) => {
  const [order] = await sql`SELECT * FROM orders WHERE id = ${request.params.id}`;
  if (order === undefined) return reply.code(404).send({ error: `no order ${request.params.id}` });
  request.log.info(`select from orders where id = ${request.params.id}`);
  return order;
});

app.delete('/orders', async (request) => {
  const ids = [1, 2, 3];
  await sql`DELETE FROM orders WHERE id IN ${sql(ids)}`;
  request.log.warn({ ids }, `Deleted from orders: count=${ids.length}`);
  return { deleted: ids.length };
});

await app.listen({ port: Number(process.env.PORT ?? 3000) });
