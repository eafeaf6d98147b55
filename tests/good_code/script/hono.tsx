import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { zValidator } from '@hono/zod-validator';
import { z } from 'zod';

const app = new Hono<{ Bindings: { DB: D1Database } }>();

app.get('/', (c) => c.html(html`<h1>${c.req.query('name') ?? 'nobody'}</h1>`));
app.get('/jsx', (c) => c.html(<h1>{c.req.query('name')}</h1>));
app.get('/user', zValidator('query', z.object({ id: z.coerce.number() })), async (c) => {
  const { id } = c.req.valid('query');
  const user = await c.env.DB.prepare('SELECT * FROM users WHERE id = ?').bind(id).first();
  return user === null ? c.notFound() : c.json(user);
});
app.onError((error, c) => {
  console.error(`update of ${c.req.path} failed: set code=${error.message}`);
  return c.html(html`<p>${raw('<b>failed</b>')}</p>`, 500);
});

export default app;
