import express, { type Request, type Response } from 'express';
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import type { Pool } from 'pg';

const UPLOADS = path.resolve('uploads');
const ALLOWED = new Set(['/', '/orders', '/account']);

export function routes(pool: Pool): express.Router {
  const router = express.Router();
  router.get('/users/:id', async (req: Request, res: Response) => {
    const result = await pool.query('SELECT id, name FROM users WHERE id = $1', [req.params.id]);
    if (result.rowCount === 0) {
      res.status(404).json({ error: `no user with id=${req.params.id}` });
      return;
    }
    res.json(result.rows[0]);
  });
  router.get('/search', async (req, res) => {
    const filters: string[] = [];
    const values: unknown[] = [];
    if (typeof req.query.name === 'string') {
      values.push(`%${req.query.name}%`);
      filters.push(`name ILIKE $${values.length}`);
    }
    const where = filters.length > 0 ? `WHERE ${filters.join(' AND ')}` : '';
    const { rows } = await pool.query(`SELECT id, name FROM users ${where} ORDER BY id LIMIT 50`, values);
    res.json(rows);
  });
  router.get('/go', (req, res) => {
    const next = typeof req.query.next === 'string' && ALLOWED.has(req.query.next) ? req.query.next : '/';
    res.redirect(next);
  });
  router.get('/files/:name', async (req, res, next) => {
    try {
      const full = path.resolve(UPLOADS, path.basename(req.params.name));
      if (!full.startsWith(UPLOADS + path.sep)) {
        res.sendStatus(400);
        return;
      }
      res.type('text').send(await readFile(full, 'utf8'));
    } catch (error) {
      next(error);
    }
  });
  router.get('/download/:name', (req, res) => {
    res.sendFile(req.params.name, { root: UPLOADS });
  });
  router.get('/old/:id', (req, res) => {
    res.redirect(301, `/users/${encodeURIComponent(req.params.id)}`);
  });
  return router;
}
