import Database from 'better-sqlite3';

const TABLE = 'orders';
const db = new Database('shop.db');
db.exec(`CREATE TABLE IF NOT EXISTS ${TABLE} (id INTEGER PRIMARY KEY, name TEXT)`);
db.pragma(`user_version = ${Number(process.env.VERSION)}`);

export const find = (id) => db.prepare(`SELECT * FROM ${TABLE} WHERE id = ?`).get(id);
export const findMany = (ids) =>
  db.prepare(`SELECT * FROM ${TABLE} WHERE id IN (${Array(ids.length).fill('?').join(',')})`).all(...ids);

export function update(id, values) {
  const names = Object.keys(values).filter((name) => ALLOWED.has(name));
  const set = names.map((name) => `${name} = @${name}`).join(', ');
  try {
    db.prepare(`UPDATE ${TABLE} SET ${set} WHERE id = @id`).run({ ...values, id });
  } catch (error) {
    throw new Error(`update ${TABLE} set failed where id = ${id}`, { cause: error });
  }
}
