import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import mysql from 'mysql2/promise';
import { orders, users } from './schema.js';

const db = drizzle(process.env.DATABASE_URL ?? '');

export async function recent(userId: number, ids: readonly number[], pool: mysql.Pool): Promise<unknown[]> {
  const marks = ids.map(() => '?').join(', ');
  const [rows] = await pool.execute(`SELECT id, total FROM orders WHERE user_id = ? AND id IN (${marks})`, [userId, ...ids]);
  const inline = await pool.query(`SELECT id FROM orders WHERE id IN (${ids.map(() => '?').join(',')})`, [...ids]);
  const found = await db
    .select({ total: sql<number>`sum(${orders.total})` })
    .from(orders)
    .where(and(eq(orders.userId, userId), inArray(orders.id, [...ids])))
    .orderBy(desc(orders.createdAt));
  await db.execute(sql`UPDATE ${users} SET seen = now() WHERE id = ${userId}`);
  const set = ['name', 'email'].map((column, i) => `${column} = $${i + 1}`).join(', ');
  await pool.query(`UPDATE users SET ${set} WHERE id = $3`, ['Ada', 'a@example.com', userId]);
  return [rows, inline, found];
}
