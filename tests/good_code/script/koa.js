import Router from '@koa/router';
import send from 'koa-send';

const NEXT = new Map([['home', '/'], ['cart', '/cart']]);
const router = new Router();
router.get('/go', (ctx) => ctx.redirect(NEXT.get(ctx.query.to) ?? '/'));
router.get('/static/(.*)', (ctx) => send(ctx, ctx.params[0], { root: `${import.meta.dirname}/public` }));
router.post('/login', async (ctx) => {
  const { name, password } = loginSchema.parse(ctx.request.body);
  const user = await ctx.db('users').where({ name }).whereRaw('lower(name) = ?', [name.toLowerCase()]).first();
  if (user === undefined || !(await verify(user.hash, password))) ctx.throw(401, `login failed: name=${name}`);
  ctx.session.userId = user.id;
  ctx.status = 204;
});
export default router;
